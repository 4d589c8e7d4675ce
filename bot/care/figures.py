"""The figures behind /stats and its picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.care.tallies import FAILED
from bot.commands.stats import size_of
from bot.readers.votes import Votes
from corpus.weeks import weekly
from index.records import Verdict
from index.snapshots import Snapshots

if TYPE_CHECKING:
    from bot.app import App
    from bot.care.tallies import Tallies
    from corpus.weeks import Week

WEEKS = 26
"""Weeks that are shown: half a year, one bar each, wide enough to be seen on a phone."""

TOP = 6
"""Speakers, and publishers, that are shown."""

DAYS = 30
"""Days of which questions and feedback are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The collection in numbers.

    Attributes:
        articles: number of articles.
        statements: number of statements.
        speakers: number of speakers.
        publishers: number of publishers.
        first: day of the earliest article, or None.
        last: day of the latest article, or None.
        index_bytes: size of the snapshots on disk, in bytes.
        passages: number of passages.
        weeks: the last weeks, oldest first.
        top_speakers: name and number of statements, most first.
        top_publishers: name and number of articles, most first.
        questions: number of questions of the last days by what came of them; every verdict is there.
        good: answers of the last days that were found good.
        bad: answers of the last days that were found bad.
    """

    articles: int
    statements: int
    speakers: int
    publishers: int
    first: date | None
    last: date | None
    index_bytes: int
    passages: int
    weeks: tuple[Week, ...]
    top_speakers: tuple[tuple[str, int], ...]
    top_publishers: tuple[tuple[str, int], ...]
    questions: dict[str, int]
    good: int
    bad: int

    @property
    def asked(self) -> int:
        """How many questions there were in the last days."""
        return sum(self.questions.values())


def gather(app: App, counts: Tallies, now: datetime | None = None) -> Figures:
    """Count what there is; takes up to seconds in a large collection."""
    summary = app.store.summary()
    profiles = app.corrections.registry.profiles
    start = (now or datetime.now(UTC)).date() - timedelta(days=DAYS - 1)
    counted = counts.since(start)
    good, bad = Votes(app.state.engine).since(datetime.combine(start, time.min, UTC).timestamp())
    snapshots = Snapshots(app.settings.data_dir / "snapshots")
    return Figures(
        articles=summary.articles,
        statements=summary.statements,
        speakers=len(profiles),
        publishers=len(summary.publishers),
        first=summary.first,
        last=summary.last,
        index_bytes=size_of(snapshots.directory, "**/*"),
        passages=summary.passages,
        weeks=weekly(app.store, WEEKS),
        top_speakers=tuple((each.speaker.name, each.statements) for each in profiles[:TOP]),
        top_publishers=summary.publishers[:TOP],
        questions={name: counted.get(name, 0) for name in (*(verdict.value for verdict in Verdict), FAILED)},
        good=good,
        bad=bad,
    )
