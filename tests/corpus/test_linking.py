"""Which spans belong together: distances and arcs."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.linking import ENDS, Arcs, Distances

LIMITS = (0, 1, 2, 4)


def distances(cue: list[float] | None = None) -> Distances:
    """Return distances that count for nothing, unless told otherwise."""
    nothing = np.zeros(2 * len(LIMITS), np.float32)
    return Distances(LIMITS, np.array(cue, np.float32) if cue else nothing, nothing)


@pytest.mark.parametrize(
    ("one", "other", "bucket"),
    [((0, 1), (2, 2), 1), ((0, 1), (5, 6), 3), ((4, 5), (3, 3), 5), ((9, 9), (0, 0), 7), ((0, 0), (0, 0), 0)],
)
def test_distances_fall_into_buckets(one: tuple[int, int], other: tuple[int, int], bucket: int) -> None:
    """By tokens between the two, those behind first, then those before."""
    assert distances().buckets([one], [other]).tolist() == [[bucket]]


def arcs(**rows: list[float]) -> Arcs:
    """Return arcs over four tokens whose vectors have one number, zero unless given, and no source at 0.5."""
    ends = np.zeros((4, len(ENDS)), np.float32)
    for name, values in rows.items():
        ends[:, ENDS.index(name)] = values
    return Arcs(ends, np.full(4, 0.5, np.float32), distances())


def test_a_content_chooses_the_cue_that_fits_best() -> None:
    """The product of both vectors decides."""
    found = arcs(content_first=[1, 0, 0, 0], cue_first=[0, 1, 3, 2])
    assert found.cue_of([(0, 0)], [(1, 1), (2, 2), (3, 3)]) == [1]
    assert found.cue_of([], [(1, 1)]) == []


def test_a_cue_has_no_source_when_none_fits() -> None:
    """Below the score of having none, and where there are no sources at all."""
    found = arcs(head_first=[1, 1, 0, 0], source_first=[0, 0, 0.4, 0.9])
    assert found.source_of([(0, 0)], [(2, 2)]) == [None]
    assert found.source_of([(0, 0), (1, 1)], [(2, 2), (3, 3)]) == [1, 1]
    assert found.source_of([(0, 0)], []) == [None]


def test_distance_tells_equals_apart() -> None:
    """Where vectors say nothing, what was learnt about distances does."""
    near = Arcs(np.zeros((9, len(ENDS)), np.float32), np.zeros(9, np.float32), distances([0, 5, 1, 0, 0, 0, 0, 0]))
    assert near.cue_of([(0, 0)], [(7, 7), (1, 1)]) == [1]
