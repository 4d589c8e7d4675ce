"""Linking: which spans belong together. Each content chooses a cue, each cue a source or none.

Scores are bilinear in the network's vectors of the first and last tokens of both (after Dozat and Manning 2017), plus
what was learnt about how far apart they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from corpus.decoding import Scores

Place = tuple[int, int]
"""First and last token of a span."""

ENDS = (
    *("content_first", "content_last", "cue_first", "cue_last"),
    *("head_first", "head_last", "source_first", "source_last"),
)
"""The vectors between whose sums arcs are scored, in the order in which the network puts them out."""


@dataclass(frozen=True, slots=True)
class Distances:
    """What was learnt about distances.

    Attributes:
        limits: lower limits, in tokens, of the buckets of distances between spans, ascending from 0.
        cue: shape (2 * len(limits),), of cues behind contents, then of those before.
        source: the same of sources and cues.
    """

    limits: tuple[int, ...]
    cue: Scores
    source: Scores

    def buckets(self, ones: Sequence[Place], others: Sequence[Place]) -> NDArray[np.intp]:
        """Return the bucket of each pair's distance, shape (len(ones), len(others))."""
        return buckets(self.limits, ones, others)


def buckets(limits: Sequence[int], ones: Sequence[Place], others: Sequence[Place]) -> NDArray[np.intp]:
    """Return the bucket of each pair's distance, shape (len(ones), len(others)); see `Distances.limits`."""
    return np.array([[_bucket(limits, one, other) for other in others] for one in ones], np.intp)


def _bucket(limits: Sequence[int], one: Place, other: Place) -> int:
    gap = other[0] - one[1] if other[0] > one[1] else other[1] - one[0]
    size = sum(1 for limit in limits if abs(gap) >= limit) - 1
    return size + (len(limits) if gap < 0 else 0)


class Arcs:
    """The arcs of one window.

    Args:
        ends: shape (tokens, 8 * n), the vectors of `ENDS` side by side.
        none: shape (tokens,), of a cue's first token: the score of having no source.
        distances: what was learnt about them.
    """

    def __init__(self, ends: Scores, none: Scores, distances: Distances) -> None:
        self._size = ends.shape[1] // len(ENDS)
        self._ends = ends
        self._none = none
        self._distances = distances

    def cue_of(self, contents: Sequence[Place], cues: Sequence[Place]) -> list[int]:
        """Return for each content the number of its cue; there is at least one cue."""
        if not contents:
            return []
        scores = (
            self._scores("content", contents, "cue", cues)
            + self._distances.cue[self._distances.buckets(contents, cues)]
        )
        return [int(row.argmax()) for row in scores]

    def source_of(self, cues: Sequence[Place], sources: Sequence[Place]) -> list[int | None]:
        """Return for each cue the number of its source, or None."""
        if not cues or not sources:
            return [None] * len(cues)
        scores = self._scores("head", cues, "source", sources)
        scores = scores + self._distances.source[self._distances.buckets(cues, sources)]
        chosen = [int(row.argmax()) for row in scores]
        return [
            best if scores[number, best] > self._none[cue[0]] else None
            for number, (cue, best) in enumerate(zip(cues, chosen, strict=True))
        ]

    def _scores(self, one: str, ones: Sequence[Place], other: str, others: Sequence[Place]) -> Scores:
        scores: Scores = self._vectors(one, ones) @ self._vectors(other, others).T / self._size**0.5
        return scores

    def _vectors(self, name: str, places: Sequence[Place]) -> Scores:
        first, last = (ENDS.index(f"{name}_{end}") * self._size for end in ("first", "last"))
        rows: Scores = (
            self._ends[[place[0] for place in places], first : first + self._size]
            + self._ends[[place[1] for place in places], last : last + self._size]
        )
        return rows
