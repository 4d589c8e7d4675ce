"""Dates in words: "in July 2016", "last week", "since March", "between May and June 2015", as of a day.

Understood are calendar dates (`index.periods`) and those counted from the day of asking ("yesterday", "two months ago",
"over the past ten days"), alone or as bounds; "until April" includes April, "before April" does not.

Only expressions that can mean nothing else are taken: "the 2016 election", "last week's attack" and "9/11" are what a
question is about, "May" without anything beside it is a person or a verb, and what stands between quotation marks was
said by somebody. Vague words ("recently") are no dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from index.periods import DATED, DAYS, NUMBER, POINT, YEAR, either, point, unit

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "couple": 2, "a couple": 2, "two": 2, "few": 3, "a few": 3, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30,
}  # fmt: skip
_AROUND: Final = {"day": 0, "week": 3, "month": 15, "year": 180}
"""Days by which "two months ago" may be off, for each unit."""

_COUNT = rf"\d{{1,3}}|{either(NUMBERS)}"
_UNIT = either(DAYS)
_ENDS = r"(?![\w-]|'s\b)"
_OPENERS = """
    a the an and or about after as at because before but by did does do during for from had has have he her his how if
    in is it its my of on our over regarding said say says she that their they this to was were what when where whether
    which who why will with would you abt tell told call think
"""
_OPENING = re.compile(rf"\s*(?:$|[^\w\s'-]|- |(?:{either(_OPENERS.split())})\b)", re.IGNORECASE)
"""Behind a date that may belong to a noun: the end, a mark, or a word that opens something new."""

_OF_NOUN = re.compile(rf"the\b(?! (?:week|year|weekend)\b)(?!.* of {YEAR}$)|(?:the year )?{YEAR}$", re.IGNORECASE)
"""Dates that may belong to a noun: "in the March issue", "in 2015 dollars"."""


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


_BETWEEN = _pattern(
    rf"\b(?:between|from) (?P<one>{POINT}|{NUMBER}) ?(?:and|to|until|till|through|[-–—]) ?(?P<other>{POINT}){_ENDS}"
)
_SINCE = _pattern(
    rf"\b(?:(?:ever )?since|starting (?:in|on|from)|beginning in) (?P<one>{POINT}){_ENDS}",
    rf"|\bfrom (?P<on>{POINT}) on(?:wards?)?{_ENDS}",
)
_UNTIL = _pattern(rf"\b(?P<how>until|till|up to|before|prior to|by the end of|through) (?P<one>{POINT}){_ENDS}")
_AFTER = _pattern(rf"\b(?:after|following) (?P<one>{POINT}){_ENDS}")
_IN = _pattern(
    r"\b(?:back )?(?:in|during|on|over|throughout|within|at|as of|around|in the course of|from|for) ",
    rf"(?P<one>{POINT}){_ENDS}",
)
_BARE = _pattern(rf"(?<![\w'])(?<!\bthe )(?P<one>{DATED}){_ENDS}")
_RELATIVE = _pattern(
    r"\b(?:(?P<from>since) |(?:in|during|over|within|for|from) )?(?:the )?(?:(?:earlier |later )?",
    rf"(?P<which>last|past|previous|this|current) (?:(?P<count>{_COUNT})(?: of)? )?(?P<unit>{_UNIT})s?",
    rf"|(?P<ago>{_COUNT})(?: of)? (?P<ago_unit>{_UNIT})s? ago",
    r"|(?P<word>(?:the day before )?yesterday(?: (?:morning|afternoon|evening|night))?|today|tonight|last night",
    rf"|this (?:morning|afternoon|evening))){_ENDS}",
)


@dataclass(frozen=True, slots=True)
class Days:
    """A range of days, both ends included; None is open.

    Attributes:
        rest: the text without the words that gave it, white space folded.
    """

    since: date | None
    until: date | None
    rest: str


Range = tuple["date | None", "date | None"]


def days(text: str, today: date) -> Days:
    """Find the dates that a question asks for.

    Args:
        text: the question, with straight quotation marks.
        today: the day as of which "last week" is meant.
    """
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if text.count('"', 0, match.start()) % 2:
                continue  # somebody's words
            try:
                found = read(match, today)
            except (ValueError, OverflowError):
                continue  # the 31st of June, or before the first of all days
            if found is not None:
                rest = text[: match.start()].rstrip(" ,") + " " + text[match.end() :].lstrip(" ,")
                return Days(*found, " ".join(rest.split()))
    return Days(None, None, " ".join(text.split()))


def _between(match: re.Match[str], today: date) -> Range | None:
    other = point(match["other"], today)
    if other is None:
        return None
    first = match["one"]
    if re.fullmatch(NUMBER, first, re.IGNORECASE):
        begin = other[0].replace(day=int(re.sub(r"\D", "", first)))
    else:
        # "between March and May 2016": the year is that of the second, or the one before.
        found = point(first, today if re.search(YEAR, first) else other[1])
        if found is None:
            return None
        begin = found[0]
    return (begin, other[1]) if begin <= other[1] else None


def _since(match: re.Match[str], today: date) -> Range | None:
    found = point(match["one"] or match["on"], today)
    return (found[0], None) if found else None


def _after(match: re.Match[str], today: date) -> Range | None:
    found = point(match["one"], today) if _OPENING.match(match.string, match.end()) else None
    return (found[1] + timedelta(days=1), None) if found else None


def _until(match: re.Match[str], today: date) -> Range | None:
    found = point(match["one"], today)
    if found is None:
        return None
    before = match["how"].lower() in {"before", "prior to"}
    return None, found[0] - timedelta(days=1) if before else found[1]


def _within(match: re.Match[str], today: date) -> Range | None:
    behind = match.string[match.end() :]
    if _OF_NOUN.match(match["one"]) and (not _OPENING.match(behind) or behind.startswith(" of ")):
        return None
    return point(match["one"], today)


def _bare(match: re.Match[str], today: date) -> Range | None:
    return point(match["one"], today) if _OPENING.match(match.string, match.end()) else None


def _relative(match: re.Match[str], today: date) -> Range | None:
    if match["word"]:
        if match["word"][0].isupper() and match.start():
            return None  # "Port Vale Today" is a newspaper
        word = match["word"].lower()
        back = 2 if word.startswith("the day before") else int(word.startswith("yesterday") or word == "last night")
        day = today - timedelta(days=back)
        return (day, None) if match["from"] else (day, day)
    if match["ago"]:
        count, name = _count(match["ago"]), match["ago_unit"].lower()
        day, around = today - timedelta(days=count * DAYS[name]), timedelta(days=_AROUND[name])
        return day - around, None if match["from"] else day + around
    name, which = match["unit"].lower(), match["which"].lower()
    if match["count"] or which == "past":
        return today - timedelta(days=_count(match["count"] or "a") * DAYS[name]), today
    begin, end = unit(name, today, now=which in {"this", "current"})
    return begin, None if match["from"] else end


def _count(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word.lower()]


_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Range | None]], ...]] = (
    (_BETWEEN, _between),
    (_SINCE, _since),
    (_UNTIL, _until),
    (_RELATIVE, _relative),
    (_IN, _within),
    (_AFTER, _after),
    (_BARE, _bare),
)
"""The first reader that finds a date decides."""
