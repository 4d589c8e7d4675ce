"""Canaries: questions that are asked of the old and the new index before the new one is used."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from bot.care.schema_care import canaries
from bot.chat.schema import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Engine

    from index.answering import Answering
    from index.records import Answer

log = logging.getLogger(__name__)

MOST = 50
"""Canaries that may be kept: with about 50 ms a question, all of them are asked twice within five seconds."""

MOST_CHARS = 500
"""Length of a canary."""

BROKE = "failed"
"""In the place of a verdict: the question could not be answered at all."""


@dataclass(frozen=True, slots=True)
class Canary:
    """A question that is asked before an index is switched."""

    id: int
    question: str


@dataclass(frozen=True, slots=True)
class Sound:
    """What a canary was answered, as far as it is compared.

    Attributes:
        verdict: the answer's verdict, or `BROKE`.
        words: what is said in the first citation, or the whole of it where nobody says it; "" where there is none.
        speaker: who said them, or None.
        article: title of the article in which they stand, "" where there is none.
        number: id of that article, 0 where there is none.
    """

    verdict: str
    words: str = ""
    speaker: str | None = None
    article: str = ""
    number: int = 0

    def record(self) -> dict[str, Any]:
        """Return this as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Difference:
    """A canary that is answered differently by two indexes."""

    canary: Canary
    old: Sound
    new: Sound


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of asking canaries of two indexes.

    Attributes:
        asked: how many canaries were asked of both.
        differences: those that are answered differently, by their number.
        comparable: whether the old index could be asked at all.
    """

    asked: int
    differences: tuple[Difference, ...] = ()
    comparable: bool = True


class Canaries:
    """Keeps canaries. Safe to use from several threads.

    Args:
        engine: the bot's own database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def listing(self) -> list[Canary]:
        """Return all canaries, oldest first."""
        with self._engine.connect() as connection:
            return [
                Canary(row.id, row.question) for row in connection.execute(select(canaries).order_by(canaries.c.id))
            ]

    def add(self, question: str) -> Canary | None:
        """Keep a canary, white space folded; return it, or None when there is no room for more.

        One that is kept already stays as it is. What is too long is cut.
        """
        words = " ".join(question.split())[:MOST_CHARS]
        with writing(self._engine) as connection:
            known = connection.execute(select(canaries).where(canaries.c.question == words)).first()
            if known is not None:
                return Canary(known.id, known.question)
            if (connection.scalar(select(func.count()).select_from(canaries)) or 0) >= MOST:
                return None
            return Canary(int(connection.execute(insert(canaries).values(question=words)).lastrowid), words)

    def remove(self, number: int) -> Canary | None:
        """Forget a canary; return it, or None when there is none of this number."""
        with writing(self._engine) as connection:
            known = connection.execute(select(canaries).where(canaries.c.id == number)).first()
            connection.execute(delete(canaries).where(canaries.c.id == number))
            return Canary(known.id, known.question) if known else None


def listen(
    answering: Answering, asked: Sequence[Canary], progress: Callable[[int, int], None] | None = None
) -> dict[int, Sound]:
    """Ask canaries.

    Args:
        answering: who answers.
        asked: the canaries.
        progress: told how many of how many are done.

    Returns:
        What each was answered, by the canary's number.
    """
    sounds: dict[int, Sound] = {}
    for canary in asked:
        try:
            sounds[canary.id] = sound(answering.ask(canary.question))
        except Exception:
            # A canary that kills the new index is what canaries are for.
            log.exception("a canary could not be answered")
            sounds[canary.id] = Sound(BROKE)
        if progress is not None:
            progress(len(sounds), len(asked))
    return sounds


def sound(answer: Answer) -> Sound:
    """Return what is compared of an answer."""
    if not answer.citations:
        return Sound(answer.verdict.value)
    first = answer.citations[0]
    said = " … ".join(span.of(first.article.text) for span in first.highlights) if first.statement else ""
    title = first.article.title or first.article.reference
    return Sound(answer.verdict.value, said or first.text, first.speaker, title, first.article.id)


def compare(asked: Sequence[Canary], old: Mapping[int, Sound], new: Mapping[int, Sound]) -> Comparison:
    """Compare what canaries were answered; those that were not asked of both are left out."""
    both = [each for each in asked if each.id in old and each.id in new]
    differences = (Difference(each, old[each.id], new[each.id]) for each in both)
    return Comparison(len(both), tuple(each for each in differences if each.old != each.new))
