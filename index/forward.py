"""The forward index: the terms of each text, by which a search scores those texts that a filter lets through.

An inverted index, asked for the best of a few thousand among millions, reads the postings of all; here the few are.
Scores are those of BM25 as Tantivy computes it (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009),
lengths rounded as there, so that a text scores alike whether others are searched or not.

A `Forward` never changes. Changes give a new one that shares what is large with the old: parts, each of which is more
than twice as long as the next, as in a log-structured merge-tree, so that a change costs no more the more texts there
are. The parts lie in files that are mapped into memory, not read.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import numpy as np

from index.mapping import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Ids = NDArray[np.int64]
    Scores = NDArray[np.float32]

K1: Final = np.float32(1.2)
B: Final = np.float32(0.75)
"""Tantivy's parameters of BM25."""

MAPPED_BYTES = 16_000_000
"""Parts of at least so many bytes of terms lie in a file; smaller ones are not worth it."""

COLUMNS: Final = ("ids", "articles", "lengths", "ends", "terms")

_numbers = count()


def _lengths() -> NDArray[np.int64]:
    """Return the lengths that one byte tells apart: 0 to 40, then eight steps to each doubling (as in Lucene)."""
    doubling = [(8 + step) << shift for shift in range(1, 28) for step in range(8)]
    return np.array([*range(24), *(24 + length for length in (*range(16), *doubling))][:256], np.int64)


LENGTHS: Final = _lengths()


class Term(NamedTuple):
    """A term that is looked for.

    Attributes:
        number: see `numbered`.
        idf: how rare it is, as `inverse_frequency` computes it.
    """

    number: int
    idf: float


class Row(NamedTuple):
    """A text: its id, that of its article, and its terms as they are indexed."""

    id: int
    article: int
    terms: Sequence[str]


def numbered(term: str) -> int:
    """Return the number that stands for a term: 32 bits, so that one of 4,000 shares it with one of a million terms."""
    return zlib.crc32(term.encode(errors="surrogatepass"))


def inverse_frequency(holding: int, texts: int) -> float:
    """Return how much a term counts that so many of so many texts hold."""
    return float(np.log(np.float32(1) + np.float32((texts - holding + 0.5) / (holding + 0.5))))


@dataclass(frozen=True, slots=True)
class Part:
    """Texts by ascending id.

    Attributes:
        ids: shape (n,).
        articles: shape (n,).
        lengths: of each, in terms, shape (n,), int32.
        ends: where the terms of each end in `terms`, shape (n,), int64.
        terms: numbers of the terms, uint32, text by text.
        gone: rows that do not count any more, ascending.
        read: how many rows were read since pages were let go of.
    """

    ids: Ids
    articles: Ids
    lengths: NDArray[np.int32]
    ends: NDArray[np.int64]
    terms: NDArray[np.uint32]
    gone: NDArray[np.int64]
    read: Reading = field(default_factory=Reading)

    @classmethod
    def of(cls, rows: Sequence[Row], skipped: frozenset[str]) -> Part:
        """Make a part of texts, without the terms for which nobody looks."""
        rows = sorted(rows)
        kept = [[numbered(term) for term in row.terms if term not in skipped] for row in rows]
        return cls(
            np.array([row.id for row in rows], np.int64),
            np.array([row.article for row in rows], np.int64),
            np.array([len(row.terms) for row in rows], np.int32),
            np.cumsum([len(terms) for terms in kept], dtype=np.int64),
            np.fromiter((term for terms in kept for term in terms), np.uint32),
            np.zeros(0, np.int64),
        )

    def __len__(self) -> int:
        """Number of texts that count."""
        return len(self.ids) - len(self.gone)

    def without(self, articles: Ids) -> Part:
        """Return the part without the texts of articles."""
        found = np.flatnonzero(np.isin(self.articles, articles))
        return replace(self, gone=np.union1d(self.gone, found)) if len(found) else self

    def rows(self, among: Ids) -> NDArray[np.int64]:
        """Return the rows of those ids that are here, in their order."""
        if not len(self.ids) or not len(among):
            return np.zeros(0, np.int64)
        first = self.ids[0]
        if self.ids[-1] - first == len(self.ids) - 1:  # none is missing in between
            start, end = np.searchsorted(among, [first, self.ids[-1] + 1])
            found: NDArray[np.int64] = among[start:end] - first
        else:
            near = np.minimum(np.searchsorted(self.ids, among), len(self.ids) - 1)
            found = near[self.ids[near] == among]
        return found[~np.isin(found, self.gone, assume_unique=True)] if len(self.gone) else found

    def score(self, rows: NDArray[np.int64], wanted: Sequence[Term], average: float) -> Scores:
        """Return the scores of rows; 0 for those that hold no term.

        Args:
            rows: row numbers, ascending.
            wanted: the terms.
            average: mean length of all texts, in terms.
        """
        ends = self.ends[rows]
        starts = np.where(rows > 0, self.ends[rows - 1], 0)
        sizes = ends - starts
        until = np.cumsum(sizes)
        # Where each of the rows' terms stands: one range a row, all in one array.
        places = np.arange(until[-1] if len(until) else 0) + np.repeat(starts - (until - sizes), sizes)
        terms = self.terms[places]
        self.read.of(self.terms, len(rows))
        scores = np.zeros(len(rows), np.float32)
        rounded = LENGTHS[np.searchsorted(LENGTHS, self.lengths[rows], "right") - 1].astype(np.float32)
        norms = K1 * (1 - B + B * rounded / np.float32(average))
        for term in wanted:
            holders = np.searchsorted(until, np.flatnonzero(terms == term.number), "right")
            times = np.bincount(holders, minlength=len(rows)).astype(np.float32)
            weight = np.float32(term.idf) * (1 + K1)
            scores += weight * (times / (times + norms))
        return scores


def _merged(parts: Sequence[Part]) -> Part:
    """Return the texts of parts as one part that is complete."""
    kept = [np.setdiff1d(np.arange(len(part.ids)), part.gone, assume_unique=True) for part in parts]
    ids = np.concatenate([part.ids[rows] for part, rows in zip(parts, kept, strict=True)])
    order = np.argsort(ids, kind="stable")
    sizes = np.concatenate([np.diff(part.ends, prepend=0)[rows] for part, rows in zip(parts, kept, strict=True)])
    offsets = np.cumsum([0, *(len(part.terms) for part in parts[:-1])])
    starts = np.concatenate(
        [
            (part.ends - np.diff(part.ends, prepend=0))[rows] + offset
            for part, rows, offset in zip(parts, kept, offsets, strict=True)
        ]
    )[order]
    sizes = sizes[order]
    ends = np.cumsum(sizes)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - sizes), sizes)
    return Part(
        ids[order],
        np.concatenate([part.articles[rows] for part, rows in zip(parts, kept, strict=True)])[order],
        np.concatenate([part.lengths[rows] for part, rows in zip(parts, kept, strict=True)])[order],
        ends,
        np.concatenate([part.terms for part in parts])[places],
        np.zeros(0, np.int64),
    )


@dataclass(frozen=True, slots=True)
class Forward:
    """The terms of texts.

    Attributes:
        parts: the longest first, each at least twice as long as the next.
        skipped: terms that are left out, since no question holds them.
    """

    parts: tuple[Part, ...]
    skipped: frozenset[str]

    def __len__(self) -> int:
        """Number of texts."""
        return sum(map(len, self.parts))

    def changed(self, gone: Iterable[int], rows: Sequence[Row], directory: Path) -> Forward:
        """Return the texts without those of articles and then with more.

        Args:
            gone: ids of the articles.
            rows: the texts put in.
            directory: where the files of large parts go; they are deleted at once and last as long as they are used.
        """
        articles = np.fromiter(gone, np.int64)
        parts = [part.without(articles) for part in self.parts] if len(articles) else list(self.parts)
        if rows:
            parts.append(Part.of(rows, self.skipped))
        while len(parts) > 1 and len(parts[-2].ids) < 2 * len(parts[-1].ids):
            parts[-2:] = [_placed(_merged(parts[-2:]), directory)]
        return replace(self, parts=tuple(parts))

    def score(self, among: Ids, wanted: Sequence[Term], average: float) -> tuple[Ids, Scores]:
        """Score texts.

        Args:
            among: their ids, ascending.
            wanted: the terms, none of which is `skipped`.
            average: mean length of all texts, in terms.

        Returns:
            Those ids that hold a term, with their scores, in no defined order.
        """
        ids, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for part in self.parts:
            rows = part.rows(among)
            reached = part.score(rows, wanted, average)
            hit = reached > 0
            ids.append(part.ids[rows[hit]])
            scores.append(reached[hit])
        return np.concatenate(ids), np.concatenate(scores)

    def save(self, directory: Path) -> None:
        """Write all texts into a new directory, as one part."""
        directory.mkdir(parents=True)
        whole = _merged(self.parts) if self.parts else Part.of((), self.skipped)
        for name in COLUMNS:
            np.save(directory / f"{name}.npy", getattr(whole, name), allow_pickle=False)

    @classmethod
    def load(cls, directory: Path, skipped: frozenset[str]) -> Forward:
        """Map what `save` wrote.

        Raises:
            OSError: a file is missing.
            ValueError: the files are not what they were.
        """
        part = _mapped(directory)
        rows = len(part.ids)
        whole = len(part.terms) == (part.ends[-1] if rows else 0)
        if not (rows == len(part.articles) == len(part.lengths) == len(part.ends) and whole):
            msg = "the terms of texts do not fit the texts"
            raise ValueError(msg)
        return cls((part,) if rows else (), skipped)


def _mapped(directory: Path) -> Part:
    ids, articles, lengths, ends, terms = (_column(directory / f"{name}.npy") for name in COLUMNS)
    return Part(ids, articles, lengths, ends, terms, np.zeros(0, np.int64))


def _column(path: Path) -> NDArray[Any]:
    # NumPy cannot map an empty array; there is nothing to be read in it either.
    mode: Literal["r"] | None = "r" if path.stat().st_size > _HEADER_BYTES else None
    column: NDArray[Any] = np.load(path, mmap_mode=mode, allow_pickle=False)
    return column


_HEADER_BYTES: Final = 128
"""Size of the file of an empty array."""


def _placed(part: Part, directory: Path) -> Part:
    """Move the terms of a large part out of memory into a file without a name."""
    if part.terms.nbytes < MAPPED_BYTES:
        return part
    path = directory / f"forward-{next(_numbers)}.npy"
    try:
        np.save(path, part.terms, allow_pickle=False)
        return replace(part, terms=np.load(path, mmap_mode="r", allow_pickle=False))
    finally:
        path.unlink(missing_ok=True)
