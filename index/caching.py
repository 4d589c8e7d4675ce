"""The cache of answers: a question that was answered in this very state of corpus and index is not worked out again.

Only whole answers are kept, and only as long as nothing that decides them has changed. Citations are still verified
right before they are shown (promise 1): the cache stands before that, not in its place.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from corpus.voices import stamp_of
from index.answering import MOST_CITATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.records import Profile, Span
    from corpus.voices import Stamp
    from index.answering import Answering
    from index.browsing import Card, Portrait, Source
    from index.engine import Engines
    from index.following import Followed
    from index.projection import Projection
    from index.records import Answer, Citation, Context, Question

MOST_ANSWERS = 1_000
MOST_CHARS = 4_000_000
"""Characters of the articles that kept answers cite, every mention counted: at most 16 MB."""

_SPACE = re.compile(r"\s+")


class State(NamedTuple):
    """Everything besides the question that decides its answer.

    Attributes:
        engines: the index; a rebuild or a rollback puts another object there.
        generation: the generation of the corpus that the index stands for.
        corpus: the generation of the corpus, and its corrections.
    """

    engines: Engines
    generation: int
    corpus: Stamp


def state_of(projection: Projection) -> State | None:
    """Return the state that questions are answered in, or None while the index is behind the corpus.

    Then it changes from article to article, and nothing tells one moment from the next.
    """
    # The engines first: should they be switched right now, the state is taken for older than it is, never for newer.
    engines, generation = projection.engines, projection.generation
    with projection.parts.store.engine.connect() as connection:
        corpus = stamp_of(connection)
    return State(engines, generation, corpus) if corpus.generation == generation else None


class _Key(NamedTuple):
    text: str
    limit: int
    speaker: int | None
    today: date


@dataclass(frozen=True, slots=True)
class Use:
    """How the cache was used.

    Attributes:
        kept: answers that came from it.
        shared: answers that were worked out for somebody else who asked the same at the same time.
        worked_out: all others.
    """

    kept: int = 0
    shared: int = 0
    worked_out: int = 0


class CachedAnswering:
    """An Answering that remembers answers, least recently used ones first to go, and works out equal questions once.

    Questions are equal when they differ in white space only. Case counts: "US" and "us" are asked for differently, and
    capitals tell names.

    Args:
        answering: who answers.
        state: tells the state that decides answers, or None when there is none that can be named.
        most: answers that are kept at most.
        most_chars: characters of cited articles that are kept at most.
    """

    def __init__(
        self,
        answering: Answering,
        state: Callable[[], State | None],
        most: int = MOST_ANSWERS,
        most_chars: int = MOST_CHARS,
    ) -> None:
        self._answering = answering
        self._state_now = state
        self._most = most
        self._most_chars = most_chars
        self._lock = threading.Lock()
        self._state: State | None = None
        self._kept: OrderedDict[_Key, Answer] = OrderedDict()
        self._chars = 0
        self._under_way: dict[_Key, Future[Answer]] = {}
        self._use = Use()

    @property
    def use(self) -> Use:
        """How it was used since the start."""
        return self._use

    def ask(
        self, text: str, limit: int = MOST_CITATIONS, *, speaker: int | None = None, today: date | None = None
    ) -> Answer:
        """Answer a question; see `Answering.ask`."""
        day = today or datetime.now(UTC).date()
        key = _Key(_SPACE.sub(" ", text).strip(), limit, speaker, day)
        state = self._state_now()
        if state is None:
            return self._worked_out(key)
        with self._lock:
            if state != self._state:
                self._forget(state)
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                self._count(kept=1)
                return kept
            others = self._under_way.get(key)
            mine: Future[Answer] = Future()
            if others is None:
                self._under_way[key] = mine
        if others is not None:
            return self._shared(key, others)
        return self._led(key, state, mine)

    def _led(self, key: _Key, state: State, mine: Future[Answer]) -> Answer:
        """Work an answer out for all who ask the same meanwhile, and keep it if nothing has changed since."""
        try:
            answer = self._worked_out(key)
        except BaseException as error:
            self._landed(key, mine)
            mine.set_exception(error)
            raise
        try:
            if self._state_now() == state:
                self._keep(key, state, answer)
        finally:
            self._landed(key, mine)
            mine.set_result(answer)
        return answer

    def _shared(self, key: _Key, others: Future[Answer]) -> Answer:
        """Wait for the answer that another thread works out; what failed there is tried again here."""
        if others.exception() is not None:
            return self._worked_out(key)
        with self._lock:
            self._count(shared=1)
        return others.result()

    def _worked_out(self, key: _Key) -> Answer:
        with self._lock:
            self._count(worked_out=1)
        return self._answering.ask(key.text, key.limit, speaker=key.speaker, today=key.today)

    def _landed(self, key: _Key, mine: Future[Answer]) -> None:
        with self._lock:
            # After a change the same question may be under way anew.
            if self._under_way.get(key) is mine:
                del self._under_way[key]

    def _keep(self, key: _Key, state: State, answer: Answer) -> None:
        with self._lock:
            if state != self._state or key in self._kept:
                return
            self._kept[key] = answer
            self._chars += _chars(answer)
            while len(self._kept) > self._most or self._chars > self._most_chars:
                self._chars -= _chars(self._kept.popitem(last=False)[1])

    def _forget(self, state: State) -> None:
        """Forget what was answered in another state; what is under way there is for those who asked there."""
        self._state = state
        self._kept.clear()
        self._under_way.clear()
        self._chars = 0

    def _count(self, kept: int = 0, shared: int = 0, worked_out: int = 0) -> None:
        use = self._use
        self._use = Use(use.kept + kept, use.shared + shared, use.worked_out + worked_out)

    def verify(self, citation: Citation) -> bool:
        """Tell whether the words still stand there; see `Answering.verify`."""
        return self._answering.verify(citation)

    def recall(self, article: int, span: Span, statement: int | None = None) -> Citation | None:
        """Cite a span again; see `Answering.recall`."""
        return self._answering.recall(article, span, statement)

    def context(self, article: int, span: Span) -> Context | None:
        """Return the paragraphs around a span; see `Answering.context`."""
        return self._answering.context(article, span)

    def profile(self, speaker: int) -> Profile | None:
        """Return a speaker; see `Answering.profile`."""
        return self._answering.profile(speaker)

    def speakers(self, words: str = "") -> Sequence[Profile]:
        """Return speakers; see `Answering.speakers`."""
        return self._answering.speakers(words)

    def sources(self) -> tuple[Source, ...]:
        """Return all publishers; see `Answering.sources`."""
        return self._answering.sources()

    def card(self, article: int) -> Card | None:
        """Return an article at a glance; see `Answering.card`."""
        return self._answering.card(article)

    def portrait(self, speaker: int, limit: int) -> Portrait | None:
        """Return a speaker at a glance; see `Answering.portrait`."""
        return self._answering.portrait(speaker, limit)

    def follow(self, text: str, previous: Question | None, today: date) -> Followed | None:
        """Tell what a text means after a question; see `Answering.follow`."""
        return self._answering.follow(text, previous, today)


def _chars(answer: Answer) -> int:
    return len(answer.question.text) + sum(len(each.article.text) for each in (*answer.citations, *answer.nearest))
