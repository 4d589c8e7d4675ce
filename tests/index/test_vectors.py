"""The vector cache: what it saves, and that it can be lost at any time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest
from fakes import HashEncoder

from index.errors import EmbeddingError
from index.vectors import CHUNK, VectorCache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the cache is."""
    return tmp_path / "data" / "vectors.sqlite"


@pytest.fixture
def cache(path: Path) -> VectorCache:
    """A new cache."""
    return VectorCache(path)


def test_what_was_embedded_once_is_not_embedded_again(cache: VectorCache, encoder: HashEncoder) -> None:
    """The second time the model is not asked, and the vectors are the same to the bit."""
    first, embedded = cache.encode(encoder, ["one treaty", "two treaties"])
    again, embedded_again = cache.encode(encoder, ["two treaties", "one treaty"])
    assert (embedded, embedded_again) == (2, 0)
    assert encoder.batches == [2]
    assert np.array_equal(again, first[::-1])


def test_the_cache_survives_its_process(path: Path, encoder: HashEncoder) -> None:
    """A cache that is opened again holds what was put in."""
    VectorCache(path).encode(encoder, ["one treaty"])
    other = HashEncoder()
    vectors, embedded = VectorCache(path).encode(other, ["one treaty"])
    assert embedded == 0
    assert other.batches == []
    assert np.array_equal(vectors, encoder.encode(["one treaty"]))


def test_vectors_come_in_the_order_of_the_texts(cache: VectorCache, encoder: HashEncoder) -> None:
    """Known and new texts, mixed, over several batches, give what the model alone would give."""
    texts = [f"text number {n}" for n in range(2 * CHUNK + 10)]
    cache.encode(encoder, texts[::3])
    vectors, embedded = cache.encode(encoder, texts)
    assert embedded == len(texts) - len(texts[::3])
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, encoder.encode(texts))


def test_equal_texts_of_a_batch_are_embedded_once(cache: VectorCache, encoder: HashEncoder) -> None:
    """Duplicates get the same vector from one embedding."""
    vectors, embedded = cache.encode(encoder, ["a b", "c", "a b", "a b"])
    assert embedded == 2
    assert encoder.batches == [2]
    assert np.array_equal(vectors, HashEncoder().encode(["a b", "c", "a b", "a b"]))


def test_models_do_not_share_vectors(cache: VectorCache, encoder: HashEncoder) -> None:
    """A text that one model has embedded is new to another."""
    other = HashEncoder(name="other")
    cache.encode(encoder, ["a", "b"])
    assert cache.encode(other, ["a"])[1] == 1
    assert cache.encode(encoder, ["a"])[1] == 0
    assert cache.count() == 3


def test_pruning_keeps_one_model(cache: VectorCache, encoder: HashEncoder) -> None:
    """The vectors of other models go, and are counted."""
    cache.encode(encoder, ["a", "b"])
    cache.encode(HashEncoder(name="other"), ["a", "b", "c"])
    assert cache.prune(encoder.fingerprint) == 3
    assert cache.count() == 2
    assert cache.encode(encoder, ["a", "b"])[1] == 0


def test_no_texts_have_no_vectors(cache: VectorCache, encoder: HashEncoder) -> None:
    """The result for nothing has the model's dimension all the same."""
    vectors, embedded = cache.encode(encoder, [])
    assert vectors.shape == (0, encoder.dimension)
    assert embedded == 0
    assert encoder.batches == []


def test_progress_is_told_in_texts(cache: VectorCache, encoder: HashEncoder) -> None:
    """After each batch the listener hears how many more are done, duplicates and known ones included."""
    told: list[int] = []
    cache.encode(encoder, ["a"] * (CHUNK + 5), told.append)
    assert told == [CHUNK, 5]


def test_what_was_embedded_before_a_failure_is_kept(cache: VectorCache, encoder: HashEncoder) -> None:
    """A text that the model rejects in a later batch does not cost the earlier ones."""
    texts = [f"text {n}" for n in range(CHUNK)]
    with pytest.raises(EmbeddingError):
        cache.encode(encoder, [*texts, "\ud800"])
    assert cache.count() == CHUNK
    assert cache.encode(encoder, texts)[1] == 0


@pytest.mark.parametrize("content", [b"", b"this is no database at all, but long enough to be one" * 100])
def test_a_file_that_is_no_cache_is_replaced(path: Path, encoder: HashEncoder, content: bytes) -> None:
    """It costs nothing but time to begin with an empty one."""
    path.parent.mkdir()
    path.write_bytes(content)
    cache = VectorCache(path)
    assert cache.encode(encoder, ["a"])[1] == 1
    assert cache.encode(encoder, ["a"])[1] == 0


def test_a_cache_that_is_damaged_inside_is_replaced(path: Path, encoder: HashEncoder) -> None:
    """Damage that shows only when rows are read does not stop an import either."""
    texts = [f"text {n}" for n in range(CHUNK)]
    VectorCache(path).encode(encoder, texts)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    cache = VectorCache(path)
    vectors, embedded = cache.encode(encoder, texts)
    assert embedded == CHUNK
    assert np.array_equal(vectors, encoder.encode(texts))
    assert cache.encode(encoder, texts)[1] == 0


def test_a_cache_that_is_busy_is_not_thrown_away(
    path: Path, cache: VectorCache, encoder: HashEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That another process is writing is an error to wait for, not damage."""
    cache.encode(encoder, ["a"])
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, **_: connect(path, timeout=0))
    with closing(connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            cache.encode(encoder, ["b"])
    assert VectorCache(path).count() == 1


def test_a_directory_in_its_place_is_left_alone(tmp_path: Path) -> None:
    """What cannot be opened is not deleted."""
    (tmp_path / "vectors.sqlite").mkdir()
    with pytest.raises(sqlite3.OperationalError):
        VectorCache(tmp_path / "vectors.sqlite")


def test_vectors_of_a_wrong_size_are_passed_over(path: Path, cache: VectorCache, encoder: HashEncoder) -> None:
    """A row of another length is embedded again, and mended."""
    expected, _ = cache.encode(encoder, ["a", "b"])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE vectors SET vector = substr(vector, 1, 8)")
    vectors, embedded = cache.encode(encoder, ["a", "b"])
    assert embedded == 2
    assert np.array_equal(vectors, expected)
    assert cache.encode(encoder, ["a", "b"])[1] == 0
