"""Answering: from a question to an Answer whose every word stands in a stored article."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from index.asking import parse
from index.browsing import Browser
from index.citing import each_once
from index.ranking import MARGIN, answers, close, telling
from index.records import Answer, QuestionKind, Searched, Verdict
from index.showing import Showing
from index.weighing import Weighing, attributed_first, is_restricted, said_by_others

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from corpus.records import Profile, Span
    from index.browsing import Card, Portrait, Source
    from index.building import Indexed
    from index.citing import Shown
    from index.columns import Columns, Ids
    from index.finding import Found
    from index.following import Followed
    from index.records import Citation, Context, Question
    from index.speakers import View
    from index.weighing import Weighed

log = logging.getLogger(__name__)

MOST_CITATIONS = 10
NEARLY = 0.03
"""How much further from a question, in cosine, passages of the days that it names may be than others, to come first."""

MOST_TRIED = 4
"""Of more namesakes than these a person chooses, whatever they spoke about."""

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

    def speakers(self, words: str = "") -> Sequence[Profile]:
        """Return persons and organisations, most statements first, ties by id; words narrow them by name."""
        ...

    def sources(self) -> tuple[Source, ...]:
        """Return all publishers, most articles first, then by name; articles that name none come last."""
        ...

    def card(self, article: int) -> Card | None:
        """Return an article at a glance, or None when it is not there any more."""
        ...

    def portrait(self, speaker: int, limit: int) -> Portrait | None:
        """Return a speaker at a glance, with at most `limit` statements, or None when there is no such speaker."""
        ...

    def follow(self, text: str, previous: Question | None, today: date) -> Followed | None:
        """Tell what a text means after a question; see `index.following.follow`."""
        ...


class Answerer(Browser):
    """Answers from an index of the corpus."""

    def __init__(self, indexed: Indexed) -> None:
        self.weighing = Weighing(indexed)
        self._indexed = indexed
        self._store = indexed.parts.store
        self._encoder = indexed.parts.encoder
        self.showing = Showing(indexed)
        self._searched: tuple[Columns, Searched] | None = None

    def ask(
        self, text: str, limit: int = MOST_CITATIONS, *, speaker: int | None = None, today: date | None = None
    ) -> Answer:
        """Answer a question; see `Answering.ask`.

        Returns:
            The answer; equal questions of an equal corpus get equal answers on the same day.
        """
        view = self.weighing.view()
        question = _understood(text, today, view)
        answer = Answer(
            question=question, verdict=Verdict.NOTHING_FOUND, citations=(), nearest=(), searched=self._extent()
        )
        chosen = view.registry.profile(speaker) if speaker is not None else None
        if chosen is not None:
            return self._said(replace(answer, speaker=chosen), view, limit)
        if question.kind is QuestionKind.GENERAL:
            return self._passages(answer, view, limit)
        if question.kind is QuestionKind.SAID and question.speaker is not None:
            return self._said_by(question.speaker, answer, view, limit)
        return self._said_by_any(answer, view, limit)

    def understood(self, text: str, today: date | None = None) -> Question:
        """Understand a question among those who speak in the corpus; see `Answering.ask`."""
        return _understood(text, today, self.weighing.view())

    def search(self, words: str, limit: int = MOST_CITATIONS) -> tuple[Citation, ...]:
        """Return the passages that words lead to, best first, without judging whether they answer anything."""
        found = self._find(_SPACE.sub(" ", words).strip())
        return tuple(shown.citation() for shown in each_once(self.showing.passages(found), limit))

    def _said_by(self, words: str, answer: Answer, view: View, limit: int) -> Answer:
        """Answer with what somebody said, if it is clear who that is."""
        meant = view.persons.meant(words)
        if meant.unknown:
            return self._nothing(answer)
        if not meant.profiles or meant.by_role:
            # Whoever it is, the words that describe them stand near what they said.
            described = replace(answer.question, topic=f"{words} {answer.question.topic}".strip())
            ids = [number for profile in meant.profiles for number in view.persons.ids(profile)] or None
            weighed = attributed_first(self.weighing.weigh(described, ids, view), view.registry)
            if ids is None:
                return self._told(answer, weighed, view, limit)
            return self._judged(answer, weighed, view, limit)
        if not meant.certain:
            return self._one_of(meant.profiles, answer, view, limit)
        others = _by_weight(meant.profiles[1:]) if meant.assumed else ()
        found = replace(answer, speaker=meant.profiles[0], assumed=meant.assumed, candidates=others)
        return self._said(found, view, limit)

    def _one_of(self, profiles: Sequence[Profile], answer: Answer, view: View, limit: int) -> Answer:
        """Answer for the one of several namesakes who far likelier spoke about the topic; else let a person choose."""
        namesakes = _by_weight(profiles)
        if answer.question.topic and len(namesakes) <= MOST_TRIED:
            tried = (self._said(replace(answer, speaker=each), view, limit) for each in namesakes)
            spoke = sorted(
                (each for each in tried if each.verdict is Verdict.ANSWERED), key=lambda each: -each.citations[0].score
            )
            if spoke and all(spoke[0].citations[0].score - each.citations[0].score >= MARGIN for each in spoke[1:]):
                others = tuple(each for each in namesakes if each is not spoke[0].speaker)
                return replace(spoke[0], assumed=True, candidates=others)
        return replace(answer, verdict=Verdict.AMBIGUOUS, candidates=namesakes)

    def _said(self, answer: Answer, view: View, limit: int) -> Answer:
        """Answer with what a speaker said."""
        assert answer.speaker is not None
        ids = view.persons.ids(answer.speaker)
        if not answer.question.topic:
            latest = self.weighing.latest(answer.question, ids, view)
            return self._judged(answer, latest, view, limit, found=bool(latest.ranked))
        return self._judged(answer, self.weighing.weigh(answer.question, ids, view), view, limit)

    def _said_by_any(self, answer: Answer, view: View, limit: int) -> Answer:
        """Answer with what anybody said, whoever it was."""
        weighed = self.weighing.weigh(answer.question, None, view)
        return self._told(answer, said_by_others(weighed, answer.question.topic, view.registry), view, limit)

    def _told(self, answer: Answer, weighed: Weighed, view: View, limit: int) -> Answer:
        """Answer with those of everybody's statements that tell who said it, if any does."""
        told = telling(weighed.ranked)
        return self._judged(answer, replace(weighed, ranked=told or weighed.ranked), view, limit, found=bool(told))

    def _judged(self, answer: Answer, weighed: Weighed, view: View, limit: int, *, found: bool | None = None) -> Answer:
        """Answer with the statements that are near enough to the best, if that one is an answer."""
        registry = view.registry
        if answers(weighed.ranked, weighed.count) if found is None else found:
            kept = replace(weighed, ranked=close(weighed.ranked, weighed.words))
            return _answered(answer, each_once(self.showing.statements(kept, registry), limit))
        return self._nothing(answer, each_once(self.showing.statements(weighed, registry), NEAREST))

    def _passages(self, answer: Answer, view: View, limit: int) -> Answer:
        """Answer with passages, whoever says what in them."""
        vectors = self._encoder.encode_questions([answer.question.text])
        found = self._indexed.engines.passages.search(answer.question.text, vectors)
        # Days in a question about what happened may be those of what happened; they come first, and do not exclude.
        if is_restricted(answer.question) and len(among := self._within(answer.question, view)):
            within = self._indexed.engines.passages.search(answer.question.text, vectors, among)
            # "This year" is as of the day of the question, and articles may all be older: what is far better counts.
            if within.nearest >= found.nearest - NEARLY:
                dated = self._evident(answer, within, limit)
                if dated.verdict is Verdict.ANSWERED:
                    return dated
        return self._evident(answer, found, limit)

    def _evident(self, answer: Answer, found: Found, limit: int) -> Answer:
        shown = each_once(self.showing.passages(found), max(limit, NEAREST))
        if shown and is_evidence(found, self._encoder.least_cosine):
            return _answered(answer, shown[:limit])
        return self._nothing(answer, shown)

    def _within(self, question: Question, view: View) -> Ids:
        """Return the ids of the passages of a question's days and publisher, ascending."""
        articles = view.registry.article_numbers(
            since=question.since, until=question.until, publisher=question.publisher
        )
        return self._indexed.engines.passages.columns.of_articles(articles)

    def _nothing(self, answer: Answer, nearest: Sequence[Shown] = ()) -> Answer:
        """Say that nothing was found, with what came nearest."""
        near = nearest or each_once(self.showing.passages(self._find(answer.question.text)), NEAREST)
        return replace(answer, nearest=tuple(shown.citation() for shown in near[:NEAREST]))

    def _find(self, words: str) -> Found:
        return self._indexed.engines.passages.search(words, self._encoder.encode_questions([words]))

    def _extent(self) -> Searched:
        """Tell what is looked through; counted once for each state of the engines."""
        generation, engines = self._indexed.generation, self._indexed.engines
        columns, kept = engines.passages.columns, self._searched
        if kept is None or kept[1].generation != generation or kept[0] is not columns:
            first, last = columns.days()
            counted = Searched(
                articles=columns.articles,
                passages=len(columns),
                statements=engines.statements.counts()[0],
                first=first,
                last=last,
                generation=generation,
            )
            self._searched = kept = columns, counted
        return kept[1]


def _understood(text: str, today: date | None, view: View) -> Question:
    return parse(
        _SPACE.sub(" ", text).strip(),
        today=today or datetime.now(UTC).date(),
        publishers=view.publishers,
        knows=lambda words: view.persons.meant(words).certain,
    )


def _answered(answer: Answer, shown: Sequence[Shown]) -> Answer:
    return replace(answer, verdict=Verdict.ANSWERED, citations=tuple(each.citation() for each in shown))


def _by_weight(profiles: Iterable[Profile]) -> tuple[Profile, ...]:
    return tuple(sorted(profiles, key=lambda each: (-each.statements, each.speaker.id)))


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
    return bool(found.terms) and not found.unknown and (found.nearest >= least_cosine or found.complete)
