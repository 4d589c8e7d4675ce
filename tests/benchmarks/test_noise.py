"""Noise: copies of vectors lie where neighbours lie."""

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.noise import Multiplied, nearest_cosines


@pytest.fixture
def origin() -> NDArray[np.float32]:
    """500 vectors in 16 dimensions of very different spread; the last two are the same."""
    rows = np.random.default_rng(1).standard_normal((500, 16)).astype(np.float32) * np.geomspace(4, 0.1, 16)
    rows[-1] = rows[-2]
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_the_first_copy_is_the_origin_and_each_other_is_its_own(origin: NDArray[np.float32]) -> None:
    """Copy 0 is exact; others differ, have length 1, and come out the same again."""
    multiplied = Multiplied(origin)
    assert multiplied.copy(0) is origin
    np.testing.assert_allclose(np.linalg.norm(multiplied.copy(1), axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(multiplied.copy(2), Multiplied(origin).copy(2))
    assert not np.allclose(multiplied.copy(1), multiplied.copy(2))


def test_a_copy_is_as_far_from_its_original_as_neighbours_are(origin: NDArray[np.float32]) -> None:
    """The cosines to the originals are drawn from those between real vectors and their nearest."""
    multiplied = Multiplied(origin)
    cosines = np.sum(multiplied.copy(1) * origin, axis=1)
    assert multiplied.nearest[0] - 1e-4 <= cosines.min()
    assert cosines.max() <= multiplied.nearest[-1] + 1e-4
    assert np.median(cosines) == pytest.approx(np.median(multiplied.nearest), abs=0.01)


def test_noise_has_the_shape_of_the_vectors(origin: NDArray[np.float32]) -> None:
    """Where the originals hardly spread, their copies hardly do."""
    spread = (Multiplied(origin).copy(1) - origin).std(axis=0)
    assert spread[0] > 5 * spread[-1]


def test_nearest_cosines_are_those_of_brute_force_without_the_same(origin: NDArray[np.float32]) -> None:
    """Equal vectors are no neighbours; all others are compared with all."""
    cosines = origin @ origin.T
    cosines[cosines >= 0.999] = -1
    np.testing.assert_allclose(nearest_cosines(origin), np.sort(cosines.max(axis=1)), atol=1e-5)


def test_vectors_that_are_all_the_same_have_no_neighbours() -> None:
    """There is no distance to learn from them."""
    with pytest.raises(ValueError, match="the same"):
        nearest_cosines(np.ones((3, 1), np.float32))
