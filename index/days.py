"""Dates in words: "in July 2016", "last week", "since March", "between May and June 2015", as of a day.

Only expressions that can mean nothing else are taken: "the 2016 election" and "9/11" are names of things, "May" without
anything beside it is a person or a verb.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""Seasons by their first month, on the northern hemisphere."""

NUMBERS = {
    word: number
    for number, word in enumerate(
        ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
} | {"few": 3, "couple": 2, "one": 1}

_MONTH = "|".join(sorted([*MONTHS, *(rf"{name}\b\.?" for name in _SHORT)], key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_POINT = (
    rf"(?:(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?:(?P<part>early|mid|late)[ -])?(?:the (?:month|summer|start|end) of )?"
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})(?:,? (?P<year>{_YEAR}))?"
    rf"|(?P<month2>{_MONTH})(?: (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:))?(?:,? (?:of )?(?P<year2>{_YEAR}))?)"
    rf"|(?:the )?(?:(?P<relative>last|this|past) )?(?P<season>spring|summer|autumn|fall|winter)(?:(?: of|,)? (?P<year3>{_YEAR}))?"
    rf"|(?:(?P<third>early|mid|late)[ -])?(?P<year4>{_YEAR}))"
)
_PLAIN = re.sub(r"\?P<\w+>", "?:", _POINT)
_BETWEEN = re.compile(
    rf"\b(?:between|from) (?P<one>{_PLAIN}) (?:and|to|until|till|through) (?P<other>{_PLAIN})\b", re.IGNORECASE
)
_SINCE = re.compile(
    rf"\b(?:ever )?(?:since|from|starting in|beginning in) (?:the )?(?P<one>{_PLAIN})(?: on(?:wards?)?)?(?![\w-])",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    rf"\b(?P<how>until|till|up to|before|by the end of|through) (?:the )?(?P<one>{_PLAIN})(?![\w-])", re.IGNORECASE
)
_AFTER = re.compile(rf"\bafter (?P<one>{_PLAIN})(?![\w-])(?! \w+(?:s|ing|ion)\b)", re.IGNORECASE)
_IN = re.compile(
    rf"\b(?:back )?(?:in|during|on|of|over|throughout|as of|in the course of) (?:the )?(?P<one>{_PLAIN})(?![\w-])",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![\w'])(?P<one>(?:{_MONTH})(?: \d{{1,2}},?)? {_YEAR}|{_YEAR}-\d\d-\d\d|(?:last|this) (?:{'|'.join(SEASONS)}))(?![\w-])",
    re.IGNORECASE,
)
_LAST_MONTH_NAME = re.compile(
    rf"\b(?:(?:in|since|during) )?(?P<which>last|this|next) (?P<month>{'|'.join(MONTHS)})\b", re.IGNORECASE
)
_WEEK_OF = re.compile(rf"\b(?:in |during )?the week of (?P<one>{_PLAIN})(?![\w-])", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:(?P<from>since) |(?:in|during|over|within|for|from) )?(?:the )?"
    r"(?:(?P<which>last|past|previous|this|current) (?:(?P<count>\d{1,3}|"
    + "|".join(NUMBERS)
    + r") )?(?P<unit>day|week|month|year)s?"
    r"|(?:(?P<ago>\d{1,3}|" + "|".join(NUMBERS) + r")(?: of)? (?P<ago_unit>day|week|month|year)s? ago)"
    r"|(?P<word>yesterday|(?<!USA )today|tonight|this morning))(?:'s)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Days:
    """A range of days, both ends included; None is open.

    Attributes:
        rest: the text without the words that gave it.
    """

    since: date | None
    until: date | None
    rest: str


def days(text: str, today: date) -> Days:
    """Find the dates that a question asks for.

    Args:
        text: the question.
        today: the day as of which "last week" is meant. A month without a year is the latest one not after it.
    """
    for pattern, read in (
        (_BETWEEN, _between),
        (_WEEK_OF, _week_of),
        (_LAST_MONTH_NAME, _named_month),
        (_SINCE, _since),
        (_UNTIL, _until),
        (_RELATIVE, _relative),
        (_IN, _within),
        (_AFTER, _after),
        (_BARE, _within),
    ):
        for match in pattern.finditer(text):
            found = read(match, today)
            if found is not None:
                rest = text[: match.start()].rstrip(" ,") + " " + text[match.end() :].lstrip(" ,")
                return Days(*found, re.sub(r"\s+", " ", rest).strip())
    return Days(None, None, text)


Range = tuple[date | None, date | None]


def _between(match: re.Match[str], today: date) -> Range | None:
    other = _point(match["other"], today)
    if other is None:
        return None
    one = _point(match["one"], other[1]) if not re.search(_YEAR, match["one"]) else _point(match["one"], today)
    return (one[0], other[1]) if one is not None and one[0] <= other[1] else None


def _week_of(match: re.Match[str], today: date) -> Range | None:
    found = _point(match["one"], today)
    return (_monday(found[0]), _monday(found[0]) + timedelta(days=6)) if found else None


def _named_month(match: re.Match[str], today: date) -> Range | None:
    if match["which"].lower() == "next":
        return None
    found = _point(match["month"], today)
    if found is not None and match["which"].lower() == "last" and found[0] == today.replace(day=1):
        found = _month(today.year - 1, today.month)
    return found


def _since(match: re.Match[str], today: date) -> Range | None:
    found = _point(match["one"], today)
    return (found[0], None) if found else None


def _after(match: re.Match[str], today: date) -> Range | None:
    found = _point(match["one"], today)
    return (found[1] + timedelta(days=1), None) if found else None


def _until(match: re.Match[str], today: date) -> Range | None:
    found = _point(match["one"], today)
    if found is None:
        return None
    return None, found[0] - timedelta(days=1) if match["how"].lower() == "before" else found[1]


def _within(match: re.Match[str], today: date) -> Range | None:
    return _point(match["one"], today)


def _relative(match: re.Match[str], today: date) -> Range | None:
    if match["word"]:
        day = today - timedelta(days=1) if match["word"].lower() == "yesterday" else today
        return (day, None) if match["from"] else (day, day)
    if match["ago"]:
        count, unit = _count(match["ago"]), match["ago_unit"].lower()
        day = today - timedelta(days=count * {"day": 1, "week": 7, "month": 30, "year": 365}[unit])
        wide = {"day": 0, "week": 3, "month": 15, "year": 180}[unit]
        return day - timedelta(days=wide), None if match["from"] else day + timedelta(days=wide)
    unit, which = match["unit"].lower(), match["which"].lower()
    if match["count"]:
        span = _count(match["count"]) * {"day": 1, "week": 7, "month": 30, "year": 365}[unit]
        return today - timedelta(days=span), today
    now = which in {"this", "current"}
    if unit == "day":
        return (today, today) if now else (today - timedelta(days=1), today)
    if unit == "week":
        begin = _monday(today) - timedelta(days=0 if now else 7)
        found = begin, begin + timedelta(days=6)
    elif unit == "month":
        before = today.replace(day=1) - timedelta(days=1)
        found = _month(today.year, today.month) if now else _month(before.year, before.month)
    else:
        year = today.year - (0 if now else 1)
        found = date(year, 1, 1), date(year, 12, 31)
    return (found[0], None) if match["from"] else found


def _point(text: str, today: date) -> tuple[date, date] | None:
    """Read one date, month, season or year."""
    match = re.fullmatch(_POINT, text.strip().rstrip("."), re.IGNORECASE)
    if match is None:
        return None
    try:
        if match["iso"]:
            day = date.fromisoformat(match["iso"])
            return day, day
        if match["year4"]:
            return _third(int(match["year4"]), match["third"])
        if match["season"]:
            return _season(match, today)
        name = (match["month"] or match["month2"]).lower().rstrip(".")
        month = MONTHS.get(name) or _SHORT[name]
        year, number = match["year"] or match["year2"], match["day"] or match["day2"]
        if number:
            day = date(int(year or today.year), month, int(number))
            if not year and day > today:
                day = day.replace(year=day.year - 1)
            return day, day
        return _part(_month(int(year) if year else today.year - (month > today.month), month), match["part"])
    except ValueError:
        return None  # the 31st of June


def _third(year: int, part: str | None) -> tuple[date, date]:
    third = {"early": 0, "mid": 1, "late": 2}.get((part or "").lower())
    if third is None:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, 4 * third + 1, 1), _month(year, 4 * third + 4)[1]


def _season(match: re.Match[str], today: date) -> tuple[date, date]:
    begin = SEASONS[match["season"].lower()]
    year = int(match["year3"]) if match["year3"] else today.year
    found = _months(year, begin)
    if not match["year3"]:
        if found[0] > today:
            found = _months(year - 1, begin)
        if (match["relative"] or "").lower() == "last" and found[0] <= today <= found[1]:
            found = _months(found[0].year - 1, begin)
    return found


def _months(year: int, first: int) -> tuple[date, date]:
    last = _month(year + (first + 2 > 12), (first + 1) % 12 + 1)  # noqa: PLR2004  (months of a year)
    return date(year, first, 1), last[1]


def _part(found: tuple[date, date], part: str | None) -> tuple[date, date]:
    begin, end = found
    return {
        "early": (begin, begin.replace(day=10)),
        "mid": (begin.replace(day=10), begin.replace(day=20)),
        "late": (begin.replace(day=20), end),
    }.get((part or "").lower(), found)


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.lower()]
