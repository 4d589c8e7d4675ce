"""Token buckets and notices: against the formula, over restarts, and with clocks that go wrong."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.access.limiting import Buckets, Drawn, Notices
from bot.chat.schema import buckets, notices, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine, Table

DAY_S = 86_400.0


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database of the bot's own."""
    made = open_file(tmp_path / "bot.sqlite")
    yield made
    made.dispose()


def rows(engine: Engine, table: Table) -> int:
    """Count the rows of a table."""
    with engine.connect() as connection:
        return len(connection.execute(table.select()).all())


def test_a_full_bucket_is_drawn_at_once_then_waits(engine: Engine) -> None:
    """All tokens may be drawn together; then one comes back every so many seconds, and only the first wait is news."""
    clock = Clock()
    made = Buckets(engine, 4, clock)
    assert [made.draw(1) for _ in range(4)] == [Drawn()] * 4
    assert [made.draw(1), made.draw(1)] == [Drawn(15, is_news=True), Drawn(15)]
    clock.now += 14
    assert made.draw(1) == Drawn(1)
    clock.now += 1
    assert [made.draw(1), made.draw(1)] == [Drawn(), Drawn(15, is_news=True)]


def test_people_have_buckets_of_their_own(engine: Engine) -> None:
    """Nobody waits for what somebody else asked."""
    made = Buckets(engine, 1, Clock())
    assert [made.draw(1), made.draw(2), made.draw(1).wait_s] == [Drawn(), Drawn(), 60]


def test_no_limit(engine: Engine) -> None:
    """A rate of 0 lets everything through, and writes nothing."""
    made = Buckets(engine, 0, Clock())
    assert {made.draw(1) for _ in range(100)} == {Drawn()}
    assert rows(engine, buckets) == 0


def test_a_restart_fills_no_bucket(engine: Engine) -> None:
    """What was drawn is known to the next process, and so is who was told."""
    clock = Clock()
    Buckets(engine, 1, clock).draw(1)
    assert Buckets(engine, 1, clock).draw(1) == Drawn(60, is_news=True)
    assert Buckets(engine, 1, clock).draw(1) == Drawn(60)


def test_buckets_that_are_full_are_not_kept(engine: Engine) -> None:
    """Who did not ask for a minute leaves no row."""
    clock = Clock()
    made = Buckets(engine, 2, clock)
    for person in range(5):
        made.draw(person)
    clock.now += 61
    made.draw(9)
    assert rows(engine, buckets) == 1


def test_a_clock_that_was_set_back_locks_nobody_out(engine: Engine) -> None:
    """A bucket from the future is full."""
    clock = Clock()
    made = Buckets(engine, 1, clock)
    made.draw(1)
    clock.now -= DAY_S
    assert made.draw(1) == Drawn()


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 30), st.lists(st.floats(0, 50, allow_nan=False), min_size=1, max_size=40))
def test_draws_are_those_of_the_formula(engine: Engine, size: int, pauses: list[float]) -> None:
    """Every draw is what an independent count of tokens says, for any times; the wait is the shortest that suffices."""
    with engine.begin() as connection:
        connection.execute(buckets.delete())
    clock = Clock()
    made = Buckets(engine, size, clock)
    level, before = float(size), clock.now
    for pause in pauses:
        clock.now += pause
        level = min(size, level + (clock.now - before) * size / 60)
        before = clock.now
        drawn = made.draw(1)
        if abs(level - 1) < 1e-6:  # either is right: rounding decides
            return
        assert (drawn.wait_s == 0) == (level >= 1)
        if level >= 1:
            level -= 1
        else:
            assert drawn.wait_s == pytest.approx(math.ceil((1 - level) * 60 / size), abs=1)


def test_notices_are_given_once_in_a_while(engine: Engine) -> None:
    """What was said is not said again to the same person before its time, by the next process either."""
    clock = Clock()
    assert [Notices(engine, clock).is_due("refused", 1, 60) for _ in range(3)] == [True, False, False]
    assert Notices(engine, clock).is_due("refused", 2, 60)
    assert Notices(engine, clock).is_due("stranger", 1, DAY_S)
    clock.now += 60
    assert Notices(engine, clock).is_due("refused", 1, 60)
    assert not Notices(engine, clock).is_due("stranger", 1, DAY_S)
    clock.now += DAY_S
    assert Notices(engine, clock).is_due("stranger", 1, DAY_S)
    assert rows(engine, notices) == 1
