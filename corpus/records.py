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


class StatementKind(StrEnum):
    """How a statement gives what was said."""

    DIRECT = "direct"
    """All of it between quotation marks, or behind a name as in a transcript."""

    MIXED = "mixed"
    """In the article's words, with some of the speaker's own between quotation marks."""

    INDIRECT = "indirect"
    """In the article's words: reported."""


class SpeakerKind(StrEnum):
    """What kind of speaker somebody is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    UNNAMED = "unnamed"
    """Only described: "a senior official". Never one and the same across articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """One attribution as the tagger found it, before anybody knows who the source is.

    Attributes:
        source: spans that name who spoke ("he", "Pak", "the senator"), in text order; empty when none is named.
        cue: spans of the words that attribute ("said", "criticized", "according to").
        content: spans of what was said, quotation marks included, in text order.
        confidence: 0 to 1.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """A speaker within one article.

    Attributes:
        name: the fullest form that the article gives, without title ("Pak Jong Chon"); the description of the unnamed.
        aliases: other forms used in the article ("Pak"), in text order.
        roles: what the article says they are ("vice chairman of the Central Military Commission", "Sen."), in text
            order.
    """

    name: str
    kind: SpeakerKind
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An attribution with its speaker, before the corpus has given it an id.

    Attributes:
        speakers: positions in the article's cast; who spoke comes first, then those for whom they spoke or who spoke
            with them. Empty: unattributed.
        confidence: 0 to 1, of the statement and of its speaker together.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    kind: StatementKind
    speakers: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Extraction:
    """Who said what in one text: statements by where their content begins, and the cast that `Said.speakers` counts."""

    said: tuple[Said, ...] = ()
    cast: tuple[Character, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One attribution as stored.

    Attributes:
        id: number given by the corpus; monotonic, never reused.
        article: id of its article.
        speakers: ids of speakers; who spoke comes first, then those for whom they spoke or who spoke with them. Empty:
            unattributed.
    """

    id: int
    article: int
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    kind: StatementKind
    speakers: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person or organisation that makes statements, across articles.

    Attributes:
        id: number given by the corpus; monotonic, never reused.
        name: canonical name.
        aliases: other forms found in articles, most used first, ties in alphabetical order.
        roles: what articles say they are, most used first, ties in alphabetical order.
    """

    id: int
    name: str
    kind: SpeakerKind
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A speaker with how much of them the corpus holds.

    Attributes:
        ids: ids of all entries that stand for this speaker (merged ones included), ascending; `speaker.id` is one.
        statements: statements that they made.
        articles: articles in which they made one.
        first: day of the earliest of these with a date, or None.
        last: day of the latest, or None.
    """

    speaker: Speaker
    ids: tuple[int, ...]
    statements: int
    articles: int
    first: date | None
    last: date | None


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
