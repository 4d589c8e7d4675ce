"""Which spans belong together: distances and arcs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.linking import ENDS, Arcs, Distances

LIMITS = (0, 1, 2, 4)


def distances(cue: list[float] | None = None) -> Distances:
    """Return distances that count for nothing, unless told otherwise."""
    nothing = np.zeros(2 * len(LIMITS), np.float32)
    return Distances(LIMITS, np.array(cue, np.float32) if cue else nothing, nothing)


@pytest.mark.parametrize(
    ("one", "other", "bucket"),
    [
        # Behind: the limit reached.
        *(((0, 1), (2, 2), 1), ((0, 1), (3, 3), 2), ((0, 1), (4, 4), 2), ((0, 1), (5, 6), 3), ((0, 1), (90, 91), 3)),
        # Before, from the end of the other to the beginning of the one.
        *(((4, 5), (3, 3), 5), ((4, 5), (1, 2), 6), ((9, 9), (0, 0), 7), ((90, 91), (0, 0), 7)),
        # In the same place, and one within the other.
        *(((0, 0), (0, 0), 0), ((0, 5), (2, 3), 2), ((2, 3), (0, 5), 2)),
    ],
)
def test_distances_fall_into_buckets(one: tuple[int, int], other: tuple[int, int], bucket: int) -> None:
    """By tokens between the two, those behind first, then those before."""
    assert distances().buckets([one], [other]).tolist() == [[bucket]]


def test_each_pair_has_a_bucket() -> None:
    """Rows are the ones, columns the others."""
    assert distances().buckets([(0, 0), (5, 5)], [(1, 1), (4, 4), (9, 9)]).tolist() == [[1, 3, 3], [7, 5, 3]]


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
    assert found.cue_of([(0, 0), (1, 1)], [(1, 1), (2, 2), (3, 3)]) == [1, 0]
    assert found.cue_of([], [(1, 1)]) == []


def test_both_ends_of_a_span_speak() -> None:
    """The vectors of its first and last token are summed."""
    found = arcs(content_first=[1, 0, 0, 0], content_last=[0, -2, 0, 0], cue_first=[0, 0, 1, 0], cue_last=[0, 0, 0, 1])
    assert found.cue_of([(0, 0), (0, 1)], [(2, 2), (3, 3)]) == [0, 0]
    assert found.cue_of([(0, 0), (0, 1)], [(2, 3), (1, 1)]) == [0, 1]


def test_the_first_of_equals_is_chosen() -> None:
    """Ties have an order."""
    assert arcs().cue_of([(0, 0)], [(1, 1), (1, 1)]) == [0]


def test_a_cue_has_no_source_when_none_fits() -> None:
    """Below the score of having none, and where there are no sources at all."""
    found = arcs(head_first=[1, 1, 0, 0], source_first=[0, 0, 0.4, 0.9])
    assert found.source_of([(0, 0)], [(2, 2)]) == [None]
    assert found.source_of([(0, 0), (1, 1)], [(2, 2), (3, 3)]) == [1, 1]
    assert found.source_of([(0, 0)], []) == [None]
    assert found.source_of([], [(2, 2)]) == []


def test_having_no_source_must_be_beaten() -> None:
    """A source that fits just as well as none is none."""
    found = arcs(head_first=[1, 0, 0, 0], source_first=[0, 0, 0.5, 0.5001])
    assert found.source_of([(0, 0)], [(2, 2)]) == [None]
    assert found.source_of([(0, 0)], [(3, 3)]) == [0]


def test_distance_tells_equals_apart() -> None:
    """Where vectors say nothing, what was learnt about distances does."""
    near = Arcs(np.zeros((9, len(ENDS)), np.float32), np.zeros(9, np.float32), distances([0, 5, 1, 0, 0, 3, 0, 0]))
    assert near.cue_of([(0, 0)], [(7, 7), (1, 1)]) == [1]
    assert near.cue_of([(4, 4)], [(3, 3), (5, 5), (0, 0)]) == [1]


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_arcs_are_products_of_sums(seed: int, contents: int, cues: int) -> None:
    """The best by the formula written out: (first + last) · (first + last) / √n + what was learnt of the distance."""
    random = np.random.default_rng(seed)
    size, tokens = 3, 12
    ends = random.normal(size=(tokens, size * len(ENDS))).astype(np.float32)
    learnt = random.normal(size=2 * len(LIMITS)).astype(np.float32)
    none = random.normal(size=tokens).astype(np.float32)
    given_ = Distances(LIMITS, learnt, learnt)

    def vector(name: str, place: tuple[int, int]) -> np.ndarray:
        first, last = (size * ENDS.index(f"{name}_{end}") for end in ("first", "last"))
        return np.asarray(ends[place[0], first : first + size] + ends[place[1], last : last + size])

    def score(one: str, place: tuple[int, int], other: str, far: tuple[int, int]) -> float:
        product = float(vector(one, place) @ vector(other, far)) / size**0.5
        return product + float(learnt[given_.buckets([place], [far])[0, 0]])

    places = [tuple(sorted(random.integers(0, tokens, 2).tolist())) for _ in range(contents + cues)]
    ones, others = places[:contents], places[contents:]
    found = Arcs(ends, none, given_)
    best = [max(range(cues), key=lambda at: score("content", one, "cue", others[at])) for one in ones]
    assert found.cue_of(ones, others) == best
    heads = [max(range(cues), key=lambda at: score("head", one, "source", others[at])) for one in ones]
    assert found.source_of(ones, others) == [
        head if score("head", one, "source", others[head]) > none[one[0]] else None
        for one, head in zip(ones, heads, strict=True)
    ]
