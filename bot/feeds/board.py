"""A message that tells how far something is: put up once, then changed, at most every few seconds."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from telegram import LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat.sending import Outcome

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup
    from telegram.ext import ExtBot

    from bot.chat.formatting import Note
    from bot.chat.sending import Sender, Target

log = logging.getLogger(__name__)

EDIT_S = 3.0
"""Seconds between two changes of a message, at least."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Board:
    """One message that changes.

    Args:
        client: PTB's bot, with a `Throttle`.
        sender: sends what has to arrive, where the message cannot be changed.
        target: where it stands.
        message: its number, where it was put up before.
        edit_s: seconds between two changes, at least.

    Attributes:
        target: where it stands.
        message: its number, or None where it is not there.
    """

    def __init__(
        self, client: ExtBot[Any], sender: Sender, target: Target, message: int | None = None, edit_s: float = EDIT_S
    ) -> None:
        self.target = target
        self.message = message
        self._client = client
        self._sender = sender
        self._edit_s = edit_s
        self._shown = ""
        self._at = 0.0

    async def post(self, words: Note) -> None:
        """Put the message up. Where that fails, only its last words are sent, as a message of their own."""
        target = self.target
        reply = ReplyParameters(target.reply_to, allow_sending_without_reply=True) if target.reply_to else None
        try:
            sent = await self._client.send_message(
                target.chat,
                words.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_parameters=reply,
                message_thread_id=target.thread,
            )
        except TelegramError as error:
            log.info("a message could not be put up in chat %s: %s", target.chat, error)
            return
        self.message, self._shown, self._at = sent.message_id, words.html, time.monotonic()

    async def show(self, words: Note) -> None:
        """Change the message, if its words differ and it was not changed a moment ago."""
        if time.monotonic() - self._at >= self._edit_s:
            await self._edit(words, None)

    async def settle(self, words: Note, markup: InlineKeyboardMarkup | None = None) -> Outcome:
        """Write the last words, when it is time for that; as a message of its own where it cannot be changed."""
        await asyncio.sleep(self._at + self._edit_s - time.monotonic())
        if await self._edit(words, markup):
            return Outcome.DELIVERED
        return await self._sender.send(self.target, words, markup)

    async def _edit(self, words: Note, markup: InlineKeyboardMarkup | None) -> bool:
        """Change the message; return whether it says the words now."""
        if self.message is None:
            return False
        if words.html == self._shown and markup is None:
            return True
        self._at = time.monotonic()
        try:
            await self._client.edit_message_text(
                words.html,
                self.target.chat,
                self.message,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=markup,
            )
        except TelegramError as error:
            if "not modified" in str(error).lower():
                return True
            log.info("message %s in chat %s stays as it is: %s", self.message, self.target.chat, error)
            return False
        self._shown = words.html
        return True
