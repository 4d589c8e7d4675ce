"""The records of the corpus: frozen, slotted, in the vocabulary of the project.

Offsets are Python string indices (Unicode code points), half open, always into `Article.text`.
Dates are calendar days as printed by the publisher; times are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters [start, end) in an article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse a range that no text can have."""
        if not 0 <= self.start <= self.end:
            msg = f"a span needs 0 <= start <= end, not [{self.start}, {self.end})"
            raise ValueError(msg)

    def __len__(self) -> int:
        """Length in characters."""
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the slice of `text` that the span names."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Tell whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands in what was imported, for messages and for resuming.

    Attributes:
        source: path or name of the source; a member of an archive is "archive.zip!member.jsonl".
        record: number of the record in its source from 1 (a line of JSONL, a row of CSV), or None where the
            source is one record.
    """

    source: str
    record: int | None = None

    def __str__(self) -> str:
        """Return "source" or "source:record", as editors understand it."""
        return self.source if self.record is None else f"{self.source}:{self.record}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article as a reader found it, cleaned, before the store has given it an id.

    Attributes:
        text: clean text, in NFC where it was taken out of a page; paragraphs separated by a blank line where the source
            told them apart.
        title: headline, or "" when there is none.
        key: the id that the source gave to the article, if it gave one.
        url: address as the source wrote it (the store keeps its canonical form beside it).
        published: day of publication.
        language: ISO 639-1 code.
    """

    text: str
    title: str = ""
    key: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: date | None = None
    author: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class GoodRecord:
    """A record that was read, and where."""

    place: Place
    draft: Draft


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not be read, where, and why (a sentence for the person who imports)."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published text, as stored. `text` never changes within a revision.

    Attributes:
        id: number given by the corpus; monotonic, never reused.
        key: the id that the source gave at import, or None.
        content_hash: SHA-256 hex digest of the text with white space folded.
        revision: 1 for the first text stored under this id, then 2, 3, …
        copy_of: id of the article of which this one is a near-duplicate, or None.
        stored_at: when this revision was stored, UTC.
    """

    id: int
    key: str | None
    url: str | None
    title: str
    publisher: str | None
    published: date | None
    author: str | None
    language: str | None
    text: str
    content_hash: str
    revision: int
    copy_of: int | None
    stored_at: datetime

    @property
    def reference(self) -> str:
        """Return the name by which answers cite the article: its key, else its URL, else its number."""
        return self.key or self.url or str(self.id)


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of one to a few paragraphs that fits the encoder.

    Attributes:
        id: number given by the corpus; monotonic, never reused.
        article: id of its article.
    """

    id: int
    article: int
    span: Span


class ChangeKind(StrEnum):
    """What a change did to an article."""

    ADD = "add"
    UPDATE = "update"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change log. Generations are consecutive integers from 1, in the order of the changes."""

    generation: int
    kind: ChangeKind
    article: int
    at: datetime
