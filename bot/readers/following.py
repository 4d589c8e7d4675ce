"""Follow-ups: what a person's short question means after their last one in the same chat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

from bot.chat.formatting import Note, linked_title, named, note
from bot.readers import texts_readers
from bot.readers.turns import Turns
from index.following import Asks
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.memories import Asked, Given
    from bot.chat.state import State
    from bot.readers.turns import Turn
    from index.answering import Answering
    from index.records import Answer, Citation


@dataclass(frozen=True, slots=True)
class Taken:
    """What a question is taken as.

    Attributes:
        asked: the question in full.
        asks: what it asks for.
        lead: words of the bot that say as what it was taken; "" where nothing was assumed.
        heard: names of speakers whose words are left out.
        given: the last answer, where that is asked about and still known.
    """

    asked: Asked
    asks: Asks = Asks.QUESTION
    lead: str = ""
    heard: tuple[str, ...] = ()
    given: Given | None = None


class Following:
    """Takes questions as what they mean after the ones before, and remembers them.

    Methods read and write the database, and are to be called in a thread.

    Args:
        answering: who knows the articles.
        state: what was answered.
    """

    def __init__(self, answering: Answering, state: State) -> None:
        self._answering = answering
        self._state = state
        self._turns = Turns(state.engine)

    def take(self, asked: Asked) -> Taken:
        """Return what a question is taken as."""
        # Whose speaker was chosen by a tap was written out before.
        if asked.speaker is not None:
            return Taken(asked)
        turn = self._turns.before(asked) if asked.user is not None else None
        today = datetime.now(UTC).date()
        found = self._answering.follow(asked.text, turn.question if turn else None, today)
        if found is None:
            return Taken(asked)
        given = self._state.given(turn.answer, asked.chat) if turn and turn.answer is not None else None
        if turn is None or found.asks is not Asks.QUESTION:
            return Taken(asked, found.asks, given=given)
        lead = texts_readers.taken_as(found.question)
        heard = self._heard(turn, given) if found.others else ()
        if heard:
            lead = f"{lead}\n{texts_readers.left_out(heard)}"
        full = replace(asked, text=found.question, speaker=turn.speaker if found.same_speaker else None)
        return Taken(full, lead=lead, heard=heard)

    def answered(self, taken: Taken, limit: int) -> Answer:
        """Answer a question, without the words of those who were heard."""
        asked = taken.asked
        answer = self._answering.ask(asked.text, limit, speaker=asked.speaker)
        if not taken.heard or not answer.citations:
            return answer
        others = tuple(each for each in answer.citations if each.speaker not in taken.heard)
        return replace(answer, citations=others, verdict=answer.verdict if others else Verdict.NOTHING_FOUND)

    def remember(self, asked: Asked, answer: Answer, number: int | None = None) -> None:
        """Remember a question, with the number of its answer if something was shown."""
        self._turns.remember(asked, answer, number)

    def told(self, taken: Taken) -> Note:
        """Tell when the passages of the last answer were published, or that it is not clear what is asked."""
        if taken.asks not in {Asks.WHEN, Asks.SINCE}:
            return note(texts_readers.unclear())
        shown = list(self._shown(taken.given)) if taken.given else []
        if not shown:
            return note(texts_readers.nothing_to_date() if taken.given else texts_readers.unclear())
        earliest = taken.asks is Asks.SINCE
        if earliest:
            shown.sort(key=lambda each: (each.article.published is None, each.article.published, each.article.id))
        lines = dict.fromkeys(_line(each) for each in shown)
        head = escape(texts_readers.published_on(earliest_first=earliest), quote=False)
        return Note("\n".join((head, "", *lines)))

    def _heard(self, turn: Turn, given: Given | None) -> tuple[str, ...]:
        """Return the names of those who were asked about or shown last, in the order in which they were."""
        names = [turn.question.speaker or "", *(each.speaker or "" for each in self._shown(given))]
        return tuple(dict.fromkeys(name for name in names if name))

    def _shown(self, given: Given | None) -> Iterator[Citation]:
        """Yield the citations of an answer that were shown and still stand there."""
        for kept in given.citations[: given.shown] if given else ():
            citation = self._answering.recall(kept.article, kept.span, kept.statement)
            if citation is not None and kept.fits(citation.text):
                yield citation


def _line(citation: Citation) -> str:
    article = citation.article
    when = escape(texts_readers.on_day(article.published), quote=False)
    return " · ".join(each for each in (f"<b>{when}</b>", named(article.publisher), linked_title(citation)) if each)
