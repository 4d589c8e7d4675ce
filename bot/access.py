"""Who may do what: the owner and admins change things, readers ask.

Whoever is behind an update is told by their own user id alone. Who writes in the name of a group or channel is nobody
in particular, and may change nothing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from telegram import Message

from bot.formatting import note
from bot.language import _
from bot.sending import Target
from bot.taps import acknowledge

if TYPE_CHECKING:
    from telegram import Update

    from bot.auditing import Audit
    from bot.sending import Sender

REFUSED = "refused"
DONE = "done"


class Access:
    """Tells who may do what, and writes down who did.

    Args:
        audit: the audit log.
        sender: how messages leave.
        owner: user id of the owner, or None where there is none.
    """

    def __init__(self, audit: Audit, sender: Sender, owner: int | None) -> None:
        self._audit = audit
        self._sender = sender
        self._owner = owner

    def is_owner(self, user: int | None) -> bool:
        """Tell whether a user is the owner."""
        return user is not None and user == self._owner

    def is_admin(self, user: int | None) -> bool:
        """Tell whether a user may change things: the owner or an admin."""
        return self.is_owner(user)

    async def admin(self, update: Update, action: str) -> int | None:
        """Return the user id of the admin behind an update; refuse anybody else, audited, and return None.

        Args:
            update: a message, or a tap on a button.
            action: what is being tried, as the audit log calls it, such as "add" or "rebuild".
        """
        user = sender_of(update)
        if self.is_admin(user):
            return user
        await asyncio.to_thread(self._audit.write, user, action, "", REFUSED)
        refusal = _("Only the admins of this bot may do that.")
        if update.callback_query is not None:
            await acknowledge(update.callback_query, refusal)
        elif isinstance(update.effective_message, Message):
            message = update.effective_message
            thread = message.message_thread_id if message.is_topic_message else None
            await self._sender.send(Target(message.chat.id, message.message_id, thread), note(refusal))
        return None

    async def done(self, user: int, action: str, subject: str = "") -> None:
        """Write down that an admin changed something.

        Args:
            user: who did it.
            action: what was done, as in `admin`.
            subject: to what, such as "article 12: Bridge opens".
        """
        await asyncio.to_thread(self._audit.write, user, action, subject, DONE)


def sender_of(update: Update) -> int | None:
    """Return the user id of the person behind an update; None for anonymous admins, channels and bots."""
    if update.callback_query is not None:
        return update.callback_query.from_user.id
    message = update.effective_message
    if isinstance(message, Message) and (message.sender_chat is not None or message.via_bot is not None):
        return None
    user = update.effective_user
    return None if user is None or user.is_bot else user.id
