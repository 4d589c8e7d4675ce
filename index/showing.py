"""Showing: from what was found to what is about to be cited, read from the stored articles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from corpus.quotations import paragraphs
from corpus.reading import reading
from corpus.records import Span
from index.citing import Said, Shown, paragraph_of, passage, said, together
from index.records import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus.records import Article, Statement
    from corpus.registry import Registry
    from index.building import Indexed
    from index.finding import Found
    from index.ranking import Candidate
    from index.weighing import Weighed

AT_ONCE = 16
"""What is read in one step, best first: mostly these are enough."""


class Showing:
    """Reads what is shown.

    Attributes:
        store: the corpus.
    """

    def __init__(self, indexed: Indexed) -> None:
        self._indexed = indexed
        self.store = indexed.parts.store

    def passages(self, found: Found) -> Iterator[Shown]:
        """Show the passages that were found, best first."""
        for at in range(0, len(found.hits), AT_ONCE):
            hits = found.hits[at : at + AT_ONCE]
            with reading(self.store.engine) as read:
                known = read.passages([hit.id for hit in hits])
                articles = read.articles(sorted({each.article for each in known.values()}))
            for hit in hits:
                each = known.get(hit.id)
                if each is not None and each.article in articles:  # else removed a moment ago
                    yield passage(articles[each.article], each.span, hit.score)

    def statements(self, weighed: Weighed, registry: Registry) -> Iterator[Shown]:
        """Show statements, best first; one that stands in what was shown already is part of that."""
        done: set[int] = set()
        for at in range(0, len(weighed.ranked), AT_ONCE):
            part = [each for each in weighed.ranked[at : at + AT_ONCE] if each.statement not in done]
            articles, known, beside = self._stated(part, registry)
            for each in part:
                if each.statement in done or each.statement not in known:  # removed a moment ago
                    continue
                article, statement = articles[each.article], known[each.statement]
                mates = [known[number] for number in beside[each.statement] if number in known]
                span, kept = together(article, statement, mates)
                done |= {one.id for one in kept}
                yield said(article, span, Said(statement, tuple(kept), each.score), registry)

    def again(self, article: Article, span: Span, statement: int, registry: Registry) -> Shown | None:
        """Show a statement again in a span, or return None when it is gone or stands elsewhere."""
        with reading(self.store.engine) as read:
            beside = self._beside({statement: (article.id, span)}, registry)[statement]
            known = _by_speakers(read.statements([statement, *beside]), registry)
        found = known.get(statement)
        if found is None or found.article != article.id or not any(part.overlaps(span) for part in found.content):
            return None
        kept = [one for one in known.values() if one.id == statement or span.contains(one.content[0])]
        return said(article, span, Said(found, tuple(sorted(kept, key=lambda one: one.id)), 0.0), registry)

    def _stated(
        self, ranked: Sequence[Candidate], registry: Registry
    ) -> tuple[dict[int, Article], dict[int, Statement], dict[int, list[int]]]:
        """Read statements, and those by the same speakers that begin in the same paragraphs.

        Returns:
            Their articles and all statements by id; and for each of the ranked the ids of those beside it.
        """
        numbers = np.array([each.statement for each in ranked], np.int64)
        starts = self._indexed.engines.statements.columns.rows(numbers)[0]["start"].tolist()
        with reading(self.store.engine) as read:
            articles = read.articles(sorted({each.article for each in ranked}))
            around = {
                each.statement: (each.article, paragraph_of(articles[each.article].text, Span(start, start + 1)))
                for each, start in zip(ranked, starts, strict=True)
                if each.article in articles
            }
            beside = self._beside(around, registry)
            chosen = sorted({*beside, *(number for group in beside.values() for number in group)})
            known = _by_speakers(read.statements(chosen), registry)
        return articles, known, beside

    def _beside(self, around: Mapping[int, tuple[int, Span]], registry: Registry) -> dict[int, list[int]]:
        """Find what speakers say beside statements.

        Args:
            around: for each statement its article, and the span of that in which the others begin.
            registry: who speaks.

        Returns:
            For each the ids of the other statements of the same speaker, ascending.
        """
        columns = self._indexed.engines.statements.columns
        numbers = columns.of_articles(np.unique(np.array([article for article, _ in around.values()], np.int64)))
        rows = columns.rows(numbers)[0]
        articles, starts = rows["article"], rows["start"]
        near = {
            statement: numbers[(articles == article) & (starts >= span.start) & (starts < span.end)].tolist()
            for statement, (article, span) in around.items()
        }
        asked = sorted({*near, *(number for group in near.values() for number in group)})
        first = dict(zip(asked, (speakers[:1] for speakers in registry.speakers_of(asked)), strict=True))
        return {
            statement: [
                each for each in group if each != statement and first[statement] and first[each] == first[statement]
            ]
            for statement, group in near.items()
        }

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span, or None when the article is not there any more.

        Where a span begins or ends inside a paragraph, the rest of that is part of them, so that nothing is left out.
        """
        stored = self.store.articles([article]).get(article)
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


def _by_speakers(known: Mapping[int, Statement], registry: Registry) -> dict[int, Statement]:
    """Give statements their speakers, as corrected."""
    spoken = registry.speakers_of(list(known))
    return {
        number: replace(statement, speakers=speakers)
        for (number, statement), speakers in zip(known.items(), spoken, strict=True)
    }


def _trimmed(text: str, start: int, end: int) -> Span:
    """Return a span without the white space at its ends."""
    inner = text[start:end]
    lead = len(inner) - len(inner.lstrip())
    return Span(start + lead, start + lead + len(inner.strip()))
