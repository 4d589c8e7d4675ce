"""Who may do what: the owner and admins change things, readers ask. Everything else is refused.

Whoever is behind an update is told by their own user id alone. Who writes in the name of a group or channel is nobody
in particular, and may change nothing; nor does a command count that somebody only passes on.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telegram import Message, MessageEntity

from bot.access import texts_access
from bot.access.auditing import DONE
from bot.access.limiting import Buckets, Drawn, Notices
from bot.access.members import Members, Role
from bot.access.people import People
from bot.chat.formatting import note
from bot.chat.sending import Target
from bot.chat.taps import acknowledge

if TYPE_CHECKING:
    from telegram import Update

    from bot.access.auditing import Audit
    from bot.chat.sending import Sender

ADMIN_COMMANDS: tuple[str, ...] = (
    "admins",
    "audit",
    "readers",
    "add",
    "articles",
    "show",
    "edit",
    "remove",
    "refetch",
    "export",
    "import",
    "feeds",
    "rebuild",
    "rollback",
    "canaries",
    "stats",
    "health",
    "jobs",
)
"""Commands for admins only. What stands here is refused to others before any handler sees it (`bot.access.gate`)."""

READER_COMMANDS: tuple[str, ...] = ("start", "help", "ask", "speakers", "sources", "about", "privacy", "forget_me")
"""Commands for everybody who may read. A command stands in one of the two, which a test checks."""

REFUSAL_S = 60.0
"""Who tries again and again is told so once in so many seconds."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is set about readers.

    Attributes:
        listed: whether only listed people and groups may read; else everybody may.
        per_minute: questions that a reader may ask within a minute; 0 for any number.
    """

    listed: bool = False
    per_minute: int = 0


class Access:
    """Tells who may do what, and writes down who did.

    Args:
        audit: the audit log; what is known about people lies in the same database.
        sender: how messages leave.
        owner: user id of the owner, or None where there is none.
        policy: what is set about readers; by default everybody may ask as much as they like.

    Attributes:
        audit: the audit log.
        members: who has which role.
        people: what people are called.
        notices: what people were told not long ago.
        policy: what is set about readers.
        owner: user id of the owner, or None.
    """

    def __init__(self, audit: Audit, sender: Sender, owner: int | None, policy: Policy | None = None) -> None:
        self.audit = audit
        self.owner = owner
        self.policy = policy or Policy()
        self.members = Members(audit.engine)
        self.people = People(audit.engine)
        self.notices = Notices(audit.engine)
        self._buckets = Buckets(audit.engine, self.policy.per_minute)
        self._sender = sender

    def is_owner(self, user: int | None) -> bool:
        """Tell whether a user is the owner."""
        return user is not None and user == self.owner

    def is_admin(self, user: int | None) -> bool:
        """Tell whether a user may change things: the owner or an admin.

        Looks one row up by its key, which takes less time than handing it to a thread would.
        """
        return self.is_owner(user) or (user is not None and self.members.has(Role.ADMIN, user))

    def admins(self) -> tuple[int, ...]:
        """Return the user ids of all who may change things: the owner, then the admins in the order they came."""
        others = (member.id for member in self.members.all(Role.ADMIN) if member.id != self.owner)
        return (*([self.owner] if self.owner is not None else []), *others)

    def may_read(self, user: int | None, chat: int | None = None) -> bool:
        """Tell whether a user may ask and look, in a chat; None for who shows no identity, or for no chat."""
        if not self.policy.listed or self.is_admin(user):
            return True
        return any(each is not None and self.members.has(Role.READER, each) for each in (user, chat))

    def draw(self, user: int | None, chat: int) -> Drawn:
        """Count a question of a user, or of a chat for who shows no identity; say how long to wait, if at all."""
        return Drawn() if self.is_admin(user) else self._buckets.draw(chat if user is None else user)

    async def admin(self, update: Update, action: str) -> int | None:
        """Return the user id of the admin behind an update; refuse anybody else, audited, and return None.

        Args:
            update: a message, or a tap on a button.
            action: what is being tried, as the audit log calls it, such as "add" or "rebuild".
        """
        user = sender_of(update)
        if self.is_admin(user):
            return user
        await self.refuse(update, action, place_of(update))
        return None

    async def only_owner(self, update: Update, action: str) -> int | None:
        """Return the user id of the owner if they are behind an update; refuse anybody else, as `admin` does."""
        user = sender_of(update)
        if self.is_owner(user):
            return user
        await self.refuse(update, action, place_of(update))
        return None

    async def refuse(self, update: Update, action: str, subject: str) -> None:
        """Write a refused attempt down, and say so to who made it: taps at once, messages at most once a minute.

        Args:
            update: anything; what is neither a new message nor a tap is not answered.
            action: what was tried.
            subject: by which way, or to what.
        """
        user = sender_of(update)
        await asyncio.to_thread(self.audit.refuse, user, action, subject)
        refusal = self._refusal(update, user)
        if update.callback_query is not None:
            await acknowledge(update.callback_query, refusal)
        elif update.message is not None and not update.message.is_automatic_forward:
            # Admins flood nobody, and want to know why something did not work.
            told = update.message.chat.id if user is None else user
            if self.is_admin(user) or await asyncio.to_thread(self.notices.is_due, "refused", told, REFUSAL_S):
                await self._sender.send(reply_to(update.message), note(refusal))

    async def done(self, user: int, action: str, subject: str = "") -> None:
        """Write down that an admin changed something.

        Args:
            user: who did it.
            action: what was done, as in `admin`.
            subject: to what, such as "article 12: Bridge opens".
        """
        await asyncio.to_thread(self.audit.write, user, action, subject, DONE)

    def _refusal(self, update: Update, user: int | None) -> str:
        """Say why something is refused; to an admin, what they can do about it."""
        message = update.message
        if message is not None and message.sender_chat is not None:
            return texts_access.anonymous()
        written_by = message.from_user.id if message is not None and message.from_user else None
        if user is None and self.is_admin(written_by):
            return texts_access.passed_on()
        return texts_access.owner_only() if self.is_admin(user) else texts_access.admins_only()


def sender_of(update: Update) -> int | None:
    """Return the user id of the person behind an update.

    None for anonymous admins, channels and bots, for what was sent through a bot, and for a command that was forwarded:
    who passes it on did not write it.
    """
    if update.callback_query is not None:
        return update.callback_query.from_user.id
    message = update.effective_message
    if isinstance(message, Message):
        if message.sender_chat is not None or message.via_bot is not None:
            return None
        if message.forward_origin is not None and is_command(message):
            return None
    user = update.effective_user
    return None if user is None or user.is_bot else user.id


def is_command(message: Message) -> bool:
    """Tell whether a message, or the caption of a file, begins with a command."""
    entities = message.entities or message.caption_entities
    return bool(entities) and entities[0].type == MessageEntity.BOT_COMMAND and entities[0].offset == 0


def place_of(update: Update) -> str:
    """Say for the audit log where an update comes from: "" for a private chat, else such as "group -100 “Staff”"."""
    chat = update.effective_chat
    if chat is None or chat.type == chat.PRIVATE:
        return ""
    return f"{chat.type} {chat.id} “{chat.title or ''}”"


def reply_to(message: Message) -> Target:
    """Return where a message is answered: in groups and topics as a reply to it."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Target(message.chat.id, None if message.chat.type == message.chat.PRIVATE else message.message_id, thread)
