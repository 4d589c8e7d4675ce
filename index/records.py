"""What is asked and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from corpus.records import Article, Profile, Span


class HitKind(StrEnum):
    """What a hit points to."""

    PASSAGE = "passage"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. Higher scores are better; ties are broken by ascending id."""

    kind: HitKind
    id: int
    score: float


class Verdict(StrEnum):
    """What came of a question."""

    ANSWERED = "answered"
    NOTHING_FOUND = "nothing_found"
    AMBIGUOUS = "ambiguous"


class QuestionKind(StrEnum):
    """What a question asks for."""

    SAID = "said"
    """What somebody said (about something)."""

    WHO = "who"
    """Who said something."""

    GENERAL = "general"
    """Something else that articles may tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked.

    Attributes:
        text: the question as the person wrote it, white space folded.
        kind: what it asks for.
        speaker: the words that name who spoke ("Pak", "the Fed chair", "Ted Cruz's spokesman Rick Tyler"), or None.
        topic: the words that name what it is about, "" for none; for a general question the whole of it.
        since: first day that it asks for, or None.
        until: last day that it asks for, or None.
        publisher: the publisher that it asks for, as stored articles name it, or None.
    """

    text: str
    kind: QuestionKind = QuestionKind.GENERAL
    speaker: str | None = None
    topic: str = ""
    since: date | None = None
    until: date | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What is shown: words of an article, and where they stand.

    Attributes:
        article: the article in the revision that the span was taken from.
        span: the characters that are quoted.
        text: `span.of(article.text)`, exactly.
        highlights: spans inside `span`, in text order, never overlapping: of a statement the words that are attributed
            to the speaker, of a passage those between quotation marks.
        speaker: name of the speaker to whom the article attributes the words, or None.
        role: what the article, or the articles, say the speaker is, or None.
        kind: "direct", "mixed" or "indirect" for statements, else "passage".
        statement: id of the statement, or None.
        score: the ranking's score; comparable within one answer only.
        also_in: other articles that carry the same words, by ascending id.
    """

    article: Article
    span: Span
    text: str
    highlights: tuple[Span, ...]
    speaker: str | None
    kind: str
    score: float
    role: str | None = None
    statement: int | None = None
    also_in: tuple[Article, ...] = ()

    @property
    def is_verbatim(self) -> bool:
        """Tell whether the text is the slice that it claims to be (promise 1)."""
        return self.span.of(self.article.text) == self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What was looked through for an answer.

    Attributes:
        articles: number of articles.
        passages: number of passages.
        statements: number of statements.
        first: day of the earliest article with a date, or None.
        last: day of the latest article with a date, or None.
        generation: the state of the corpus that was searched.
    """

    articles: int
    passages: int
    first: date | None
    last: date | None
    generation: int
    statements: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A question with what the articles hold about it.

    Attributes:
        citations: best first; empty unless the verdict is "answered".
        nearest: the nearest passages when nothing answers the question, best first; shown only under a label
            that says so; empty unless the verdict is "nothing_found".
        speaker: the speaker that the question was taken to ask about, or None.
        assumed: True when others share the name, and `speaker` was by far the likeliest of them.
        candidates: the speakers that may be meant: of an "ambiguous" question all of them, of an assumed one the
            others; most statements first, ties by id.
    """

    question: Question
    verdict: Verdict
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    searched: Searched
    speaker: Profile | None = None
    assumed: bool = False
    candidates: tuple[Profile, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """A citation's surroundings: what stands right before and after it, and the words themselves.

    Attributes:
        before: the paragraph before, up to the words, empty at the beginning of the article.
        span: the characters that are quoted.
        after: what follows the words, to the end of the paragraph after, empty at the end of the article.
    """

    article: Article
    before: Span
    span: Span
    after: Span
