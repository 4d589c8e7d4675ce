"""What the bot remembers, as records; `bot.chat.state` keeps them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.language import ENGLISH

if TYPE_CHECKING:
    from corpus.records import Span


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came in.

    Attributes:
        id: number of its update.
        chat: where it was asked.
        message: the message that holds it, to be replied to.
        thread: topic of a forum, or None.
        text: the question.
        speaker: id of the speaker who was chosen for it, or None.
        language: code of the language that is spoken to who asked.
        user: id of who asked, or None for somebody who showed no identity of their own.
    """

    id: int
    chat: int
    message: int
    thread: int | None
    text: str
    speaker: int | None = None
    language: str = ENGLISH
    user: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A citation as it is remembered: where it stands, and what its words were.

    Attributes:
        digest: first 16 bytes of the SHA-256 of the words.
        statement: id of the statement, or None.
    """

    article: int
    span: Span
    digest: bytes
    statement: int | None = None

    def fits(self, words: str) -> bool:
        """Tell whether these are the words that were shown."""
        return digest(words) == self.digest


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given.

    Attributes:
        message: the message that asked.
        nearest: whether its citations were offered as the nearest, not as an answer.
        shown: position of the first citation that was not shown yet.
        numbered: the last number that was given to a citation.
        citations: all of them, in order.
    """

    id: int
    chat: int
    message: int
    thread: int | None
    nearest: bool
    shown: int
    numbered: int
    citations: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A question in which a name fits several speakers, and who was offered.

    Attributes:
        message: the message that asked.
        text: the question.
        words: its words that name who spoke, or None.
        assumed: whether it was answered, with another speaker than these.
        language: code of the language that is spoken to who asked.
        candidates: (id, name, whether this one was chosen) of each speaker, in the order of their buttons.
        user: id of who asked, or None.
    """

    id: int
    chat: int
    message: int
    thread: int | None
    text: str
    words: str | None
    assumed: bool
    language: str
    candidates: tuple[tuple[int, str, bool], ...]
    user: int | None = None


def digest(words: str) -> bytes:
    """Return the first 16 bytes of the SHA-256 of the words."""
    return hashlib.sha256(words.encode()).digest()[:16]
