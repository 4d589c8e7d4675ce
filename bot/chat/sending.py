"""Sending one message: what is repeated, what is changed, and what is never sent again.

What Telegram or the network answers             what is done
429, with a time                                 wait that long, repeat
no connection, 500, 502, 503                     repeat, with growing pauses, for an hour: it was not executed
timeout or broken connection after sending, 504  never repeat: it may have been executed ("uncertain")
chat is a supergroup now                         repeat there, and remember
can't parse entities                             repeat once as plain text
message is too long                              repeat once as plain text in pieces
a button's address is refused                    repeat once without link buttons
the topic or the message replied to is gone      repeat once without it
the token is not known any more                  leave it to the next start; polling ends the process
blocked, kicked, no rights, chat not found       give up: nobody is there ("unreachable")
anything else                                    give up and log it: it is a defect of ours ("refused")
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import httpx
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.chat.keyboards import without_links
from bot.chat.pacing import Patience
from bot.chat.splitting import cut
from corpus.records import Span

if TYPE_CHECKING:
    from telegram import Message
    from telegram.ext import ExtBot

    from bot.chat.formatting import Note
    from bot.chat.pacing import Throttle

log = logging.getLogger(__name__)

PIECE_UNITS = 2000
"""UTF-16 units of a piece when Telegram finds a message too long: half of what it should take."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

# Words of Telegram's, in lower case (PTB capitalises them).
_UNREACHABLE = (
    "chat not found",
    "user is deactivated",
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "topic_closed",
    "group chat was upgraded",
    "peer_id_invalid",
)


class Outcome(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes.

    Attributes:
        chat: id of the chat.
        reply_to: the message it replies to, or None.
        thread: topic of a forum, or None.
    """

    chat: int
    reply_to: int | None = None
    thread: int | None = None


Mark = Callable[[], Awaitable[None]]
Arrived = Callable[[int, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is written down about a message while it is tried.

    Attributes:
        leaving: awaited right before each try.
        held_back: awaited when a try was surely not executed.
    """

    leaving: Mark
    held_back: Mark


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A message in the form in which it is tried next."""

    target: Target
    text: str
    html: bool
    markup: InlineKeyboardMarkup | None


@dataclass(slots=True)
class _Course:
    """How the sending of a message goes: what is left to be tried, and how long to wait before it.

    Attributes:
        deadline: monotonic time at which patience ends.
    """

    note: Note
    left: deque[_Attempt]
    marks: Marks | None
    deadline: float
    pause_s: float


class Sender:
    """Sends messages by the rules above.

    Args:
        client: PTB's bot, with a `Throttle`.
        throttle: that throttle.
        moved: told of a group's old and new id when it became a supergroup.
        patience: how long to try while Telegram cannot be reached.
    """

    def __init__(
        self,
        client: ExtBot[Any],
        throttle: Throttle,
        moved: Callable[[int, int], Awaitable[None]],
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._throttle = throttle
        self._moved = moved
        self._patience = patience or Patience()

    async def ready(self, chat: int) -> None:
        """Wait until a message into the chat could leave at once."""
        await self._throttle.ready(chat)

    async def send(
        self,
        target: Target,
        note: Note,
        markup: InlineKeyboardMarkup | None = None,
        marks: Marks | None = None,
        arrived: Arrived | None = None,
    ) -> Outcome:
        """Send a message.

        Args:
            target: where.
            note: what.
            markup: buttons under it.
            marks: told what happens, for what must be known after a crash.
            arrived: awaited with chat and number of each message that arrived.
        """
        first = _Attempt(target, note.html, html=True, markup=markup)
        course = _Course(note, deque([first]), marks, time.monotonic() + self._patience.all_s, self._patience.first_s)
        while course.left:
            try:
                sent = await self._try(course.left[0], marks)
                course.left.popleft()
                if arrived is not None:
                    await arrived(sent.chat.id, sent.message_id)
            except TelegramError as error:
                outcome = await self._react(course, error)
                if outcome is not None:
                    return outcome
        return Outcome.DELIVERED

    async def _try(self, attempt: _Attempt, marks: Marks | None) -> Message:
        target = attempt.target
        reply = ReplyParameters(target.reply_to, allow_sending_without_reply=True) if target.reply_to else None
        return await self._client.send_message(
            target.chat,
            attempt.text,
            parse_mode=ParseMode.HTML if attempt.html else None,
            link_preview_options=_NO_PREVIEW,
            reply_parameters=reply,
            message_thread_id=target.thread,
            reply_markup=attempt.markup,
            rate_limit_args=marks.leaving if marks else None,
        )

    async def _react(self, course: _Course, error: TelegramError) -> Outcome | None:
        """Prepare the next try after an error, or say what became of the message."""
        attempt = course.left[0]
        if was_not_executed(error) and course.marks:
            await course.marks.held_back()
        match error:
            case RetryAfter():
                self._throttle.pause(attempt.target.chat, seconds_of(error))
            case ChatMigrated():
                await self._moved(attempt.target.chat, error.new_chat_id)
                course.left[0] = replace(attempt, target=replace(attempt.target, chat=error.new_chat_id))
            case Forbidden():
                return _unreachable(attempt, error)
            case InvalidToken():
                log.error("Telegram does not know the token (%s); messages wait for the next start", error)
                return Outcome.UNSENT
            case BadRequest():
                return _simplified(course, error)
            case NetworkError() if was_not_executed(error):
                return await self._waited(course, error)
            case _:
                log.warning("a message may or may not have arrived (%s); it is not sent again", error)
                return Outcome.UNCERTAIN
        return None

    async def _waited(self, course: _Course, error: TelegramError) -> Outcome | None:
        """Wait before the next try, unless patience ends before."""
        if time.monotonic() + course.pause_s > course.deadline:
            log.error("Telegram could not be reached for too long (%s); a message was given up", error)
            return Outcome.UNSENT
        await asyncio.sleep(course.pause_s)
        course.pause_s = min(2 * course.pause_s, self._patience.longest_s)
        return None


def was_not_executed(error: TelegramError) -> bool:
    """Tell whether a call that failed was surely not executed.

    PTB names the error of httpx as the cause when there was no answer at all; without one, the server answered with a
    status that is no success, which means that it did not execute the call, except when a proxy gave up waiting (504).
    """
    cause = error.__cause__
    if isinstance(cause, httpx.HTTPError):
        return isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    if isinstance(error, NetworkError):
        return not any(each in str(error).lower() for each in ("504", "gateway time", "unknown error in http"))
    return isinstance(error, RetryAfter | ChatMigrated | Forbidden | InvalidToken)


def seconds_of(error: RetryAfter) -> float:
    """Return how long Telegram wants a pause, with a moment more; PTB gives a number or a timedelta."""
    wait = error.retry_after
    return (wait.total_seconds() if isinstance(wait, dt.timedelta) else float(wait)) + 0.1


def _simplified(course: _Course, error: BadRequest) -> Outcome | None:
    """Put a simpler form in the place of a refused message; each simplification is made at most once."""
    attempt, words = course.left[0], str(error).lower()
    simpler = _simpler(attempt, course.note, words)
    if simpler:
        log.warning("Telegram refused a message (%s); it is sent in a simpler form", error)
        course.left.popleft()
        course.left.extendleft(reversed(simpler))
        return None
    if any(each in words for each in _UNREACHABLE):
        return _unreachable(attempt, error)
    log.error("Telegram refused a message: %s", error)
    return Outcome.REFUSED


def _simpler(attempt: _Attempt, note: Note, words: str) -> list[_Attempt]:
    target = attempt.target
    if attempt.html and "can't parse entities" in words:
        return [replace(attempt, text=note.plain, html=False)]
    if attempt.html and "message is too long" in words:
        parts = [part.of(note.plain) for part in cut(note.plain, Span(0, len(note.plain)), (), PIECE_UNITS)]
        last = replace(attempt, text=parts[-1], html=False)
        return [*(replace(last, text=part, markup=None) for part in parts[:-1]), last]
    if attempt.markup and "button" in words:
        markup = without_links(attempt.markup)
        return [] if markup == attempt.markup else [replace(attempt, markup=markup)]
    if target.reply_to and "repl" in words and "not found" in words:
        return [replace(attempt, target=replace(target, reply_to=None))]
    if target.thread and "thread not found" in words:
        return [replace(attempt, target=replace(target, thread=None))]
    return []


def _unreachable(attempt: _Attempt, error: TelegramError) -> Outcome:
    log.info("chat %s cannot be written to: %s", attempt.target.chat, error)
    return Outcome.UNREACHABLE
