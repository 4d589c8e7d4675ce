"""Links to answers: made by a button, opened by whoever has them, with the passages as they stand then."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.helpers import create_deep_linked_url

from bot.chat import texts
from bot.chat.formatting import note
from bot.chat.replying import Shown
from bot.chat.sending import Target
from bot.chat.taps import acknowledge
from bot.readers import texts_readers
from bot.readers.shares import Shares

if TYPE_CHECKING:
    from telegram import CallbackQuery, User

    from bot.chat.memories import Asked
    from bot.chat.replying import Replies
    from bot.chat.sending import Sender
    from bot.chat.state import State
    from bot.readers.feedback import Feedback
    from bot.readers.shares import Share
    from bot.readers.wishes import Wished
    from index.answering import Answering
    from index.records import Citation

PAYLOAD = "q"
"""Stands before a share's token in what a deep link carries."""

SENDING = "https://t.me/share/url?url="
"""Telegram's own page for sending a link to a chat."""


class Sharing:
    """Makes and opens links to answers.

    Args:
        answering: who knows the articles.
        state: what was answered.
        sender: how messages leave.
        replies: who shows citations.
        feedback: who knows the questions of answers.
    """

    def __init__(
        self, answering: Answering, state: State, sender: Sender, replies: Replies, feedback: Feedback
    ) -> None:
        self._answering = answering
        self._state = state
        self._sender = sender
        self._replies = replies
        self._feedback = feedback
        self._shares = Shares(state.engine)

    async def tap(self, query: CallbackQuery, wanted: Wished, me: User) -> None:
        """Give a link to an answer."""
        message = query.message
        given = await asyncio.to_thread(self._state.given, wanted.number, message.chat.id) if message else None
        if given is None or not isinstance(message, Message):
            await acknowledge(query, texts.expired())
            return
        question = await self._feedback.question_of(given, message, me)
        token = await asyncio.to_thread(self._shares.make, given, query.from_user.id, question)
        await acknowledge(query)
        address = create_deep_linked_url(me.username or "", f"{PAYLOAD}{token}")
        send = InlineKeyboardButton(texts_readers.send_link(), url=SENDING + quote(address, safe=""))
        target = Target(message.chat.id, message.message_id, given.thread)
        await self._sender.send(target, note(texts_readers.link_to(address)), InlineKeyboardMarkup([[send]]))

    async def open(self, asked: Asked, token: str) -> None:
        """Show a shared answer, as far as its passages still stand in their articles."""
        share = await asyncio.to_thread(self._shares.get, token)
        citations = await asyncio.to_thread(self._standing, share) if share else ()
        if share is None or not citations:
            await self._sender.send(Target(asked.chat, asked.message), note(texts_readers.share_gone()))
            return
        lead = texts_readers.shared(share.question)
        if share.nearest:
            lead = f"{lead}\n\n{texts.nearest()}"
        await self._replies.present(asked, Shown(citations, lead, nearest=share.nearest))

    def _standing(self, share: Share) -> tuple[Citation, ...]:
        found = ((kept, self._answering.recall(kept.article, kept.span, kept.statement)) for kept in share.citations)
        return tuple(each for kept, each in found if each is not None and kept.fits(each.text))
