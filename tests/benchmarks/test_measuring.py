"""Measuring: processes that take turns, and memory."""

import operator

import numpy as np
import pytest

from benchmarks.measuring import Memory, Worker, percentile, seconds


def test_a_worker_does_its_part_each_time_and_fails_by_name(capfd: pytest.CaptureFixture[str]) -> None:
    """What it returns comes back; when it fails, the caller is told, and the reason stands on the terminal."""
    with Worker(operator.itemgetter, 1) as second:
        assert second("ab") == "b"
        assert second([1, 2]) == 2
        with pytest.raises(RuntimeError, match="has ended"):
            second([])
    assert "IndexError" in capfd.readouterr().err


def test_memory_is_what_the_kernel_counts() -> None:
    """What is allocated and touched is resident, and no mapped file."""
    before = Memory.now()
    held = np.ones(4_000_000)
    after = Memory.now()
    assert after.resident - before.resident > 0.9 * held.nbytes
    assert after.mapped - before.mapped < 0.1 * held.nbytes


def test_each_call_is_timed() -> None:
    """One figure a value, in order, none below zero."""
    seen: list[int] = []
    took = seconds(seen.append, [3, 1, 2])
    assert seen == [3, 1, 2]
    assert len(took) == 3
    assert min(took) >= 0


def test_percentiles_are_interpolated() -> None:
    """The median of an even number lies between."""
    assert (percentile([1, 2], 0.5), percentile([0, 10], 0.99)) == (1.5, pytest.approx(9.9))
