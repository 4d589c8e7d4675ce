"""Rankings: the cut through ties, and fusing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import CONSTANT, best, reciprocal_rank


def test_the_fused_ranking_is_over_the_union() -> None:
    """What only one ranking holds is there, too, with its own term of the sum."""
    assert reciprocal_rank([[1, 2], [3]], constant=60) == [
        (1, pytest.approx(1 / 61)),
        (3, pytest.approx(1 / 61)),
        (2, pytest.approx(1 / 62)),
    ]


def test_what_both_rankings_hold_gets_both_terms() -> None:
    """The score is the sum of 1 / (k + rank), ranks from 1."""
    assert reciprocal_rank([[7, 8, 9], [9, 7]], constant=10) == [
        (7, pytest.approx(1 / 11 + 1 / 12)),
        (9, pytest.approx(1 / 13 + 1 / 11)),
        (8, pytest.approx(1 / 12)),
    ]


def test_the_constant_is_the_one_that_was_measured() -> None:
    """Without another constant, the first of one ranking gets 1 / 11."""
    assert reciprocal_rank([[5]]) == [(5, pytest.approx(1 / 11))]
    assert CONSTANT == 10


def test_ties_go_by_ascending_id() -> None:
    """Two that stand at each other's ranks score alike, and the lower id comes first."""
    assert [number for number, _ in reciprocal_rank([[9, 4], [4, 9]])] == [4, 9]
    assert [number for number, _ in reciprocal_rank([[9], [4], [6]])] == [4, 6, 9]


@pytest.mark.parametrize("rankings", [[], [[]], [[], []]])
def test_nothing_fuses_to_nothing(rankings: list[list[int]]) -> None:
    """Without rankings there is no order."""
    assert reciprocal_rank(rankings) == []


@given(st.lists(st.lists(st.integers(0, 20), unique=True), max_size=4))
def test_every_id_is_there_once_by_descending_score(rankings: list[list[int]]) -> None:
    """The result holds each id of the union once, ordered by descending score, then by ascending id."""
    fused = reciprocal_rank(rankings)
    assert {number for number, _ in fused} == {number for ranking in rankings for number in ranking}
    assert fused == sorted(dict(fused).items(), key=lambda hit: (-hit[1], hit[0]))


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(1, 50), st.randoms())
def test_the_best_are_the_same_whatever_order_ties_come_in(scores: list[int], count: int, random: object) -> None:
    """A source that returns any of the equal ones at its cut still gives those with the lowest ids."""
    rows = [(number, float(score)) for number, score in enumerate(scores)]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    shuffled.sort(key=lambda hit: -hit[1])
    fetched: list[int] = []

    def fetch(size: int) -> list[tuple[int, float]]:
        fetched.append(size)
        return shuffled[:size]

    assert best(fetch, count) == sorted(rows, key=lambda hit: (-hit[1], hit[0]))[:count]
    assert sum(fetched) <= 4 * (len(rows) + count + 1)


def test_one_fetch_is_enough_without_a_tie_at_the_cut() -> None:
    """Only a tie that reaches beyond the cut costs a second look."""
    fetched: list[int] = []

    def fetch(size: int) -> list[tuple[int, float]]:
        fetched.append(size)
        return [(3, 2.0), (1, 1.0), (2, 1.0), (4, 0.5), (5, 0.5)][:size]

    assert best(fetch, 3) == [(3, 2.0), (1, 1.0), (2, 1.0)]
    assert fetched == [4]
