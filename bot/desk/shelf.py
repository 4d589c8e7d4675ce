"""The articles that are there: listed, shown, changed, removed, taken back, and compared with their pages."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from telegram import InlineKeyboardMarkup

from bot.chat.formatting import note
from bot.chat.taps import acknowledge
from bot.desk import texts_cards
from bot.desk import texts_desk as texts
from bot.desk.acts import subject
from bot.desk.cards import PER_PAGE, button, listing, page_count, spoken, stored, title_of
from bot.desk.diffing import difference
from bot.desk.filters import chosen
from corpus.errors import RecordError
from corpus.queries import LONGEST_ID
from corpus.revising import as_draft

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from telegram import CallbackQuery

    from bot.chat.formatting import Note
    from bot.chat.state import State
    from bot.desk.acts import Act, Tapping, Tools
    from bot.desk.readings import Readings
    from corpus.records import Article, Statement

MOST_NAME_CHARS = 60
_UNFIT = re.compile(r"[^\w-]+")


class Shelf:
    """Shows stored articles and does what the buttons under them promise.

    Args:
        tools: what it works with.
        readings: who shows drafts.
        state: remembers what was looked for.
    """

    def __init__(self, tools: Tools, readings: Readings, state: State) -> None:
        self._tools = tools
        self._readings = readings
        self._state = state
        self._store = tools.newsroom.store

    async def search(self, act: Act, words: str) -> None:
        """Show the first page of the articles that words and filters choose."""
        try:
            number = await asyncio.to_thread(self._state.look, act.target.chat, words) if words else 0
            card, markup = await asyncio.to_thread(self._page, words, number, 0)
        except RecordError as error:
            await self._tools.say(act.target, error.problem)
            return
        await self._tools.posting.post(act.target, card, markup)

    async def turn(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Show another page of a list."""
        chat = act.target.chat
        words = await asyncio.to_thread(self._state.looked, number, chat) if number else ""
        if words is None or not rest.isdecimal():
            await acknowledge(query, texts.expired())
            return
        await acknowledge(query)
        card, markup = await asyncio.to_thread(self._page, words, number, int(rest))
        await self._tools.posting.edit(chat, act.target.reply_to or 0, card, markup)

    async def named(self, act: Act, command: str, wanted: str) -> Article | None:
        """Find the article that stands behind a command, by number, URL or id; say so where there is none."""
        words = wanted.strip().removeprefix("#")
        if not words:
            await self._tools.say(act.target, texts_cards.usage(command))
            return None
        return await self._tools.attempt(act.target, self._find, words)

    def tapping(self, doing: Callable[[Act, Article], Awaitable[None]]) -> Tapping:
        """Return what does something with the article whose number a button reports."""

        async def tap(act: Act, query: CallbackQuery, number: int, rest: str) -> None:
            del rest
            await acknowledge(query)
            article = await self._tools.attempt(act.target, self._store.article, number)
            if article is not None:
                await doing(act, article)

        return tap

    async def show(self, act: Act, article: Article) -> None:
        """Show an article."""
        statements = await asyncio.to_thread(self._store.statements_of, [article.id])
        card, markup = stored(article, len(statements))
        await self._tools.posting.post(act.target, card, markup)

    async def change(self, act: Act, article: Article) -> None:
        """Begin to change an article: a draft of it waits for changes."""
        piece = await asyncio.to_thread(self._tools.newsroom.piece, as_draft(article), article.id)
        pending = await asyncio.to_thread(self._tools.drafts.add, act.target, [piece], article.id)
        await self._readings.show(pending, act.target)

    async def ask_remove(self, act: Act, article: Article) -> None:
        """Ask whether an article is really to be removed."""
        words = texts.ask_remove(article.id, title_of(article))
        buttons = [[button("yes", "gone", article.id), button("no", "stay", article.id)]]
        await self._tools.posting.post(act.target, note(words), InlineKeyboardMarkup(buttons))

    async def refetch(self, act: Act, article: Article) -> None:
        """Fetch an article's page again, and say what changed there."""
        found = await self._tools.attempt(act.target, self._tools.newsroom.refetch, article.id)
        if found is None:
            return
        if found.before.revision == found.after.revision:
            await self._tools.say(act.target, texts.refetched_same(article.id))
            return
        await self._tools.access.done(act.user, "refetch", subject(found.after))
        told = await asyncio.to_thread(difference, found.before, found.after)
        markup = InlineKeyboardMarkup([[button("show", "show", article.id)]])
        await self._tools.posting.post(act.target, told, markup)

    async def remove(self, act: Act, article: Article) -> None:
        """Remove an article."""
        removed = await self._tools.attempt(act.target, self._tools.newsroom.remove, [article.id])
        if removed is None:
            return
        if removed:
            await self._tools.access.done(act.user, "remove", subject(article))
        back = InlineKeyboardMarkup([[button("undo", "back", article.id)]])
        await self._rewrite(act, texts.removed(article.id, title_of(article)), back)

    async def text(self, act: Act, article: Article) -> None:
        """Send the whole text of an article as a file."""
        name = f"{_UNFIT.sub('-', article.title)[:MOST_NAME_CHARS].strip('-') or f'article-{article.id}'}.txt"
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "text"
            await asyncio.to_thread(path.write_text, article.text, "utf-8")
            await self._tools.posting.send_file(act.target, path, name)

    async def stay(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Leave an article where it is."""
        del rest
        await acknowledge(query)
        await self._rewrite(act, texts.cancelled(number))

    async def back(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Take a removed article back."""
        del rest
        await acknowledge(query)
        newsroom = self._tools.newsroom
        present = await asyncio.to_thread(self._store.articles, [number])
        if not present and await asyncio.to_thread(newsroom.removed, number) is None:
            await self._tools.say(act.target, texts.undo_gone(number))
            return
        article = await self._tools.attempt(act.target, newsroom.restore, number)
        if article is None:
            return
        if not present:
            await self._tools.access.done(act.user, "restore", subject(article))
        markup = InlineKeyboardMarkup([[button("show", "show", number)]])
        await self._rewrite(act, texts.restored(number, title_of(article)), markup)

    async def said(self, act: Act, article: Article) -> None:
        """Show the first page of an article's statements."""
        statements = await asyncio.to_thread(self._statements, article.id)
        if not statements:
            await self._tools.say(act.target, texts_cards.no_statements(article.id))
            return
        card, markup = spoken(article, statements, 0)
        await self._tools.posting.post(act.target, card, markup)

    async def lines(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Show another page of an article's statements in the place of the one before."""
        await acknowledge(query)
        article = await self._tools.attempt(act.target, self._store.article, number)
        if article is None or not rest.isdecimal():
            return
        statements = await asyncio.to_thread(self._statements, number)
        page = min(int(rest), page_count(len(statements)) - 1)
        card, markup = spoken(article, statements, page)
        await self._tools.posting.edit(act.target.chat, act.target.reply_to or 0, card, markup)

    def _page(self, words: str, number: int, page: int) -> tuple[Note, InlineKeyboardMarkup]:
        wanted = chosen(words)
        count = self._store.count(wanted)
        page = min(page, page_count(count) - 1)
        articles = list(self._store.listing(wanted, start=page * PER_PAGE, most=PER_PAGE))
        return listing(articles, count, page, (number, words))

    def _statements(self, number: int) -> list[tuple[Statement, str | None]]:
        """Return an article's statements in text order, each with its speaker as corrected."""
        registry = self._tools.newsroom.app.corrections.registry
        found: list[tuple[Statement, str | None]] = []
        for statement in self._store.statements_of([number]):
            speakers = registry.corrected(statement).speakers
            profile = registry.profile(speakers[0]) if speakers else None
            found.append((statement, profile.speaker.name if profile else None))
        return found

    def _find(self, words: str) -> Article:
        """Find an article; digits are its number first, as lists show it.

        Raises:
            ArticleNotFoundError: there is none.
        """
        number = int(words) if words.isdecimal() and len(words) <= LONGEST_ID else 0
        return self._store.articles([number]).get(number) or self._store.find(words)

    async def _rewrite(self, act: Act, words: str, markup: InlineKeyboardMarkup | None = None) -> None:
        await self._tools.posting.edit(act.target.chat, act.target.reply_to or 0, note(words), markup)
