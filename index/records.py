"""What is asked and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from corpus.records import Article, Span


class HitKind(StrEnum):
    """What a hit points to."""

    PASSAGE = "passage"


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


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked.

    Attributes:
        text: the question as the person wrote it, white space folded.
    """

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """What is shown: words of an article, and where they stand.

    Attributes:
        article: the article in the revision that the span was taken from.
        span: the characters that are quoted.
        text: `span.of(article.text)`, exactly.
        highlights: spans inside `span` whose words the article puts between quotation marks, in text order.
        speaker: name of the speaker to whom the article attributes the words, or None.
        kind: "passage".
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
        first: day of the earliest article with a date, or None.
        last: day of the latest article with a date, or None.
        generation: the state of the corpus that was searched.
    """

    articles: int
    passages: int
    first: date | None
    last: date | None
    generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A question with what the articles hold about it.

    Attributes:
        citations: best first; empty unless the verdict is "answered".
        nearest: the nearest passages when nothing answers the question, best first; shown only under a label
            that says so; empty when the verdict is "answered".
    """

    question: Question
    verdict: Verdict
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    searched: Searched


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
