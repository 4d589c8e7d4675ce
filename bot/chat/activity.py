"""Showing people that the bot is at work."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from telegram.constants import ChatAction
from telegram.error import TelegramError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram.ext import ExtBot

    from bot.chat.memories import Asked

TYPING_S = 4.0
"""Telegram shows "typing" for five seconds."""


@asynccontextmanager
async def typing(client: ExtBot[Any], asked: Asked) -> AsyncIterator[None]:
    """Show "typing" as long as the block runs."""
    ended = asyncio.Event()

    async def show() -> None:
        while not ended.is_set():
            # It is a courtesy: whatever is wrong, the answer will meet it too, and say so.
            with suppress(TelegramError):
                await client.send_chat_action(asked.chat, ChatAction.TYPING, message_thread_id=asked.thread)
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), TYPING_S)

    showing = asyncio.create_task(show())
    try:
        yield
    finally:
        ended.set()
        # A "typing" that arrives after the answer would stay there for seconds.
        await asyncio.wait({showing}, timeout=1)
        showing.cancel()
