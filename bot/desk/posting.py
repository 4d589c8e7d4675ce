"""Messages that are changed after they were sent, questions that want a reply, and files.

What `bot.chat.sending` sends leaves once and for all; here the number of a message comes back, so that it can be
edited.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, TypeVar

from telegram import ForceReply, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatMemberStatus, ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.chat.sending import seconds_of, was_not_executed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from telegram import ChatFullInfo, InlineKeyboardMarkup
    from telegram.ext import ExtBot

    from bot.chat.formatting import Note
    from bot.chat.sending import Target

log = logging.getLogger(__name__)

TRIES = 5
PAUSE_S = 1.0
"""Before the second try; each pause is twice as long as the one before."""

WRITE_S = 300.0
"""How long sending a file may take, as over a slow line."""

MOST_HINT_CHARS = 64
"""Telegram's limit for what stands in an empty input field."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Result = TypeVar("Result")


class Posting:
    """Posts messages and changes them; what Telegram refuses is logged, and tells nobody.

    Args:
        client: PTB's bot, with a throttle.
    """

    def __init__(self, client: ExtBot[Any]) -> None:
        self._client = client

    async def post(self, target: Target, note: Note, markup: InlineKeyboardMarkup | ForceReply | None = None) -> int:
        """Send a message; return its number, or 0 when it could not be sent."""
        message = await self._tried(
            lambda: self._client.send_message(
                target.chat,
                note.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_parameters=_reply(target),
                message_thread_id=target.thread,
                reply_markup=markup,
            )
        )
        return message.message_id if message else 0

    async def ask(self, target: Target, note: Note, hint: str) -> int:
        """Ask for a reply, with a hint in the input field; return the message's number, or 0."""
        return await self.post(target, note, ForceReply(input_field_placeholder=hint[:MOST_HINT_CHARS]))

    async def edit(self, chat: int, message: int, note: Note, markup: InlineKeyboardMarkup | None = None) -> bool:
        """Put other words and buttons into a message; return whether it shows them."""
        edited = await self._tried(
            lambda: self._client.edit_message_text(
                note.html,
                chat,
                message,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=markup,
            ),
            repeatable=True,
        )
        return edited is not None

    async def strip(self, chat: int, message: int) -> None:
        """Take the buttons of a message away."""
        await self._tried(lambda: self._client.edit_message_reply_markup(chat, message), repeatable=True)

    async def look_up(self, chat: int | str) -> ChatFullInfo | None:
        """Return a chat in which the bot is, by id or @name; None for any other."""
        try:
            found = await self._client.get_chat(chat)
            member = await self._client.get_chat_member(found.id, self._client.id)
        except TelegramError as error:
            log.info("a chat cannot be looked up: %s", error)
            return None
        return None if member.status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED} else found

    async def send_file(self, target: Target, path: Path, name: str, caption: str = "") -> bool:
        """Send a file under a name; return whether it was sent."""
        data = await asyncio.to_thread(path.read_bytes)
        sent = await self._tried(
            lambda: self._client.send_document(
                target.chat,
                data,
                filename=name,
                caption=caption or None,
                reply_parameters=_reply(target),
                message_thread_id=target.thread,
                write_timeout=WRITE_S,
            )
        )
        return sent is not None

    async def fetch_file(self, file: str, path: Path) -> bool:
        """Download a file that somebody sent; return whether it lies at the path now."""

        async def fetched() -> Path:
            found = await self._client.get_file(file)
            return await found.download_to_drive(path)

        return await self._tried(fetched, repeatable=True) is not None

    async def _tried(self, call: Callable[[], Awaitable[Result]], *, repeatable: bool = False) -> Result | None:
        """Make a call, again where it was not executed, or may be twice; return None when it failed for good."""
        pause = PAUSE_S
        for attempt in range(1, TRIES + 1):
            try:
                return await call()
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except TelegramError as error:
                if attempt == TRIES or not _is_passing(error, repeatable=repeatable):
                    log.warning("Telegram did not do what was asked: %s", error)
                    return None
                await asyncio.sleep(pause)
                pause *= 2
        return None


def _is_passing(error: TelegramError, *, repeatable: bool) -> bool:
    # PTB derives what is refused for good from the network's errors, too.
    is_network = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    return is_network and (repeatable or was_not_executed(error))


def _reply(target: Target) -> ReplyParameters | None:
    return ReplyParameters(target.reply_to, allow_sending_without_reply=True) if target.reply_to else None
