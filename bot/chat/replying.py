"""Replying: a question's answer, more of it, and what stands around a passage (`bot.chat.pages` sends citations)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.chat import captions, texts
from bot.chat.activity import typing
from bot.chat.formatting import compose, note, surroundings
from bot.chat.keyboards import Below, choice_buttons, column, source_keyboard
from bot.chat.pages import Page, Pages
from bot.chat.profiles import MOST_OFFERED, labels, which
from bot.chat.sending import Marks, Outcome, Target
from bot.chat.workshop import Ticket
from bot.errors import OverloadedError
from bot.readers import texts_readers
from bot.readers.following import Following
from bot.readers.votes import Votes
from bot.readers.wishes import rating_row
from index.answering import MOST_CITATIONS
from index.following import Asks
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.ext import ExtBot

    from bot.chat.formatting import Note
    from bot.chat.memories import Asked, Given, Kept
    from bot.chat.sending import Sender
    from bot.chat.state import State
    from bot.chat.workshop import Workshop
    from bot.readers.following import Taken
    from index.answering import Answering
    from index.records import Answer, Citation

log = logging.getLogger(__name__)

SHOWN_AT_ONCE = 3
"""Citations that are shown first, and with every tap on More."""

Acknowledge = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown together.

    Attributes:
        citations: all of them; the first are shown at once.
        lead: words of the bot above them.
        nearest: whether they are offered as the nearest, not as an answer.
        rather: buttons below each other, under the last message.
        rated: whether people may vote on it, and share it.
    """

    citations: tuple[Citation, ...]
    lead: str
    nearest: bool = False
    rather: tuple[InlineKeyboardButton, ...] = ()
    rated: bool = False


class Replies:
    """Answers people.

    Args:
        answering: who knows the articles.
        state: what must not be forgotten.
        sender: how messages leave.
        workshop: where questions are worked on.
        may_correct: tells whether a user may correct speakers; nobody may by default.
    """

    def __init__(
        self,
        answering: Answering,
        state: State,
        sender: Sender,
        workshop: Workshop,
        may_correct: Callable[[int], bool] | None = None,
    ) -> None:
        self._answering = answering
        self._may_correct = may_correct or (lambda _user: False)
        self._state = state
        self._sender = sender
        self._workshop = workshop
        self._following = Following(answering, state)
        self._pages = Pages(answering, state, sender, Votes(state.engine))

    async def answer(self, client: ExtBot[Any], asked: Asked) -> None:
        """Answer a question, and forget it when the answer has left."""

        async def delayed() -> None:
            await self._sender.send(_target(asked), note(texts.delayed()))

        try:
            async with typing(client, asked):
                ticket = Ticket(asked.chat, delayed)
                taken, answer = await self._workshop.run(self._worked_out, asked, ticket=ticket)
        except OverloadedError as error:
            log.warning("a question was turned away: %s", error)
            await self._close(asked, note(texts.busy()))
            return
        if answer is None:
            await self._of_the_last(taken)
        else:
            await self._show(taken, answer)

    def _worked_out(self, asked: Asked) -> tuple[Taken, Answer | None]:
        """Answer a question as what it is taken for; None where it asks about the last answer."""
        taken = self._following.take(asked)
        answered = taken.asks is Asks.QUESTION
        return taken, self._following.answered(taken, MOST_CITATIONS) if answered else None

    async def present(self, asked: Asked, shown: Shown) -> None:
        """Show citations to somebody who asked for them by a command or a link."""
        number = await self._keep(asked, shown)
        outcome, numbered = await self._send(asked, number, shown)
        if outcome is Outcome.DELIVERED and not numbered:
            await self._sender.send(_target(asked), note(texts.just_changed()))
        await asyncio.to_thread(self._state.number, number, numbered)

    async def apologise(self, asked: Asked) -> None:
        """Say that something went wrong with a question, and forget it."""
        await self._close(asked, note(texts.apology()))

    async def interrupted(self, asked: Asked) -> None:
        """Say that a question's answer may or may not have arrived before the bot was interrupted, and forget it."""
        await asyncio.to_thread(self._state.done, asked)
        await self._sender.send(_target(asked), note(texts.maybe_lost()))

    async def more(self, given: Given, acknowledge: Acknowledge) -> None:
        """Show the next citations of an answer.

        Args:
            given: the answer, as it stands in the state.
            acknowledge: tells the person who tapped something, or that it is being done ("").
        """
        page, end = await asyncio.to_thread(self._next_page, given)
        if not await asyncio.to_thread(self._state.show, given.id, given.shown, end):
            await acknowledge(texts.shown_below())
            return
        if not page.entries:
            await acknowledge(texts.none_left())
            return
        await acknowledge("")
        outcome, numbered = await self._pages.send(Target(given.chat, given.message, given.thread), given.id, page)
        if numbered:
            await asyncio.to_thread(self._state.number, given.id, numbered)
        elif outcome in {Outcome.REFUSED, Outcome.UNSENT}:
            await asyncio.to_thread(self._state.show, given.id, end, given.shown)

    async def context(self, kept: Kept, number: int, target: Target, acknowledge: Acknowledge) -> None:
        """Show what stands around a citation, as a reply to the message that shows the citation."""
        around = await asyncio.to_thread(self._around, kept)
        if around is None or around.span == kept.span:
            await acknowledge(texts.no_context() if around else texts.gone())
            return
        await acknowledge("")
        for message in compose([around], number, texts.context_of(number, around.speaker)):
            markup = source_keyboard(around) if message.numbers else None
            if not all(await self._pages.verified([around])):
                return
            if await self._sender.send(target, message, markup) is not Outcome.DELIVERED:
                return

    def _around(self, kept: Kept) -> Citation | None:
        context = self._answering.context(kept.article, kept.span)
        if context is None or not kept.fits(context.span.of(context.article.text)):
            return None
        return surroundings(context, self._answering.recall(kept.article, kept.span, kept.statement))

    async def _of_the_last(self, taken: Taken) -> None:
        """Reply to a short question about the last answer."""
        asked = taken.asked
        if taken.asks is not Asks.MORE or taken.given is None:
            await self._close(asked, await asyncio.to_thread(self._following.told, taken))
            return
        if taken.given.shown >= len(taken.given.citations):
            await self._close(asked, note(texts_readers.no_more()))
            return
        said: list[str] = []

        async def tell(words: str) -> None:
            said.append(words)

        await self.more(taken.given, tell)
        if any(said):
            await self._close(asked, note("".join(said)))
        else:
            await asyncio.to_thread(self._state.done, asked)

    async def _show(self, taken: Taken, answer: Answer) -> None:
        """Send a question's answer."""
        asked = taken.asked
        if answer.verdict is Verdict.AMBIGUOUS:
            await self._remember(asked, answer)
            await self._close(asked, which(answer, taken.lead), column(await self._offer(asked, answer)))
            return
        answered = answer.verdict is Verdict.ANSWERED
        leads = [taken.lead]
        rather: tuple[InlineKeyboardButton, ...] = ()
        if answer.assumed and answer.speaker is not None:
            leads.append(texts.taken_to_mean(answer))
            rather = await self._offer(asked, answer)
        if not answered:
            leads.append(texts.nothing_found(answer))
        citations = answer.citations if answered else answer.nearest
        if not citations:
            await self._remember(asked, answer)
            words = texts.just_changed() if answered else _lines(leads)
            await self._close(asked, note(words), column(rather))
            return
        lead = _lines(leads) if answered else f"{_lines(leads)}\n\n{texts.nearest()}"
        shown = Shown(citations, lead, nearest=not answered, rather=rather, rated=True)
        number = await self._keep(asked, shown)
        # Before it leaves, for whoever sees it may vote at once.
        await self._remember(asked, answer, number)
        outcome, numbered = await self._send(asked, number, shown, self._marks(asked))
        if outcome is Outcome.DELIVERED and not numbered:
            await self._close(asked, note(texts.just_changed()))
            return
        await asyncio.to_thread(self._state.number, number, numbered)
        await self._settle(asked, outcome)

    async def _remember(self, asked: Asked, answer: Answer, number: int | None = None) -> None:
        await asyncio.to_thread(self._following.remember, asked, answer, number)

    async def _keep(self, asked: Asked, shown: Shown) -> int:
        """Keep what is about to be shown for its buttons; return its number."""
        number = await asyncio.to_thread(partial(self._state.keep, asked, shown.citations, nearest=shown.nearest))
        end = min(SHOWN_AT_ONCE, len(shown.citations))
        await asyncio.to_thread(self._state.show, number, 0, end)
        # As it will be unless one fails its check: More may be tapped before the true number is written down.
        await asyncio.to_thread(self._state.number, number, end)
        return number

    async def _send(self, asked: Asked, number: int, shown: Shown, marks: Marks | None = None) -> tuple[Outcome, int]:
        """Send the first citations."""
        entries = tuple(enumerate(shown.citations[:SHOWN_AT_ONCE]))
        beside = rating_row(number) if shown.rated else ()
        below = Below(len(entries), len(shown.citations) - len(entries), shown.rather, beside)
        # A private chat has the id of its person, and nobody has that of a group.
        deniable = await asyncio.to_thread(self._may_correct, asked.chat)
        page = Page(entries, 1, shown.lead, below, deniable, shown.rated)
        return await self._pages.send(_target(asked), number, page, marks)

    async def _offer(self, asked: Asked, answer: Answer) -> tuple[InlineKeyboardButton, ...]:
        """Return a button for each speaker who may be meant, behind which the question is kept."""
        offered = answer.candidates[:MOST_OFFERED]
        if not offered:
            return ()
        names = labels(offered)
        candidates = [(profile.speaker.id, name) for profile, name in zip(offered, names, strict=True)]
        keeping = partial(self._state.offer, asked, answer.question.speaker, candidates, assumed=answer.assumed)
        number = await asyncio.to_thread(keeping)
        return choice_buttons(number, [captions.rather(name) for name in names] if answer.assumed else names)

    def _next_page(self, given: Given) -> tuple[Page, int]:
        """Return the next citations that still stand in their articles, and the position after them."""
        entries: list[tuple[int, Citation]] = []
        end = given.shown
        for position, kept in enumerate(given.citations[given.shown :], start=given.shown):
            if len(entries) == SHOWN_AT_ONCE:
                break
            end = position + 1
            citation = self._answering.recall(kept.article, kept.span, kept.statement)
            if citation is not None and kept.fits(citation.text):
                entries.append((position, citation))
        lead = texts.more_nearest() if given.nearest else ""
        below = Below(end, len(given.citations) - end)
        return Page(tuple(entries), given.numbered + 1, lead, below, self._may_correct(given.chat)), end

    def _marks(self, asked: Asked) -> Marks:
        async def leaving() -> None:
            await asyncio.to_thread(self._state.sending, asked)

        async def held_back() -> None:
            await asyncio.to_thread(self._state.held_back, asked)

        return Marks(leaving, held_back)

    async def _close(self, asked: Asked, words: Note, markup: InlineKeyboardMarkup | None = None) -> None:
        """Send the only message that a question gets, and forget it."""
        await self._settle(asked, await self._sender.send(_target(asked), words, markup, self._marks(asked)))

    async def _settle(self, asked: Asked, outcome: Outcome) -> None:
        """Forget a question, unless its answer surely did not leave: then the next start answers it."""
        if outcome is Outcome.UNSENT:
            return
        if outcome is Outcome.UNCERTAIN:
            await self.interrupted(asked)
            return
        await asyncio.to_thread(self._state.done, asked)


def _lines(leads: Sequence[str]) -> str:
    return "\n".join(lead for lead in leads if lead)


def _target(asked: Asked) -> Target:
    return Target(asked.chat, asked.message, asked.thread)
