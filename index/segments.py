"""Segments: rows that are searched together, exactly while that is fast, else by codes with an exact second look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from index.codes import Codes
from index.fusion import Ranked
from index.rows import Rows, empty_searcher

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoder import Vectors
    from index.rows import Chosen, Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Sizes from which things are done differently. Measured with `benchmarks/recall.py`.

    Attributes:
        sealed: rows from which a segment grows no more; new rows begin another.
        exact: rows up to which a segment is searched exactly.
        gathered: rows up to which those that a filter names are compared exactly, one by one.
        rescored: candidates that the codes name, at least, for each vector asked.
        probed: share of the groups that is looked into.
        filtered: the same under a filter, whose nearest are farther away.
    """

    sealed: int = 4096
    exact: int = 16384
    gathered: int = 4096
    rescored: int = 2000
    probed: float = 0.35
    filtered: float = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Rows, of which some may not count any more.

    Attributes:
        rows: the rows.
        codes: by which they are searched; None to compare with every row.
        searcher: FAISS's, of all rows; None where there are codes.
        gone: rows that do not count any more, shape (n,); None for none.
        numbers: ids of the articles with rows that count, ascending.
    """

    rows: Rows
    codes: Codes | None
    searcher: Any
    gone: Chosen | None
    numbers: Ids

    @classmethod
    def of(cls, rows: Rows, layout: Layout, codes: Codes | None = None, gone: Chosen | None = None) -> Segment:
        """Make a segment.

        Args:
            rows: the rows.
            layout: when to compress.
            codes: of just these rows, if there are any already.
            gone: rows that do not count.
        """
        if codes is None and len(rows) > layout.exact:
            codes = Codes.of(rows.vectors)
        searcher = None
        if codes is None:
            searcher = _searcher(rows)
        else:
            rows.scatter()
        numbers = np.unique(rows.articles if gone is None else rows.articles[~gone])
        return cls(rows, codes, searcher, gone, numbers)

    @classmethod
    def fresh(cls, rows: Rows) -> Segment:
        """Make a segment that is searched exactly, whatever its size, because there is no time to compress it."""
        return cls(rows, None, _searcher(rows), None, np.unique(rows.articles))

    @classmethod
    def load(cls, directory: Path, layout: Layout) -> Segment:
        """Open what `save` wrote.

        Raises:
            OSError: a file is missing.
            RuntimeError: the codes are damaged (as FAISS says it).
            ValueError: another file is, or they do not fit together.
        """
        rows = Rows.load(directory)
        path, removed = directory / "codes.faiss", directory / "gone.npy"
        codes = Codes.load(path, rows.vectors.shape) if path.exists() else None
        gone = np.load(removed, allow_pickle=False) if removed.exists() else None
        if gone is not None and (gone.shape != (len(rows),) or gone.dtype != np.bool_):
            msg = f"{len(rows)} vectors, but those gone have shape {gone.shape} and type {gone.dtype}"
            raise ValueError(msg)
        return cls.of(rows, layout, codes, gone)

    def save(self, directory: Path) -> None:
        """Write the segment into an empty directory."""
        self.rows.save(directory)
        if self.codes is not None:
            self.codes.save(directory / "codes.faiss")
        if self.gone is not None:
            np.save(directory / "gone.npy", self.gone, allow_pickle=False)

    def __len__(self) -> int:
        """Number of rows that count."""
        return len(self.rows) - (0 if self.gone is None else int(np.count_nonzero(self.gone)))

    @property
    def kept(self) -> Chosen:
        """Which rows count, shape (n,)."""
        return np.ones(len(self.rows), np.bool_) if self.gone is None else ~self.gone

    def without(self, numbers: Ids) -> Segment:
        """Return the segment without the rows of articles; itself if it has none of them."""
        left = ~np.isin(self.numbers, numbers)
        if left.all():
            return self
        gone = np.isin(self.rows.articles, numbers)
        return replace(self, gone=gone if self.gone is None else self.gone | gone, numbers=self.numbers[left])

    def less(self, gone: Chosen) -> Segment:
        """Return the segment without more rows, shape (n,)."""
        gone = gone if self.gone is None else self.gone | gone
        return replace(self, gone=gone, numbers=np.unique(self.rows.articles[~gone]))

    def positions(self, among: Ids) -> tuple[Ids, Ids]:
        """Find rows that count; see `Rows.positions`."""
        here, positions = self.rows.positions(among)
        if self.gone is not None:
            counts = ~self.gone[positions]
            here, positions = here[counts], positions[counts]
        return here, positions

    def search(self, vectors: Vectors, count: int, among: Ids | None, layout: Layout) -> list[Ranked]:
        """Find the nearest rows; see `DenseView.search`."""
        if among is None:
            chosen = None
        else:
            chosen = self.positions(among)[1]
            if len(chosen) <= max(layout.gathered, 2 * count):
                return self._best(chosen, vectors, count)
        if self.codes is None:
            return self._exact(vectors, count, chosen)
        share = layout.probed if chosen is None else layout.filtered
        found = self.codes.search(vectors, max(layout.rescored, 2 * count), share, self._selector(chosen))
        return self._best(found, vectors, count)

    def _exact(self, vectors: Vectors, count: int, chosen: Ids | None) -> list[Ranked]:
        """Compare with every row, in as many rounds as it takes to see past the ties at the cut."""
        selector = self._selector(chosen)
        # FAISS's types do not know that its parameters take their fields by name.
        parameters = faiss.SearchParameters(sel=selector) if selector is not None else None  # type: ignore[call-arg]
        size = count + 1
        while True:
            scores, found = self.searcher.search(vectors, min(size, len(self.rows)), params=parameters)
            tied = (found[:, -1] >= 0) & (scores[:, -1] == scores[:, min(count, scores.shape[1]) - 1])
            if size >= len(self.rows) or not tied.any():
                break
            size *= 2
        return [
            ranked(self.rows.ids[at[at >= 0]], score[at >= 0], count) for at, score in zip(found, scores, strict=True)
        ]

    def _best(self, positions: Ids, vectors: Vectors, count: int) -> list[Ranked]:
        """Compare with some rows."""
        ids = self.rows.ids[positions]
        return [ranked(ids, scores, count) for scores in self.rows.scores(positions, vectors).T]

    def _selector(self, chosen: Ids | None) -> faiss.IDSelector | None:
        if chosen is not None:
            named = np.zeros(len(self.rows), np.bool_)
            named[chosen] = True
            return _bitmap(named)
        if self.gone is None:
            return None
        return faiss.IDSelectorNot(_bitmap(self.gone))


def ranked(ids: Ids, scores: Vectors, count: int) -> Ranked:
    """Return the best, highest first, ties by ascending id, also where they lie across the cut."""
    if len(ids) > count:
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        near = np.flatnonzero(scores >= least)
        ids, scores = ids[near], scores[near]
    order = np.lexsort((ids, -scores))[:count]
    return Ranked(np.ascontiguousarray(ids[order], np.int64), np.ascontiguousarray(scores[order], np.float32))


def _bitmap(named: Chosen) -> faiss.IDSelector:
    # FAISS's types do not know that it takes an array.
    return faiss.IDSelectorBitmap(np.packbits(named, bitorder="little"))  # type: ignore[call-arg, arg-type]


def _searcher(rows: Rows) -> Any:
    searcher = empty_searcher(rows.vectors.shape[1])
    if len(rows):
        searcher.add_sa_codes(rows.vectors.view(np.uint8))
    return searcher
