"""The gate before all handlers: what is for admins only, and who may not read, gets no further.

It does not rely on the handlers behind it. A button is an admin's unless it is known to be a reader's, and kinds of
updates that are not known to it are dropped.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from telegram import ChatMember, InlineQueryResultsButton, Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, ContextTypes, TypeHandler

from bot.access import texts_access
from bot.access.access import ADMIN_COMMANDS, place_of, reply_to, sender_of
from bot.access.members import Role
from bot.access.people import person_of
from bot.access.whom import group_of
from bot.chat import texts
from bot.chat.formatting import note
from bot.chat.incoming import asked_text, command_of
from bot.chat.keyboards import ChoiceTap, tapped
from bot.chat.retention import KEEP_NOTICES_S
from bot.chat.taps import acknowledge
from bot.language import speaking
from bot.readers.wishes import Wish, wished

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import CallbackQuery, ChatMemberUpdated, InlineQuery, Message, User
    from telegram.ext import Application

    from bot.access.access import Access
    from bot.chat.sending import Sender

log = logging.getLogger(__name__)

BEFORE_ALL = -1
"""Group of handlers; PTB asks those with smaller numbers first."""

READERS_PREFIX = "r:"
"""What the data of readers' buttons begins with, besides those that `bot.chat.keyboards` makes."""

STRANGER_S = float(KEEP_NOTICES_S)
"""A stranger is turned away in words once in so many seconds."""

FULL_S = 60.0
"""A chat whose questions are turned away because too many wait is told so once in so many seconds."""

BUTTON = "button"
START = "start"
STRANGER = "let-me-in"
"""What a deep link carries that leads a stranger to the private chat, where they are told how to be let in."""

_SEPARATOR = re.compile(r"[_-]")


class Way(StrEnum):
    """By which way an admin's command was tried, as the audit log says it."""

    WRITTEN = ""
    FORWARDED = "forwarded"
    EDITED = "edited message"
    POSTED = "channel post"
    INLINE = "inline query"
    LINKED = "deep link"
    TAPPED = "tapped"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries what is for admins only.

    Attributes:
        action: the command, or BUTTON.
        way: by which way.
        detail: in which chat, or with which data.
    """

    action: str
    way: Way
    detail: str = ""

    @property
    def subject(self) -> str:
        """What the audit log says about it."""
        return " · ".join(part for part in (self.way, self.detail) if part)


class Gate:
    """Lets updates in, or not.

    Args:
        access: who may do what.
        sender: how messages leave.
        is_full: tells whether so much waits that a chat's further questions are turned away; never by default.
    """

    def __init__(self, access: Access, sender: Sender, is_full: Callable[[int], bool] | None = None) -> None:
        self._access = access
        self._is_full = is_full or (lambda _chat: False)
        self._sender = sender
        self._saying: set[asyncio.Task[None]] = set()

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Stand before all handlers."""
        application.add_handler(TypeHandler(Update, self.check), group=BEFORE_ALL)

    async def check(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let an update go on to the handlers, or stop it.

        Raises:
            ApplicationHandlerStop: it goes no further, be it because nobody can tell now whether it may.
        """
        try:
            goes_on = await self._check(update, context.bot.bot)
        except Exception as error:
            # After an error PTB would go on to the handlers behind.
            await context.application.process_error(update, error)
            raise ApplicationHandlerStop from error
        if not goes_on:
            raise ApplicationHandlerStop

    async def admit(self, update: Update, *, is_question: bool) -> bool:
        """Tell whether an update is taken in, in the order in which they come, before any is handled.

        All are but questions of who may not ask, or has asked too much. They are told so, but nobody waits for that.
        """
        message = update.message
        if message is not None and message.migrate_to_chat_id:
            await self._follow(message, message.migrate_to_chat_id)
        if message is None or not is_question:
            return True
        await self._meet(update.effective_user)
        user = sender_of(update)
        if not await asyncio.to_thread(self._access.may_read, user, message.chat.id):
            self._say(message, lambda: self._turn_away(message))
            return False
        if self._is_full(message.chat.id):
            if await asyncio.to_thread(self._access.notices.is_due, "full", message.chat.id, FULL_S):
                self._say(message, lambda: self._sender.send(reply_to(message), note(texts.too_many_waiting())))
            return False
        drawn = await asyncio.to_thread(self._access.draw, user, message.chat.id)
        if drawn.is_news:
            self._say(message, lambda: self._sender.send(reply_to(message), note(texts_access.too_many(drawn.wait_s))))
        return not drawn.wait_s

    async def _check(self, update: Update, me: User) -> bool:
        if update.message is None or _is_addressed(update.message, me):
            await self._meet(update.effective_user)
        attempt = attempted(update, me)
        if attempt is None or await asyncio.to_thread(self._access.is_admin, sender_of(update)):
            return await self._goes_on(update, me)
        await self._access.refuse(update, attempt.action, attempt.subject)
        if update.inline_query is not None:
            await _answer_nothing(update.inline_query, None)
        return False

    async def _goes_on(self, update: Update, me: User) -> bool:
        """Tell whether an update is for the handlers, apart from admins' commands."""
        if update.my_chat_member is not None:
            await self._membership(update.my_chat_member)
            return True
        if update.channel_post is not None or update.edited_channel_post is not None:
            # They ask nothing; what becomes of them is not a reader's affair.
            return True
        if update.message is not None:
            return await self._message(update, update.message, me)
        if update.callback_query is not None:
            return await self._tap(update, update.callback_query)
        chat = update.effective_chat
        may = await asyncio.to_thread(self._access.may_read, sender_of(update), None if chat is None else chat.id)
        if update.inline_query is not None:
            if not may:
                await _answer_nothing(update.inline_query, texts_access.inline_not_a_reader())
            return may
        # What was edited was handled when it was new.
        return may and (update.message_reaction is not None or update.chosen_inline_result is not None)

    async def _message(self, update: Update, message: Message, me: User) -> bool:
        if message.migrate_to_chat_id:
            return True
        if await asyncio.to_thread(self._access.may_read, sender_of(update), message.chat.id):
            return True
        if _is_addressed(message, me):
            await self._turn_away(message)
        return False

    async def _tap(self, update: Update, query: CallbackQuery) -> bool:
        user, chat = query.from_user.id, update.effective_chat
        if not await asyncio.to_thread(self._access.may_read, user, None if chat is None else chat.id):
            await acknowledge(query, texts_access.not_a_reader(user))
            return False
        if not asks(query.data or ""):
            return True
        drawn = await asyncio.to_thread(self._access.draw, user, user)
        if drawn.wait_s:
            await acknowledge(query, texts_access.too_many(drawn.wait_s))
        return not drawn.wait_s

    async def _membership(self, change: ChatMemberUpdated) -> None:
        """Note that somebody has blocked the bot."""
        if change.chat.type == change.chat.PRIVATE and change.new_chat_member.status == ChatMember.BANNED:
            await asyncio.to_thread(self._access.people.lost, change.chat.id)

    async def _follow(self, message: Message, new: int) -> None:
        """Let a group keep its place on the list when it becomes a supergroup."""
        await asyncio.to_thread(self._access.members.move, message.chat.id, new)
        # It may have been moved before, when something could not be sent to the old group.
        if await asyncio.to_thread(self._access.members.has, Role.READER, new):
            await asyncio.to_thread(self._access.people.see, replace(group_of(message), id=new))

    async def _turn_away(self, message: Message) -> None:
        """Turn a stranger away in words, once a day; in a group, whoever asks there."""
        chat = message.chat
        if not await asyncio.to_thread(self._access.notices.is_due, "stranger", chat.id, STRANGER_S):
            return
        private = chat.type == chat.PRIVATE
        words = texts_access.not_a_reader(chat.id) if private else texts_access.not_a_readers_group(chat.id)
        await self._sender.send(reply_to(message), note(words))

    async def _meet(self, user: User | None) -> None:
        """Write down what somebody is called who has to do with the bot."""
        if user is None or user.is_bot:
            return
        person = person_of(user)
        if not self._access.people.is_fresh(person):
            await asyncio.to_thread(self._access.people.see, person)

    def _say(self, message: Message, saying: Callable[[], Any]) -> None:
        """Say something in the language of who wrote, while other updates are taken in."""

        async def say() -> None:
            with speaking(message.from_user.language_code if message.from_user else None):
                await saying()

        task = asyncio.create_task(say())
        self._saying.add(task)
        task.add_done_callback(self._saying.discard)


def asks(data: str) -> bool:
    """Tell whether a button asks a question: one anew with a speaker who was chosen, or for all that somebody said."""
    wanted = wished(data)
    return isinstance(tapped(data), ChoiceTap) or (wanted is not None and wanted.wish is Wish.LIST)


def attempted(update: Update, me: User) -> Attempt | None:
    """Return what an update tries that is for admins only, or None."""
    if update.callback_query is not None:
        data = update.callback_query.data or ""
        is_readers = tapped(data) is not None or data.startswith(READERS_PREFIX)
        return None if is_readers else Attempt(BUTTON, Way.TAPPED, data)
    if update.inline_query is not None:
        written = update.inline_query.query.strip()
        name = written[1:].partition(" ")[0].lower() if written.startswith("/") else ""
        return Attempt(name, Way.INLINE) if name in ADMIN_COMMANDS else None
    message = update.effective_message
    command = command_of(message, me) if message is not None else None
    if message is None or command is None:
        return None
    name, rest = command
    way = _way(update, message)
    if name == START and (payload := _SEPARATOR.split(rest)[0].lower()) in ADMIN_COMMANDS:
        name, way = payload, Way.LINKED
    return Attempt(name, way, place_of(update)) if name in ADMIN_COMMANDS else None


def _way(update: Update, message: Message) -> Way:
    if update.channel_post is not None or update.edited_channel_post is not None:
        return Way.POSTED
    if update.edited_message is not None:
        return Way.EDITED
    return Way.FORWARDED if message.forward_origin is not None else Way.WRITTEN


def _is_addressed(message: Message, me: User) -> bool:
    """Tell whether a message is meant for the bot."""
    if message.chat.type == message.chat.PRIVATE or command_of(message, me) is not None:
        return True
    return bool(message.text) and asked_text(message, me) is not None


async def _answer_nothing(query: InlineQuery, words: str | None) -> None:
    """Show no results, and words above them if there are any."""
    button = InlineQueryResultsButton(words, start_parameter=STRANGER) if words else None
    try:
        await query.answer([], cache_time=0, is_personal=True, button=button)
    except TelegramError as error:
        # "Query is too old": whoever typed it has typed on.
        log.info("an inline query could not be answered: %s", error)
