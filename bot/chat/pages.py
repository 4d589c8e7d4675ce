"""Pages of citations, sent as messages that leave one by one.

Right before a message leaves, the words in it are compared with the stored article (promise 1); what fails is dropped,
logged and counted, and what is left is numbered without gaps.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from bot.chat.formatting import compose
from bot.chat.keyboards import Entry, keyboard
from bot.chat.sending import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardMarkup

    from bot.chat.formatting import Note
    from bot.chat.keyboards import Below
    from bot.chat.sending import Marks, Sender, Target
    from bot.chat.state import State
    from bot.readers.votes import Votes
    from index.answering import Answering
    from index.records import Citation

log = logging.getLogger(__name__)

DROPPED = "citations_dropped"
"""Counter of citations whose words did not stand in the stored article when they were about to be shown."""


@dataclass(frozen=True, slots=True)
class Page:
    """Citations that are shown together.

    Attributes:
        entries: position and citation, in order; numbers are given when they are sent.
        number: number of the first.
        lead: words of the bot above them.
        below: what stands under them.
        deniable: whether the speaker of a statement can be denied there.
        rated: whether it answers a question, so that a reaction to it is a vote.
    """

    entries: tuple[tuple[int, Citation], ...]
    number: int
    lead: str
    below: Below
    deniable: bool
    rated: bool = True


class Pages:
    """Sends pages.

    Args:
        answering: who knows the articles.
        state: where what was dropped is counted.
        sender: how messages leave.
        votes: where it is remembered which message shows which answer.
    """

    def __init__(self, answering: Answering, state: State, sender: Sender, votes: Votes) -> None:
        self._answering = answering
        self._state = state
        self._sender = sender
        self._votes = votes

    async def send(self, target: Target, answer: int, page: Page, marks: Marks | None = None) -> tuple[Outcome, int]:
        """Send citations; return what became of the worst message, and the last number given (0 when none was)."""
        worst, numbered, sent = Outcome.DELIVERED, 0, 0

        async def arrived(chat: int, message: int) -> None:
            await asyncio.to_thread(self._votes.appeared, chat, message, answer)

        while page.entries:
            await self._sender.ready(target.chat)
            page = await self._verified(page)
            if not page.entries:
                break
            messages = compose([citation for _, citation in page.entries], page.number, page.lead)
            message = messages[sent]
            markup = _buttons(answer, page, message, last=sent == len(messages) - 1)
            # Once one message of an answer has left, a crash finds the rest of it missing, whatever becomes of that.
            outcome = await self._sender.send(
                target, message, markup, marks if not numbered and not sent else None, arrived if page.rated else None
            )
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

    async def verified(self, citations: Sequence[Citation]) -> tuple[bool, ...]:
        """Tell of each citation whether its words stand in its article now; what fails is logged and counted."""
        good = await asyncio.to_thread(
            lambda: tuple(self._answering.verify(citation) and citation.is_verbatim for citation in citations)
        )
        bad = [citation for citation, fine in zip(citations, good, strict=True) if not fine]
        for citation in bad:
            where = citation.article.id, citation.span.start, citation.span.end
            log.warning("dropped a citation that does not stand in its article any more: article %s [%s, %s)", *where)
        if bad:
            await asyncio.to_thread(partial(self._state.count, DROPPED, len(bad)))
        return good

    async def _verified(self, page: Page) -> Page:
        """Return a page without the citations that do not stand in their articles."""
        good = await self.verified([citation for _, citation in page.entries])
        return replace(page, entries=tuple(entry for entry, fine in zip(page.entries, good, strict=True) if fine))


def _buttons(answer: int, page: Page, message: Note, *, last: bool) -> InlineKeyboardMarkup | None:
    ended = page.entries[: len(message.numbers)]
    entries = [Entry(place, number, cited) for (place, cited), number in zip(ended, message.numbers, strict=True)]
    return keyboard(answer, entries, page.below if last else None, deniable=page.deniable)
