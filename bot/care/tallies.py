"""Tallies: how many questions came to what, by day. No words of a question and no person is in them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert

from bot.care.schema_care import tallies
from bot.chat.schema import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

    from corpus.records import Profile, Span
    from index.answering import Answering
    from index.browsing import Card, Portrait, Source
    from index.following import Followed
    from index.records import Answer, Citation, Context, Question

FAILED = "failed"
"""Name of what is counted when a question could not be answered at all."""


def _today() -> date:
    return datetime.now(UTC).date()


class Tallies:
    """Counts. Safe to use from several threads.

    Args:
        engine: the bot's own database.
        today: tells the day, in UTC.
    """

    def __init__(self, engine: Engine, today: Callable[[], date] = _today) -> None:
        self._engine = engine
        self._today = today

    def add(self, name: str, by: int = 1) -> None:
        """Count something that happened today.

        Args:
            name: what: the value of a verdict, or `FAILED`.
            by: how often.
        """
        row = insert(tallies).values(day=self._today().isoformat(), name=name, value=by)
        added = {"value": tallies.c.value + row.excluded.value}
        with writing(self._engine) as connection:
            connection.execute(row.on_conflict_do_update(index_elements=[tallies.c.day, tallies.c.name], set_=added))

    def since(self, day: date) -> dict[str, int]:
        """Return how often everything happened from a day on, by name."""
        query = (
            select(tallies.c.name, func.sum(tallies.c.value))
            .where(tallies.c.day >= day.isoformat())
            .group_by(tallies.c.name)
            .order_by(tallies.c.name)
        )
        with self._engine.connect() as connection:
            return {name: int(value) for name, value in connection.execute(query)}


class Counted:
    """An Answering whose questions are counted by what came of them.

    Args:
        answering: who answers.
        counts: where is counted.
    """

    def __init__(self, answering: Answering, counts: Tallies) -> None:
        self._answering = answering
        self._tallies = counts

    def ask(self, text: str, limit: int = 10, *, speaker: int | None = None, today: date | None = None) -> Answer:
        """Answer a question, and count it; see `Answering.ask`."""
        try:
            answer = self._answering.ask(text, limit, speaker=speaker, today=today)
        except Exception:
            self._tallies.add(FAILED)
            raise
        self._tallies.add(answer.verdict.value)
        return answer

    def verify(self, citation: Citation) -> bool:
        """Tell whether the words still stand there; see `Answering.verify`."""
        return self._answering.verify(citation)

    def recall(self, article: int, span: Span, statement: int | None = None) -> Citation | None:
        """Cite a span again; see `Answering.recall`."""
        return self._answering.recall(article, span, statement)

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span; see `Answering.context`."""
        return self._answering.context(article, span)

    def profile(self, speaker: int) -> Profile | None:
        """Return a speaker; see `Answering.profile`."""
        return self._answering.profile(speaker)

    def speakers(self, words: str = "") -> Sequence[Profile]:
        """Return speakers; see `Answering.speakers`."""
        return self._answering.speakers(words)

    def sources(self) -> tuple[Source, ...]:
        """Return all publishers; see `Answering.sources`."""
        return self._answering.sources()

    def card(self, article: int) -> Card | None:
        """Return an article at a glance; see `Answering.card`."""
        return self._answering.card(article)

    def portrait(self, speaker: int, limit: int) -> Portrait | None:
        """Return a speaker at a glance; see `Answering.portrait`."""
        return self._answering.portrait(speaker, limit)

    def follow(self, text: str, previous: Question | None, today: date) -> Followed | None:
        """Tell what a text means after a question; see `Answering.follow`."""
        return self._answering.follow(text, previous, today)
