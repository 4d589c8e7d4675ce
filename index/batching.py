"""Batching: questions that several threads ask at the same time are embedded in one pass of the model.

The rule is group commit, as databases know it from writing their logs (DeWitt et al., "Implementation techniques for
main memory database systems", 1984): whoever comes while nobody encodes does so at once, and those who come meanwhile
go together in the next pass. Nobody waits for company, so a lone question takes no longer than without.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.encoder import Encoder, Vectors

MOST_TOGETHER = 32
"""Texts in one pass, unless one call brings more: so many short texts still fit into the cache of a processor."""


class _Call:
    """A call that waits for its vectors: it is told that they are there, that it failed, or to encode the next pass."""

    __slots__ = ("_told", "error", "texts", "vectors")

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.vectors: Vectors | None = None
        self.error: Exception | None = None
        self._told = threading.Event()

    @property
    def is_done(self) -> bool:
        return self.vectors is not None or self.error is not None

    def tell(self) -> None:
        self._told.set()

    def wait(self) -> None:
        self._told.wait()

    def encode(self, encoder: Encoder) -> None:
        try:
            self.vectors = encoder.encode_questions(self.texts)
        except Exception as error:  # noqa: BLE001  # it is raised where the call was made
            self.error = error

    def result(self) -> Vectors:
        if self.error is not None:
            raise self.error
        assert self.vectors is not None, "a call that is over has vectors or an error"
        return self.vectors


class BatchingEncoder:
    """An encoder whose questions go through the model together; passages come in batches anyway.

    Args:
        encoder: what encodes, from one thread at a time as far as questions are concerned.
        most: texts in one pass at most, unless one call alone brings more.
    """

    def __init__(self, encoder: Encoder, most: int = MOST_TOGETHER) -> None:
        self._encoder = encoder
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[_Call] = deque()
        self._is_busy = False

    @property
    def fingerprint(self) -> str:
        """What decides the vectors."""
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    @property
    def window(self) -> int:
        """Tokens of a text that the model reads at once; see `Encoder.window`."""
        return self._encoder.window

    @property
    def least_cosine(self) -> float:
        """Cosine between question and passage below which the passage answers nothing."""
        return self._encoder.least_cosine

    def measure(self, texts: Sequence[str]) -> list[int]:
        """Return the length of each text in tokens; see `Encoder.measure`."""
        return self._encoder.measure(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; see `Encoder.encode`."""
        return self._encoder.encode(texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, together with those of other threads; see `Encoder.encode_questions`.

        Raises:
            EmbeddingError: the model rejected a question; carries its position in `texts`. Others hear nothing of it.
        """
        call = _Call(texts)
        with self._lock:
            self._waiting.append(call)
            waits, self._is_busy = self._is_busy, True
        if waits:
            call.wait()
        if not call.is_done:
            self._encode_next()
        return call.result()

    def _encode_next(self) -> None:
        """Encode those who wait, in the order in which they came, then let the first of those who came since go on."""
        together: list[_Call] = []
        try:
            together = self._taken()
            self._encode_together(together)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._is_busy = following is not None
            for call in together:
                if not call.is_done:
                    call.error = RuntimeError("the thread that encoded for several was interrupted; ask again")
            for call in (*together, *([following] if following is not None else [])):
                call.tell()

    def _taken(self) -> list[_Call]:
        with self._lock:
            taken = [self._waiting.popleft()]
            count = len(taken[0].texts)
            while self._waiting and count + len(self._waiting[0].texts) <= self._most:
                count += len(self._waiting[0].texts)
                taken.append(self._waiting.popleft())
            return taken

    def _encode_together(self, calls: Sequence[_Call]) -> None:
        if len(calls) > 1:
            whole = _Call([text for call in calls for text in call.texts])
            whole.encode(self._encoder)
            if whole.vectors is not None:
                ends = np.cumsum([len(call.texts) for call in calls])
                for call, end in zip(calls, ends, strict=True):
                    call.vectors = whole.vectors[end - len(call.texts) : end]
                return
        # Alone, or one of the texts was rejected: then each finds out for itself whether it was one of its own.
        for call in calls:
            call.encode(self._encoder)
