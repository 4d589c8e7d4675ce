"""Cutting what is too long for one message: between paragraphs, sentences or words, outside quotations first."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from corpus.records import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEAST_SHARE = 0.35
"""A better place to cut is taken only if the part before it is at least this share of what fits, so that parts do not
become many and tiny."""

_PARAGRAPHS = re.compile(r"\s*\n\s*")
_SENTENCES = re.compile(r"(?<=[.!?…。！？])[”’\"»)\]]*\s+")
_WORDS = re.compile(r"\s+")
_CLOSING = '”’"»)]'


def utf16(text: str) -> int:
    """Return the length of a text in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, span: Span, quoted: Sequence[Span], most: int) -> list[Span]:
    """Cut a span into parts of at most `most` UTF-16 units.

    Args:
        text: the text of the article.
        span: what is to be cut.
        quoted: spans in which no cut is made if it can be avoided, in text order.
        most: UTF-16 units in one part, at least 2.

    Returns:
        Parts in text order; between them lies nothing but white space, and they neither begin nor end with any
        where the cut was made at white space.
    """
    parts: list[Span] = []
    rest = span
    while utf16(rest.of(text)) > most:
        end, start = _cut_once(text, rest, quoted, _fitting(text, rest, most))
        parts.append(Span(rest.start, end))
        rest = Span(start, span.end)
    return [*parts, rest] if len(rest) else parts


def _fitting(text: str, rest: Span, most: int) -> int:
    """Return the last position up to which `most` units of the rest fit."""
    end = min(rest.end, rest.start + most)
    while utf16(text[rest.start : end]) > most:
        end -= max(1, (utf16(text[rest.start : end]) - most) // 2)
    return end


def _cut_once(text: str, rest: Span, quoted: Sequence[Span], limit: int) -> tuple[int, int]:
    """Return where the first part ends and where the next one starts."""
    least = rest.start + max(1, int((limit - rest.start) * LEAST_SHARE))
    for allowed in (lambda place: not any(each.start < place < each.end for each in quoted), lambda _place: True):
        for separator in (_PARAGRAPHS, _SENTENCES, _WORDS):
            found = _last(separator, text, (least, limit, rest.end), allowed)
            if found:
                return found
    place = limit
    # A combining mark or a joined emoji stays with what it belongs to.
    while place > least and _joins(text, place):
        place -= 1
    return (place, place) if not _joins(text, place) else (limit, limit)


def _last(
    separator: re.Pattern[str], text: str, within: tuple[int, int, int], allowed: Callable[[int], bool]
) -> tuple[int, int] | None:
    """Return the last separator that leaves a part of a fitting length, as (end of the part, start of the next)."""
    least, limit, end = within
    best: tuple[int, int] | None = None
    for match in separator.finditer(text, least, min(end, limit + 1)):
        # What closes a sentence (a quotation mark, a bracket) stays with it.
        close = match.end() - len(match.group().lstrip(_CLOSING))
        if least <= close <= limit and allowed(close):
            best = close, match.end()
    if best is None:
        return None
    start = best[1]
    while start < end and text[start].isspace():
        start += 1
    return best[0], start


def _joins(text: str, place: int) -> bool:
    """Tell whether a cut at `place` would part what is drawn as one character."""
    if not 0 < place < len(text):
        return False
    after, before = text[place], text[place - 1]
    return (
        unicodedata.combining(after) != 0
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or "\u200d" in (after, before)
        or "\ufe00" <= after <= "\ufe0f"
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )
