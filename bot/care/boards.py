"""Messages that change while something goes on: put up, rewritten, and rewritten for good at the end."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.chat.sending import Target, seconds_of, was_not_executed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import InlineKeyboardMarkup
    from telegram.ext import ExtBot

    from bot.chat.formatting import Note
    from bot.chat.pacing import Throttle
    from bot.chat.sending import Sender

log = logging.getLogger(__name__)

TRIES, PAUSE_S = 5, 2.0
"""How often, and how far apart, what has to arrive is tried before it becomes a message of its own."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Written(StrEnum):
    """What became of a change."""

    SHOWN = "shown"
    LATER = "later"
    """Telegram could not be reached or wants a pause; the same may work in a while."""

    GONE = "gone"
    """The message is not there any more, or may not be written to."""


@dataclass(frozen=True, slots=True)
class Board:
    """Writes messages that change.

    Attributes:
        client: PTB's bot, with a `Throttle`: edits count as messages and wait for their turn.
        throttle: that throttle.
        sender: sends what cannot be edited as a message of its own.
        moved: told of a group's old and new id when it became a supergroup.
        edit_s: seconds between two changes of one message, at least.
    """

    client: ExtBot[Any]
    throttle: Throttle
    sender: Sender
    moved: Callable[[int, int], Awaitable[None]]
    edit_s: float = 3.0

    async def post(self, target: Target, words: Note, markup: InlineKeyboardMarkup | None = None) -> int | None:
        """Put up a message; return its number, or None where that failed or cannot be known."""
        for _ in range(TRIES):
            reply = ReplyParameters(target.reply_to, allow_sending_without_reply=True) if target.reply_to else None
            try:
                sent = await self.client.send_message(
                    target.chat,
                    words.html,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_parameters=reply,
                    message_thread_id=target.thread,
                    reply_markup=markup,
                )
            except ChatMigrated as error:
                await self.moved(target.chat, error.new_chat_id)
                target = Target(error.new_chat_id, target.reply_to, target.thread)
            except TelegramError as error:
                log.info("a message could not be put up: %s", error)
                if isinstance(error, BadRequest | Forbidden) or not was_not_executed(error):
                    return None
                await self._pause(target.chat, error)
            else:
                return sent.message_id
        return None

    async def edit(self, chat: int, message: int, words: Note, markup: InlineKeyboardMarkup | None = None) -> Written:
        """Put other words and buttons into a message; at most one try."""
        try:
            await self.client.edit_message_text(
                words.html,
                chat,
                message,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=markup,
            )
        except ChatMigrated as error:
            # Messages of before stay with the old group.
            await self.moved(chat, error.new_chat_id)
            return Written.GONE
        except (BadRequest, Forbidden) as error:
            if "not modified" in str(error).lower():
                return Written.SHOWN
            log.info("message %s in chat %s cannot be changed: %s", message, chat, error)
            return Written.GONE
        except TelegramError as error:
            log.info("message %s in chat %s could not be changed now: %s", message, chat, error)
            if isinstance(error, RetryAfter):
                self.throttle.pause(chat, seconds_of(error))
            return Written.LATER
        return Written.SHOWN

    async def settle(self, target: Target, message: int | None, words: Note) -> None:
        """Put the last words into a message, without buttons; into one of its own where it cannot be changed."""
        for _ in range(TRIES if message is not None else 0):
            assert message is not None
            written = await self.edit(target.chat, message, words)
            if written is Written.SHOWN:
                return
            if written is Written.GONE:
                break
            await asyncio.sleep(PAUSE_S)
        await self.sender.send(target, words)

    async def _pause(self, chat: int, error: TelegramError) -> None:
        if isinstance(error, RetryAfter):
            self.throttle.pause(chat, seconds_of(error))
        else:
            await asyncio.sleep(PAUSE_S)
