"""Fakes that tests of several packages share: a small model, and a data directory wired as in production.

Nothing here imports torch, OpenVINO or a tokenizer, so that processes that use it start quickly.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from bot.app import App
from bot.config import Settings
from corpus.records import Character, Extraction, Said, Span, SpeakerKind, StatementKind
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

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, which need no other treatment than passages."""
        batches = list(self.batches)
        vectors: Vectors = self.encode(texts)
        self.batches = batches
        return vectors

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


_SAYS = re.compile(r"(?P<role>(?:[a-z]+ ){0,8})(?P<who>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)*|somebody) (?P<cue>said|says) ")
_WHAT = re.compile(r"(?P<direct>“[^”]*”|\"[^\"]*\")|that (?P<indirect>[^.]*)")


class PatternExtractor:
    """Finds `Name said "words"` and `Name said that words.`; small words right before the name are a role.

    A name of one word is the longer name before it in the text that ends in that word; "somebody" is unnamed, and a
    name in capitals an organisation.

    Attributes:
        confidence: of every statement.
        texts: how the texts that were read begin, in order.
    """

    def __init__(self, fingerprint: str = "pattern") -> None:
        self.fingerprint = fingerprint
        self.confidence = 0.9
        self.texts: list[str] = []

    def extract(self, text: str, author: str | None = None) -> Extraction:
        """Find who said what; see `corpus.statements.Extractor.extract`.

        Raises:
            ValueError: the text holds the word "unreadable".
        """
        del author
        self.texts.append(text[:40])
        if "unreadable" in text:
            msg = "as the test wants it"
            raise ValueError(msg)
        names: list[str] = []
        aliases: dict[str, list[str]] = {}
        roles: dict[str, list[str]] = {}
        said: list[Said] = []
        for found in _SAYS.finditer(text):
            what = _WHAT.match(text, found.end())
            if what is None:
                continue
            form = found["who"]
            name = next((full for full in names if full.split()[-1] == form), form)
            if name not in names:
                names.append(name)
            aliases.setdefault(name, []).extend([form] if form != name else [])
            roles.setdefault(name, []).extend([found["role"].strip()] if found["role"] else [])
            kind = "direct" if what["direct"] is not None else "indirect"
            said.append(
                Said(
                    source=(Span(*found.span("who")),),
                    cue=(Span(*found.span("cue")),),
                    content=(Span(*what.span(kind)),),
                    kind=StatementKind(kind),
                    speakers=(names.index(name),),
                    confidence=self.confidence,
                )
            )
        cast = [
            Character(name=name, kind=_kind(name), aliases=_once(aliases[name]), roles=_once(roles[name]))
            for name in names
        ]
        return Extraction(tuple(said), tuple(cast))


def _kind(name: str) -> SpeakerKind:
    if name == "somebody":
        return SpeakerKind.UNNAMED
    return SpeakerKind.ORGANISATION if name.isupper() else SpeakerKind.PERSON


def _once(forms: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(forms))


def small_app(data_dir: Path, *, encoder: HashEncoder | None = None, **settings: object) -> App:
    """Wire a data directory as production does, with the hash encoder and the pattern extractor as its models.

    Args:
        data_dir: where the corpus and the index are.
        encoder: the encoder; default: a new one with its default size.
        settings: further settings, by field name.
    """
    model = encoder or HashEncoder()
    return App(
        Settings(data_dir=data_dir, **settings), loading=lambda _name, _directory: model, extracting=PatternExtractor
    )
