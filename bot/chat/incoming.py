"""What comes in: which messages ask the bot something, and how they are taken in without loss or repetition."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from telegram import Message, MessageEntity, Update
from telegram.constants import ChatType

from bot.chat.memories import Asked
from bot.chat.sending import Target
from bot.language import known, spoken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import User

    from bot.chat.state import State

ASK = "ask"


def question_of(update: Update, me: User) -> Asked | None:
    """Return the question that an update asks the bot, or None.

    In private every text is a question. In groups it is what follows /ask or a mention of the bot, or a reply to one
    of its messages; /ask or a mention alone, as a reply, asks what that message says. What other bots write and what
    was sent through a bot is not answered; anonymous administrators and channels are.
    """
    message = update.message
    if message is None or not message.text or not _is_persons(message):
        return None
    text = asked_text(message, me)
    if not text:
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    # Telegram sends no lone surrogates; a server of one's own might, and they cannot be stored.
    clean = text.encode("utf-8", "replace").decode()
    # Who writes in the name of a group or channel is nobody in particular.
    user = message.from_user.id if message.from_user and message.sender_chat is None else None
    return Asked(
        update.update_id, message.chat.id, message.message_id, thread, clean, language=language_of(message), user=user
    )


def language_of(message: Message) -> str:
    """Return the code of the language that is spoken to who wrote a message."""
    return known(message.from_user.language_code if message.from_user else None)


def called_by(number: int, message: Message) -> Asked:
    """Return a command, or a tap on a button of a message, as something that is replied to like a question.

    Args:
        number: number of its update.
        message: the message that is replied to.
    """
    thread = message.message_thread_id if message.is_topic_message else None
    return Asked(number, message.chat.id, message.message_id, thread, "", language=spoken())


def target_of(message: Message) -> Target:
    """Return where a reply to a command goes: into its topic, and in groups as a reply to it."""
    thread = message.message_thread_id if message.is_topic_message else None
    reply_to = None if message.chat.type == message.chat.PRIVATE else message.message_id
    return Target(message.chat.id, reply_to, thread)


def asked_text(message: Message, me: User) -> str | None:
    """Return what a text message asks the bot: None when it is not addressed, "" when it is but holds no question."""
    command = command_of(message, me)
    if command is not None:
        name, rest = command
        return (rest or _replied_text(message, me)) if name == ASK else None
    if message.text and message.text.startswith("/"):
        return None
    rest, mentioned = _without_mentions(message, me)
    if message.chat.type == ChatType.PRIVATE:
        return rest
    if mentioned:
        return rest or _replied_text(message, me)
    return rest if _replies_to(message, me) else None


def command_of(message: Message, me: User) -> tuple[str, str] | None:
    """Return the command for this bot that a message begins with, in lower case, and what follows it; else None.

    A file's caption may be a command as well.
    """
    entities = message.entities if message.text else message.caption_entities
    first = entities[0] if entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None
    written = message.parse_entity(first) if message.text else message.parse_caption_entity(first)
    name, _, addressee = written[1:].partition("@")
    if addressee and addressee.lower() != (me.username or "").lower():
        return None
    return name.lower(), (message.text or message.caption or "")[len(written) :].strip()


def _is_persons(message: Message) -> bool:
    if message.via_bot or message.is_automatic_forward:
        return False
    # Who writes in the name of a group or channel is shown as a bot of Telegram's.
    return message.sender_chat is not None or not (message.from_user and message.from_user.is_bot)


def _replies_to(message: Message, me: User) -> bool:
    replied = message.reply_to_message
    return bool(replied and replied.from_user and replied.from_user.id == me.id)


def _replied_text(message: Message, me: User) -> str:
    """Return what the message replied to says, or the part of it that was quoted; nothing if the bot wrote it."""
    if message.quote and not _replies_to(message, me):
        return message.quote.text.strip()
    replied = message.reply_to_message
    if replied is None or _replies_to(message, me):
        return ""
    command = command_of(replied, me) if replied.text else None
    return (command[1] if command else replied.text or replied.caption or "").strip()


def _without_mentions(message: Message, me: User) -> tuple[str, bool]:
    """Return a message's text without mentions of the bot, and whether there were any."""
    name = f"@{me.username}".lower()
    text = message.text or ""
    wanted: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
    found = [
        words
        for entity, words in message.parse_entities(wanted).items()
        if words.lower() == name or (entity.user and entity.user.id == me.id)
    ]
    for words in found:
        text = re.sub(rf"\s*{re.escape(words)}(?!\w)[,:]?", " ", text, count=1)
    return text.strip(), bool(found)


class Inbox(asyncio.Queue[object]):
    """The queue between Telegram and the handlers. What is put into it is on disk before Telegram hears that it came.

    Polling confirms updates with its next call, and the webhook answers, only after `put` has returned; so a crash at
    any moment leaves a question either with Telegram or in the state. Updates that came before are dropped.
    A question goes on as an `Asked`, so that new and recovered ones take one way.

    Args:
        state: where it is written down.
        me: tells who the bot is, once that is known.
        admit: tells whether an update is let in, and whether it is a question is told to it; all are by default.

    Attributes:
        claim: tells whether an update is meant for somebody else, so that it is no question.
    """

    def __init__(
        self, state: State, me: Callable[[], User], admit: Callable[[Update, bool], Awaitable[bool]] | None = None
    ) -> None:
        super().__init__()
        self.claim: Callable[[Update], Awaitable[bool]] = _unclaimed
        self._state = state
        self._me = me
        self._admit = admit
        self._order = asyncio.Lock()

    async def put(self, item: object) -> None:
        """Take an update in; anything else just goes on."""
        async with self._order:
            if not isinstance(item, Update):
                await super().put(item)
                return
            question = question_of(item, self._me())
            if self._admit is not None and not await self._admit(item, question is not None):
                return
            if await self.claim(item):
                question = None
            if question is None and not _matters(item):
                await super().put(item)
            elif await asyncio.to_thread(self._state.take, item.update_id, question):
                await super().put(question or item)


async def _unclaimed(update: Update) -> bool:
    del update
    return False


def _matters(update: Update) -> bool:
    """Tell whether handling an update twice would be seen; what a group says among itself is not even counted."""
    message = update.message
    if message is None:
        # Inline queries come with every letter and can be answered once only; a repeated vote is the same vote.
        return update.inline_query is None and update.message_reaction is None
    return message.chat.type == ChatType.PRIVATE or (message.text or "").startswith("/")
