"""Dates in words -> the first and the last day that a question asks for.

Understood are calendar dates ("on 3 May", "in July 2016", "in the spring of 2016", "between May and June 2015", "the week
of 18 April", "2016-07-15") and relative ones ("yesterday", "last week", "over the past ten days", "two months ago"), alone
or as a bound ("since March", "until April", "before 2015"). Rules:

- A month, day or season without a year is the latest that has begun by the day of asking.
- A month or a year counts as a date only behind a word such as "in" or "since", and only if no noun follows: "the 2016
  election", "May said", "a march" and "9/11" are what a question is about. So is "last week's attack".
- The seasons are those of the northern hemisphere, each as long as by the calendar and by the sun together.
- "early", "mid" and "late" are thirds; weeks begin on Monday; "until April" includes April, "before April" does not.
- Vague words ("recently") are no dates.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What a text says about time.

    Attributes:
        rest: the text without the words that say it, white space folded.
        since: first day, or None where none is said.
        until: last day, or None.
        fixed: whether it is counted by the calendar ("in July 2016") rather than from the day of asking ("last week").
    """

    rest: str
    since: date | None = None
    until: date | None = None
    fixed: bool = False


type_days = tuple[date, date]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEASONS: Final = {
    "spring": ((3, 1), (6, 20)),
    "summer": ((6, 1), (9, 22)),
    "autumn": ((9, 1), (12, 20)),
    "fall": ((9, 1), (12, 20)),
    "winter": ((12, 1), (3, 20)),
}
"""First and last month and day of each."""

_NUMBERS = {
    word: value
    for value, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3, "fifteen": 15, "twenty": 20, "thirty": 30}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": 0}

_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?)"
)
_YEAR = r"(?:1[89]|20)\d\d"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_SEASON = r"(?:spring|summer|autumn|fall|winter)"
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?:day|week|month|year)s?"
_PART = (
    r"(?:early|mid|late|(?:the\s+)?(?:beginning|start|end|middle|first\s+half|second\s+half"
    r"|(?:first|second|third|fourth|last)\s+week)\s+of)"
)

# What may follow a date: nothing, punctuation, or a word that opens something new. Anything else is taken for a noun that
# the date belongs to ("in the March issue", "in 2015 dollars").
_OPENERS = """
    a about after an and are as at because before but by can could did do does during for from had has have he her his how
    if in is it its may might must my not of on or our over please pls regarding said say saying says she should
    so speak talk tell telling that the their these they this those thanks thank lol to told was we were what when
    where whether which who whom whose why will with would you abt when's what's who's call called claim commented comment
    respond react think answer explain criticise criticize mean meant
"""
_OPENING = re.compile(rf"\s*(?:$|[^\w\s'’-]|–|—|-\s|(?:{'|'.join(_OPENERS.split())})\b(?!['’-]\w))", re.IGNORECASE)
_HINT = re.compile(
    rf"\d|\b(?:{'|'.join(_MONTHS)}|{_WEEKDAY}|{_SEASON}|today|tonight|yesterday|morning|night|weekend|{_UNIT}|recently|lately)",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?:just\s+)?(?:recently|lately|these\s+days)\b", re.IGNORECASE)

# Spans of days, each as a pattern whose groups its reader takes; longer ones first. `W` marks those that stand without "in".
_FULL = rf"(?:(?:{_WEEKDAY},?\s+)?(?:the\s+)?{_DAY}\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+(?:the\s+)?{_DAY})(?:,?\s+{_YEAR})?"
_SINGLE = (
    rf"\d{{4}}-\d\d-\d\d|{_FULL}"
    rf"|(?:the\s+)?{_SEASON}(?:\s+of)?\s+{_YEAR}|(?:the\s+|last\s+|this\s+|this\s+past\s+){_SEASON}|{_SEASON}"
    rf"|(?:the\s+)?(?:first|second|third|fourth)\s+quarter\s+of\s+{_YEAR}|q[1-4]\s+(?:of\s+)?{_YEAR}"
    rf"|(?:last\s+|this\s+|this\s+past\s+|of\s+)?{_MONTH}(?:\s+of)?,?\s+{_YEAR}"
    rf"|(?:last\s+|this\s+|this\s+past\s+)?{_MONTH}(?:\s+(?:last|this)\s+year)?"
    rf"|(?:the\s+year\s+)?{_YEAR}"
    r"|(?:the\s+day\s+before\s+)?yesterday(?:\s+(?:morning|afternoon|evening))?|today|tonight|last\s+night"
    r"|this\s+(?:morning|afternoon|evening)"
    rf"|(?:the|last|this|this\s+past|over\s+the)\s+weekend|(?:last\s+|this\s+|this\s+past\s+)?{_WEEKDAY}(?:\s+last\s+week)?"
    r"|(?:(?:earlier|later)\s+)?(?:last|this|the\s+previous)\s+(?:week|month|year)"
    rf"|(?:the\s+)?(?:past|last)\s+{_COUNT}\s+{_UNIT}|the\s+past\s+(?:week|month|year)|{_COUNT}\s+{_UNIT}\s+ago"
    r"|the\s+\d{1,2}(?:st|nd|rd|th)"
)
_ONE = rf"(?:the\s+week\s+(?:of|beginning|starting)\s+(?:{_FULL})|(?:{_PART}[\s-]+)?(?:{_SINGLE}))"
_BETWEEN = re.compile(
    rf"\b(?:between|from)\s+(?P<first>{_ONE}|{_DAY})\s*(?:and|to|until|till|through|[-–—])\s*(?P<second>{_ONE})\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    rf"\b(?P<bound>ever\s+since|since|starting(?:\s+(?:in|from))?|not\s+before|after|until|till|up\s+to|up\s+until|before|prior\s+to"
    rf"|as\s+of|by\s+the\s+end\s+of|by)\s+(?P<one>{_ONE})\b",
    re.IGNORECASE,
)
_ONWARDS = re.compile(rf"\bfrom\s+(?P<one>{_ONE})\s+(?:onwards?|on)(?=\s*(?:$|[?.!,]))", re.IGNORECASE)
_WITHIN = re.compile(
    rf"\b(?:back\s+in|in|on|during|throughout|over|of|at|around|within|for|from)\s+(?P<one>{_ONE})"
    rf"(?:\s*(?:and|or|to|[-–—])\s*(?P<second>(?:{_MONTH}(?:\s+{_YEAR})?|{_YEAR})))?\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"\b(?P<one>\d{{4}}-\d\d-\d\d|the\s+week\s+of\s+(?:{_FULL})|{_PART}[\s-]+(?:{_MONTH}(?:,?\s+{_YEAR})?|(?:last|this)\s+(?:week|month|year))"
    rf"|(?:{_DAY}\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+{_DAY}),?\s+{_YEAR}"
    r"|(?:the\s+day\s+before\s+)?yesterday(?:\s+(?:morning|afternoon|evening))?|today|tonight|last\s+night"
    r"|this\s+(?:morning|afternoon|evening)"
    rf"|(?:last|this|this\s+past)\s+(?:weekend|{_WEEKDAY}|{_SEASON}|{_MONTH})(?:\s+{_YEAR})?"
    r"|(?:(?:earlier|later)\s+)?(?:last|this)\s+(?:week|month|year)"
    rf"|{_COUNT}\s+{_UNIT}\s+ago|(?:the\s+)?(?:past|last)\s+{_COUNT}\s+{_UNIT})\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:last|this|past|previous|ago|today|tonight|yesterday|weekend)\b", re.IGNORECASE)
_UNSURE_BEHIND = re.compile(rf"\A(?:for|from|of|at|by)\b.*?(?:{_MONTH}|{_SEASON}|{_YEAR}|{_WEEKDAY})\Z", re.IGNORECASE)
