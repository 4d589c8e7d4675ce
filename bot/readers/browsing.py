"""Looking around: /sources, /about NAME, and links to articles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, Message

from bot.chat.formatting import Note, named, note, short
from bot.chat.incoming import called_by, command_of, target_of
from bot.chat.keyboards import MOST_LABEL_CHARS, column
from bot.chat.memories import Asked
from bot.chat.profiles import MOST_OFFERED, labels
from bot.chat.replying import SHOWN_AT_ONCE, Shown
from bot.chat.sending import Target
from bot.chat.taps import acknowledge, rewrite
from bot.readers import texts_readers
from bot.readers.wishes import Wish, button, turning
from index.records import Question, QuestionKind
from index.wording import worded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import CallbackQuery, Update
    from telegram.ext import ContextTypes

    from bot.chat.replying import Replies
    from bot.chat.sending import Sender
    from bot.readers.wishes import Wished
    from corpus.records import Profile
    from index.answering import Answering
    from index.browsing import Source

PER_PAGE = 10
MOST_INLINE_CHARS = 200
"""Telegram takes 256 for what a button puts into the input field."""


class Browsing:
    """Shows publishers, speakers and articles.

    Args:
        answering: who knows them.
        sender: how messages leave.
        replies: who shows citations.
    """

    def __init__(self, answering: Answering, sender: Sender, replies: Replies) -> None:
        self._answering = answering
        self._sender = sender
        self._replies = replies

    async def sources(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """List the publishers."""
        del context
        if update.message is None:
            return
        found = await asyncio.to_thread(self._answering.sources)
        await self._sender.send(target_of(update.message), listing(found, 0), turning(0, page_count(found)))

    async def turn(self, query: CallbackQuery, wanted: Wished) -> None:
        """Show another page of the publishers."""
        await acknowledge(query)
        found = await asyncio.to_thread(self._answering.sources)
        page = min(wanted.number, page_count(found) - 1)
        await rewrite(query, listing(found, page), turning(page, page_count(found)))

    async def about(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the card of a speaker, or ask which one is meant."""
        message = update.message
        read = command_of(message, context.bot.bot) if message else None
        if message is None or read is None:
            return
        words, target = " ".join(read[1].split()), target_of(message)
        if not words:
            await self._sender.send(target, note(texts_readers.about_usage()))
            return
        fitting = await asyncio.to_thread(self._answering.speakers, words)
        exact = [each for each in fitting if each.speaker.name.casefold() == words.casefold()]
        chosen = exact or list(fitting)
        if len(chosen) == 1:
            await self._card(called_by(update.update_id, message), chosen[0].speaker.id)
        elif chosen:
            await self._sender.send(target, _which(words, chosen), column(_choices(chosen)))
        else:
            await self._sender.send(target, note(texts_readers.nobody_called(words)))

    async def tap(self, query: CallbackQuery, wanted: Wished, number: int) -> Asked | None:
        """Show the card of a speaker who was chosen, or return the question for their statements.

        Args:
            query: the tap.
            wanted: what it wants.
            number: number of its update.
        """
        message = query.message
        profile = await asyncio.to_thread(self._answering.profile, wanted.number)
        if not isinstance(message, Message) or profile is None or not profile.statements:
            await acknowledge(query, texts_readers.speaker_gone())
            return None
        await acknowledge(query)
        asked = called_by(number, message)
        if wanted.wish is Wish.ABOUT:
            await self._card(asked, profile.speaker.id)
            return None
        name, user = profile.speaker.name, query.from_user.id
        question = worded(_everything(name))
        return Asked(number, asked.chat, asked.message, asked.thread, question, speaker=profile.speaker.id, user=user)

    async def article(self, asked: Asked, number: int) -> None:
        """Show the card of an article."""
        card = await asyncio.to_thread(self._answering.card, number)
        if card is None:
            await self._sender.send(_where(asked), note(texts_readers.article_gone()))
            return
        await self._replies.present(asked, Shown((card.opening,), texts_readers.card(card)))

    async def _card(self, asked: Asked, speaker: int) -> None:
        portrait = await asyncio.to_thread(self._answering.portrait, speaker, SHOWN_AT_ONCE)
        if portrait is None or not portrait.latest:
            await self._sender.send(_where(asked), note(texts_readers.speaker_gone()))
            return
        profile = portrait.profile
        name = profile.speaker.name[:MOST_INLINE_CHARS]
        # What it puts into the input field is a question, and questions are understood in English.
        ask = InlineKeyboardButton(
            texts_readers.ask_about(), switch_inline_query_current_chat=f"what did {name} say about "
        )
        every = button(
            texts_readers.all_statements(portrait.profile.statements), Wish.LIST, portrait.profile.speaker.id
        )
        await self._replies.present(asked, Shown(portrait.latest, texts_readers.about(portrait), rather=(ask, every)))


def listing(sources: Sequence[Source], page: int) -> Note:
    """List publishers.

    Args:
        sources: all of them.
        page: which page of them, from 0.
    """
    first = page * PER_PAGE
    shown = sources[first : first + PER_PAGE]
    head = named(texts_readers.sources_head(sources))
    if len(sources) > PER_PAGE:
        head += f" · {first + 1}–{first + len(shown)}"
    lines = [_line(each) for each in shown]
    return Note("\n".join([head, "", *lines]).rstrip())


def page_count(sources: Sequence[Source]) -> int:
    """Return how many pages publishers take, at least one."""
    return max(1, -(-len(sources) // PER_PAGE))


def _line(source: Source) -> str:
    publisher = source.published.publisher
    name = f"<b>{named(publisher)}</b>" if publisher else f"<i>{named(texts_readers.no_publisher())}</i>"
    return f"{name} · {named(texts_readers.extent_of(source))}"


def _which(words: str, fitting: Sequence[Profile]) -> Note:
    left = len(fitting) - MOST_OFFERED
    more = [texts_readers.and_more(left)] if left > 0 else []
    return note("\n".join([texts_readers.several_called(words), *more]))


def _choices(fitting: Sequence[Profile]) -> list[InlineKeyboardButton]:
    offered = fitting[:MOST_OFFERED]
    return [
        button(short(label, MOST_LABEL_CHARS), Wish.ABOUT, profile.speaker.id)
        for profile, label in zip(offered, labels(offered), strict=True)
    ]


def _where(asked: Asked) -> Target:
    return Target(asked.chat, asked.message, asked.thread)


def _everything(name: str) -> Question:
    return Question(text="", kind=QuestionKind.SAID, speaker=name)
