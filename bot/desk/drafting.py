"""What admins do with drafts: keep, change and discard them, and take back what they kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telegram import InlineKeyboardMarkup

from bot.chat.formatting import note
from bot.chat.taps import acknowledge, rebutton
from bot.desk import texts_cards
from bot.desk import texts_desk as texts
from bot.desk.acts import subject
from bot.desk.cards import button, stored, title_of
from bot.desk.drafts import Prompt
from bot.language import explained
from corpus.errors import ArticleNotFoundError, RecordError
from corpus.fields import check
from corpus.writing import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import CallbackQuery, Message

    from bot.chat.sending import Target
    from bot.desk.acts import Act, Tools
    from bot.desk.drafts import Pending
    from bot.desk.readings import Readings
    from corpus.records import Draft
    from corpus.writing import Stored

NOTHING = "-"
"""What is written to take a field's value away."""

MOST_VALUE_CHARS = 500


class Drafting:
    """Does what the buttons under drafts promise, and takes the answers to the questions that they ask.

    Args:
        tools: what it works with.
        readings: who shows drafts.
    """

    def __init__(self, tools: Tools, readings: Readings) -> None:
        self._tools = tools
        self._readings = readings

    async def keep(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Store a draft, or the changes to an article."""
        del rest
        pending = await self._waiting(act, query, number)
        if pending is None:
            return
        await acknowledge(query)
        pieces = await asyncio.to_thread(self._tools.drafts.pieces, number)
        newsroom = self._tools.newsroom
        if pending.article is not None:
            done = await self._tools.attempt(act.target, newsroom.edit, pending.article, pieces[0].draft)
            results = None if done is None else [done]
        else:
            results = await self._tools.attempt(act.target, newsroom.keep, [piece.draft for piece in pieces])
        if results is None:
            return
        added = [each.article for each in results if each.outcome in {Outcome.ADDED, Outcome.COPY}]
        await asyncio.to_thread(self._tools.drafts.keep, number, list(dict.fromkeys(added)))
        articles = await asyncio.to_thread(newsroom.store.articles, [each.article for each in results])
        for each in results:
            if each.outcome is not Outcome.UNCHANGED and each.article in articles:
                action = "edit" if each.outcome is Outcome.UPDATED else "add"
                await self._tools.access.done(act.user, action, subject(articles[each.article]))
        await self._show_kept(act.target, pending, results)

    async def drop(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Throw a draft away."""
        del rest
        pending = await self._waiting(act, query, number)
        if pending is None:
            return
        await acknowledge(query)
        pieces = await asyncio.to_thread(self._tools.drafts.pieces, number)
        await asyncio.to_thread(self._tools.drafts.discard, number)
        what = title_of(pieces[0].draft) if len(pieces) == 1 else texts_cards.articles(len(pieces))
        words = texts.discarded(what) if pending.article is None else texts.cancelled(pending.article)
        await self._rewrite(act.target, words)

    async def turn(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Show another page of several drafts."""
        pending = await self._waiting(act, query, number)
        if pending is None or not rest.isdecimal():
            return
        await acknowledge(query)
        card, markup = await asyncio.to_thread(self._readings.card, pending, int(rest))
        await self._tools.posting.edit(act.target.chat, act.target.reply_to or 0, card, markup)

    async def edit(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Ask for another value of a field."""
        pending = await self._waiting(act, query, number)
        if pending is None or rest not in texts_cards.FIELDS:
            return
        await acknowledge(query)
        (piece,) = await asyncio.to_thread(self._tools.drafts.pieces, number, 0, 1)
        await self._ask(act, Prompt(number, rest), texts.ask_field(rest, str(getattr(piece.draft, rest) or "")))

    async def answered(self, act: Act, message: Message, prompt: Prompt) -> None:
        """Take the answer to a question for a value; what cannot be taken is explained, and asked for again."""
        drafts = self._tools.drafts
        pending = await asyncio.to_thread(drafts.pending, prompt.draft, act.target.chat)
        if pending is None or pending.kept is not None:
            await self._tools.say(act.target, texts.expired())
            return
        (piece,) = await asyncio.to_thread(drafts.pieces, prompt.draft, 0, 1)
        try:
            draft = await asyncio.to_thread(self._with, pending, piece.draft, prompt.field, message.text or "")
        except RecordError as error:
            await self._ask(act, prompt, texts.bad_field(prompt.field, explained(error)))
            return
        changed = await asyncio.to_thread(self._tools.newsroom.piece, draft, pending.article)
        await asyncio.to_thread(drafts.change, prompt.draft, changed)
        await asyncio.to_thread(drafts.answered, act.target.chat, act.user)
        if pending.message is not None:
            # The card that shows how it is now comes below.
            await self._tools.posting.strip(act.target.chat, pending.message)
        await self._readings.show(pending, act.target)

    async def undo(self, act: Act, query: CallbackQuery, number: int, rest: str) -> None:
        """Remove the articles that keeping a draft added."""
        del rest
        pending = await asyncio.to_thread(self._tools.drafts.pending, number, act.target.chat)
        if pending is None or not pending.kept:
            await acknowledge(query, texts.expired())
            return
        await acknowledge(query)
        articles = await asyncio.to_thread(self._tools.newsroom.store.articles, pending.kept)
        removed = await self._tools.attempt(act.target, self._tools.newsroom.remove, pending.kept)
        if removed is None:
            return
        for article in removed:
            await self._tools.access.done(act.user, "remove", subject(articles[article]))
        if len(pending.kept) == 1 and removed:
            only = articles[removed[0]]
            back = InlineKeyboardMarkup([[button("undo", "back", only.id)]])
            await self._rewrite(act.target, texts.removed(only.id, title_of(only)), back)
        else:
            await self._rewrite(act.target, texts.removed_all(len(removed)))

    async def _waiting(self, act: Act, query: CallbackQuery, number: int) -> Pending | None:
        """Return what still waits in this chat; else tell who tapped."""
        pending = await asyncio.to_thread(self._tools.drafts.pending, number, act.target.chat)
        if pending is None:
            await acknowledge(query, texts.expired())
            await rebutton(query, None)
            return None
        if pending.kept is not None:
            await acknowledge(query, texts.kept_already())
            return None
        return pending

    async def _ask(self, act: Act, prompt: Prompt, words: str) -> None:
        await asyncio.to_thread(self._tools.drafts.ask, act.target.chat, act.user, prompt)
        asked = await self._tools.posting.ask(act.target, note(words), texts_cards.field_name(prompt.field))
        await asyncio.to_thread(self._tools.drafts.asked, act.target.chat, act.user, asked)

    def _with(self, pending: Pending, draft: Draft, field: str, answer: str) -> Draft:
        """Return a draft with another value of a field.

        Raises:
            RecordError: the field cannot have that value.
        """
        given = "" if answer.strip() == NOTHING else answer
        if len(given) > MOST_VALUE_CHARS:
            raise RecordError(texts.too_long(len(given), MOST_VALUE_CHARS))
        read = check({"date" if field == "published" else field: given})
        match field:
            case "title":
                return replace(draft, title=read.title or "")
            case "published":
                return replace(draft, published=read.date)
            case "publisher":
                return replace(draft, publisher=read.publisher)
            case "author":
                return replace(draft, author=read.author)
        taken = self._at(read.url) if read.url else None
        if taken is not None and taken != pending.article and pending.article is not None:
            raise RecordError(texts.url_taken(taken))
        return replace(draft, url=read.url)

    def _at(self, url: str) -> int | None:
        """Return the id of the article that has an address."""
        try:
            found = self._tools.newsroom.store.find(url)
        except ArticleNotFoundError:
            return None
        return found.id

    async def _show_kept(self, target: Target, pending: Pending, results: Sequence[Stored]) -> None:
        """Put what became of a draft into the place of its card."""
        if len(results) > 1:
            outcomes = [each.outcome for each in results]
            same, updated = outcomes.count(Outcome.UNCHANGED), outcomes.count(Outcome.UPDATED)
            added = len(outcomes) - same - updated
            undo = InlineKeyboardMarkup([[button("undo", "undo", pending.id)]]) if added else None
            await self._rewrite(target, texts.kept_all(added, updated, same), undo)
            return
        (only,) = results
        heads: dict[Outcome, Any] = {Outcome.UPDATED: texts.saved, Outcome.UNCHANGED: texts.unchanged}
        head = heads.get(only.outcome, texts.kept)(only.article)
        store = self._tools.newsroom.store
        article = (await asyncio.to_thread(store.articles, [only.article])).get(only.article)
        if article is None:
            await self._rewrite(target, head)
            return
        said = await asyncio.to_thread(store.statements_of, [only.article])
        card, markup = stored(article, len(said), head)
        if only.outcome in {Outcome.ADDED, Outcome.COPY}:
            markup = InlineKeyboardMarkup([*markup.inline_keyboard, [button("undo", "undo", pending.id)]])
        await self._tools.posting.edit(target.chat, target.reply_to or 0, card, markup)

    async def _rewrite(self, target: Target, words: str, markup: InlineKeyboardMarkup | None = None) -> None:
        await self._tools.posting.edit(target.chat, target.reply_to or 0, note(words), markup)
