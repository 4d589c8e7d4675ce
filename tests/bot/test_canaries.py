"""Canaries: kept, asked, compared; and rebuilding at a terminal with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fake_answering import FakeAnswering, Told, article, person
from fakes import HashEncoder, small_app

from bot.care import texts_care
from bot.care.canaries import BROKE, MOST, MOST_CHARS, Canaries, Canary, Comparison, Difference, Sound, compare, listen
from bot.chat.splitting import utf16
from bot.commands import maintaining
from corpus.errors import VerbatimError
from corpus.jobs import JobState
from corpus.records import Draft

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App

LANTERN = "what did Keeper Moss say about the violet lantern?"


@pytest.fixture
def canaries(small: App) -> Canaries:
    """No canaries yet."""
    return small.canaries


def test_canaries_are_kept_once_and_listed_in_order(canaries: Canaries) -> None:
    """A question is kept with its white space folded, once; one that was removed does not come back by its number."""
    first = canaries.add("  what did\n Pak say? ")
    second = canaries.add("who spoke?")
    assert canaries.add("what did Pak say?") == first == Canary(1, "what did Pak say?")
    assert canaries.listing() == [first, second]
    assert canaries.remove(2) == second
    assert canaries.remove(2) is None
    assert canaries.add("another?") == Canary(3, "another?")


def test_there_is_room_for_so_many(canaries: Canaries) -> None:
    """Too many are refused, and too long ones are cut."""
    long = canaries.add("x" * 10_000)
    assert long
    assert len(long.question) == MOST_CHARS
    for number in range(MOST - 1):
        assert canaries.add(f"question {number}")
    assert canaries.add("one more") is None
    assert canaries.add("question 1") is not None


def answering() -> FakeAnswering:
    """Return who knows one statement."""
    words = "“The ferry will stay,” said Mina Okafor."
    return FakeAnswering(
        {1: article(1, words, title="Ferry")},
        cast={1: person(1, "Mina Okafor")},
        told=[Told(id=1, article=1, words=words, said="“The ferry will stay,”", speaker=1)],
    )


def test_what_is_heard_is_verdict_and_first_citation() -> None:
    """Of a statement what was said, of a passage all of it, of no answer the verdict, of a crash that it crashed."""
    asked = [Canary(1, "What did Mina Okafor say?"), Canary(2, "where is the ferry?"), Canary(3, "a kaboom")]
    asked.append(Canary(4, "any zebra?"))
    done: list[tuple[int, int]] = []
    heard = listen(answering(), asked, lambda *each: done.append(each))
    assert heard[1] == Sound("answered", "“The ferry will stay,”", "Mina Okafor", "Ferry", 1)
    assert heard[2] == Sound("answered", "“The ferry will stay,” said Mina Okafor.", None, "Ferry", 1)
    assert heard[3] == Sound(BROKE)
    assert heard[4] == Sound("nothing_found")
    assert done == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert Sound(**heard[1].record()) == heard[1]


def test_only_what_was_asked_of_both_is_compared() -> None:
    """A canary that came or went meanwhile is left out; another verdict, text or article is a difference."""
    asked = [Canary(number, str(number)) for number in range(1, 6)]
    old = {1: Sound("answered", "a", "A", "t", 1), 2: Sound("answered", "a", "A", "t", 1), 3: Sound("nothing_found")}
    new = {1: Sound("answered", "a", "A", "t", 1), 2: Sound("answered", "b", "A", "t", 1), 3: Sound("ambiguous")}
    found = compare(asked, old | {4: Sound(BROKE)}, new | {5: Sound(BROKE)})
    assert found == Comparison(
        3, (Difference(asked[1], old[2], new[2]), Difference(asked[2], old[3], new[3])), comparable=True
    )


def test_many_long_differences_fit_into_one_message() -> None:
    """Whatever differs, the question about it is one message, and says how many are not shown."""
    sound = Sound("answered", "w " * 5000, "n" * 500, "t" * 500, 1)
    many = tuple(Difference(Canary(n, "q" * MOST_CHARS), sound, Sound("nothing_found")) for n in range(MOST))
    words = texts_care.differing(Comparison(MOST, many), 3600)
    assert utf16(words) <= 4096
    assert words.startswith(f"{MOST} of {MOST} canaries answer differently:")
    assert f"… and {MOST - texts_care.MOST_SHOWN} more" in words


def filled(app: App) -> App:
    """Bring two articles in, lose one of them from the index in use, and keep a canary about it."""
    texts = ["Keeper Moss said “The violet lantern will shine again.”", "Mina Okafor said “The ferry sails at noon.”"]
    with app.lock():
        app.writer.add([Draft(text=each, key=str(number), title="News") for number, each in enumerate(texts)])
        app.projection.catch_up()
        for engine in (app.projection.engines.passages, app.projection.engines.statements):
            engine.replace([1], [], np.zeros((0, 32), np.float32))
        app.projection.publish()
    app.canaries.add(LANTERN)
    return app


def verdict(app: App) -> str:
    """Return what comes of asking about the lost article."""
    return str(app.answerer.ask(LANTERN).verdict)


def test_a_careful_rebuild_keeps_the_old_index(small: App) -> None:
    """With a canary that differs, the old index and its snapshot stay; otherwise the new one is used."""
    filled(small)
    snapshot = small.projection.snapshot
    kept = maintaining.rebuild(small, full=False, careful=True)
    assert (kept.snapshot, kept.comparison.asked, len(kept.comparison.differences)) == ("", 1, 1)
    assert kept.comparison.differences[0].old == Sound("nothing_found")
    assert (small.projection.snapshot, verdict(small)) == (snapshot, "nothing_found")
    switched = maintaining.rebuild(small, full=True)
    assert switched.snapshot == small.projection.snapshot != snapshot
    assert verdict(small) == "answered"
    assert maintaining.rebuild(small, full=False, careful=True).comparison == Comparison(1)
    states = {job.state for job in small.jobs.latest(9)}
    assert states == {JobState.DONE}


def test_an_index_of_another_model_cannot_be_compared(tmp_path: Path) -> None:
    """After a change of the model the old index cannot be asked: a full rebuild says so, and a plain one is refused."""
    filled(small_app(tmp_path)).close()
    other = small_app(tmp_path, encoder=HashEncoder(name="other"))
    with pytest.raises(VerbatimError, match="rebuild --full"):
        maintaining.rebuild(other, full=False)
    rebuilt = maintaining.rebuild(other, full=True)
    assert rebuilt.comparison == Comparison(1, comparable=False)
    assert "could not be compared" in texts_care.agreeing(rebuilt.comparison)
    assert verdict(other) == "answered"
    assert [job.state for job in other.jobs.latest(9)] == [JobState.DONE, JobState.FAILED]
    other.close()


def test_a_rebuild_that_a_terminal_left_is_marked(small: App) -> None:
    """The row of a killed rebuild is failed by the next one, which holds the lock and so knows that nobody is at it."""
    left = small.jobs.start("rebuild", {"full": False, "terminal": True})
    mine = small.jobs.start("rebuild", {"full": False})
    maintaining.rebuild(small, full=False)
    states: dict[int, Any] = {job.id: job.state for job in small.jobs.latest(9)}
    assert states[left] is JobState.FAILED
    assert states[mine] is JobState.RUNNING
