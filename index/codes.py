"""Codes: one bit a dimension for each of very many vectors, by which the few are found that are worth an exact look.

The vectors are grouped by k-means. Within a group each is kept as the signs of what it differs by from the centre,
after RaBitQ (Gao and Long, SIGMOD 2024), and compared in registers by lookup tables (André, Kermarrec and Le Scouarnec,
VLDB 2015): 56 bytes a vector of 384 dimensions, and 8 for its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isqrt
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from index.encoder import Vectors

SAMPLE = 40
"""Vectors a group that k-means looks at."""

ITERATIONS = 8
"""Rounds of k-means; more change which groups are near, but hardly what is found."""

LARGEST = 2048
"""Groups at most. Each that is looked into costs a lookup table, so that more and smaller ones are no faster."""

BLOCK = 16384
"""Vectors that are turned into float32 at a time."""

SEED = 1


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Compressed vectors, numbered by their positions.

    Attributes:
        searcher: FAISS's structure, which nobody changes.
    """

    searcher: Any

    @classmethod
    def of(cls, vectors: NDArray[np.float16]) -> Codes:
        """Compress vectors; equal ones give equal codes.

        Args:
            vectors: shape (n, dimension), n at least 1.
        """
        faiss.omp_set_num_threads(1)  # searches go on meanwhile; and sums have one order
        count, dimension = vectors.shape
        groups = min(LARGEST, isqrt(count))
        seen = np.linspace(0, count - 1, min(count, groups * SAMPLE)).astype(np.int64)
        sample = np.random.default_rng(SEED).permutation(seen)
        quantizer: Any = faiss.IndexFlatIP(dimension)
        searcher: Any = faiss.IndexIVFRaBitQFastScan(quantizer, dimension, groups, faiss.METRIC_INNER_PRODUCT)
        searcher.own_fields = True
        quantizer.this.disown()
        searcher.cp.niter, searcher.cp.seed, searcher.cp.spherical = ITERATIONS, SEED, True
        searcher.cp.min_points_per_centroid, searcher.cp.max_points_per_centroid = 1, 2 * SAMPLE
        searcher.train(np.ascontiguousarray(vectors[sample], np.float32))
        for at in range(0, count, BLOCK):
            searcher.add(np.ascontiguousarray(vectors[at : at + BLOCK], np.float32))
        return cls(searcher)

    @classmethod
    def load(cls, path: Path, shape: tuple[int, int]) -> Codes:
        """Map what `save` wrote.

        Args:
            path: the file.
            shape: how many vectors of which dimension it should hold.

        Raises:
            RuntimeError: it is damaged (as FAISS says it).
            ValueError: it holds others.
        """
        searcher: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        if not isinstance(searcher, faiss.IndexIVFRaBitQFastScan) or (searcher.ntotal, searcher.d) != shape:
            seen = f"{type(searcher).__name__} of {searcher.ntotal} codes of {searcher.d} dimensions"
            msg = f"{shape[0]} vectors of {shape[1]} dimensions, but {seen}"
            raise ValueError(msg)
        return cls(searcher)

    def save(self, path: Path) -> None:
        """Write the codes to a file."""
        faiss.write_index(self.searcher, str(path))

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        searcher = self.searcher
        return int(searcher.ntotal * (searcher.code_size + 8) + searcher.nlist * searcher.d * 4)

    def search(
        self, vectors: Vectors, count: int, share: float, selector: faiss.IDSelector | None
    ) -> NDArray[np.int64]:
        """Find the positions that are probably nearest to any of several vectors.

        Args:
            vectors: shape (q, dimension).
            count: how many for each vector.
            share: of the groups, nearest first, that are looked into, 0 to 1.
            selector: lets positions through; None for all.

        Returns:
            Positions, ascending, unique.
        """
        parameters = faiss.IVFRaBitQSearchParameters()
        parameters.nprobe = max(1, ceil(share * self.searcher.nlist))
        if selector is not None:
            parameters.sel = selector
        size = self.searcher.ntotal
        _, found = self.searcher.search(vectors, min(count, size), params=parameters)
        return np.unique(found[(found >= 0) & (found < size)])
