"""The commands /privacy and /forget_me: what is stored about somebody, and how they have it deleted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.access.access import sender_of
from bot.chat.formatting import note
from bot.chat.incoming import target_of
from bot.chat.taps import acknowledge, rewrite
from bot.readers import texts_privacy
from bot.readers.forgetting import forget
from bot.readers.wishes import Wish, forgetting

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.chat.sending import Sender
    from bot.chat.state import State
    from bot.readers.wishes import Wished


class Privacy:
    """Tells and deletes what is stored about people.

    Args:
        state: where it is stored.
        sender: how messages leave.
    """

    def __init__(self, state: State, sender: Sender) -> None:
        self._state = state
        self._sender = sender

    async def privacy(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what is stored, and for how long."""
        del context
        if update.message is not None:
            await self._sender.send(target_of(update.message), note(texts_privacy.privacy()))

    async def forget_me(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask whether what is stored about who writes is to be deleted."""
        del context
        if update.message is None:
            return
        user = sender_of(update)
        words = texts_privacy.forget_question() if user is not None else texts_privacy.nobody_to_forget()
        markup = forgetting(user) if user is not None else None
        await self._sender.send(target_of(update.message), note(words), markup)

    async def tap(self, query: CallbackQuery, wanted: Wished) -> None:
        """Delete, or keep, what is stored about who pressed."""
        if wanted.number != query.from_user.id:
            await acknowledge(query, texts_privacy.not_yours())
            return
        await acknowledge(query)
        if wanted.wish is Wish.KEEP:
            await rewrite(query, note(texts_privacy.nothing_forgotten()))
            return
        counts = await asyncio.to_thread(forget, self._state.engine, wanted.number)
        await rewrite(query, note(texts_privacy.forgotten(counts)))
