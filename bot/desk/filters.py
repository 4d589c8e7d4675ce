"""Which articles are meant: words and filters as an admin writes them behind /articles and /export."""

from __future__ import annotations

import re
import shlex
from datetime import date
from typing import TYPE_CHECKING

from bot.desk import texts_cards as texts
from corpus.errors import RecordError
from corpus.store import Filter

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEYS = ("publisher", "since", "until")
_KEYED = re.compile(rf"({'|'.join(_KEYS)}):(.*)", re.IGNORECASE | re.DOTALL)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
"""Phones write typographic quotation marks."""


def chosen(words: str) -> Filter:
    """Read what stands behind a command.

    Args:
        words: such as `bridge publisher:"Harbour Gazette" since:2024-05-01`.

    Raises:
        RecordError: a filter's value cannot be read.
    """
    plain: list[str] = []
    values: dict[str, str] = {}
    for word in _split(words.translate(_QUOTES)):
        keyed = _KEYED.fullmatch(word)
        if keyed is None:
            plain.append(word)
        elif not keyed[2].strip():
            raise RecordError(texts.list_usage(texts.empty_filter(keyed[1].lower())))
        else:
            values[keyed[1].lower()] = keyed[2].strip()
    return Filter(
        words=tuple(plain),
        publisher=values.get("publisher"),
        since=_day(values.get("since")),
        until=_day(values.get("until")),
    )


def _split(words: str) -> Sequence[str]:
    lexer = shlex.shlex(words, posix=True)
    lexer.whitespace_split = True
    # An apostrophe is one, and a backslash or hash is a character.
    lexer.quotes, lexer.escape, lexer.commenters = '"', "", ""
    try:
        return list(lexer)
    except ValueError:  # a quotation mark that is not closed
        return words.replace('"', " ").split()


def _day(value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise RecordError(texts.list_usage(texts.bad_day(value))) from None
