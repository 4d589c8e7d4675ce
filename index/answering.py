"""Answering: from a question to an Answer whose every word stands in a stored article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from corpus.records import Span
    from index.records import Answer, Citation, Context

MOST_CITATIONS = 10


class Answering(Protocol):
    """What those who ask need; safe to call from several threads at once."""

    def ask(self, text: str, limit: int = MOST_CITATIONS) -> Answer:
        """Answer a question with at most `limit` citations."""
        ...

    def verify(self, citation: Citation) -> bool:
        """Tell whether the citation's words still stand in the stored article; to be asked right before showing it."""
        ...

    def recall(self, article: int, span: Span) -> Citation | None:
        """Cite a span of an article again, or None when the article is not there any more or has changed there."""
        ...

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span, or None when the article is not there any more."""
        ...
