"""Answering: from a question to an Answer whose every word stands in a stored article."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from corpus.quotations import paragraphs
from corpus.records import Span, SpeakerKind
from corpus.registry import Registry
from corpus.store import Filter
from index.asking import parse
from index.citing import Shown, each_once, highlighted, kind_of, passage, together
from index.folding import question_terms
from index.persons import Persons
from index.ranking import SHORT_LIST, Asked, Candidate, Surroundings, answers, candidates, short_list, worth
from index.records import Answer, Citation, Context, QuestionKind, Searched, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from corpus.records import Article, Passage, Profile, Statement
    from index.engine import Found
    from index.projection import Projection
    from index.records import Question

log = logging.getLogger(__name__)

MOST_CITATIONS = 10
HITS_AT_ONCE = 16
NEAREST = 3
"""Citations offered, under a label that says what they are, when nothing answers the question."""

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


@dataclass(frozen=True, slots=True)
class _View:
    """Who speaks in one state of the corpus."""

    registry: Registry
    persons: Persons
    publishers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Statements weighed for a question.

    Attributes:
        ranked: best first.
        articles: of the ranked, by id.
        count: of how many statements they were chosen.
    """

    ranked: tuple[Candidate, ...]
    articles: dict[int, Article]
    count: int


class Answerer:
    """Answers from a projection of the corpus."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._store = projection.parts.store
        self._encoder = projection.parts.encoder
        self._searched: Searched | None = None
        self._view: _View | None = None

    def ask(
        self, text: str, limit: int = MOST_CITATIONS, *, speaker: int | None = None, today: date | None = None
    ) -> Answer:
        """Answer a question; see `Answering.ask`.

        Returns:
            The answer; equal questions of an equal corpus get equal answers on the same day.
        """
        view = self._look()
        asked = _SPACE.sub(" ", text).strip()
        question = parse(
            asked,
            today=today or datetime.now(UTC).date(),
            publishers=view.publishers,
            knows=lambda words: view.persons.meant(words).certain,
        )
        answer = Answer(
            question=question, verdict=Verdict.NOTHING_FOUND, citations=(), nearest=(), searched=self._extent()
        )
        chosen = view.registry.profile(speaker) if speaker is not None else None
        if question.kind is QuestionKind.GENERAL and chosen is None:
            return self._passages(answer, limit)
        if question.kind is QuestionKind.WHO and chosen is None:
            return self._said_by_any(answer, view, limit)
        if chosen is not None:
            return self._said(replace(answer, speaker=chosen), view, limit)
        if question.speaker is None:
            return self._said_by_any(answer, view, limit)
        meant = view.persons.meant(question.speaker)
        if meant.unknown:
            return self._nothing(answer)
        if not meant.profiles:
            return self._said_by_any(answer, view, limit)
        if not meant.certain:
            return replace(answer, verdict=Verdict.AMBIGUOUS, candidates=_by_weight(meant.profiles))
        others = _by_weight(meant.profiles[1:]) if meant.assumed else ()
        return self._said(
            replace(answer, speaker=meant.profiles[0], assumed=meant.assumed, candidates=others), view, limit
        )

    def search(self, words: str, limit: int = MOST_CITATIONS) -> tuple[Citation, ...]:
        """Return the passages that words lead to, best first, without judging whether they answer anything."""
        found = self._find(_SPACE.sub(" ", words).strip())
        return tuple(shown.citation() for shown in each_once(self._cited(found), limit))

    def verify(self, citation: Citation) -> bool:
        """Tell whether the citation's words still stand in the stored article, under the same name."""
        stored = self._store.articles([citation.article.id]).get(citation.article.id)
        if stored is None or not citation.is_verbatim or citation.span.of(stored.text) != citation.text:
            return False
        if citation.statement is None:
            return True
        shown = self._recalled(stored, citation.span, citation.statement)
        return shown is not None and shown.speaker == citation.speaker

    def recall(self, article: int, span: Span, statement: int | None = None) -> Citation | None:
        """Cite a span of an article again; see `Answering.recall`."""
        stored = self._store.articles([article]).get(article)
        if stored is None or span.end > len(stored.text):
            return None
        shown = self._recalled(stored, span, statement) if statement is not None else passage(stored, span, 0.0)
        return shown.citation() if shown else None

    def profile(self, speaker: int) -> Profile | None:
        """Return a speaker with how much of them there is, or None when there is no such speaker any more."""
        return self._look().registry.profile(speaker)

    def speakers(self, words: str = "") -> tuple[Profile, ...]:
        """Return persons and organisations, most statements first, ties by id; words narrow them by name."""
        registry = self._look().registry
        return registry.sharing(words) if words.strip() else registry.profiles

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

    def weigh(self, question: Question, profile: Profile | None) -> Weighed:
        """Weigh the statements that may answer a question: a speaker's, or everybody's, in its dates and publisher."""
        view = self._look()
        restricted = profile or question.since or question.until or question.publisher
        among = (
            view.registry.statement_numbers(
                speakers=profile.ids if profile else None,
                since=question.since,
                until=question.until,
                publisher=question.publisher,
            )
            if restricted
            else None
        )
        engines = self._projection.engines
        count = engines.statements.counts()[0] if among is None else len(among)
        if not count:
            return Weighed((), {}, 0)
        asked = Asked.of(self._encoder, question.topic or question.text, question.text)
        listed = short_list(engines, asked, among)
        stated = self._store.statements(list(listed))
        numbers = sorted({article.id for _, article in stated.values()})
        of_article: dict[int, list[Passage]] = {}
        for each in self._store.passages_of(numbers):
            of_article.setdefault(each.article, []).append(each)
        near = [each.id for group in of_article.values() for each in group]
        found = engines.passages.search(asked.topic, asked.vectors[0], near, max(1, len(near)))
        around = Surroundings(of_article, found, worth(found, engines.passages.counts()[0]))
        known = {
            number: (view.registry.corrected(statement), len(article.text))
            for number, (statement, article) in stated.items()
        }
        ranked = candidates(listed, known, around)
        return Weighed(tuple(ranked), {article.id: article for _, article in stated.values()}, count)

    def _look(self) -> _View:
        """Return who speaks in the corpus as it is now."""
        seen = self._view
        registry = seen.registry.refreshed(self._store) if seen else Registry.load(self._store)
        if seen is None or registry is not seen.registry:
            publishers = tuple(name for name, _ in self._store.summary().publishers)
            self._view = seen = _View(registry, Persons(registry.profiles), publishers)
        return seen

    def _said(self, answer: Answer, view: _View, limit: int) -> Answer:
        """Answer with what a speaker said."""
        weighed = (
            self._weighed_by_day(answer, view)
            if not answer.question.topic
            else self.weigh(answer.question, answer.speaker)
        )
        shown = self._shown(weighed, view, max(limit, NEAREST))
        found = bool(shown) and (not answer.question.topic or answers(weighed.ranked, weighed.count))
        return _answered(answer, shown, limit) if found else self._nothing(answer, shown)

    def _said_by_any(self, answer: Answer, view: _View, limit: int) -> Answer:
        """Answer with what anybody said, whoever it was."""
        weighed = self.weigh(answer.question, None)
        asked = frozenset(question_terms(answer.question.topic))
        # Who is named in what was said is not the one who said it.
        named = [each for each in weighed.ranked if self._may_answer(each.statement, view, asked)]
        shown = self._shown(replace(weighed, ranked=tuple(named)), view, max(limit, NEAREST))
        found = bool(shown) and answers(named, weighed.count)
        return _answered(answer, shown, limit) if found else self._nothing(answer, shown)

    def _may_answer(self, statement: Statement, view: _View, asked: frozenset[str]) -> bool:
        speaker = view.registry.profile(statement.speakers[0]) if statement.speakers else None
        if speaker is None:
            return False
        if speaker.speaker.kind is not SpeakerKind.PERSON:
            return True
        return not asked & set(question_terms(speaker.speaker.name)[-1:])

    def _passages(self, answer: Answer, limit: int) -> Answer:
        """Answer with passages, whoever says what in them."""
        # Days in a question about what happened may be those of what happened; they come first, and do not exclude.
        if _is_dated(answer.question) and (among := self._within(answer.question)):
            dated = self._evident(answer, self._find(answer.question.text, among), limit)
            if dated.verdict is Verdict.ANSWERED:
                return dated
        return self._evident(answer, self._find(answer.question.text), limit)

    def _evident(self, answer: Answer, found: Found, limit: int) -> Answer:
        shown = each_once(self._cited(found), max(limit, NEAREST))
        if shown and is_evidence(found, self._encoder.least_cosine):
            return _answered(answer, shown, limit)
        return self._nothing(answer, shown)

    def _within(self, question: Question) -> list[int]:
        """Return the ids of the passages of a question's days and publisher."""
        chosen = Filter(since=question.since, until=question.until, publisher=question.publisher)
        articles = [article.id for article in self._store.listing(chosen)]
        return [each.id for each in self._store.passages_of(articles)]

    def _nothing(self, answer: Answer, nearest: Sequence[Shown] = ()) -> Answer:
        """Say that nothing was found, with what came nearest."""
        near = nearest or each_once(self._cited(self._find(answer.question.text)), NEAREST)
        return replace(answer, nearest=tuple(shown.citation() for shown in near[:NEAREST]))

    def _find(self, words: str, among: Sequence[int] | None = None) -> Found:
        return self._projection.engines.passages.search(words, self._encoder.encode_question(words), among)

    def _extent(self) -> Searched:
        generation = self._projection.generation
        if self._searched is None or self._searched.generation != generation:
            extent = self._store.extent()
            self._searched = Searched(
                articles=extent.articles,
                passages=self._projection.engines.passages.counts()[0],
                statements=self._projection.engines.statements.counts()[0],
                first=extent.first,
                last=extent.last,
                generation=generation,
            )
        return self._searched

    def _weighed_by_day(self, answer: Answer, view: _View) -> Weighed:
        """Return a speaker's statements, the latest first, for a question without a topic."""
        question, profile = answer.question, answer.speaker
        numbers = view.registry.statement_numbers(
            speakers=profile.ids if profile else None,
            since=question.since,
            until=question.until,
            publisher=question.publisher,
        )
        stated = self._store.statements(numbers)
        made = sorted(
            (Candidate(view.registry.corrected(statement), (), 0.0) for statement, _ in stated.values()),
            key=lambda each: (-_day_number(stated[each.statement.id][1]), each.statement.id),
        )
        return Weighed(tuple(made[:SHORT_LIST]), {article.id: article for _, article in stated.values()}, len(numbers))

    def _shown(self, weighed: Weighed, view: _View, limit: int) -> list[Shown]:
        return each_once(self._statements(weighed, view), limit)

    def _statements(self, weighed: Weighed, view: _View) -> Iterator[Shown]:
        """Show statements, best first; one that stands in what was shown already is part of that."""
        beside: dict[int, list[Statement]] = {}
        done: set[int] = set()
        for each in weighed.ranked:
            if each.statement.id in done:
                continue
            article = weighed.articles[each.statement.article]
            if article.id not in beside:
                beside[article.id] = [view.registry.corrected(one) for one in self._store.statements_of([article.id])]
            span, kept = together(article, each.statement, beside[article.id])
            done |= {one.id for one in kept}
            yield _said_shown(article, span, each.statement, kept, view.registry, each.score)

    def _recalled(self, article: Article, span: Span, statement: int) -> Shown | None:
        """Show a statement again in a span, or return None when it is gone or stands elsewhere."""
        registry = self._look().registry
        beside = [registry.corrected(one) for one in self._store.statements_of([article.id])]
        found = next((one for one in beside if one.id == statement), None)
        if found is None or not any(part.overlaps(span) for part in found.content):
            return None
        kept = [
            one
            for one in beside
            if one.id == statement
            or (one.speakers and one.speakers[:1] == found.speakers[:1] and span.contains(one.content[0]))
        ]
        return _said_shown(article, span, found, kept, registry, 0.0)

    def _cited(self, found: Found) -> Iterator[Shown]:
        """Show the passages that were found, best first."""
        # Whole articles are read for this, and mostly the first few hits are enough.
        for at in range(0, len(found.hits), HITS_AT_ONCE):
            hits = found.hits[at : at + HITS_AT_ONCE]
            cited = self._store.cited([hit.id for hit in hits])
            for hit in hits:
                if hit.id in cited:  # else removed a moment ago
                    each, article = cited[hit.id]
                    yield passage(article, each.span, hit.score)


def _said_shown(
    article: Article, span: Span, statement: Statement, kept: Sequence[Statement], registry: Registry, score: float
) -> Shown:
    profile = registry.profile(statement.speakers[0]) if statement.speakers else None
    return Shown(
        article,
        span,
        score,
        highlighted(kept, span),
        kind=kind_of(kept),
        speaker=profile.speaker.name if profile else None,
        role=profile.speaker.roles[0] if profile and profile.speaker.roles else None,
        statement=statement.id,
    )


def _is_dated(question: Question) -> bool:
    return bool(question.since or question.until or question.publisher)


def _answered(answer: Answer, shown: Sequence[Shown], limit: int) -> Answer:
    return replace(answer, verdict=Verdict.ANSWERED, citations=tuple(each.citation() for each in shown[:limit]))


def _by_weight(profiles: Iterable[Profile]) -> tuple[Profile, ...]:
    return tuple(sorted(profiles, key=lambda each: (-each.statements, each.speaker.id)))


def _day_number(article: Article) -> int:
    return article.published.toordinal() if article.published else 0


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
