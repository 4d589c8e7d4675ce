"""What a tap on a name does: the question is asked again with that speaker, and the message says who was chosen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from telegram import Message

from bot.chat import texts
from bot.chat.keyboards import choice_buttons, choice_data, column, without
from bot.chat.profiles import chosen
from bot.chat.taps import acknowledge, rebutton, rewrite

if TYPE_CHECKING:
    from telegram import CallbackQuery

    from bot.chat.keyboards import ChoiceTap
    from bot.chat.memories import Asked
    from bot.chat.state import State
    from index.answering import Answering


class Choosing:
    """Takes choices of speakers. Whoever sees the buttons may choose, each speaker once.

    Args:
        answering: who knows the speakers.
        state: what was offered.
    """

    def __init__(self, answering: Answering, state: State) -> None:
        self._answering = answering
        self._state = state

    async def choose(self, query: CallbackQuery, wanted: ChoiceTap, number: int) -> Asked | None:
        """Take a choice, and tell who tapped; return the question as it is to be answered now, if it is.

        Args:
            query: the tap.
            wanted: what it chose.
            number: number of its update.
        """
        chat = query.message.chat.id if query.message else 0
        offered = await asyncio.to_thread(self._state.offered, wanted.choice, chat)
        if offered is None or wanted.position >= len(offered.candidates):
            await acknowledge(query, texts.expired())
            return None
        speaker, name, _ = offered.candidates[wanted.position]
        profile = await asyncio.to_thread(self._answering.profile, speaker)
        if profile is None or not profile.statements:
            await acknowledge(query, texts.gone_speaker(name))
            return None
        asked = await asyncio.to_thread(self._state.choose, offered, wanted.position, number)
        await acknowledge(query, f"→ {name}" if asked else texts.answered_below(), alert=asked is None)
        return asked

    async def mark(self, query: CallbackQuery, wanted: ChoiceTap) -> None:
        """Write on the message who was chosen; the others keep their buttons."""
        message = query.message
        offered = await asyncio.to_thread(self._state.offered, wanted.choice, message.chat.id) if message else None
        if offered is None or not isinstance(message, Message):
            return
        if offered.assumed:
            if message.reply_markup is not None:
                await rebutton(query, without(message.reply_markup, choice_data(wanted.choice, wanted.position)))
            return
        buttons = choice_buttons(offered.id, [name for _, name, _ in offered.candidates])
        left = [button for button, each in zip(buttons, offered.candidates, strict=True) if not each[2]]
        await rewrite(query, chosen(offered), column(left))
