"""A news page as people paste it -> the lines of the article: steps from str to str.

The rule above all: no sentence of an article is lost. What goes are short lines without the punctuation of a sentence
that `corpus.furniture` knows, repeated lines, and what stands under the heading of a list of other articles. What no
rule knows stays, because a stray menu item does less harm than a missing statement. The caption of a photo stays too
(no rule can tell it from a first paragraph), but not the cut-off copy that pages keep as the picture's description.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus import furniture

if TYPE_CHECKING:
    from collections.abc import Callable

INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphen, zero-width space, word joiner and byte order mark: places to break a line, not letters."""

CUT_OFF = 40
"""Characters from which the beginning of the next line is its cut-off copy; a shorter one may be a heading."""

REPEATED = 20
"""Characters from which the same line twice in a row is a slip; a shorter one may be an exchange ("No.")."""

WRAPPED = (40, 100)
"""Characters between which the longest line of hard-wrapped text lies; mails and agencies wrap at 60 to 80."""

FULL_LINES = 5
"""Lines that must break where the next word would not have fitted before a text counts as hard-wrapped: two lines of
similar length come about by chance, five do not."""

LONG = 140
"""Characters from which a line belongs to the article whatever it ends with."""

HEADLINE = (15, 200)
"""Characters that a headline has."""

_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]」』]*(\s*\([^()]{1,40}\))?$")
_LEADS_IN = re.compile(r"[:：,—–]$")
_ELLIPSIS = re.compile(r"\s*(…|\.{3,}|\[(…|\.{3})\])$")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NEWLINES = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_ABBREVIATED = re.compile(r"\b(?:[A-Z]\.){2,}[\"'”’]?$|\b(?:Inc|Co|Corp|Ltd|Jr|Sr|Bros)\.$")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def clean(text: str) -> str:
    """Remove what is not the article, and set its paragraphs apart.

    Cleaning twice changes nothing more. The title, the byline and the date stay where they are.

    Returns:
        Text in NFC, paragraphs separated by one blank line, without white space at the ends of lines; all characters
        inside a line as they were, except invisible places to break it.
    """
    text = _characters(text)
    while (cleaned := _once(text)) != text:
        text = cleaned
    return text


def is_sentence(line: str) -> bool:
    """Tell whether a line belongs to the running text: it ends like a sentence, leads in a quotation, or is long."""
    wide = 2 if _EAST_ASIAN.search(line) else 1  # a syllable or a word per character says twice as much
    length = wide * len(line)
    if _END.search(line):
        return len(line.split()) >= 4 or (wide > 1 and length >= REPEATED)  # noqa: PLR2004  # "All rights reserved." has 3
    return length >= LONG or (length >= LONG // 2 and bool(_LEADS_IN.search(line)))


def is_headline(line: str) -> bool:
    """Tell whether a line could be a headline by its length and its end: no full stop, colon, comma or semicolon."""
    if not HEADLINE[0] <= len(line) * (2 if _EAST_ASIAN.search(line) else 1) <= HEADLINE[1]:
        return False
    ending = _END.search(line)
    full_stop = ending and ending[0][0] not in "!?！？…" and not _ABBREVIATED.search(line)
    return not full_stop and not _LEADS_IN.search(line) and bool(len(line.split()) > 2 or _EAST_ASIAN.search(line))  # noqa: PLR2004  # "Mayor steps down"


def _characters(text: str) -> str:
    text = _NEWLINES.sub("\n", unicodedata.normalize("NFC", text))
    return _CONTROL.sub("", text).translate(INVISIBLE)


def _once(text: str) -> str:
    lines = _paragraphs(text)
    for step in _STEPS:
        lines = step(lines)
    return "\n\n".join(lines)


def _paragraphs(text: str) -> list[str]:
    """Cut a text into paragraphs: one per line, unless the lines are wrapped at a fixed width."""
    blocks = [[line.strip() for line in block.split("\n")] for block in re.split(r"\n\s*\n", text.strip())]
    width = max((len(line) for block in blocks if len(block) > 1 for line in block), default=0)
    joins = [[_is_full(line, after, width) for line, after in pairwise(block)] for block in blocks]
    full, pairs = sum(map(sum, joins)), sum(map(len, joins))
    if not WRAPPED[0] <= width <= WRAPPED[1] or full < FULL_LINES or 2 * full < pairs or _EAST_ASIAN.search(text):
        return [line for block in blocks for line in block if line]
    return [paragraph for block, joined in zip(blocks, joins, strict=True) for paragraph in _joined(block, joined)]


def _is_full(line: str, after: str, width: int) -> bool:
    """Tell whether the next line's first word would not have fitted into this one."""
    return len(line) + 1 + len(after.partition(" ")[0]) > width


def _joined(block: list[str], joins: list[bool]) -> list[str]:
    paragraphs = block[:1]
    for line, is_continued in zip(block[1:], joins, strict=True):
        if is_continued:
            paragraphs[-1] += f" {line}"
        else:
            paragraphs.append(line)
    return [paragraph for paragraph in paragraphs if paragraph]


def _without_furniture(lines: list[str]) -> list[str]:
    return [line for line in lines if not furniture.anywhere(line)]


def _without_copies(lines: list[str]) -> list[str]:
    """Drop a line that the next one repeats, whole or as its beginning: nothing is lost, the next one says it all."""
    return [line for line, after in pairwise([*lines, ""]) if not _is_copy(line, after)]


def _is_copy(line: str, after: str) -> bool:
    if line == after:
        return len(line) >= REPEATED
    start = _ELLIPSIS.sub("", line)
    return len(start) >= CUT_OFF and after.startswith(start)


def _without_edges(lines: list[str]) -> list[str]:
    own = [at for at, line in enumerate(lines) if _is_own(line)]
    if not own:
        return lines
    return [line for at, line in enumerate(lines) if own[0] < at < own[-1] or not furniture.at_edge(line)]


def _without_lists(lines: list[str]) -> list[str]:
    """Drop the headlines of other articles: from the heading of a list to the end, if no sentence stands there."""
    end = max((at for at, line in enumerate(lines) if _is_own(line)), default=len(lines))
    after = next((at for at, line in enumerate(lines) if at > end and furniture.heads_list(line)), len(lines))
    return lines[:after]


def _is_own(line: str) -> bool:
    return is_sentence(line) and not is_headline(line) and not furniture.at_edge(line)


_STEPS: tuple[Callable[[list[str]], list[str]], ...] = (
    _without_furniture,
    _without_copies,
    _without_lists,
    _without_edges,
)
