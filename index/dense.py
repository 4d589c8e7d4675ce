"""Dense search: the vectors of a collection, at any size.

A `DenseView` never changes; adding and deleting give a new one that shares the large parts with the old. Whoever is
searching keeps the view that it began with. What is new goes to a small segment that is compared row by row, so that it
is found at once. `compacted` merges segments into fewer and larger ones, which takes a while at a million vectors: run
it aside, on a view, and bring the result up to date with `rebased`. The tiers are those of a log-structured merge tree
(O'Neil et al., Acta Informatica 1996).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Literal

import faiss
import numpy as np

from index.rows import Rows
from index.segments import Layout, Segment, ranked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from index.encoder import Vectors
    from index.fusion import Ranked
    from index.rows import Chosen, Ids

GROWTH = 3
"""A segment joins a merge when it is at most so many times as large as all that are smaller than it."""

WASTE = 0.2
"""Share of rows that do not count from which a segment is written anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a view is made of.

    Attributes:
        structure: how most of it is searched.
        vectors: how many count.
        segments: how many there are.
        memory: bytes that have to be in memory.
        mapped: bytes of vectors that lie in files, whose pages the system reads and drops as it likes.
    """

    structure: Literal["exact", "compressed"]
    vectors: int
    segments: int
    memory: int
    mapped: int


@dataclass(frozen=True, slots=True, eq=False)
class DenseView:
    """An immutable collection of vectors.

    Attributes:
        dimension: length of a vector.
        layout: sizes from which things are done differently.
        segments: the vectors, the older ones first. No id counts in two.
        article_count: number of articles with vectors.
    """

    dimension: int
    layout: Layout
    segments: tuple[Segment, ...]
    article_count: int

    @classmethod
    def empty(cls, dimension: int, layout: Layout | None = None) -> DenseView:
        """Return a view of nothing."""
        return cls(dimension, layout or Layout(), (), 0)

    def __len__(self) -> int:
        """Number of vectors."""
        return sum(map(len, self.segments))

    @property
    def articles(self) -> set[int]:
        """Ids of the articles whose texts are here."""
        return set(chain.from_iterable(segment.numbers.tolist() for segment in self.segments))

    def rows(self) -> Rows:
        """Return copies of all vectors that count, by ascending id."""
        return _merged(self.segments, self.dimension)

    def added(self, vectors: Vectors, passages: Ids, articles: Ids) -> DenseView:
        """Return a view with more vectors.

        Args:
            vectors: shape (n, dimension), unit L2 norm per row; kept as float16.
            passages: ids of their texts, unique and new to the view.
            articles: ids of the texts' articles.

        Raises:
            ValueError: the vectors have another dimension.
        """
        if vectors.shape != (len(passages), self.dimension):
            msg = f"{len(passages)} texts, but vectors of shape {vectors.shape}, not of dimension {self.dimension}"
            raise ValueError(msg)
        if not len(passages):
            return self
        new, numbers = Rows.of(vectors, passages, articles), np.unique(articles)
        known = self._holds(numbers)
        segments = self.segments
        if segments and len(segments[-1].rows) < self.layout.sealed:
            last, segments = segments[-1], segments[:-1]
            new = Rows.merged([(last.rows, last.kept), (new, np.ones(len(new), np.bool_))], self.dimension)
        count = self.article_count + int(np.count_nonzero(~known))
        return replace(self, segments=(*segments, Segment.fresh(new)), article_count=count)

    def without(self, numbers: Collection[int]) -> DenseView:
        """Return a view without the vectors of articles."""
        gone = np.unique(np.fromiter(numbers, np.int64, len(numbers)))
        known = int(np.count_nonzero(self._holds(gone)))
        if not known:
            return self
        segments = tuple(segment.without(gone) for segment in self.segments)
        return replace(self, segments=segments, article_count=self.article_count - known)

    def search(self, vectors: Vectors, count: int, among: Ids | None = None) -> tuple[Ranked, ...]:
        """Find the nearest texts to each of several vectors.

        Args:
            vectors: shape (q, dimension), unit L2 norm per row.
            count: how many at most, 1 or more.
            among: ascending ids to search among (a filter before the search, not after it); None for all.

        Returns:
            For each vector ids with their cosines, highest first, ties by ascending id. Segments up to
            `Layout.exact` rows are searched exactly. In larger ones, some of the nearest may be missed, and where more
            texts than `Layout.rescored` are equally near, which of them are found is any, but always the same.
        """
        faiss.omp_set_num_threads(1)  # of this thread: many search at once, and one gains nothing from two cores
        asked = np.ascontiguousarray(vectors, np.float32)
        parts = [segment.search(asked, count, among, self.layout) for segment in self.segments if len(segment)]
        return tuple(_best([part[at] for part in parts], count) for at in range(len(asked)))

    def cosines(self, ids: Ids, vectors: Vectors) -> Vectors:
        """Compute the cosines of texts to vectors.

        Args:
            ids: ascending ids of texts.
            vectors: shape (q, dimension), unit L2 norm per row.

        Returns:
            Array of shape (len(ids), q), the same numbers as a search gives; 0 for an id that is not here.
        """
        faiss.omp_set_num_threads(1)
        asked = np.ascontiguousarray(vectors, np.float32)
        found = np.zeros((len(ids), len(asked)), np.float32)
        for segment in self.segments:
            here, positions = segment.positions(ids)
            if len(here):
                found[here] = segment.rows.scores(positions, asked)
        return found

    def save(self, path: Path) -> None:
        """Write the view into a new directory.

        Compressed segments are written as they are, the others as one. So views of equal content that are small, or
        that were compacted into one segment, make equal files.
        """
        whole = [segment for segment in self.segments if segment.codes is not None]
        small = [segment for segment in self.segments if segment.codes is None]
        if small or not whole:
            whole.append(Segment.of(_merged(small, self.dimension), self.layout))
        path.mkdir()
        for number, segment in enumerate(whole):
            (path / str(number)).mkdir()
            segment.save(path / str(number))

    @classmethod
    def load(cls, path: Path, layout: Layout | None = None) -> DenseView:
        """Open what `save` wrote; large files are mapped, not read.

        Raises:
            OSError: a file is missing.
            RuntimeError: codes are damaged (as FAISS says it).
            ValueError: other files are, or they do not fit together.
        """
        layout = layout or Layout()
        directories = sorted((found for found in path.iterdir() if found.name.isdecimal()), key=lambda at: int(at.name))
        segments = tuple(Segment.load(directory, layout) for directory in directories)
        dimensions = {segment.rows.vectors.shape[1] for segment in segments}
        if len(dimensions) != 1:
            msg = f"{len(segments)} segments of {len(dimensions)} different dimensions"
            raise ValueError(msg)
        count = len(np.unique(_joined(segment.numbers for segment in segments)))
        return cls(dimensions.pop(), layout, tuple(segment for segment in segments if len(segment)), count)

    @property
    def due(self) -> bool:
        """Whether `compacted` would change anything."""
        return bool(self._mergeable())

    def compacted(self, directory: Path | None = None) -> DenseView:
        """Return a view of the same vectors in fewer segments, or itself. Takes up to minutes for a million.

        Args:
            directory: for a nameless file that what becomes large is mapped from; None keeps it in memory.
        """
        chosen = self._mergeable()
        if not chosen:
            return self
        large = sum(map(len, chosen)) > self.layout.exact
        rows = _merged(chosen, self.dimension, directory if large else None)
        left = [segment for segment in self.segments if segment not in chosen]
        new = (Segment.of(rows, self.layout),) if len(rows) else ()
        return replace(self, segments=(*new, *left))

    def rebased(self, begun: DenseView, now: DenseView) -> DenseView:
        """Bring into a compacted view what has changed while it was made.

        Args:
            begun: the view that `compacted` was called on.
            now: the view that was made of it since, by adding and deleting.

        Returns:
            A view that holds what `now` holds; `now` itself where it was compacted meanwhile, too.
        """
        made = {id(segment.rows): segment for segment in self.segments}
        old = {id(segment.rows): segment for segment in begun.segments}
        replaced = old.keys() - made.keys()
        present = {id(segment.rows): segment for segment in now.segments}
        if not replaced <= present.keys():
            return now
        new = [segment for key, segment in made.items() if key not in old]
        deleted = _joined(_deleted(old[key], present[key]) for key in replaced)
        for at, segment in enumerate(new):
            gone = np.isin(segment.rows.ids, deleted)
            if gone.any():
                new[at] = segment.less(gone)
        others = [segment for key, segment in present.items() if key not in replaced]
        return replace(now, segments=(*new, *others))

    def describe(self) -> Described:
        """Tell what the view is made of."""
        memory = mapped = compressed = 0
        for segment in self.segments:
            size, rows = segment.rows.vectors.nbytes, segment.rows
            mapped += size if rows.mapped else 0
            memory += 0 if rows.mapped else size
            memory += segment.codes.size if segment.codes else size
            memory += rows.ids.nbytes + rows.articles.nbytes + segment.numbers.nbytes
            compressed += len(segment) if segment.codes else 0
        return Described(
            structure="compressed" if compressed * 2 > len(self) else "exact",
            vectors=len(self),
            segments=len(self.segments),
            memory=memory,
            mapped=mapped,
        )

    def _holds(self, numbers: Ids) -> Chosen:
        """Tell which articles are here."""
        held = np.zeros(len(numbers), np.bool_)
        for segment in self.segments:
            places = np.searchsorted(segment.numbers, numbers)
            inside = np.flatnonzero(places < len(segment.numbers))
            held[inside] |= segment.numbers[places[inside]] == numbers[inside]
        return held

    def _mergeable(self) -> list[Segment]:
        """Choose what to merge: segments about as large as those smaller than them, and what has become wasteful.

        The segment that still grows is left alone, so that it can do so meanwhile.
        """
        sealed = [segment for segment in self.segments if len(segment.rows) >= self.layout.sealed]
        sealed.sort(key=len)
        last = total = 0
        for at, segment in enumerate(sealed):
            if total and len(segment) <= GROWTH * total:
                last = at + 1
            total += len(segment)
        chosen = sealed[:last]
        worn = (segment for segment in sealed[last:] if _worn(segment, self.layout))
        return [*chosen, *worn]


def _worn(segment: Segment, layout: Layout) -> bool:
    late = segment.codes is None and len(segment) > layout.exact
    return late or len(segment) < (1 - WASTE) * len(segment.rows)


def _merged(segments: Iterable[Segment], dimension: int, directory: Path | None = None) -> Rows:
    return Rows.merged([(segment.rows, segment.kept) for segment in segments], dimension, directory)


def _deleted(before: Segment, after: Segment) -> Ids:
    return before.rows.ids[before.kept & ~after.kept]


def _best(rankings: list[Ranked], count: int) -> Ranked:
    if len(rankings) == 1:
        return rankings[0]
    scores = [np.zeros(0, np.float32), *(ranking.scores for ranking in rankings)]
    return ranked(_joined(ranking.ids for ranking in rankings), np.concatenate(scores), count)


def _joined(arrays: Iterable[Ids]) -> Ids:
    return np.concatenate([np.zeros(0, np.int64), *arrays])
