"""Dates: what is read, as which day, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dates import parse_day, search_day
from corpus.errors import RecordError

DAY = date(2024, 6, 24)
TODAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    "value",
    [
        "2024-06-24",
        " 2024-06-24 ",
        "2024-6-24",
        "2024/06/24",
        "2024.06.24.",
        "20240624",
        20240624,
        "20240624103000",
        "2024-06-24T10:00",
        "2024-06-24T10:00:00Z",
        "2024-06-24 10:00:00.123+00:00",
        "2024-06-24T23:30:00-05:00",
        "2024-06-24T00:30:00+09:00",
        "Mon, 24 Jun 2024 10:00:00 GMT",
        "Mon, 24 Jun 2024 23:59:00 -0700",
        "June 24, 2024",
        "Jun. 24, 2024",
        "June 24th, 2024",
        "24 June 2024",
        "24-Jun-2024",
        "Monday, June 24, 2024",
        "June 24, 2024 at 3:15 p.m. EDT",
        "24.06.2024",
        "24. 6. 2024",
        "06/24/2024",
        "24/06/2024",
        "24-06-2024",
        "24. Juni 2024",
        "24 juin 2024",
        "24 de junio de 2024",
        "24 июня 2024",
        "2024년 6월 24일",
        "2024年6月24日",
        "٢٤ يونيو ٢٠٢٤",
        1719187200,
        1719187200.5,
        1719187200000,
        "1719187200",
    ],
)
def test_every_written_form_means_the_printed_day(value: str | float) -> None:
    """A date in any of these forms is the day it shows, in its own time zone."""
    assert parse_day(value, today=TODAY) == DAY


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("01/02/2024", "can be read as two different days"),
        ("3-4-2024", "can be read as two different days"),
        ("yesterday", "is not one that can be read"),
        ("3 days ago", "is not one that can be read"),
        ("June 2024", "is not one that can be read"),
        ("24 June", "is not one that can be read"),
        ("2024", "is not one that can be read"),
        ("6/24/24", "is not one that can be read"),
        ("2024-13-45", "is not one that can be read"),
        ("2024-02-30", "is not one that can be read"),
        ("2024-W26-1", "is not one that can be read"),
        ("It happened on June 24, 2024 in Rome", "is not one that can be read"),
        ("x" * 500 + "2024-06-24", "is not one that can be read"),
        ("", "is not one that can be read"),
        (float("nan"), "is not one that can be read"),
        (float("inf"), "is not one that can be read"),
        (-5, "is not one that can be read"),
        (7, "is not one that can be read"),
        ("1204-04-13", "which no article can have"),
        ("2031-01-01", "which no article can have"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(value: str | float, reason: str) -> None:
    """What is relative, incomplete, ambiguous or absurd is refused, and the message says which."""
    with pytest.raises(RecordError, match=reason) as caught:
        parse_day(value, today=TODAY)
    assert "YYYY-MM-DD" in caught.value.fix


def test_both_numbers_equal_are_not_ambiguous() -> None:
    """05/05/2024 is one day whoever reads it."""
    assert parse_day("05/05/2024", today=TODAY) == date(2024, 5, 5)


@given(st.dates(date(1700, 1, 1), TODAY), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%d %b %Y", "%Y%m%d"]))
def test_a_written_day_is_read_back(day: date, form: str) -> None:
    """Each unambiguous form gives back the day it was made from."""
    assert parse_day(day.strftime(form), today=TODAY) == day


def test_a_magazine_may_be_dated_ahead() -> None:
    """A day up to a year ahead is accepted, one later is not."""
    assert parse_day((TODAY + timedelta(days=300)).isoformat(), today=TODAY) == TODAY + timedelta(days=300)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published : June 24, 2024 - 15:51", DAY),
        ("입력 2024.06.24. 오후 3:51", DAY),
        ("Updated 2024-06-24 11:02, first published 2024-06-23", DAY),
        ("01/02/2024, that is 2024-06-24", DAY),
        ("01/02/2024", None),
        ("no date here", None),
    ],
)
def test_the_first_clear_date_of_a_line_is_found(line: str, day: date | None) -> None:
    """Among other words the first date counts, and an ambiguous one is passed over."""
    assert search_day(line, today=TODAY) == day
