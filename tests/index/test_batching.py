"""Questions of several threads that go through the model together."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
from fakes import HashEncoder

from index.batching import BatchingEncoder
from index.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.encoder import Encoder, Vectors

BAD = "half of \ud800 a pair"


class Gated(HashEncoder):
    """An encoder whose passes each wait for permission, and which notes what came together.

    Attributes:
        passes: the texts of each pass.
        entered: released once for every pass that begins.
        go: released once for every pass that may go on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.passes: list[list[str]] = []
        self.entered = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions when that is allowed."""
        self.passes.append(list(texts))
        self.entered.release()
        assert self.go.acquire(timeout=20)
        return super().encode_questions(texts)


def until_waiting(encoder: BatchingEncoder, count: int) -> None:
    """Wait until so many calls wait for the next pass."""
    pause = threading.Event()
    for _ in range(2_000):
        if len(encoder._waiting) == count:
            return
        pause.wait(0.005)
    pytest.fail(f"{len(encoder._waiting)} calls wait, not {count}")


def together(calls: Sequence[Sequence[str]], most: int = 32) -> tuple[Gated, list[Vectors | BaseException]]:
    """Encode the first call alone, and all others while it is under way; return what became of each."""
    inner = Gated()
    encoder = BatchingEncoder(inner, most)
    with ThreadPoolExecutor(len(calls)) as threads:
        futures = []
        for number, texts in enumerate(calls):
            futures.append(threads.submit(encoder.encode_questions, texts))
            if number == 0:
                assert inner.entered.acquire(timeout=20)
            else:
                until_waiting(encoder, number)
        for _ in range(2 * len(calls)):
            inner.go.release()
        outcomes = [future.exception(20) or future.result() for future in futures]
    return inner, outcomes


def test_those_who_come_meanwhile_go_together() -> None:
    """The first question does not wait; those that come while it is encoded are one pass, and each gets its own."""
    inner, outcomes = together([["a lamp"], ["b lamp", "c lamp"], ["d lamp"]])
    assert inner.passes == [["a lamp"], ["b lamp", "c lamp", "d lamp"]]
    alone = HashEncoder()
    for outcome, texts in zip(outcomes, (["a lamp"], ["b lamp", "c lamp"], ["d lamp"]), strict=True):
        np.testing.assert_array_equal(outcome, alone.encode_questions(texts))


def test_a_pass_is_bounded() -> None:
    """No pass holds more texts than allowed, unless one call alone brings them; order is kept, nobody starves."""
    inner, outcomes = together([["a"], ["b"], ["c"], ["d", "e", "f"], ["g"]], most=2)
    assert inner.passes == [["a"], ["b", "c"], ["d", "e", "f"], ["g"]]
    assert all(isinstance(each, np.ndarray) for each in outcomes)


def test_a_bad_text_is_its_askers_alone() -> None:
    """An error reaches who asked with the bad text, at the position in their call; others get their vectors."""
    inner, (first, good, bad, last) = together([["a"], ["b"], ["c", BAD], ["d"]])
    assert inner.passes[1] == ["b", "c", BAD, "d"]
    assert isinstance(bad, EmbeddingError)
    assert bad.position == 1
    for outcome, text in ((first, "a"), (good, "b"), (last, "d")):
        np.testing.assert_array_equal(outcome, HashEncoder().encode_questions([text]))


def test_after_an_error_it_goes_on() -> None:
    """A lone bad question raises, and the next one is encoded as if nothing had been."""
    encoder = BatchingEncoder(HashEncoder())
    with pytest.raises(EmbeddingError):
        encoder.encode_questions([BAD])
    np.testing.assert_array_equal(encoder.encode_questions(["fine"]), HashEncoder().encode_questions(["fine"]))


def test_an_interrupted_pass_holds_up_nobody() -> None:
    """When the thread that encodes is interrupted, those who went along are told, and later ones are served."""

    class Interrupted(Gated):
        def encode_questions(self, texts: Sequence[str]) -> Vectors:
            vectors = super().encode_questions(texts)
            if "stop" in texts:
                raise KeyboardInterrupt
            return vectors

    inner = Interrupted()
    encoder = BatchingEncoder(inner, most=2)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(encoder.encode_questions, ["a"])
        assert inner.entered.acquire(timeout=20)
        rest = []
        for number, text in enumerate(("stop", "with it", "later"), start=1):
            rest.append(threads.submit(encoder.encode_questions, [text]))
            until_waiting(encoder, number)
        for _ in range(8):
            inner.go.release()
        assert first.result(20).shape == (1, 32)
        assert isinstance(rest[0].exception(20), KeyboardInterrupt)
        assert isinstance(rest[1].exception(20), RuntimeError)
        assert rest[2].result(20).shape == (1, 32)


def test_everything_else_is_the_models() -> None:
    """Passages, lengths and what decides the vectors are those of the encoder inside."""
    inner = HashEncoder(dimension=8, window=11)
    encoder = BatchingEncoder(inner)
    assert (encoder.fingerprint, encoder.dimension, encoder.window, encoder.least_cosine) == ("hash-8", 8, 11, 0.1)
    assert encoder.measure(["two words", "one"]) == [2, 1]
    np.testing.assert_array_equal(encoder.encode(["one", "two"]), inner.encode(["one", "two"]))
    assert inner.batches == [2, 2]


def test_the_real_model_embeds_alike_alone_and_in_company(bundled: Encoder) -> None:
    """Padding for longer company changes a question's vector by no more than the last digits of float32."""
    questions = ["what did Pak say?", "who spoke about the price of bread in the winter of the great strike?", "why?"]
    alone = np.concatenate([bundled.encode_questions([each]) for each in questions])
    assert np.abs(bundled.encode_questions(questions) - alone).max() < 1e-5
