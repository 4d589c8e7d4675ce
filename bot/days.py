"""Days in words, as a person would write them in the language that is spoken."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from babel.dates import format_date

from bot.language import _, spoken

if TYPE_CHECKING:
    from datetime import date


def day(when: date) -> str:
    """Return a day as it is written out, such as "3 May 2024"."""
    return _written(when, _long())


def days(first: date | None, last: date | None, today: date | None = None) -> str:
    """Return a range of days in short, such as "2 Jan – 30 Mar 2024"; "" when it is not known.

    Args:
        first: its first day.
        last: its last day.
        today: the day on which this is read: its year is left out. Default: today.
    """
    if first is None or last is None:
        return ""
    # NOTE: a short date, with and without its year (patterns of Unicode CLDR).
    full, bare = _("d MMM y"), _("d MMM")
    if first == last:
        return _written(last, bare if _is_this_year(last, today) else full)
    begins, ends = _pair(first, last, (full, bare), today)
    if (first.year, first.month) == (last.year, last.month):
        # NOTE: two days of one month, such as "2–30 Jan 2024".
        return _("{begins}–{ends}").format(begins=begins, ends=ends)
    return _("{begins} – {ends}").format(begins=begins, ends=ends)


def between(since: date | None, until: date | None, today: date | None = None) -> str:
    """Say from when to when, such as "between 1 and 31 May 2016" or "since 1 March"; "" for no limit."""
    if since is None and until is None:
        return ""
    # NOTE: a date written out, without its year (a pattern of Unicode CLDR).
    full, bare = _long(), _("d MMMM")
    if since is not None and until is not None and since != until:
        begins, ends = _pair(since, until, (full, bare), today)
        return _("between {begins} and {ends}").format(begins=begins, ends=ends)
    only = since or until
    assert only is not None, "one of them is given"
    when = _written(only, bare if _is_this_year(only, today) else full)
    if until is None:
        return _("since {day}").format(day=when)
    return (_("until {day}") if since is None else _("on {day}")).format(day=when)


def _pair(first: date, last: date, patterns: tuple[str, str], today: date | None) -> tuple[str, str]:
    """Write two days of which one leaves out what they share; `patterns` are with and without the year."""
    full, bare = patterns
    if first.year != last.year:
        return _written(first, full), _written(last, full)
    whole = bare if _is_this_year(last, today) else full
    # NOTE: the day of a month alone (a pattern of Unicode CLDR).
    rest = _("d") if first.month == last.month else bare
    # Where dates begin with the year, the first of two says what they share, else the last.
    is_year_first = full.startswith("y")
    begins, ends = (whole, rest) if is_year_first else (rest, whole)
    return _written(first, begins), _written(last, ends)


def _long() -> str:
    # NOTE: a date written out (a pattern of Unicode CLDR).
    return _("d MMMM y")


def _is_this_year(when: date, today: date | None) -> bool:
    return when.year == (today or dt.datetime.now(dt.UTC).date()).year


def _written(when: date, pattern: str) -> str:
    return format_date(when, pattern, locale=spoken())
