"""Named values (a line of JSONL, a row of CSV, front matter) -> checked fields of an article.

The `text` of a record is trusted: it is what the article says, character for character. Only its line ends
(CR LF to LF) change; white space, mojibake, page furniture and its Unicode form (which for pages becomes NFC) stay:
offsets into it may be known elsewhere already, and whoever looks the words up at the source must find them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.dates import parse_day
from corpus.errors import RecordError
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

SYNONYMS = {
    "id": ("id",),
    "url": ("url", "link"),
    "title": ("title", "headline"),
    "publisher": ("publisher", "source"),
    "date": ("date", "published", "published_at", "publishedat"),
    "author": ("author", "authors", "byline"),
    "text": ("text", "content", "body"),
    "html": ("html",),
}
"""Field -> names under which it is found, the first with a value winning. The second and later names are those of
exports that are common (news APIs, CMS, feeds); a value of the wrong type is an error only under the first."""

NAMES = frozenset(name for names in SYNONYMS.values() for name in names)
"""Every name that is understood."""

_URL = re.compile(r"https?://\S+|[\w-]+(\.[\w-]+)+(/\S*)?", re.IGNORECASE)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What a record says about its article; None where it says nothing.

    Attributes:
        text: lines ending in LF, otherwise as given; never blank.
        html: a page instead of a text; never blank.
    """

    id: str | None = None
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    date: date | None = None
    author: str | None = None
    text: str | None = None
    html: str | None = None


def check(values: Mapping[str, object]) -> Fields:
    """Pick and check the known fields of a record; others are ignored.

    Args:
        values: by name as the source wrote it; case, surrounding white space, and spaces or hyphens for underscores
            make no difference. None and blank text mean the field is absent.

    Raises:
        RecordError: a field is of the wrong type or cannot be read.
    """
    named = {_name(name): value for name, value in reversed(list(values.items()))}  # the first of two names counts
    found = {field: _value(field, named) for field in SYNONYMS}
    day = found["date"]
    return Fields(
        id=_identity(found["id"]),
        url=_address(_line("url", found["url"])),
        title=_line("title", found["title"]),
        publisher=_line("publisher", found["publisher"]),
        date=parse_day(_dated(day)) if day is not None else None,
        author=_line("author", _joined(found["author"])),
        text=_trusted("text", found["text"]),
        html=_trusted("html", found["html"]),
    )


def trusted(text: str) -> str:
    """Return a text as it is stored: CR LF as LF, nothing else changed.

    Raises:
        RecordError: it holds a character that no database can store.
    """
    if bad := _UNSTORABLE.search(text):
        problem = Wording("it holds the character U+{code:04X}, which is no text", code=ord(bad[0]))
        raise RecordError(problem, Wording("Export the article again, as UTF-8."))
    return text.replace("\r\n", "\n")


def line(text: str) -> str:
    """Return a title or a name as one line: NFC, white space folded."""
    return _SPACES.sub(" ", trusted(text)).strip()


def _name(name: str) -> str:
    return re.sub(r"[ -]", "_", name.strip().lower())


def _value(field: str, named: Mapping[str, object]) -> object:
    first, *others = SYNONYMS[field]
    if not _absent(value := named.get(first)):
        return value
    for name in others:
        value = named.get(name)
        if isinstance(value, str | int | list) and not _absent(value):
            return value
    return None


def _absent(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


_KINDS = {
    bool: Wording("true or false"),
    int: Wording("a number"),
    float: Wording("a number"),
    list: Wording("a list"),
    dict: Wording("an object"),
}
"""Type of a value in JSON -> what a person calls it."""


def _wrong(field: str, value: object, expected: str) -> RecordError:
    seen = _KINDS.get(type(value), Wording("text"))
    known = {"field": field, "seen": seen, "expected": expected}
    return RecordError(
        Wording("its {field} is {seen}, where {expected} is expected", **known), Wording("Correct the field.")
    )


def _identity(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _line("id", value, Wording("text or a whole number"))


def _dated(value: object) -> str | float:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    raise _wrong("date", value, Wording("text or a number"))


def _joined(value: object) -> object:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return ", ".join(name.strip() for name in value if name.strip()) or None
    return value


def _line(field: str, value: object, expected: str | None = None) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(field, value, expected or Wording("text"))
    return line(value) or None


def _address(url: str | None) -> str | None:
    if url is not None and not _URL.fullmatch(url):
        problem = Wording("the url {url!r} is no web address", url=url[:80])
        raise RecordError(problem, Wording("Write it with https:// in front, or leave it out."))
    return url


def _trusted(field: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(field, value, Wording("text"))
    return trusted(value)
