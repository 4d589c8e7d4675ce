"""Days in words, as a person would write them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day(when: date) -> str:
    """Return a day as it is written out, such as "3 May 2024"."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def days(first: date | None, last: date | None, today: date | None = None) -> str:
    """Return a range of days in short, such as "2 Jan – 30 Mar 2024"; "" when it is not known.

    Args:
        first: its first day.
        last: its last day.
        today: the day on which this is read: its year is left out. Default: today.
    """
    if first is None or last is None:
        return ""
    if first.year != last.year:
        return f"{_short(first)} {first.year} – {_short(last)} {last.year}"
    year = _year(last, today)
    if first.month == last.month:
        return f"{_short(last)}{year}" if first == last else f"{first.day}–{_short(last)}{year}"
    return f"{_short(first)} – {_short(last)}{year}"


def between(since: date | None, until: date | None, today: date | None = None) -> str:
    """Say from when to when, such as " between 1 and 31 May 2016" or " since 1 March"; "" for no limit."""
    if since is None and until is None:
        return ""
    if since is None or until is None:
        return f" since {_long(since, today)}" if since else f" until {_long(until, today)}"
    if since == until:
        return f" on {_long(since, today)}"
    if since.year != until.year:
        return f" between {day(since)} and {day(until)}"
    begins = str(since.day) if since.month == until.month else f"{since.day} {_MONTHS[since.month - 1]}"
    return f" between {begins} and {_long(until, today)}"


def _short(when: date) -> str:
    return f"{when.day} {_MONTHS[when.month - 1][:3]}"


def _year(when: date, today: date | None) -> str:
    return "" if when.year == (today or dt.datetime.now(dt.UTC).date()).year else f" {when.year}"


def _long(when: date | None, today: date | None) -> str:
    return f"{when.day} {_MONTHS[when.month - 1]}{_year(when, today)}" if when else ""
