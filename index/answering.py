"""Answering: from a question to an Answer whose every word stands in a stored article."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from corpus.quotations import paragraphs, quotations
from corpus.records import Span
from index.folding import terms
from index.records import Answer, Citation, Context, Question, Searched, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from corpus.records import Article, Passage, Profile
    from index.engine import Found
    from index.projection import Projection

log = logging.getLogger(__name__)

MOST_CITATIONS = 10
HITS_AT_ONCE = 16
NEAREST = 3
"""Passages offered, under a label that says what they are, when nothing answers the question."""

SAME_SHARE = 0.8
"""Two passages of articles that are copies of each other say the same when they share this much of the shorter one."""

LEAST_QUOTED_WORDS = 4
"""Shorter quotations are titles and scare quotes more often than something said."""

_SPACE = re.compile(r"\s+")


class Answering(Protocol):
    """What those who ask need; safe to call from several threads at once."""

    def ask(
        self, text: str, limit: int = MOST_CITATIONS, *, speaker: int | None = None, today: date | None = None
    ) -> Answer:
        """Answer a question with at most `limit` citations.

        Args:
            text: the question.
            limit: how many citations at most.
            speaker: whose words are asked for, when that was chosen; it overrides what the question's words would mean.
            today: the day as of which words like "last week" are meant; default: today.
        """
        ...

    def verify(self, citation: Citation) -> bool:
        """Tell whether the citation's words still stand in the stored article; to be asked right before showing it."""
        ...

    def recall(self, article: int, span: Span, statement: int | None = None) -> Citation | None:
        """Cite a span of an article again, or None when the article is not there any more or has changed there.

        With the id of its statement, the citation has speaker, kind and highlights as they were shown.
        """
        ...

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span, or None when the article is not there any more."""
        ...

    def profile(self, speaker: int) -> Profile | None:
        """Return a speaker with how much of them there is, or None when there is no such speaker any more."""
        ...

    def speakers(self, words: str = "") -> tuple[Profile, ...]:
        """Return persons and organisations, most statements first, ties by id; words narrow them by name."""
        ...


class Answerer:
    """Answers from a projection of the corpus."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._store = projection.parts.store
        self._encoder = projection.parts.encoder
        self._searched: Searched | None = None

    def ask(self, text: str, limit: int = MOST_CITATIONS) -> Answer:
        """Answer a question.

        Args:
            text: the question.
            limit: how many citations at most.

        Returns:
            The answer; equal questions of an equal corpus get equal answers.
        """
        question = Question(text=_SPACE.sub(" ", text).strip())
        searched = self._extent()
        found = self._find(question.text)
        citations = self._cite(found, max(limit, NEAREST))
        if citations and is_evidence(found, self._encoder.least_cosine):
            return Answer(
                question=question,
                verdict=Verdict.ANSWERED,
                citations=citations[:limit],
                nearest=(),
                searched=searched,
            )
        return Answer(
            question=question,
            verdict=Verdict.NOTHING_FOUND,
            citations=(),
            nearest=citations[:NEAREST],
            searched=searched,
        )

    def search(self, words: str, limit: int = MOST_CITATIONS) -> tuple[Citation, ...]:
        """Return the passages that words lead to, best first, without judging whether they answer anything."""
        return self._cite(self._find(_SPACE.sub(" ", words).strip()), limit)

    def verify(self, citation: Citation) -> bool:
        """Tell whether the citation's words still stand in the stored article."""
        stored = self._store.articles([citation.article.id]).get(citation.article.id)
        return stored is not None and citation.is_verbatim and citation.span.of(stored.text) == citation.text

    def recall(self, article: int, span: Span) -> Citation | None:
        """Cite a span of an article again, or None when the article is not there any more or has changed there."""
        stored = self._store.articles([article]).get(article)
        if stored is None or span.end > len(stored.text):
            return None
        return _citation(stored, span, 0.0)

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

    def _find(self, words: str) -> Found:
        return self._projection.engines.passages.search(words, self._encoder.encode_question(words))

    def _extent(self) -> Searched:
        generation = self._projection.generation
        if self._searched is None or self._searched.generation != generation:
            extent = self._store.extent()
            self._searched = Searched(
                articles=extent.articles,
                passages=self._projection.engines.passages.counts()[0],
                first=extent.first,
                last=extent.last,
                generation=generation,
            )
        return self._searched

    def _cite(self, found: Found, limit: int) -> tuple[Citation, ...]:
        """Turn hits into citations, best first; what copies of an article repeat is cited once."""
        chosen: list[_Cited] = []
        # Whole articles are read for this, and mostly the first few hits are enough.
        for at in range(0, len(found.hits), HITS_AT_ONCE):
            hits = found.hits[at : at + HITS_AT_ONCE]
            cited = self._store.cited([hit.id for hit in hits])
            for hit in hits:
                if hit.id not in cited:
                    continue  # removed a moment ago
                candidate = _Cited(*cited[hit.id], hit.score)
                same = next((other for other in chosen if candidate.repeats(other)), None)
                if same is not None:
                    same.copies.append(candidate.article)
                elif len(chosen) < limit:
                    chosen.append(candidate)
            if len(chosen) == limit:
                break
        return tuple(entry.citation() for entry in chosen)


class _Cited:
    """A passage that is to be cited, and the articles in which it stands too."""

    def __init__(self, passage: Passage, article: Article, score: float) -> None:
        self.article = article
        self.span = passage.span
        self.score = score
        self.copies: list[Article] = []
        self.original = article.copy_of or article.id
        self.folded = _SPACE.sub(" ", passage.span.of(article.text)).casefold()

    def repeats(self, other: _Cited) -> bool:
        if self.article.id == other.article.id:
            return False
        if self.original != other.original:
            return self.folded == other.folded
        mine, others = set(terms(self.folded)), set(terms(other.folded))
        return len(mine & others) >= SAME_SHARE * min(len(mine), len(others))

    def citation(self) -> Citation:
        articles = {self.article.id: self.article} | {article.id: article for article in self.copies}
        others = tuple(articles[number] for number in sorted(articles) if number != self.article.id)
        return _citation(self.article, self.span, self.score, others)


def _trimmed(text: str, start: int, end: int) -> Span:
    """Return a span without the white space at its ends."""
    inner = text[start:end]
    lead = len(inner) - len(inner.lstrip())
    return Span(start + lead, start + lead + len(inner.strip()))


def verified(answering: Answering, citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return the citations whose words still stand in the stored articles; the others are logged, never repaired."""
    kept = []
    for citation in citations:
        if answering.verify(citation):
            kept.append(citation)
        else:
            log.warning("dropped a citation of article %s that does not hold any more", citation.article.id)
    return tuple(kept)


def verified_answer(answering: Answering, answer: Answer) -> Answer:
    """Return an answer as it may be shown now: with those of its citations that are `verified`."""
    return replace(
        answer,
        citations=verified(answering, answer.citations),
        nearest=verified(answering, answer.nearest),
    )


def is_evidence(found: Found, least_cosine: float) -> bool:
    """Decide whether what a search found answers the question.

    There is something that was asked for, the one asked about occurs, and a passage is near, or holds every word of it.

    Args:
        found: the search's result.
        least_cosine: the encoder's idea of near.
    """
    near = max(found.cosines.values(), default=0.0) >= least_cosine
    return bool(found.terms) and not found.unknown and (near or found.complete)


def _citation(article: Article, span: Span, score: float, also_in: tuple[Article, ...] = ()) -> Citation:
    return Citation(
        article=article,
        span=span,
        text=span.of(article.text),
        highlights=tuple(_quoted(article.text, span)),
        speaker=None,
        kind="passage",
        score=score,
        also_in=also_in,
    )


def _quoted(text: str, span: Span) -> Iterable[Span]:
    """Find what a span holds between quotation marks, in text order."""
    for paragraph in paragraphs(text):
        if not paragraph.overlaps(span):
            continue
        for quotation in quotations(text, paragraph):
            if not quotation.span.overlaps(span):
                continue
            inside = Span(max(quotation.span.start, span.start), min(quotation.span.end, span.end))
            if len(inside.of(text).split()) >= LEAST_QUOTED_WORDS:
                yield inside
