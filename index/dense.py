"""Dense search: exact inner products with FAISS.

A `DenseView` never changes; adding and deleting give a new one that shares the large part with the old. Whoever is
searching keeps the view that it began with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from index.fusion import Ranked, best

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from numpy.typing import NDArray

    from index.encoder import Vectors

    Ids = NDArray[np.int64]

COMPACT_SHARE = 0.1
"""Added and deleted vectors are merged into the large part when they are more than this share of it."""

COMPACT_LEAST = 4096
"""Fewer vectors than this are not worth a merge."""


@dataclass(frozen=True, slots=True)
class Part:
    """Vectors with the ids of their passages and articles, row by row.

    Attributes:
        vectors: shape (n, dimension), unit L2 norm per row.
        passages: shape (n,).
        articles: shape (n,).
        searcher: the vectors as FAISS searches them, numbered by passage id.
    """

    vectors: Vectors
    passages: Ids
    articles: Ids
    searcher: faiss.Index

    @classmethod
    def of(cls, vectors: Vectors, passages: Ids, articles: Ids) -> Part:
        """Make a part of rows."""
        searcher = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
        if len(passages):
            searcher.add_with_ids(vectors, passages)
        return cls(vectors, passages, articles, searcher)

    def search(self, vector: Vectors, count: int, selector: faiss.IDSelector | None) -> list[tuple[int, float]]:
        """Find the nearest of the rows that a selector lets through; see `DenseView.search`."""
        # FAISS's types do not know that its parameters take their fields by name.
        parameters = faiss.SearchParameters(sel=selector) if selector is not None else None  # type: ignore[call-arg]

        def fetch(size: int) -> list[tuple[int, float]]:
            scores, ids = self.searcher.search(vector[None, :], min(size, len(self.passages)), params=parameters)
            return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

        return best(fetch, count) if len(self.passages) else []


@dataclass(frozen=True, slots=True)
class DenseView:
    """An immutable collection of vectors.

    Attributes:
        base: the large part.
        delta: what was added since, merged into the base from time to time.
        removed: passage ids of the base that do not count any more, ascending.
    """

    base: Part
    delta: Part
    removed: Ids

    @classmethod
    def empty(cls, dimension: int) -> DenseView:
        """Return a view of nothing."""
        none = Part.of(np.zeros((0, dimension), np.float32), np.zeros(0, np.int64), np.zeros(0, np.int64))
        return cls(none, none, np.zeros(0, np.int64))

    def __len__(self) -> int:
        """Number of passages."""
        return len(self.base.passages) - len(self.removed) + len(self.delta.passages)

    @property
    def articles(self) -> set[int]:
        """Ids of the articles whose passages are here."""
        kept = ~np.isin(self.base.passages, self.removed)
        return set(self.base.articles[kept].tolist()) | set(self.delta.articles.tolist())

    def added(self, vectors: Vectors, passages: Ids, articles: Ids) -> DenseView:
        """Return a view with more rows; their passage ids must be new to it."""
        delta = Part.of(
            np.concatenate([self.delta.vectors, vectors]),
            np.concatenate([self.delta.passages, passages]),
            np.concatenate([self.delta.articles, articles]),
        )
        return DenseView(self.base, delta, self.removed).compacted()

    def without(self, numbers: Collection[int]) -> DenseView:
        """Return a view without the passages of articles."""
        gone = np.fromiter(numbers, np.int64, len(numbers))
        kept = ~np.isin(self.delta.articles, gone)
        delta = self.delta
        if not kept.all():
            delta = Part.of(delta.vectors[kept], delta.passages[kept], delta.articles[kept])
        removed = np.union1d(self.removed, self.base.passages[np.isin(self.base.articles, gone)])
        return DenseView(self.base, delta, removed).compacted()

    def search(self, vectors: Vectors, count: int, among: Ids | None = None) -> tuple[Ranked, ...]:
        """Find the nearest passages to each of several vectors.

        Args:
            vectors: shape (q, dimension), unit L2 norm per row.
            count: how many at most.
            among: passage ids to search among (a filter before the search, not after it), ascending; None for all.

        Returns:
            For each vector passage ids with their cosines.
        """
        rankings = []
        for vector in vectors:
            found = [
                hit
                for part, removed in ((self.base, self.removed), (self.delta, self.removed[:0]))
                for hit in part.search(vector, count, _selector(among, removed))
            ]
            rankings.append(Ranked.of(sorted(found, key=lambda hit: (-hit[1], hit[0]))[:count]))
        return tuple(rankings)

    def cosines(self, ids: Ids, vectors: Vectors) -> Vectors:
        """Return the cosines of passages with vectors, 0 for those that are not there.

        Args:
            ids: shape (n,), ascending.
            vectors: shape (q, dimension), unit L2 norm per row.

        Returns:
            Shape (n, q).
        """
        found = np.zeros((len(ids), len(vectors)), np.float32)
        for part, removed in ((self.base, self.removed), (self.delta, self.removed[:0])):
            order = np.argsort(part.passages, kind="stable")
            _, here, there = np.intersect1d(ids, part.passages[order], assume_unique=True, return_indices=True)
            kept = ~np.isin(ids[here], removed)
            found[here[kept]] = part.vectors[order[there[kept]]] @ vectors.T
        return found

    def save(self, path: Path) -> None:
        """Write the view to one file, with the articles' ids in another beside it."""
        whole = self._merged()
        faiss.write_index(whole.searcher, str(path))
        np.save(path.with_suffix(".articles.npy"), whole.articles, allow_pickle=False)

    @classmethod
    def load(cls, path: Path) -> DenseView:
        """Read what `save` wrote.

        Raises:
            RuntimeError: the file is damaged (as FAISS says it).
            ValueError: the two files do not fit together.
        """
        searcher: Any = faiss.read_index(str(path))
        articles = np.load(path.with_suffix(".articles.npy"), allow_pickle=False)
        passages = faiss.vector_to_array(searcher.id_map)
        if len(articles) != len(passages):
            msg = f"{len(passages)} vectors, but {len(articles)} articles"
            raise ValueError(msg)
        flat: Any = faiss.downcast_index(searcher.index)
        vectors = faiss.rev_swig_ptr(flat.get_xb(), flat.ntotal * flat.d).reshape(flat.ntotal, flat.d)
        base = Part(vectors, passages, articles, searcher)
        return cls(base, cls.empty(flat.d).delta, np.zeros(0, np.int64))

    def compacted(self) -> DenseView:
        """Return a view of the same rows, merged into one part when enough has changed."""
        changed = len(self.removed) + len(self.delta.passages)
        if changed < max(COMPACT_LEAST, COMPACT_SHARE * len(self.base.passages)):
            return self
        return DenseView(self._merged(), self.empty(self.base.vectors.shape[1]).delta, self.removed[:0])

    def _merged(self) -> Part:
        """Return all rows as one part, by ascending passage id, so that equal content is equal on disk."""
        kept = ~np.isin(self.base.passages, self.removed)
        passages = np.concatenate([self.base.passages[kept], self.delta.passages])
        order = np.argsort(passages, kind="stable")
        vectors = np.concatenate([self.base.vectors[kept], self.delta.vectors])[order]
        articles = np.concatenate([self.base.articles[kept], self.delta.articles])[order]
        return Part.of(vectors, passages[order], articles)


def _selector(among: Ids | None, removed: Ids) -> faiss.IDSelector | None:
    if among is not None:
        return faiss.IDSelectorBatch(np.setdiff1d(among, removed))
    return faiss.IDSelectorNot(faiss.IDSelectorBatch(removed)) if len(removed) else None
