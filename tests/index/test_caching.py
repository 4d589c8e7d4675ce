"""The cache of answers: never stale, worked out once for all who ask the same, bounded."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from fake_answering import FakeAnswering, article
from fakes import small_app

from corpus.records import Draft
from index.caching import CachedAnswering, Use, state_of
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.app import App
    from index.records import Answer

LANTERN = "what did Ida Moss say about the violet lantern?"
DAY = date(2024, 5, 1)


def draft(name: str, thing: str) -> Draft:
    """Return an article in which somebody speaks about something."""
    return Draft(text=f"{name} said “The {thing} is here to stay.”", title=thing, key=thing)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A process with an index of two articles."""
    started = small_app(tmp_path)
    started.writer.add([draft("Bo Lin", "ferry"), draft("Ida Moss", "violet lantern")])
    started.projection.catch_up()
    started.projection.publish()
    yield started
    started.close()


class Asked(FakeAnswering):
    """Notes what it is really asked, and can be held up while it answers.

    Attributes:
        entered: released whenever it begins to answer.
        go: set when it may answer.
    """

    def __init__(self) -> None:
        super().__init__({1: article(1, "A new bridge."), 2: article(2, "An old ferry.")})
        self.entered = threading.Semaphore(0)
        self.go = threading.Event()
        self.go.set()

    def ask(self, text: str, limit: int = 10, *, speaker: int | None = None, today: date | None = None) -> Answer:
        """Answer a question when that is allowed."""
        self.entered.release()
        assert self.go.wait(20)
        return super().ask(text, limit, speaker=speaker, today=today)


def cached(answering: Asked, state: Any = "always", **bounds: int) -> CachedAnswering:
    """Return a cache before it, in one state."""
    return CachedAnswering(answering, lambda: state, **bounds)


def test_the_same_question_is_answered_once() -> None:
    """White space makes no other question; words, case, limit, speaker and day do."""
    inner = Asked()
    cache = cached(inner)
    first = cache.ask("the bridge", 3, today=DAY)
    assert cache.ask("  the\n bridge ", 3, today=DAY) is first
    others: list[tuple[str, int, int | None, date]] = [
        ("the Bridge", 3, None, DAY),
        ("the bridge", 4, None, DAY),
        ("the bridge", 3, 7, DAY),
        ("the bridge", 3, None, date(2024, 5, 2)),
    ]
    for text, limit, speaker, day in others:
        assert cache.ask(text, limit, speaker=speaker, today=day) is not first
    assert len(inner.asked) == 5
    assert cache.use == Use(kept=1, worked_out=5)


def test_the_one_asked_least_recently_goes_first() -> None:
    """No more answers are kept than allowed, and a question that is asked again stays."""
    inner = Asked()
    cache = cached(inner, most=2)
    for text in ("bridge", "ferry", "bridge", "new", "bridge", "ferry"):
        cache.ask(text)
    assert inner.asked == ["bridge", "ferry", "new", "ferry"]


def test_articles_of_kept_answers_are_bounded() -> None:
    """Answers go when the articles that they cite are too long together; one that is too long alone is not kept."""
    inner = Asked()
    inner.articles = {1: article(1, "bridge " * 20), 2: article(2, "ferry " * 20), 3: article(3, "lighthouse " * 100)}
    cache = cached(inner, most_chars=200)
    for text in ("bridge", "bridge", "ferry", "bridge", "lighthouse", "lighthouse"):
        cache.ask(text)
    assert inner.asked == ["bridge", "ferry", "bridge", "lighthouse", "lighthouse"]


def test_asked_at_the_same_time_it_is_worked_out_once() -> None:
    """Of many who ask the same at once one works it out, and all get that answer."""
    inner = Asked()
    cache = cached(inner)
    inner.go.clear()
    with ThreadPoolExecutor(8) as threads:
        futures = [threads.submit(cache.ask, "the bridge") for _ in range(8)]
        assert inner.entered.acquire(timeout=20)
        inner.go.set()
        answers = [future.result(20) for future in futures]
    assert inner.asked == ["the bridge"]
    assert all(each is answers[0] for each in answers)
    assert cache.use.worked_out == 1
    assert cache.use.kept + cache.use.shared == 7


def test_a_failure_is_not_remembered() -> None:
    """What could not be answered raises for each who asks, and is tried again by the next."""
    inner = Asked()
    cache = cached(inner)
    inner.go.clear()
    with ThreadPoolExecutor(2) as threads:
        futures = [threads.submit(cache.ask, "kaboom") for _ in range(2)]
        assert inner.entered.acquire(timeout=20)
        inner.go.set()
        assert all(isinstance(future.exception(20), RuntimeError) for future in futures)
    inner.failing = "something else"
    assert cache.ask("kaboom").question.text == "kaboom"


def test_what_changes_while_it_is_answered_is_not_kept() -> None:
    """An answer that was begun in one state and ended in another is given, and not given again."""
    inner, states = Asked(), ["before"]
    cache = CachedAnswering(inner, lambda: states[-1])  # type: ignore[arg-type,return-value]
    inner.go.clear()
    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(cache.ask, "bridge")
        assert inner.entered.acquire(timeout=20)
        states.append("after")
        inner.go.set()
        assert future.result(20).verdict is Verdict.ANSWERED
    cache.ask("bridge")
    assert inner.asked == ["bridge", "bridge"]
    states.append("before")
    cache.ask("bridge")
    assert len(inner.asked) == 3


def test_while_the_index_is_behind_nothing_is_kept(app: App) -> None:
    """An index that is being brought up to date has no state that could be named, and answers are worked out."""
    assert state_of(app.projection) is not None
    app.writer.add([draft("Cy Roe", "museum")])
    assert state_of(app.projection) is None
    first = app.answering.ask(LANTERN)
    assert app.answering.ask(LANTERN) is not first
    app.projection.catch_up()
    again = app.answering.ask(LANTERN)
    assert app.answering.ask(LANTERN) is again


def test_a_change_of_the_corpus_is_seen_at_once(app: App) -> None:
    """A removed article is not cited any more, a new one is, though the questions were answered before."""
    assert app.answering.ask(LANTERN).verdict is Verdict.ANSWERED
    assert app.answering.ask("what did Cy Roe say about the museum?").verdict is Verdict.NOTHING_FOUND
    app.writer.remove([2])
    app.writer.add([draft("Cy Roe", "museum")])
    for catching_up in (False, True):
        if catching_up:
            app.projection.catch_up()
        answer = app.answering.ask(LANTERN)
        assert all(citation.article.id != 2 for citation in (*answer.citations, *answer.nearest))
    assert app.answering.ask("what did Cy Roe say about the museum?").verdict is Verdict.ANSWERED


def test_a_correction_is_seen_at_once(app: App) -> None:
    """A speaker who is called otherwise now is so in the next answer."""
    before = app.answering.ask(LANTERN)
    assert before.speaker is not None
    assert before.citations[0].speaker == "Ida Moss"
    app.corrections.rename(before.speaker.speaker.id, "Ada Moss")
    assert app.answering.ask("what did Ada Moss say about the violet lantern?").citations[0].speaker == "Ada Moss"
    after = app.answering.ask(LANTERN)
    assert all(citation.speaker != "Ida Moss" for citation in (*after.citations, *after.nearest))


def test_a_rebuild_and_a_rollback_empty_it(app: App) -> None:
    """Answers of an index that is not in use any more are not given, be its generation the same."""
    first = app.answering.ask(LANTERN)
    app.projection.rebuild()
    second = app.answering.ask(LANTERN)
    assert second is not first
    assert second == first
    app.writer.remove([2])
    app.projection.catch_up()
    app.projection.publish()
    gone = app.answering.ask(LANTERN)
    assert not gone.citations
    app.projection.rollback()
    app.projection.catch_up()
    back = app.answering.ask(LANTERN)
    assert back is not gone
    assert replace(back, searched=gone.searched) == gone


def test_verification_is_asked_anew(app: App) -> None:
    """A kept answer's citations are checked against the articles as they are now."""
    (citation, *_) = app.answering.ask(LANTERN).citations
    assert app.answering.verify(citation)
    app.writer.remove([2])
    assert not app.answering.verify(citation)
