"""Showing: from what was found to what is about to be cited, read from the stored articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.quotations import paragraphs
from corpus.records import Span
from index.citing import Said, Shown, passage, said, together
from index.records import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.records import Article, Statement
    from corpus.registry import Registry
    from corpus.store import Store
    from index.engine import Found
    from index.weighing import Weighed

HITS_AT_ONCE = 16


class Showing:
    """Reads what is shown."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def passages(self, found: Found) -> Iterator[Shown]:
        """Show the passages that were found, best first."""
        # Whole articles are read for this, and mostly the first few hits are enough.
        for at in range(0, len(found.hits), HITS_AT_ONCE):
            hits = found.hits[at : at + HITS_AT_ONCE]
            cited = self._store.cited([hit.id for hit in hits])
            for hit in hits:
                if hit.id in cited:  # else removed a moment ago
                    each, article = cited[hit.id]
                    yield passage(article, each.span, hit.score)

    def statements(self, weighed: Weighed, registry: Registry) -> Iterator[Shown]:
        """Show statements, best first; one that stands in what was shown already is part of that."""
        beside: dict[int, list[Statement]] = {}
        done: set[int] = set()
        for each in weighed.ranked:
            if each.statement.id in done:
                continue
            article = weighed.articles[each.statement.article]
            if article.id not in beside:
                beside[article.id] = self._all(article, registry)
            span, kept = together(article, each.statement, beside[article.id])
            done |= {one.id for one in kept}
            yield said(article, span, Said(each.statement, tuple(kept), each.score), registry)

    def again(self, article: Article, span: Span, statement: int, registry: Registry) -> Shown | None:
        """Show a statement again in a span, or return None when it is gone or stands elsewhere."""
        beside = self._all(article, registry)
        found = next((one for one in beside if one.id == statement), None)
        if found is None or not any(part.overlaps(span) for part in found.content):
            return None
        kept = tuple(
            one
            for one in beside
            if one.id == statement
            or (one.speakers and one.speakers[:1] == found.speakers[:1] and span.contains(one.content[0]))
        )
        return said(article, span, Said(found, kept, 0.0), registry)

    def _all(self, article: Article, registry: Registry) -> list[Statement]:
        return [registry.corrected(one) for one in self._store.statements_of([article.id])]

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span, or None when the article is not there any more.

        Where a span begins or ends inside a paragraph, the rest of that is part of them, so that nothing is left out.
        """
        stored = self._store.articles([article]).get(article)
        if stored is None or span.end > len(stored.text):
            return None
        around = paragraphs(stored.text)
        starts = [paragraph.start for paragraph in around if paragraph.end <= span.start] or [
            paragraph.start for paragraph in around if paragraph.start < span.start
        ]
        ends = [paragraph.end for paragraph in around if paragraph.start >= span.end] or [
            paragraph.end for paragraph in around if paragraph.end > span.end
        ]
        return Context(
            article=stored,
            before=_trimmed(stored.text, starts[-1], span.start) if starts else Span(span.start, span.start),
            span=span,
            after=_trimmed(stored.text, span.end, ends[0]) if ends else Span(span.end, span.end),
        )


def _trimmed(text: str, start: int, end: int) -> Span:
    """Return a span without the white space at its ends."""
    inner = text[start:end]
    lead = len(inner) - len(inner.lstrip())
    return Span(start + lead, start + lead + len(inner.strip()))
