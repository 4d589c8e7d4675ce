"""Rankings: the best by score, with ties in a defined order, and several fused."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

CONSTANT = 10
"""The constant k of reciprocal rank fusion. The paper uses 60 for lists of a thousand; ours are a hundred long, and
10 answered more of the training questions at every cut-off."""


class Ranked(NamedTuple):
    """A ranking: highest score first, ties by ascending id.

    Attributes:
        ids: shape (m,).
        scores: shape (m,).
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]

    @classmethod
    def of(cls, hits: Sequence[tuple[int, float]]) -> Ranked:
        """Make a ranking of ids with their scores, in their order."""
        return cls(np.array([number for number, _ in hits], np.int64), np.array([s for _, s in hits], np.float32))


def best(fetch: Callable[[int], Sequence[tuple[int, float]]], count: int) -> list[tuple[int, float]]:
    """Return the best of what can be fetched, ties by ascending id, also where they lie across the cut.

    FAISS and Tantivy return any of the equal ones at their cut. More are fetched until a lower score is among them.

    Args:
        fetch: returns so many ids with their scores, highest first; fewer only when there are no more.
        count: how many at most, 1 or more.
    """
    size = count + 1
    while True:
        found = fetch(size)
        if len(found) < size or found[-1][1] < found[count - 1][1]:
            return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:count]
        size *= 2


def reciprocal_rank(rankings: Sequence[Sequence[int]], constant: int = CONSTANT) -> list[tuple[int, float]]:
    """Fuse rankings over the union of what they hold (Cormack, Clarke and Büttcher, SIGIR 2009).

    Args:
        rankings: ids, best first, each at most once a ranking.
        constant: how little the very first ranks stand out.

    Returns:
        Ids with the sums of 1 / (constant + rank), rank from 1, best first, ties by ascending id.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, number in enumerate(ranking, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (constant + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
