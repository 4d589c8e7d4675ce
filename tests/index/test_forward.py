"""The forward index: what it holds through changes, where its files are, and that old views stay as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import forward as module
from index.forward import LENGTHS, Forward, Row, Term, inverse_frequency, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TREATY = Term(numbered("treaty"), 1.0)


def held(forward: Forward, among: Sequence[int] | None = None) -> list[int]:
    """Return the texts that hold the treaty."""
    ids, _ = forward.score(np.array(range(1000) if among is None else among, np.int64), [TREATY], 3.0)
    return sorted(ids.tolist())


def rows(*numbers: int) -> list[Row]:
    """Return texts that hold the treaty, three of an article."""
    return [Row(number, number // 3, ["the", "treaty", f"w{number}"]) for number in numbers]


Steps = st.lists(
    st.tuples(st.lists(st.integers(0, 15), max_size=4), st.sets(st.integers(0, 40), max_size=12)), max_size=8
)


@given(steps=Steps, among=st.sets(st.integers(0, 45)))
@settings(deadline=None, max_examples=60)
def test_it_holds_what_was_put_in_and_not_taken_out(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[list[int], set[int]]], among: set[int]
) -> None:
    """Whatever comes and goes, in whatever order: as a set would have it, before and after it was saved."""
    directory = tmp_path_factory.mktemp("forward")
    forward, expected = Forward((), frozenset({"the"})), set[int]()
    for gone, new in steps:
        before, held_before = forward, held(forward)
        expected = {number for number in expected if number // 3 not in gone}
        fresh = new - expected
        forward = forward.changed(gone, rows(*fresh), directory)
        expected |= fresh
        assert held(before) == held_before
        assert len(forward) == len(expected)
        assert held(forward) == sorted(expected)
        assert held(forward, sorted(among)) == sorted(expected & among)
    forward.save(directory / "saved")
    loaded = Forward.load(directory / "saved", frozenset())
    assert held(loaded) == sorted(expected)
    assert len(loaded) == len(expected)


def test_a_change_touches_few_texts_however_many_there_are(tmp_path: Path) -> None:
    """The large part stays the same object, and parts stay few."""
    forward = Forward((), frozenset()).changed([], rows(*range(600)), tmp_path)
    large = forward.parts[0]
    for number in range(600, 700):
        forward = forward.changed([], rows(number), tmp_path)
        assert forward.parts[0] is large
        assert len(forward.parts) < 10
    assert held(forward) == list(range(700))


def test_large_parts_lie_in_files_that_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their terms are mapped, and their files have no names any more."""
    monkeypatch.setattr(module, "MAPPED_BYTES", 1)
    forward = Forward((), frozenset())
    for number in range(20):
        forward = forward.changed([], rows(number), tmp_path)
    assert isinstance(forward.parts[0].terms, np.memmap)
    assert list(tmp_path.iterdir()) == []
    assert held(forward) == list(range(20))


@pytest.mark.parametrize("column", ["ids", "articles", "lengths", "ends", "terms"])
def test_columns_that_do_not_fit_are_refused(tmp_path: Path, column: str) -> None:
    """A file of another index among them is noticed before anything is read out of place."""
    Forward((), frozenset()).changed([], rows(1, 2, 3), tmp_path).save(tmp_path / "one")
    Forward((), frozenset()).changed([], rows(1, 2), tmp_path).save(tmp_path / "two")
    (tmp_path / "two" / f"{column}.npy").replace(tmp_path / "one" / f"{column}.npy")
    with pytest.raises(ValueError, match="do not fit"):
        Forward.load(tmp_path / "one", frozenset())


def test_lengths_are_rounded_as_in_lucene() -> None:
    """One byte tells lengths apart: exactly up to 40, then eight steps to each doubling (Tantivy's own table)."""
    assert len(LENGTHS) == 256
    assert LENGTHS[:41].tolist() == list(range(41))
    assert LENGTHS[41:60].tolist() == [42, 44, 46, 48, 50, 52, 54, 56, 60, 64, 68, 72, 76, 80, 84, 88, 96, 104, 112]
    assert LENGTHS[-1] == 2_013_265_944


def test_rare_terms_count_more() -> None:
    """The inverse frequency is that of BM25 with one added, which is never negative."""
    assert inverse_frequency(0, 10) == pytest.approx(np.log(1 + 10.5 / 0.5))
    assert inverse_frequency(10, 10) == pytest.approx(np.log(1 + 0.5 / 10.5), rel=1e-5)
    assert inverse_frequency(1, 1000) > inverse_frequency(2, 1000) > inverse_frequency(1000, 1000) > 0
