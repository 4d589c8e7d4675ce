"""Rows: unit vectors as float16, with the ids of their texts and articles, in memory or mapped from files.

All inner products that anybody sees come from one kernel, FAISS's for float16. It treats every row alike, so that equal
vectors have equal scores wherever they stand, and a filter does not change a score.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from index.mapping import Reading, advise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.encoder import Vectors

    Ids = NDArray[np.int64]
    Halves = NDArray[np.float16]
    Chosen = NDArray[np.bool_]

BLOCK = 1024
"""Rows that are gathered, or copied, at a time: few enough to stay in the processor's cache."""

MAPPED = 1 << 20
"""Bytes from which a file is mapped and not read."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Vectors with their ids. Two are the same only if they are one object.

    Attributes:
        vectors: shape (n, dimension), unit L2 norm per row.
        ids: of the texts, shape (n,), ascending, unique.
        articles: of each text, shape (n,).
        read: how many rows were read since pages were let go of.
    """

    vectors: Halves
    ids: Ids
    articles: Ids
    read: Reading = field(default_factory=Reading)

    @classmethod
    def of(cls, vectors: Vectors, ids: Ids, articles: Ids) -> Rows:
        """Make rows of vectors in any order; their ids must be unique."""
        order = np.argsort(ids, kind="stable")
        return cls(np.ascontiguousarray(vectors[order], np.float16), ids[order], articles[order])

    @classmethod
    def merged(cls, parts: Sequence[tuple[Rows, Chosen]], dimension: int, directory: Path | None = None) -> Rows:
        """Copy the chosen rows of several into one.

        Args:
            parts: rows, each with which of them to take, shape (n,); no id is taken twice.
            dimension: length of a vector.
            directory: for a nameless file that the vectors are mapped from, which is gone with the last user; None
                keeps them in memory.
        """
        ids = np.concatenate([rows.ids[kept] for rows, kept in parts] or [np.zeros(0, np.int64)])
        articles = np.concatenate([rows.articles[kept] for rows, kept in parts] or [np.zeros(0, np.int64)])
        order = np.argsort(ids, kind="stable")
        places = np.empty_like(order)
        places[order] = np.arange(len(order))
        vectors = _space((len(ids), dimension), directory)
        begun = 0
        for rows, kept in parts:
            taken = np.flatnonzero(kept)
            targets = places[begun : begun + len(taken)]
            begun += len(taken)
            for at in range(0, len(taken), BLOCK):
                vectors[targets[at : at + BLOCK]] = rows.vectors[taken[at : at + BLOCK]]
        return cls(vectors, ids[order], articles[order])

    @classmethod
    def load(cls, directory: Path) -> Rows:
        """Open what `save` wrote. Large files are mapped: their pages are read when they are needed.

        Raises:
            OSError: a file is missing.
            ValueError: a file is damaged, or the files do not fit together.
        """
        vectors, ids, articles = (_open(directory / f"{name}.npy") for name in ("vectors", "ids", "articles"))
        if vectors.ndim != 2 or vectors.dtype != np.float16:  # noqa: PLR2004 (rows and columns)
            msg = f"vectors of shape {vectors.shape} and type {vectors.dtype}, not rows of float16"
            raise ValueError(msg)
        for name, found in (("ids", ids), ("articles", articles)):
            if found.shape != (len(vectors),) or found.dtype != np.int64:
                msg = f"{len(vectors)} vectors, but {name} of shape {found.shape} and type {found.dtype}"
                raise ValueError(msg)
        if len(ids) and not (ids[1:] > ids[:-1]).all():
            raise ValueError("the ids do not ascend")
        return cls(vectors, ids, articles)

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.ids)

    @property
    def mapped(self) -> bool:
        """Whether the vectors lie in a file."""
        return isinstance(self.vectors, np.memmap)

    def save(self, directory: Path) -> None:
        """Write the rows into an empty directory; equal rows make equal files."""
        for name, values in (("vectors", self.vectors), ("ids", self.ids), ("articles", self.articles)):
            np.save(directory / f"{name}.npy", values, allow_pickle=False)

    def scatter(self) -> None:
        """Tell the system that few rows are read, from anywhere, so that it reads no others with them."""
        advise(self.vectors, "MADV_RANDOM")

    def positions(self, among: Ids) -> tuple[Ids, Ids]:
        """Find ids.

        Args:
            among: ascending ids, of which some may not be here.

        Returns:
            Where in `among` those that are here stand, and the positions of their rows, both ascending.
        """
        if not len(self.ids):
            return among[:0], among[:0]
        places = np.searchsorted(self.ids, among)
        places[places == len(self.ids)] = 0
        here = np.flatnonzero(self.ids[places] == among)
        return here, places[here]

    def scores(self, positions: Ids, vectors: Vectors) -> Vectors:
        """Compute inner products.

        Args:
            positions: which rows, shape (n,).
            vectors: shape (q, dimension).

        Returns:
            Array of shape (n, q).
        """
        products = np.empty((len(positions), len(vectors)), np.float32)
        searcher = empty_searcher(self.vectors.shape[1])
        for at in range(0, len(positions), BLOCK):
            gathered = self.vectors[positions[at : at + BLOCK]]
            searcher.reset()
            searcher.add_sa_codes(gathered.view(np.uint8))
            found, labels = searcher.search(vectors, len(gathered))
            np.put_along_axis(products[at : at + BLOCK], labels.T, found.T, axis=0)
        if self.mapped:
            self.read.of(self.vectors, len(positions))
        return products


def empty_searcher(dimension: int) -> Any:
    """Return an exact FAISS searcher of float16 vectors, which takes them as they are stored."""
    searcher = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    searcher.is_trained = True  # float16 has nothing to learn
    return searcher


def _space(shape: tuple[int, int], directory: Path | None) -> Halves:
    if directory is None or not shape[0]:
        return np.empty(shape, np.float16)
    with tempfile.TemporaryFile(dir=directory) as file:
        return np.memmap(file, np.float16, "w+", shape=shape)


def _open(path: Path) -> NDArray[Any]:
    large = path.stat().st_size >= MAPPED
    try:
        found: NDArray[Any] = np.load(path, mmap_mode="r" if large else None, allow_pickle=False)
    except EOFError as error:  # what NumPy says of an empty file
        raise ValueError(f"{path.name}: {error}") from error
    return found
