"""Fakes that tests of several packages share: a small model, and a data directory wired as in production.

Nothing here imports torch, onnxruntime or a tokenizer, so that processes that use it start quickly.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bot.app import App
from bot.config import Settings
from index.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.encoder import Vectors

_WORD = re.compile(r"\w+")


class HashEncoder:
    """A deterministic bag of words: each word points in a direction given by its hash; a text is the sum of its words.

    Texts with the same words have cosine 1, texts that share some are near, texts that share none are nearly
    orthogonal. A token is a word.

    Attributes:
        batches: how many texts each call of `encode` embedded, in the order of the calls.
    """

    def __init__(self, dimension: int = 32, window: int = 60, name: str = "hash") -> None:
        self.dimension = dimension
        self.window = window
        self.fingerprint = f"{name}-{dimension}"
        # Questions share few words with their answers, among others that they do not share.
        self.least_cosine = 0.1
        self.batches: list[int] = []

    def measure(self, texts: Sequence[str]) -> list[int]:
        """Return the number of words of each text."""
        return [len(_WORD.findall(text)) for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; see `index.encoder.Encoder.encode`."""
        self.batches.append(len(texts))
        found = np.zeros((len(texts), self.dimension), np.float32)
        for position, text in enumerate(texts):
            if any("\ud800" <= character <= "\udfff" for character in text):
                raise EmbeddingError(position, "it holds half of a surrogate pair")
            found[position] = self._vector(text)
        return found

    def encode_question(self, text: str) -> Vectors:
        """Embed a question, which needs no other treatment than a passage."""
        batches = list(self.batches)
        vector: Vectors = self.encode([text])[0]
        self.batches = batches
        return vector

    def _vector(self, text: str) -> Vectors:
        words = _WORD.findall(text.casefold()) or [""]
        total: Vectors = np.sum([_direction(word, self.dimension) for word in words], axis=0, dtype=np.float32)
        norm = np.linalg.norm(total)
        unit: Vectors = total / norm if norm > 0 else _direction("", self.dimension)
        return unit


@lru_cache(maxsize=10_000)
def _direction(word: str, dimension: int) -> Vectors:
    """Return a direction for a word: the bits of its hash as signs, scaled to unit length."""
    digest = hashlib.shake_256(word.encode()).digest(dimension)
    signs = np.where(np.frombuffer(digest, np.uint8) & 1, 1.0, -1.0).astype(np.float32)
    unit: Vectors = signs / np.float32(np.sqrt(dimension))
    return unit


def small_app(data_dir: Path, *, encoder: HashEncoder | None = None, **settings: object) -> App:
    """Wire a data directory as production does, with the hash encoder as its model.

    Args:
        data_dir: where the corpus and the index are.
        encoder: the encoder; default: a new one with its default size.
        settings: further settings, by field name.
    """
    model = encoder or HashEncoder()
    return App(Settings(data_dir=data_dir, **settings), loading=lambda _name, _directory: model)
