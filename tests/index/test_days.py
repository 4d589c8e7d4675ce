"""Dates in words: the days that a question asks for, and the words that are no dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.days import Days, days

TODAY = date(2026, 11, 24)  # a Tuesday

DATED = {
    # months, with and without a year
    "in May": ("2026-05-01", "2026-05-31"),
    "in December": ("2025-12-01", "2025-12-31"),
    "in november": ("2026-11-01", "2026-11-30"),
    "in Sept. 2015": ("2015-09-01", "2015-09-30"),
    "in February 2016": ("2016-02-01", "2016-02-29"),
    "last September": ("2026-09-01", "2026-09-30"),
    "last November": ("2025-11-01", "2025-11-30"),
    # parts
    "in early March 2016": ("2016-03-01", "2016-03-10"),
    "in mid-March 2016": ("2016-03-11", "2016-03-20"),
    "in late March 2016": ("2016-03-21", "2016-03-31"),
    "in the first half of August 2016": ("2016-08-01", "2016-08-15"),
    "in the second half of August 2016": ("2016-08-16", "2016-08-31"),
    "at the start of June": ("2026-06-01", "2026-06-10"),
    "in early 2016": ("2016-01-01", "2016-04-30"),
    "early 2016": ("2016-01-01", "2016-04-30"),
    "in late 2015": ("2015-09-01", "2015-12-31"),
    "in the second half of 2015": ("2015-07-01", "2015-12-31"),
    "in the third quarter of 2016": ("2016-07-01", "2016-09-30"),
    # days and weeks
    "on 3 May 2016": ("2016-05-03", "2016-05-03"),
    "on May 3rd, 2016": ("2016-05-03", "2016-05-03"),
    "on 24 December": ("2025-12-24", "2025-12-24"),
    "2016-07-15": ("2016-07-15", "2016-07-15"),
    "in the week of April 18, 2016": ("2016-04-18", "2016-04-24"),
    "the week of 15 April": ("2026-04-13", "2026-04-19"),
    "on Monday": ("2026-11-23", "2026-11-23"),
    "last Tuesday": ("2026-11-17", "2026-11-17"),
    "over the weekend": ("2026-11-21", "2026-11-22"),
    # seasons and years
    "in the spring of 2016": ("2016-03-01", "2016-05-31"),
    "in winter 2015": ("2015-12-01", "2016-02-29"),
    "last summer": ("2026-06-01", "2026-08-31"),
    "last autumn": ("2025-09-01", "2025-11-30"),
    "in 2015": ("2015-01-01", "2015-12-31"),
    # counted from today
    "yesterday": ("2026-11-23", "2026-11-23"),
    "the day before yesterday": ("2026-11-22", "2026-11-22"),
    "this week": ("2026-11-23", "2026-11-29"),
    "last week": ("2026-11-16", "2026-11-22"),
    "last month": ("2026-10-01", "2026-10-31"),
    "last year": ("2025-01-01", "2025-12-31"),
    "over the past ten days": ("2026-11-14", "2026-11-24"),
    "in the last 2 weeks": ("2026-11-10", "2026-11-24"),
    "two months ago": ("2026-09-10", "2026-10-10"),
    "3 days ago": ("2026-11-21", "2026-11-21"),
    # bounds
    "since March": ("2026-03-01", None),
    "since last week": ("2026-11-16", None),
    "from 2015 on": ("2015-01-01", None),
    "after March 2016": ("2016-04-01", None),
    "until April": (None, "2026-04-30"),
    "before 2015": (None, "2014-12-31"),
    "by the end of 2015": (None, "2015-12-31"),
    "between March and May 2016": ("2016-03-01", "2016-05-31"),
    "between 3 and 5 May 2016": ("2016-05-03", "2016-05-05"),
    "from October to January 2016": ("2015-10-01", "2016-01-31"),
    "between 2014 and 2016": ("2014-01-01", "2016-12-31"),
}

UNDATED = [
    "the 2016 election",
    "the November 2015 Port Vale debate",
    "in the March issue",
    "last week's attack",
    "May said that the bridge holds",
    "in 2016 dollars",
    "over 2016 letters",
    "the attack on 9/11",
    "on 31 June",
    "the march on the capital",
    "in the fall of the wall",
    'who said "in 2016 we will win" of the cup',
    "Port Vale Today reports",
    "recently",
    "",
]


@pytest.mark.parametrize("text", DATED)
def test_words_for_a_time_are_its_first_and_last_day(text: str) -> None:
    """Words for a time are read as its first and last day, and taken out of the question."""
    since, until = DATED[text]

    found = days(f"What did Roe say {text} about rents?", TODAY)

    assert found == Days(
        date.fromisoformat(since) if since else None,
        date.fromisoformat(until) if until else None,
        "What did Roe say about rents?",
    )


@pytest.mark.parametrize("text", UNDATED)
def test_words_that_only_look_like_a_time_are_left_alone(text: str) -> None:
    """What belongs to a noun, to a name or to somebody's words is no date, nor is a day that does not exist."""
    assert days(text, TODAY) == Days(None, None, text)


PIECES = st.sampled_from(
    [*" ".join([*DATED, *UNDATED]).split(), "ago", "999", "29 February", "31", "Q1", "1900", "2099", '"', ",", "’s"]
)


@given(
    words=st.lists(PIECES, max_size=12),
    today=st.dates(),
)
def test_a_time_never_ends_before_it_begins(words: list[str], today: date) -> None:
    """Whatever words stand together, on whatever day: no error, no end before a beginning, no new word."""
    text = " ".join(words)

    found = days(text, today)

    assert found.since is None or found.until is None or found.since <= found.until
    rest = iter(text.replace(",", " ").split())
    assert all(word in rest for word in found.rest.replace(",", " ").split())
