"""The corpus week by week."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from corpus.records import Draft
from corpus.weeks import Week, weekly

if TYPE_CHECKING:
    from bot.app import App


def test_weeks_begin_on_monday_and_have_no_gaps(small: App) -> None:
    """Articles and statements count in the week of their day; empty weeks are there; undated articles are not."""
    said = "Mina Okafor said “yes” and Bo said “no”."
    days = [date(2024, 5, 6), date(2024, 5, 12), date(2024, 5, 27), None]
    with small.lock():
        stored = small.writer.add([Draft(text=f"{said} {day}", key=str(day), title="t", published=day) for day in days])
        small.writer.remove([small.writer.add([Draft(text="gone", key="g", published=date(2024, 6, 9))])[0].article])
    assert len(stored) == 4
    assert weekly(small.store, 26) == (
        Week(date(2024, 5, 6), 2, 4),
        Week(date(2024, 5, 13), 0, 0),
        Week(date(2024, 5, 20), 0, 0),
        Week(date(2024, 5, 27), 1, 2),
    )


def test_only_the_last_weeks_are_told(small: App) -> None:
    """Of more weeks than wanted the latest stay; a corpus without days has none."""
    assert weekly(small.store, 2) == ()
    with small.lock():
        small.writer.add([Draft(text=f"a {day}", key=str(day), published=date(2024, 5, day)) for day in (1, 8, 15)])
    assert [week.monday for week in weekly(small.store, 2)] == [date(2024, 5, 6), date(2024, 5, 13)]
