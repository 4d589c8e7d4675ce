"""Vectors multiplied with noise, so that neighbourhoods stay realistic.

A copy of a vector lies as far from it as its neighbours lie: its cosine to the original is drawn from the cosines
between real vectors and their nearest other ones. The noise has the covariance of the real vectors, so that copies lie
where real texts do, and a compressed index finds the same shape to work with. What is equal stays equal: two texts with
one vector have one in each copy too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.encoder import Vectors

SAMPLE = 1000
"""Vectors whose nearest neighbours are looked up."""

SAME = 0.999
"""From this cosine on two vectors are those of one text, and no neighbours."""

AT_ONCE = 4096
"""Rows compared at once: bounds memory."""


class Multiplied:
    """Copies of vectors.

    Attributes:
        origin: shape (n, dimension), unit L2 norm per row.
        nearest: shape (samples,), cosines of real vectors to their nearest other ones, ascending.
    """

    def __init__(self, origin: Vectors, seed: int = 0) -> None:
        self.origin = origin
        self._seed = seed
        centred = origin - origin.mean(axis=0)
        # A root of the covariance turns white noise into noise of the same shape; an epsilon keeps it defined where
        # there are fewer rows than dimensions.
        covariance = centred.T @ centred / max(1, len(origin)) + 1e-6 * np.eye(origin.shape[1], dtype=np.float32)
        self._shape: Vectors = np.linalg.cholesky(covariance).T.astype(np.float32)
        self.nearest = nearest_cosines(origin, seed)

    def copy(self, number: int) -> Vectors:
        """Return the vectors of a copy, shape (n, dimension), unit L2 norm; copy 0 is the origin itself."""
        if number == 0:
            return self.origin
        random = np.random.default_rng([self._seed, number])
        noise = random.standard_normal(self.origin.shape, np.float32) @ self._shape
        noise -= np.sum(noise * self.origin, axis=1, keepdims=True) * self.origin
        noise /= np.maximum(np.linalg.norm(noise, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        cosines = random.choice(self.nearest, len(self.origin)).astype(np.float32)[:, None]
        copied: Vectors = cosines * self.origin + np.sqrt(1 - cosines**2) * noise
        copied /= np.linalg.norm(copied, axis=1, keepdims=True)
        return copied


def nearest_cosines(vectors: Vectors, seed: int = 0) -> NDArray[np.float32]:
    """Return the cosines of a sample of vectors to their nearest others, ascending.

    Args:
        vectors: shape (n, dimension), unit L2 norm per row; at least two that differ.
        seed: of the sample.

    Raises:
        ValueError: no two differ.
    """
    random = np.random.default_rng([seed, len(vectors)])
    chosen = vectors[random.choice(len(vectors), min(SAMPLE, len(vectors)), replace=False)]
    best = np.full(len(chosen), -1, np.float32)
    for at in range(0, len(vectors), AT_ONCE):
        cosines = chosen @ vectors[at : at + AT_ONCE].T
        best = np.maximum(best, np.where(cosines < SAME, cosines, -1).max(axis=1))
    found = np.sort(best[best > -1])
    if not len(found):
        raise ValueError("all vectors are the same, so that there is no distance between neighbours")
    return found
