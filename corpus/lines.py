"""Columns of who speaks where: a voice in a statement with article and speaker, an article with day and publisher.

Arrays are numbered by the corpus's own ids. What has changed since they were made stands beside them in a short tail,
and the lines of its articles in the arrays no longer count.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from corpus.voices import Written

    Ids = NDArray[np.int64]

T = TypeVar("T", bound=np.generic)


class Range(NamedTuple):
    """Days and publisher that restrict; None does not.

    Attributes:
        since: first day; articles without a date are then left out.
        until: last day, likewise.
        publisher: its name, in any case.
    """

    since: date | None = None
    until: date | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """Who speaks where; immutable.

    Attributes:
        day: of publication by article, proleptic ordinal, int32; 0: unknown.
        publisher: its position in `publishers`, plus 1, by article, int32; 0: none.
        present: by article, whether it is part of the corpus.
        moved: by article, whether its lines stand in the tail, if anywhere.
        publishers: their names.
        statement: of each line, int64, ascending; in a statement by position.
        article: of each line, int32.
        speaker: of each line, int32; 0: nobody.
        order: the lines by speaker, int32; in a speaker's by statement.
        starts: by speaker, where the lines begin in `order`, int32; one more at the end.
        tail: lines of articles that moved: statement, article, speaker; shape (n, 3), int64, by statement.
    """

    day: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    publisher: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    present: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    moved: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    publishers: tuple[str, ...] = ()
    statement: Ids = field(default_factory=lambda: np.zeros(0, np.int64))
    article: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    speaker: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    order: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    starts: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    tail: Ids = field(default_factory=lambda: np.zeros((0, 3), np.int64))

    def renew(self, written: Sequence[Written], lines: Ids) -> Lines:
        """Return the columns with some articles as they are now.

        Args:
            written: the articles.
            lines: all lines that they have now, as `corpus.voices.Heard` has them.
        """
        numbers = np.array([each.id for each in written], np.int64)
        room = max(len(self.day), int(numbers.max(initial=-1)) + 1)
        day, publisher = grown(self.day, room), grown(self.publisher, room)
        present, moved = grown(self.present, room), grown(self.moved, room)
        codes = {name: at for at, name in enumerate(self.publishers, 1)}
        day[numbers] = [each.published.toordinal() if each.published else 0 for each in written]
        publisher[numbers] = [
            0 if each.publisher is None else codes.setdefault(each.publisher, len(codes) + 1) for each in written
        ]
        present[numbers] = [each.present for each in written]
        moved[numbers] = True
        kept = self.tail[~np.isin(self.tail[:, 1], numbers)]
        tail = np.concatenate((kept, lines))
        tail = tail[np.argsort(tail[:, 0], kind="stable")]
        return replace(
            self, day=day, publisher=publisher, present=present, moved=moved, publishers=tuple(codes), tail=tail
        )

    def settled(self) -> Lines:
        """Return the same columns without a tail."""
        if not self.moved.any():
            return self
        kept = ~self.moved[self.article]
        statement = np.concatenate((self.statement[kept], self.tail[:, 0]))
        order = np.argsort(statement, kind="stable")
        speaker = np.concatenate((self.speaker[kept], self.tail[:, 2].astype(np.int32)))[order]
        article = np.concatenate((self.article[kept], self.tail[:, 1].astype(np.int32)))[order]
        counts = np.bincount(speaker)
        starts = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=starts[1:])
        return replace(
            self,
            moved=np.zeros_like(self.moved),
            statement=statement[order],
            article=article,
            speaker=speaker,
            order=np.argsort(speaker, kind="stable").astype(np.int32),
            starts=starts,
            tail=self.tail[:0],
        )

    def all(self) -> tuple[Ids, Ids]:
        """Return all statements, ascending, each once, and their articles."""
        first = np.ones(len(self.statement), np.bool_)
        first[1:] = self.statement[1:] != self.statement[:-1]
        if self.moved.any():
            first &= ~self.moved[self.article]
        statement = np.concatenate((self.statement[first], self.tail[:, 0]))
        article = np.concatenate((self.article[first].astype(np.int64), self.tail[:, 1]))
        return once(statement, article) if len(self.tail) else (statement, article)

    def of(self, speakers: Iterable[int]) -> tuple[Ids, Ids]:
        """Return the statements in which any of some speakers has a voice, ascending, each once, and their articles."""
        wanted = sorted(speakers)
        parts = [
            self.order[self.starts[number] : self.starts[number + 1]]
            for number in wanted
            if 0 < number < len(self.starts) - 1
        ]
        at = np.concatenate((self.order[:0], *parts))
        statement, article = self.statement[at], self.article[at].astype(np.int64)
        if self.moved.any():
            kept = ~self.moved[article]
            own = self.tail[np.isin(self.tail[:, 2], wanted)]
            statement = np.concatenate((statement[kept], own[:, 0]))
            article = np.concatenate((article[kept], own[:, 1]))
        elif len(parts) == 1:
            return statement, article  # in order as they are, and a speaker has one voice in a statement
        return once(statement, article)

    def voices(self, statements: Collection[int]) -> dict[int, tuple[int, ...]]:
        """Return who speaks in statements, by position; those that are not there are left out."""
        wanted = np.array(sorted(statements), np.int64)
        first, last = self.statement.searchsorted(wanted), self.statement.searchsorted(wanted, "right")
        runs = _runs(wanted, first, last, self.article, self.speaker)
        found = {number: speakers for number, where, speakers in runs if not self.moved[where]}
        if len(self.tail):
            statement, article, speaker = self.tail.T
            first, last = statement.searchsorted(wanted), statement.searchsorted(wanted, "right")
            found.update((number, those) for number, _, those in _runs(wanted, first, last, article, speaker))
        return found

    def in_articles(self, numbers: Collection[int]) -> Ids:
        """Return all lines of articles: statement, article, speaker; shape (n, 3), by statement."""
        tail = self.tail[np.isin(self.tail[:, 1], sorted(numbers))]
        wanted = np.zeros(len(self.moved), np.bool_)
        wanted[[number for number in numbers if 0 <= number < len(wanted)]] = True
        wanted &= ~self.moved
        if not wanted[: int(self.article.max(initial=-1)) + 1].any():
            return tail
        at = np.flatnonzero(wanted[self.article])
        base = np.column_stack((self.statement[at], self.article[at], self.speaker[at])).astype(np.int64)
        both = np.concatenate((base, tail))
        return both[np.argsort(both[:, 0], kind="stable")]

    def articles_of(self, statements: Ids) -> Ids:
        """Return the articles of statements, which are there."""
        found = np.zeros(len(statements), np.int64)
        for at, number in enumerate(statements.tolist()):
            place = int(self.statement.searchsorted(number))
            if place < len(self.statement) and self.statement[place] == number and not self.moved[self.article[place]]:
                found[at] = self.article[place]
            else:
                found[at] = self.tail[self.tail[:, 0].searchsorted(number), 1]
        return found

    def within(self, articles: Ids, span: Range) -> NDArray[np.bool_]:
        """Tell which of some articles are of days and a publisher."""
        wanted = np.ones(len(articles), np.bool_)
        if span.since is not None or span.until is not None:
            day = self.day[articles]
            first = max(1, span.since.toordinal() if span.since is not None else 1)
            wanted &= day >= first
            if span.until is not None:
                wanted &= day <= span.until.toordinal()
        if span.publisher is not None:
            name = span.publisher.casefold()
            codes = [at for at, each in enumerate(("", *self.publishers)) if each.casefold() == name]
            wanted &= np.isin(self.publisher[articles], codes)
        return wanted

    def written(self, span: Range) -> Ids:
        """Return the articles of days and a publisher that are part of the corpus, ascending."""
        numbers = np.flatnonzero(self.present)
        return numbers[self.within(numbers, span)]


def _runs(
    wanted: Ids, first: Ids, last: Ids, article: NDArray[Any], speaker: NDArray[Any]
) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield, of those wanted that have lines, the id, the article, and the speakers in their order, nobody left out.

    Args:
        wanted: statements.
        first: where the lines of each begin.
        last: behind the last one.
        article: of each line.
        speaker: of each line.
    """
    here = last > first
    sizes = last[here] - first[here]
    ends = np.cumsum(sizes)
    lines = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(first[here] - (ends - sizes), sizes)
    speakers, articles = speaker[lines].tolist(), article[first[here]].tolist()
    for number, where, end, size in zip(wanted[here].tolist(), articles, ends.tolist(), sizes.tolist(), strict=True):
        yield number, where, tuple(each for each in speakers[end - size : end] if each)


def once(statement: Ids, article: Ids) -> tuple[Ids, Ids]:
    """Return statements ascending, each once, with their articles."""
    order = np.argsort(statement, kind="stable")
    statement, article = statement[order], article[order]
    first = np.ones(len(statement), np.bool_)
    first[1:] = statement[1:] != statement[:-1]
    return statement[first], article[first]


def grown(column: NDArray[T], room: int) -> NDArray[T]:
    """Return a copy of a column of at least that many numbers; the new ones are 0."""
    copy = np.zeros(max(room, len(column)), column.dtype)
    copy[: len(column)] = column
    return copy
