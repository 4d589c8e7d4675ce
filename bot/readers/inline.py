"""Inline mode: `@bot what did pak say about the us`, typed in any chat, gives verified quotations to send there.

Inline queries come with every letter, so only the latest of each person is worked on, after a moment in which no
further letter came. Telegram shows nothing that comes late: what is verified when the time is over is what is shown.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.access.limiting import Drawn
from bot.chat import texts
from bot.chat.formatting import alone, short
from bot.chat.keyboards import source_keyboard
from bot.chat.workshop import Ticket
from bot.errors import OverloadedError
from bot.readers import texts_readers
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from telegram import InlineQuery, Update
    from telegram.ext import ContextTypes

    from bot.chat.pages import Pages
    from bot.chat.workshop import Workshop
    from index.answering import Answering
    from index.records import Answer, Citation

log = logging.getLogger(__name__)

MOST_RESULTS = 10
MOST_CANDIDATES = 3
"""Of those who share a name, so many are asked about at once."""

PAUSE_S = 0.25
"""Whoever types is given so long for the next letter."""

DEADLINE_S = 1.7
"""Seconds from the query on after which is shown what is there; two are what people wait for."""

CACHE_S = 10
"""Seconds for which Telegram may show the same results again: articles may be removed, and reading be forbidden."""

MOST_TITLE_CHARS = 64
MOST_DESCRIPTION_CHARS = 200
MOST_BUTTON_CHARS = 100
START = "inline"
"""What the button above the results carries to the private chat."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Found:
    """What is shown under an inline query.

    Attributes:
        results: what can be sent.
        button: label of the button above them, "" for none.
    """

    results: tuple[InlineQueryResultArticle, ...]
    button: str = ""


class Inline:
    """Answers inline queries.

    Args:
        answering: who knows the articles.
        workshop: where questions are worked on.
        pages: who verifies citations.

    Attributes:
        draw: counts a question of a user, and says how long to wait for it; nothing is counted by default.
    """

    def __init__(self, answering: Answering, workshop: Workshop, pages: Pages) -> None:
        self._answering = answering
        self._workshop = workshop
        self._pages = pages
        self.draw: Callable[[int], Drawn] = lambda _user: Drawn()
        self._latest: dict[int, str] = {}

    async def query(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer an inline query, unless the person types on."""
        del context
        query = update.inline_query
        if query is None:
            return
        user, began = query.from_user.id, time.monotonic()
        self._latest[user] = query.id
        try:
            if query.query.strip():
                await asyncio.sleep(PAUSE_S)
                if self._latest.get(user) != query.id:
                    return
                found = await self._found(query, began + DEADLINE_S)
            else:
                found = Found((), texts_readers.inline_hint())
            if self._latest.get(user) == query.id:
                await _show(query, found)
        finally:
            if self._latest.get(user) == query.id:
                del self._latest[user]

    async def _found(self, query: InlineQuery, deadline: float) -> Found:
        """Find what is to be shown until a monotonic time."""
        text = " ".join(query.query.split())
        # Letters that are typed on count for nothing: only what is worked on is a question.
        drawn = await asyncio.to_thread(self.draw, query.from_user.id)
        if drawn.wait_s:
            return Found((), texts_readers.inline_too_many(drawn.wait_s))
        ticket = Ticket(("inline", query.from_user.id))
        working = asyncio.ensure_future(self._workshop.run(self._asked, text, query, ticket=ticket))
        try:
            # What has begun in a thread goes on there; nobody waits for it.
            answer = await asyncio.wait_for(asyncio.shield(working), deadline - time.monotonic())
        except TimeoutError:
            working.add_done_callback(_given_up)
            return Found((), texts_readers.inline_late())
        except OverloadedError as error:
            log.warning("an inline query was turned away: %s", error)
            return Found((), texts_readers.inline_busy())
        except Exception:
            log.exception("an inline query could not be answered")
            return Found((), texts_readers.inline_failed())
        if answer is None:
            return Found(())
        return await self._shown(answer, deadline)

    async def _shown(self, answer: Answer, deadline: float) -> Found:
        """Write an answer as results, as far as it verifies until a monotonic time."""
        results = await self._results(answer.citations, deadline)
        if answer.verdict is Verdict.AMBIGUOUS:
            return Found(results, texts_readers.inline_which(answer.question.speaker))
        if not results:
            return Found((), texts_readers.inline_nothing())
        return Found(results, texts.taken_to_mean(answer) if answer.assumed and answer.speaker else "")

    def _asked(self, text: str, query: InlineQuery) -> Answer | None:
        """Answer a question, unless the person has typed on while it waited for a thread.

        Where a name fits several speakers, the answer holds the words of the first few of them.
        """
        if self._latest.get(query.from_user.id) != query.id:
            return None
        answer = self._answering.ask(text, MOST_RESULTS)
        if answer.verdict is not Verdict.AMBIGUOUS:
            return answer
        each = [
            self._answering.ask(text, MOST_RESULTS // MOST_CANDIDATES, speaker=profile.speaker.id).citations
            for profile in answer.candidates[:MOST_CANDIDATES]
        ]
        return replace(answer, citations=tuple(citation for citations in each for citation in citations))

    async def _results(self, citations: Sequence[Citation], deadline: float) -> tuple[InlineQueryResultArticle, ...]:
        """Write citations as results, those that verify, until a monotonic time."""
        results: dict[str, InlineQueryResultArticle] = {}
        for citation in citations:
            if time.monotonic() > deadline:
                break
            (good,) = await self._pages.verified([citation])
            result = _result(citation) if good else None
            if result is not None:
                results.setdefault(result.id, result)
        return tuple(results.values())


def _result(citation: Citation) -> InlineQueryResultArticle | None:
    """Write a citation as a result; None when it is too long for one message."""
    written = alone(citation)
    if written is None:
        return None
    article = citation.article
    title = citation.speaker or article.title or article.reference
    place = f"{article.id}:{article.revision}:{citation.span.start}:{citation.span.end}:{citation.statement}"
    said = citation.highlights[0].of(article.text) if citation.speaker and citation.highlights else citation.text
    return InlineQueryResultArticle(
        id=hashlib.sha256(place.encode()).hexdigest()[:32],
        title=short(title, MOST_TITLE_CHARS),
        description=short(said, MOST_DESCRIPTION_CHARS),
        input_message_content=InputTextMessageContent(
            written.html, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
        ),
        reply_markup=source_keyboard(citation),
    )


async def _show(query: InlineQuery, found: Found) -> None:
    above = (
        InlineQueryResultsButton(short(found.button, MOST_BUTTON_CHARS), start_parameter=START)
        if found.button
        else None
    )
    try:
        # Results are personal: who may read is decided for each person.
        await query.answer(found.results, cache_time=CACHE_S, is_personal=True, button=above)
    except TelegramError as error:
        # "Query is too old": the bot was down or busy for a while, and the person has typed on.
        log.info("an inline query could not be answered: %s", error)


def _given_up(working: asyncio.Future[Answer | None]) -> None:
    """Take note of what became of a question for which nobody waits any more."""
    if not working.cancelled() and (error := working.exception()) is not None:
        log.warning("an inline query that took too long has failed: %s", error)
