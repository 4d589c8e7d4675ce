"""Columns: what ranking needs to know of texts beside their words and vectors, so that it asks no database.

A `Columns` never changes; adding and deleting give a new one that shares the large part with the old. The large part of
a snapshot is mapped from its files: of a million rows only those are read that a question needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from index.entries import Entry

Ids = NDArray[np.int64]
Rows = NDArray[np.void]
"""Rows of `ROW`."""

ROW = np.dtype(
    [
        ("article", np.int64),
        ("start", np.int32),
        ("end", np.int32),
        ("letters", np.int32),
        ("length", np.int32),
        ("day", np.int32),
        ("confidence", np.float32),
        ("direct", np.bool_),
    ]
)
"""What is known of a text; see `index.entries.Entry`. One row lies together, as rows are picked here and there; and
without gaps, whose bytes would be anything."""

COMPACT_SHARE = 0.1
"""Added and deleted rows are merged into the large part when they are more than this share of it."""

COMPACT_LEAST = 4096
"""Fewer rows than this are not worth a merge."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by id, with the way from an article to its rows.

    Attributes:
        ids: shape (n,), ascending, unique.
        rows: shape (n,), of `ROW`.
        articles: shape (m,), of all rows, ascending, unique.
        days: shape (m,), on which each article was published, as in `index.entries.Entry`.
        offsets: shape (m + 1,); the rows of articles[i] are order[offsets[i]:offsets[i + 1]].
        order: shape (n,), positions of rows, by article, of one article by id.
    """

    ids: Ids
    rows: Rows
    articles: Ids
    days: NDArray[np.int32]
    offsets: NDArray[np.int64]
    order: NDArray[np.int32]

    @classmethod
    def of(cls, ids: Ids, rows: Rows) -> Table:
        """Make a table of rows in any order; their ids must be unique."""
        by_id = np.argsort(ids, kind="stable")
        ids, rows = ids[by_id], rows[by_id]
        order = np.argsort(rows["article"], kind="stable").astype(np.int32)
        articles, first = np.unique(rows["article"][order], return_index=True)
        days = rows["day"][order[first]]
        return cls(ids, rows, articles, days, np.append(first, len(ids)).astype(np.int64), order)

    @classmethod
    def empty(cls) -> Table:
        """Return a table of nothing."""
        return cls.of(np.zeros(0, np.int64), np.zeros(0, ROW))

    def holds(self, articles: Ids) -> NDArray[np.bool_]:
        """Tell which of articles have rows here."""
        return _places(self.articles, articles)[1]

    def of_articles(self, articles: Ids) -> Ids:
        """Return the ids of the rows of articles, each given once; in the articles' order, of one article ascending."""
        at, here = _places(self.articles, articles)
        at = at[here]
        first, sizes = self.offsets[at], self.offsets[at + 1] - self.offsets[at]
        # Runs of rows, one after the other: what stands before a run is taken off, where it begins is added.
        before = np.cumsum(sizes) - sizes
        runs = np.arange(int(sizes.sum())) + np.repeat(first - before, sizes)
        found: Ids = self.ids[self.order[runs]]
        return found


@dataclass(frozen=True, slots=True)
class Columns:
    """An immutable collection of rows.

    Attributes:
        base: the large part.
        delta: what was added since, merged into the base from time to time.
        gone: articles whose rows in the base do not count any more, ascending.
        articles: number of articles.
    """

    base: Table
    delta: Table
    gone: Ids
    articles: int = field(init=False)
    _size: int = field(init=False)

    def __post_init__(self) -> None:
        """Count once, for every answer tells how much there is."""
        both = ~np.isin(self.delta.articles[self.base.holds(self.delta.articles)], self.gone)
        articles = len(self.base.articles) - len(self.gone) + len(self.delta.articles) - int(both.sum())
        size = len(self.base.ids) - len(self.base.of_articles(self.gone)) + len(self.delta.ids)
        object.__setattr__(self, "articles", articles)
        object.__setattr__(self, "_size", size)

    @classmethod
    def empty(cls) -> Columns:
        """Return columns of nothing."""
        return cls(Table.empty(), Table.empty(), np.zeros(0, np.int64))

    def __len__(self) -> int:
        """Number of rows."""
        return self._size

    def added(self, entries: Sequence[Entry]) -> Columns:
        """Return columns with more rows; their ids must be new."""
        if not entries:
            return self
        ids = np.array([entry.id for entry in entries], np.int64)
        rows = np.array([tuple(getattr(entry, name) for name in ROW.names or ()) for entry in entries], ROW)
        delta = Table.of(np.concatenate([self.delta.ids, ids]), np.concatenate([self.delta.rows, rows]))
        return Columns(self.base, delta, self.gone).compacted()

    def without(self, articles: Collection[int]) -> Columns:
        """Return columns without the rows of articles; those that are not there are passed over."""
        taken = np.unique(np.fromiter(articles, np.int64, len(articles)))
        delta = self.delta
        kept = ~np.isin(delta.rows["article"], taken)
        if not kept.all():
            delta = Table.of(delta.ids[kept], delta.rows[kept])
        gone = np.union1d(self.gone, taken[self.base.holds(taken)])
        return Columns(self.base, delta, gone).compacted()

    def rows(self, ids: Ids) -> tuple[Rows, NDArray[np.bool_]]:
        """Return what is known of texts.

        Args:
            ids: shape (n,), in any order.

        Returns:
            Rows of `ROW`, shape (n,), all zero for those that are not there; and which of them are there, shape (n,).
        """
        at, known = self._in_base(ids)
        found = np.zeros(len(ids), ROW)
        found[known] = self.base.rows[at[known]]
        if len(self.delta.ids):
            at, new = _places(self.delta.ids, ids)
            found[new] = self.delta.rows[at[new]]
            known |= new
        return found, known

    def known(self, ids: Ids) -> NDArray[np.bool_]:
        """Tell which of texts are there, shape (len(ids),)."""
        known = self._in_base(ids)[1]
        return known | _places(self.delta.ids, ids)[1] if len(self.delta.ids) else known

    def of_articles(self, articles: Ids) -> Ids:
        """Return the ids of the texts of articles, ascending.

        Args:
            articles: shape (n,), unique, in any order; those that are not there are passed over.
        """
        found = self.base.of_articles(np.setdiff1d(articles, self.gone) if len(self.gone) else articles)
        if len(self.delta.ids):
            found = np.concatenate([found, self.delta.of_articles(articles)])
        return np.sort(found, kind="stable")  # mostly it is in order already, which this kind makes use of

    def published(self, since: date | None, until: date | None) -> Ids:
        """Return the articles of days, ascending; with a first or last day those without a date are left out."""
        least = since.toordinal() if since else int(until is not None)
        most = until.toordinal() if until else date.max.toordinal()
        old, new = (table.articles[(table.days >= least) & (table.days <= most)] for table in (self.base, self.delta))
        return np.union1d(old[~np.isin(old, self.gone)], new)

    def days(self) -> tuple[date | None, date | None]:
        """Return the days of the earliest and the latest article that has a date."""
        days = np.concatenate([self.base.days[~np.isin(self.base.articles, self.gone)], self.delta.days])
        dated = days[days > 0]
        if not len(dated):
            return None, None
        return date.fromordinal(int(dated.min())), date.fromordinal(int(dated.max()))

    def save(self, directory: Path) -> None:
        """Write the rows into a new directory."""
        whole = self._merged()
        directory.mkdir()
        for name in Table.__slots__:
            np.save(directory / f"{name}.npy", getattr(whole, name), allow_pickle=False)

    @classmethod
    def load(cls, directory: Path) -> Columns:
        """Map what `save` wrote; the files may be deleted afterwards.

        Raises:
            OSError: a file is missing.
            ValueError: a file is damaged, or they do not fit together.
        """
        # A plain array over the map: a memmap's own indexing is several times slower.
        whole = Table(
            *(np.asarray(np.load(directory / f"{name}.npy", "r", allow_pickle=False)) for name in Table.__slots__)
        )
        sizes = len(whole.ids), len(whole.rows), len(whole.order)
        parts = len(whole.articles), len(whole.days), len(whole.offsets) - 1
        if len({*sizes}) > 1 or len({*parts}) > 1 or whole.rows.dtype != ROW:
            msg = f"columns of {sizes} texts and {parts} articles do not fit together"
            raise ValueError(msg)
        return cls(whole, Table.empty(), np.zeros(0, np.int64))

    def compacted(self) -> Columns:
        """Return columns of the same rows, merged into one part when enough has changed."""
        changed = len(self.gone) + len(self.delta.ids)
        if changed < max(COMPACT_LEAST, COMPACT_SHARE * len(self.base.ids)):
            return self
        return Columns(self._merged(), Table.empty(), self.gone[:0])

    def _in_base(self, ids: Ids) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return where texts stand in the base, and which of them stand there and count."""
        at, here = _places(self.base.ids, ids)
        if len(self.gone):
            here[here] = ~np.isin(self.base.rows["article"][at[here]], self.gone)
        return at, here

    def _merged(self) -> Table:
        """Return all rows as one table, so that equal content is equal on disk."""
        if not len(self.gone) and not len(self.delta.ids):
            return self.base
        kept = ~np.isin(self.base.rows["article"], self.gone)
        return Table.of(
            np.concatenate([self.base.ids[kept], self.delta.ids]),
            np.concatenate([self.base.rows[kept], self.delta.rows]),
        )


def _places(known: Ids, wanted: Ids) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return where numbers stand among ascending ones, shape (len(wanted),), and which of them stand there at all."""
    at = np.searchsorted(known, wanted)
    if not len(known):
        return at, np.zeros(len(wanted), np.bool_)
    at = np.minimum(at, len(known) - 1)
    return at, known[at] == wanted
