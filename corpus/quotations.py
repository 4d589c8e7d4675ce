"""Where the quotations of a text stand: pairs of quotation marks, found paragraph by paragraph.

A stray mark never reaches beyond its paragraph, so one typing error cannot swallow an article. The one exception is the
convention of English typography for long quotations: a paragraph that ends inside a quotation, followed by one that
opens with a mark again, continues it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from corpus.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

CLOSING = {"“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』", "``": "''"}
"""Directed opening marks, each with the marks that may close it (German „…“, Danish »…«, TeX ``…'')."""

NESTED_MARKS = 64
"""How many marks ahead quotations within a quotation are looked for: reading stays linear, whatever the text."""

_MARK = re.compile(r"``|''|[“”„«»「」『』\"]")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
_STRAIGHT = frozenset({'"', "''", "”"})
"""Marks that open and close alike: pairs are told by what stands around them. (“”…”” is Swedish and Finnish usage.)"""

_BEFORE_OPENING = re.compile(r"(?:^|[\s(\[{—–\-/‘'“:,])$")
_AFTER_CLOSING = re.compile(r"^(?:$|[\s.,;:!?)\]}—–\-/’'”])")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks.

    Attributes:
        span: the words with their marks.
        closed: False when the paragraph ends inside the quotation (then `span` ends with the paragraph).
    """

    span: Span
    closed: bool


def paragraphs(text: str, within: Span | None = None) -> list[Span]:
    """Find the paragraphs of a text, without the white space around them.

    Paragraphs are separated by blank lines where the text has any, otherwise each line is one.

    Args:
        text: the whole text.
        within: only those that overlap this span, each of them whole; None for all.

    Returns:
        Non-empty spans in text order.
    """
    separator = _BLANK_LINE if _BLANK_LINE.search(text.strip()) else _LINE
    found: list[Span] = []
    start = 0 if within is None else _line_before(text, within.start, blank=separator is _BLANK_LINE)
    for match in chain(separator.finditer(text, start), [None]):
        end = match.start() if match else len(text)
        inner = text[start:end]
        lead = len(inner) - len(inner.lstrip())
        if inner.strip():
            span = Span(start + lead, start + lead + len(inner.strip()))
            if within is None or span.overlaps(within):
                found.append(span)
        start = match.end() if match else end
        if within is not None and start >= within.end:
            break
    return found


def quotations(text: str, paragraph: Span) -> list[Quotation]:
    """Find the outermost quotations of one paragraph, in text order, never overlapping.

    Directed marks pair by their kind, also within each other. Straight marks (`"` and `''`) pair by what stands around
    them, so that an inch sign or a stray mark does not turn the rest of the paragraph inside out.
    """
    found: list[Quotation] = []
    marks = list(_MARK.finditer(text, paragraph.start, paragraph.end))
    at = 0
    while at < len(marks):
        if not _may_open(text, marks[at], paragraph):
            at += 1
            continue
        start = marks[at].start()
        last = _closing(text, marks, at, paragraph)
        if last is None:
            found.append(Quotation(Span(start, paragraph.end), closed=False))
            break
        found.append(Quotation(Span(start, marks[last].end()), closed=True))
        at = last + 1
    return found


def _line_before(text: str, position: int, *, blank: bool) -> int:
    """Return where the line of a position begins, or the last one up to it that stands behind a blank line."""
    while (end := text.rfind("\n", 0, position)) >= 0:
        before = text.rfind("\n", 0, end)
        if not blank or (before >= 0 and not text[before:end].strip()):
            return end + 1
        position = end
    return 0


def continued(text: str, found: Sequence[Span]) -> list[bool]:
    """Tell for each paragraph whether it continues a quotation that the paragraph before left open.

    Args:
        text: the text of the article.
        found: its paragraphs, in text order.

    Returns:
        One flag a paragraph; the first is always False.
    """
    flags = [False] * len(found)
    for position, (before, after) in enumerate(pairwise(found), start=1):
        last = quotations(text, before)[-1:]
        if last and not last[0].closed:
            mark = _MARK.match(text, after.start, after.end)
            flags[position] = mark is not None and mark.group() == _MARK.match(text, last[0].span.start).group()  # type: ignore[union-attr]
    return flags


def _closing(text: str, marks: Sequence[re.Match[str]], at: int, paragraph: Span) -> int | None:
    """Find the mark that closes the quotation opened by the mark at a position, or None.

    A quotation within it may have the same marks; where these do not come out even, the first that closes, closes.
    """
    opening = marks[at].group()
    first: int | None = None
    depth = 1
    for position in range(at + 1, len(marks)):
        mark = marks[position].group()
        if _closes(opening, mark) and _may_close(text, marks[position], paragraph):
            depth -= 1
            first = position if first is None else first
            if depth == 0:
                return position
        elif mark == opening and opening in CLOSING:
            depth += 1
        if first is not None and position - at > NESTED_MARKS:
            break
    return first


def _may_open(text: str, match: re.Match[str], paragraph: Span) -> bool:
    mark = match.group()
    if mark in _STRAIGHT:
        before = text[max(paragraph.start, match.start() - 1) : match.start()]
        after = text[match.end() : min(paragraph.end, match.end() + 1)]
        return bool(_BEFORE_OPENING.search(before)) and bool(after) and not after.isspace()
    return mark in CLOSING


def _closes(opening: str, mark: str) -> bool:
    if opening in CLOSING:
        # Typists mix: “… closed by a straight mark is closed all the same.
        return mark in CLOSING[opening] or (opening == "“" and mark == '"')
    return mark == opening or (opening == '"' and mark == "”")


def _may_close(text: str, match: re.Match[str], paragraph: Span) -> bool:
    if match.group() not in {'"', "''"}:
        return True
    before = text[max(paragraph.start, match.start() - 1) : match.start()]
    after = text[match.end() : min(paragraph.end, match.end() + 1)]
    return bool(_AFTER_CLOSING.match(after)) or not before.isspace()
