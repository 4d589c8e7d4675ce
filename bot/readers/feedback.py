"""👍 and 👎: votes on answers, by button and by reaction, one a person, changeable."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from telegram import Message, ReactionTypeEmoji

from bot.chat import texts
from bot.chat.incoming import asked_text
from bot.chat.taps import acknowledge
from bot.readers import texts_readers
from bot.readers.turns import Turns
from bot.readers.votes import Votes
from bot.readers.wishes import Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import CallbackQuery, ReactionType, Update, User
    from telegram.ext import ContextTypes

    from bot.chat.memories import Given
    from bot.chat.state import State
    from bot.readers.wishes import Wished


class Feedback:
    """Takes votes.

    Args:
        state: what was answered.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._votes = Votes(state.engine)
        self._turns = Turns(state.engine)

    async def tap(self, query: CallbackQuery, wanted: Wished, me: User) -> None:
        """Take a vote by button; the same button again takes it back."""
        message = query.message
        given = await asyncio.to_thread(self._state.given, wanted.number, message.chat.id) if message else None
        if given is None or not isinstance(message, Message):
            await acknowledge(query, texts.expired())
            return
        up, user = wanted.wish is Wish.UP, query.from_user.id
        if await asyncio.to_thread(self._votes.of, given.id, user) is up:
            await asyncio.to_thread(self._votes.take_back, given.id, user)
            await acknowledge(query, texts_readers.vote_taken_back(), alert=False)
            return
        question = await self.question_of(given, message, me)
        await asyncio.to_thread(partial(self._votes.cast, given, user, question, up=up))
        await acknowledge(query, texts_readers.thanks(), alert=False)

    async def react(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Take a vote by reaction to a message that shows an answer; taking the reaction back takes the vote back."""
        del context
        reaction = update.message_reaction
        if reaction is None or reaction.user is None or reaction.user.is_bot:
            return
        answer = await asyncio.to_thread(self._votes.shown_in, reaction.chat.id, reaction.message_id)
        given = await asyncio.to_thread(self._state.given, answer, reaction.chat.id) if answer is not None else None
        if given is None:
            return
        user = reaction.user.id
        before, now = _vote(reaction.old_reaction), _vote(reaction.new_reaction)
        if now is not None:
            question = await asyncio.to_thread(self._turns.question_of, given.id)
            await asyncio.to_thread(partial(self._votes.cast, given, user, question, up=now))
        elif before is not None and await asyncio.to_thread(self._votes.of, given.id, user) is before:
            await asyncio.to_thread(self._votes.take_back, given.id, user)

    async def question_of(self, given: Given, message: Message, me: User) -> str | None:
        """Return the question that an answer was given to, from memory or from what its message shows; None if lost."""
        remembered = await asyncio.to_thread(self._turns.question_of, given.id)
        if remembered is not None:
            return remembered
        taken = texts_readers.question_taken(message.text or "")
        replied = message.reply_to_message
        if taken is not None or replied is None or not replied.text or replied.message_id != given.message:
            return taken
        # What a reply in a group replies to is not told of the message that it is; all of it is the question then.
        asked = asked_text(replied, me)
        return replied.text if asked is None else asked or None


def _vote(reactions: Sequence[ReactionType]) -> bool | None:
    """Return what reactions say of an answer; None where they say nothing, or both."""
    emoji = {each.emoji.rstrip("\ufe0f") for each in reactions if isinstance(each, ReactionTypeEmoji)}
    up, down = texts_readers.UP in emoji, texts_readers.DOWN in emoji
    return up if up != down else None
