"""Single days and periods in words -> their first and last day: "3 May", "early June 2015", "the spring of 2016".

A month, day or season without a year is the latest that has begun by the day of asking; a weekday or weekend the latest
before it. Seasons are those of the northern hemisphere, of three months each. Months are cut at tens of days, years and
seasons at months. Weeks begin on Monday.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Period = tuple[date, date]

MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""Seasons by their first month."""

WEEKDAYS: Final = tuple(name.lower() for name in calendar.day_name)
DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
"""Days of each unit, for counting back."""

_QUARTERS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_PARTS: Final = {
    "early": (0, 1, 3), "beginning": (0, 1, 3), "start": (0, 1, 3), "mid": (1, 2, 3), "middle": (1, 2, 3),
    "late": (2, 3, 3), "end": (2, 3, 3), "first half": (0, 1, 2), "second half": (1, 2, 2),
}  # fmt: skip
"""Parts of a period: from which to which of how many equal ones."""


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, which are patterns, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


MONTH: Final = either([*MONTHS, *(rf"{name}\b\.?" for name in _SHORT)])
YEAR: Final = r"(?:19|20)\d\d"
NUMBER: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_SEASON = either(SEASONS)
WEEK: Final = rf"week (?:of|beginning|starting) (?:the )?(?:{NUMBER}(?: of)? (?:{MONTH})|(?:{MONTH}) (?:the )?{NUMBER})"
_POINT = (
    rf"(?:(?P<iso>{YEAR}-\d\d-\d\d)"
    rf"|(?:the )?(?P<week>{WEEK}(?:,? {YEAR})?)"
    rf"|(?:the )?(?P<quarter>{either(_QUARTERS)}) quarter of (?P<quarter_year>{YEAR})"
    rf"|(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<day_month>{MONTH})(?:,? (?P<day_year>{YEAR}))?"
    rf"|(?P<month_day>{MONTH}) (?:the )?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:/.]\d)(?:,? (?P<day2_year>{YEAR}))?"
    rf"|(?:(?P<part>early|mid|late)[ -](?:in )?|(?:the )?(?P<part_of>{either(_PARTS)}) of )?"
    rf"(?:(?:(?P<which>last|this) )?(?P<month>{MONTH})(?:,? (?:of )?(?P<month_year>{YEAR}))?"
    rf"|(?:the )?(?:(?P<relative>last|this|past|this past) )?(?P<season>{_SEASON})"
    rf"(?:(?: of|,)? (?P<season_year>{YEAR}))?"
    rf"|(?:the year )?(?P<year>{YEAR}))"
    rf"|(?:(?P<which_day>last|this|this past) )?(?P<weekday>{either(WEEKDAYS)})"
    r"|(?:the |this |last |this past |the past )?(?P<weekend>weekend))"
)
POINT: Final = re.sub(r"\?P<\w+>", "?:", _POINT)
"""The pattern, without groups, of all that `point` reads."""

DATED: Final = (
    rf"(?:(?:early|mid|late)[ -])?(?:{MONTH})(?: \d{{1,2}},?)? {YEAR}|(?:early|mid|late)[ -]{YEAR}"
    rf"|\d{{1,2}} (?:{MONTH}) {YEAR}|{YEAR}-\d\d-\d\d|(?:the )?{WEEK}(?:,? {YEAR})?"
    rf"|(?:last|this|this past) (?:{_SEASON}|{'|'.join(MONTHS)}|{either(WEEKDAYS)}|weekend)"
)
"""The pattern, without groups, of those that are dates without a word such as "in" before them."""


def unit(name: str, today: date, *, now: bool) -> Period:
    """Return this or the last day, week, month or year of the calendar."""
    if name == "day":
        return today - timedelta(days=not now), today
    if name == "week":
        begin = _monday(today) - timedelta(days=0 if now else 7)
        return begin, begin + timedelta(days=6)
    if name == "month":
        inside = today if now else today.replace(day=1) - timedelta(days=1)
        return _month(inside.year, inside.month)
    return _year(today.year - (not now))


def point(text: str, today: date) -> Period | None:
    """Read one date, week, month, quarter, season or year; None where a text is none.

    Raises:
        ValueError: there is no such day ("31 June").
        OverflowError: it lies before the first of all days.
    """
    match = re.fullmatch(_POINT, text.strip().rstrip("."), re.IGNORECASE)
    if match is None:
        return None
    if match["iso"]:
        day = date.fromisoformat(match["iso"])
        return day, day
    if match["week"]:
        return _week(match["week"], today)
    if match["day"] or match["day2"]:
        return _one_day(match, today)
    if match["weekday"] or match["weekend"]:
        return _of_week(match, today)
    return _longer(match, today)


def _longer(match: re.Match[str], today: date) -> Period:
    if match["quarter"]:
        return _months(int(match["quarter_year"]), 3 * _QUARTERS[match["quarter"].lower()] - 2)
    if match["year"]:
        whole = _year(int(match["year"]))
    else:
        whole = _season(match, today) if match["season"] else _named(match, today)
    return _part(whole, (match["part"] or match["part_of"] or "").lower())


def _week(text: str, today: date) -> Period | None:
    day = point(re.sub(r"^week \w+ ", "", text, flags=re.IGNORECASE), today)
    return (_monday(day[0]), _monday(day[0]) + timedelta(days=6)) if day else None


def _one_day(match: re.Match[str], today: date) -> Period:
    month = _number(match["day_month"] or match["month_day"])
    year, number = match["day_year"] or match["day2_year"], int(match["day"] or match["day2"])
    day = date(int(year or today.year), month, number)
    if not year and day > today:
        day = day.replace(year=day.year - 1)
    return day, day


def _of_week(match: re.Match[str], today: date) -> Period:
    """Read a weekday or weekend: the latest before the day of asking; that day itself only as "this"."""
    if match["weekend"]:
        saturday = _monday(today) + timedelta(days=5)
        saturday -= timedelta(days=7 if saturday > today else 0)
        return saturday, saturday + timedelta(days=1)
    back = (today.weekday() - WEEKDAYS.index(match["weekday"].lower())) % 7
    day = today - timedelta(days=back or (0 if (match["which_day"] or "").lower() == "this" else 7))
    return day, day


def _named(match: re.Match[str], today: date) -> Period:
    month = _number(match["month"])
    if match["month_year"]:
        return _month(int(match["month_year"]), month)
    now = month == today.month and (match["which"] or "").lower() == "last"
    return _month(today.year - (now or month > today.month), month)


def _season(match: re.Match[str], today: date) -> Period:
    begin = SEASONS[match["season"].lower()]
    if match["season_year"]:
        return _months(int(match["season_year"]), begin)
    found = _months(today.year, begin)
    if found[0] > today:
        found = _months(today.year - 1, begin)
    if (match["relative"] or "").lower() == "last" and found[0] <= today <= found[1]:
        found = _months(found[0].year - 1, begin)
    return found


def _part(whole: Period, part: str) -> Period:
    """Return a part of a month, season or year."""
    if part not in _PARTS:
        return whole
    first, last, of = _PARTS[part]
    begin, end = whole
    if (end - begin).days > DAYS["month"]:
        months = ((end.year - begin.year) * 12 + end.month - begin.month + 1) / of
        start, finish = (begin.month - 1 + round(each * months) for each in (first, last))
        return (
            date(begin.year + start // 12, start % 12 + 1, 1),
            _month(begin.year + (finish - 1) // 12, (finish - 1) % 12 + 1)[1],
        )
    cut = 15 if of == 2 else 10  # noqa: PLR2004  (halves)
    return begin.replace(day=first * cut + 1), end if last == of else begin.replace(day=last * cut)


def _number(month: str) -> int:
    name = month.lower().rstrip(".")
    return MONTHS.get(name) or _SHORT[name]


def _year(year: int) -> Period:
    return date(year, 1, 1), date(year, 12, 31)


def _months(year: int, first: int) -> Period:
    """Return three months."""
    last = _month(year + (first + 2 > 12), (first + 1) % 12 + 1)  # noqa: PLR2004  (months of a year)
    return date(year, first, 1), last[1]


def _month(year: int, month: int) -> Period:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
