"""Replying: a question's answer, more of it, and what stands around a passage, as messages that leave one by one.

Right before a message leaves, the words in it are compared with the stored article (promise 1); what fails is dropped,
logged and counted, and what is left is numbered without gaps.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot import captions, texts
from bot.errors import OverloadedError
from bot.formatting import compose, note, surroundings
from bot.keyboards import Below, Entry, choice_buttons, column, keyboard, source_keyboard
from bot.profiles import MOST_OFFERED, labels, which
from bot.sending import Marks, Outcome, Target
from index.answering import MOST_CITATIONS
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from telegram import InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.ext import ExtBot

    from bot.formatting import Note
    from bot.memories import Asked, Given, Kept
    from bot.pacing import Workshop
    from bot.sending import Sender
    from bot.state import State
    from index.answering import Answering
    from index.records import Answer, Citation

log = logging.getLogger(__name__)

SHOWN_AT_ONCE = 3
"""Citations that are shown first, and with every tap on More."""

TYPING_S = 4.0
"""Telegram shows "typing" for five seconds."""

DROPPED = "citations_dropped"
"""Counter of citations whose words did not stand in the stored article when they were about to be shown."""


Acknowledge = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Page:
    """Citations that are shown together.

    Attributes:
        entries: position and citation, in order; numbers are given when they are sent.
        number: number of the first.
        lead: words of the bot above them.
        below: what stands under them.
        deniable: whether the speaker of a statement can be denied there.
    """

    entries: tuple[tuple[int, Citation], ...]
    number: int
    lead: str
    below: Below
    deniable: bool


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

    async def answer(self, client: ExtBot[Any], asked: Asked) -> None:
        """Answer a question, and forget it when the answer has left."""
        try:
            async with _typing(client, asked):
                work = partial(self._answering.ask, asked.text, MOST_CITATIONS, speaker=asked.speaker)
                answer = await self._workshop.run(work)
        except OverloadedError as error:
            log.warning("a question was turned away: %s", error)
            await self._close(asked, note(texts.busy()))
            return
        await self._show(asked, answer)

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
        outcome, numbered = await self._send_page(Target(given.chat, given.message, given.thread), given.id, page)
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
            if not await asyncio.to_thread(self._answering.verify, around):
                await self._drop([around])
                return
            if await self._sender.send(target, message, markup) is not Outcome.DELIVERED:
                return

    def _around(self, kept: Kept) -> Citation | None:
        context = self._answering.context(kept.article, kept.span)
        if context is None or not kept.fits(context.span.of(context.article.text)):
            return None
        return surroundings(context, self._answering.recall(kept.article, kept.span, kept.statement))

    async def _show(self, asked: Asked, answer: Answer) -> None:
        """Send a question's answer."""
        if answer.verdict is Verdict.AMBIGUOUS:
            await self._close(asked, which(answer), column(await self._offer(asked, answer)))
            return
        answered = answer.verdict is Verdict.ANSWERED
        shown = answer.citations if answered else answer.nearest
        lead = "" if answered else texts.nothing_found(answer)
        rather: tuple[InlineKeyboardButton, ...] = ()
        if answer.assumed and answer.speaker is not None:
            lead = f"{texts.taken_to_mean(answer)}\n{lead}".rstrip()
            rather = await self._offer(asked, answer)
        if not shown:
            await self._close(asked, note(texts.just_changed() if answered else lead), column(rather))
            return
        number = await asyncio.to_thread(self._state.keep, asked, shown, nearest=not answered)
        end = min(SHOWN_AT_ONCE, len(shown))
        await asyncio.to_thread(self._state.show, number, 0, end)
        entries = tuple(enumerate(shown[:end]))
        lead = lead if answered else f"{lead}\n\n{texts.nearest()}"
        # A private chat has the id of its person, and nobody has that of a group.
        deniable = await asyncio.to_thread(self._may_correct, asked.chat)
        page = Page(entries, 1, lead, Below(end, len(shown) - end, rather), deniable)
        outcome, numbered = await self._send_page(_target(asked), number, page, self._marks(asked))
        if outcome is Outcome.DELIVERED and not numbered:
            await self._close(asked, note(texts.just_changed()))
            return
        await asyncio.to_thread(self._state.number, number, numbered)
        await self._settle(asked, outcome)

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

    async def _send_page(
        self, target: Target, answer: int, page: Page, marks: Marks | None = None
    ) -> tuple[Outcome, int]:
        """Send citations; return what became of the worst message, and the last number given (0 when none was)."""
        worst, numbered, sent = Outcome.DELIVERED, 0, 0
        while page.entries:
            await self._sender.ready(target.chat)
            page = await self._verified(page)
            if not page.entries:
                break
            messages = compose([citation for _, citation in page.entries], page.number, page.lead)
            message = messages[sent]
            markup = _buttons(answer, page, message, last=sent == len(messages) - 1)
            # Once one message of an answer has left, a crash finds the rest of it missing, whatever becomes of that.
            outcome = await self._sender.send(target, message, markup, marks if not numbered and not sent else None)
            if outcome is Outcome.UNCERTAIN:
                worst = outcome
            elif outcome is not Outcome.DELIVERED:
                return outcome, numbered
            sent += 1
            if message.numbers:
                numbered = message.numbers[-1]
                left = page.entries[len(message.numbers) :]
                page, sent = replace(page, entries=left, number=numbered + 1, lead=""), 0
        return worst, numbered

    async def _verified(self, page: Page) -> Page:
        """Return a page without the citations that do not stand in their articles."""
        good = await asyncio.to_thread(
            lambda: [self._answering.verify(citation) and citation.is_verbatim for _, citation in page.entries]
        )
        bad = [entry[1] for entry, fine in zip(page.entries, good, strict=True) if not fine]
        if not bad:
            return page
        await self._drop(bad)
        return replace(page, entries=tuple(entry for entry, fine in zip(page.entries, good, strict=True) if fine))

    async def _drop(self, citations: Sequence[Citation]) -> None:
        for citation in citations:
            where = citation.article.id, citation.span.start, citation.span.end
            log.warning("dropped a citation that does not stand in its article any more: article %s [%s, %s)", *where)
        await asyncio.to_thread(self._state.count, DROPPED, len(citations))

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


def _target(asked: Asked) -> Target:
    return Target(asked.chat, asked.message, asked.thread)


def _buttons(answer: int, page: Page, message: Note, *, last: bool) -> InlineKeyboardMarkup | None:
    ended = page.entries[: len(message.numbers)]
    entries = [Entry(place, number, cited) for (place, cited), number in zip(ended, message.numbers, strict=True)]
    return keyboard(answer, entries, page.below if last else None, deniable=page.deniable)


@asynccontextmanager
async def _typing(client: ExtBot[Any], asked: Asked) -> AsyncIterator[None]:
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
