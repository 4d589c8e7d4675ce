"""Dates as publishers and databases write them -> calendar days.

The day is the one that was printed: a time zone behind it is read, but never moves the day to UTC. Rules:

- year first (2024-06-24, 2024/6/24, 2024.06.24, 20240624, 2024년 6월 24일, 2024年6月24日), with or without a time;
- names of months (June 24, 2024; 24 Jun 2024; RFC 2822; other languages through dateparser);
- 24.06.2024: day first, as everywhere dots are used;
- 06/24/2024 and 24-06-2024: read where one number is above 12; 01/02/2024 is refused, because it is another day in the
  US than elsewhere, and a wrong date is worse than a message;
- numbers: 8 digits are YYYYMMDD, 9 or 10 are Unix seconds, 12 or 13 milliseconds, both in UTC;
- two-digit years, days without a year, and relative dates ("yesterday") are refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from corpus.errors import RecordError
from corpus.wording import Wording

EARLIEST = date(1605, 1, 1)
"""First year of the first newspaper (Relation, Strasbourg); what claims to be older is a slip of the source."""

AHEAD = timedelta(days=366)
"""How far in the future a date may lie: magazines print the date until which they are on sale."""

_FIX = Wording("Write it as YYYY-MM-DD, or leave it out.")
_LONGEST = 80
"""Characters; a longer text is no date, and dateparser would search long in it."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>\d{4})(?P<sep>[-/.])\s?(?P<m>\d{1,2})(?P=sep)\s?(?P<d>\d{1,2})(?!\d)")
_EAST_ASIAN = re.compile(r"(?<!\d)(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]")
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"(?<![\d.])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?{_MONTH},?[\s-]+(?P<y>\d{{4}})(?!\d)", re.IGNORECASE
)
_DOTTED = re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/-])(?P<a>\d{1,2})(?P<sep>[/-])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?![\d/-])")
_ELSEWHERE = re.compile(r"(?<!\d)\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,12}\.?\s+(?:de\s+)?\d{4}(?!\d)")
_PATTERNS = (_YEAR_FIRST, _EAST_ASIAN, _MONTH_FIRST, _DAY_FIRST, _DOTTED, _SLASHED)

# What may stand around the date in a field that holds a date: weekday, time of day, zone. Letters beyond these words
# make it a sentence, and a date inside a sentence is not the field's value.
_AROUND = re.compile(
    r"[\s,;|@()\[\].+:/–-]|\d|[TZ]|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?\b|\bat\b"
    r"|\b[ap]\.?m\b\.?|\b(?:gmt|utc|[ecmp][sd]?t|cest|cet|bst|ist|kst|jst|hkt|sgt|aest|msk)\b|[월화수목금토일月火水木金土日]요?曜?일?日?|오전|오후|시|분",
    re.IGNORECASE,
)

_LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ru",
    "uk",
    "cs",
    "sv",
    "da",
    "tr",
    "el",
    "ar",
    "he",
    "ko",
    "ja",
    "zh",
    "id",
    "vi",
]
"""What dateparser tries, in this order; all of its languages together take 3 s for a text that is no date."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_ASCII_DIGITS = {
    ord(char): str(value) for base in "٠۰०" for value, char in enumerate(map(chr, range(ord(base), ord(base) + 10)))
}


def parse_day(value: str | float, *, today: date | None = None) -> date:
    """Read the value of a date field.

    Args:
        value: text, or a number (see the module's rules).
        today: day against which the future is measured; the present one by default.

    Raises:
        RecordError: it is no date, it is ambiguous, or it lies before 1605 or more than a year ahead.
    """
    day = _number(value) if isinstance(value, int | float) else _text(value)
    if day is None:
        raise RecordError(Wording("the date {value} is not one that can be read", value=_shown(value)), _FIX)
    if not EARLIEST <= day <= (today or datetime.now(UTC).date()) + AHEAD:
        known = {"value": _shown(value), "day": day}
        raise RecordError(Wording("the date {value} means {day}, which no article can have", **known), _FIX)
    return day


def search_day(line: str, *, today: date | None = None) -> date | None:
    """Find the first date in a line such as "Published: June 24, 2024 - 15:51".

    Returns:
        The day, or None where there is none, or one that is ambiguous or beyond what an article can have.
    """
    matches = [match for pattern in _PATTERNS if (match := pattern.search(line))]
    for match in sorted(matches, key=lambda match: match.start()):
        try:
            return parse_day(match[0], today=today)
        except RecordError:
            continue
    if (match := _ELSEWHERE.search(line)) and not matches:
        try:
            return parse_day(match[0], today=today)
        except RecordError:
            return None
    return None


def _shown(value: str | float) -> str:
    text = str(value).strip()
    return repr(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def _number(value: float) -> date | None:
    if not 0 <= value < 1e14:  # noqa: PLR2004  # beyond every form below; NaN as well
        return None
    if value != int(value):  # seconds with a fraction
        return _timestamp(value) if 1e8 <= value < 1e10 else None  # noqa: PLR2004  # as many digits as seconds have
    return _digits(str(int(value)))


def _digits(digits: str) -> date | None:
    match len(digits):
        case 8:
            return _day(digits[:4], digits[4:6], digits[6:])
        case 9 | 10:
            return _timestamp(int(digits))
        case 12 | 13:
            return _timestamp(int(digits) / 1000)
        case 14:  # YYYYMMDDHHMMSS, as feeds of events have it
            return _day(digits[:4], digits[4:6], digits[6:8])
        case _:
            return None


def _timestamp(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, tz=UTC).date()


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@lru_cache(maxsize=1024)  # a file of one publisher repeats its days
def _text(text: str) -> date | None:
    text = text.strip()
    if not text or len(text) > _LONGEST or not any(char.isdecimal() for char in text):
        return None
    if text.isdecimal():
        return _digits(text)
    for pattern in _PATTERNS:
        if match := pattern.search(text):
            around = text[: match.start()] + text[match.end() :]
            if not _AROUND.sub("", around):
                return _from_match(match, text)
            break
    return _other_languages(text)


def _from_match(match: re.Match[str], text: str) -> date | None:
    parts = match.groupdict()
    if "a" in parts:
        first, second = int(parts["a"]), int(parts["b"])
        if first <= 12 and second <= 12 and first != second:  # noqa: PLR2004  # months of a year
            raise RecordError(
                Wording("the date {value} can be read as two different days", value=_shown(text)),
                Wording("Write it as YYYY-MM-DD."),
            )
        day, month = (second, first) if first <= 12 else (first, second)  # noqa: PLR2004  # months of a year
        return _day(parts["y"], str(month), str(day))
    month_number = parts["m"] if "m" in parts else str(_MONTHS.index(parts["name"][:3].lower()) + 1)
    return _day(parts["y"], month_number, parts["d"])


def _other_languages(text: str) -> date | None:
    if not _WORD.search(text):  # without a month's name dateparser only guesses (2024-W26-1 would be 26 January)
        return None
    # 0.1 s to import, 0.2 s for its first date: only texts that no rule above could read get here.
    import dateparser  # type: ignore[import-untyped]  # noqa: PLC0415

    found = dateparser.parse(
        text,
        languages=_LANGUAGES,
        settings={
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "DATE_ORDER": "DMY",
        },
    )
    # A four-digit year must have been written: dateparser would complete two digits.
    return found.date() if found and str(found.year) in text.translate(_ASCII_DIGITS) else None
