"""Tokens as the statement tagger sees them: words of a normalised copy, with what an uncased model cannot see.

The copy is never kept: each token carries the span of the stored text that it stands for (promise 1). Quotation marks
of all kinds become one opening and one closing mark, by where `corpus.quotations` sees quotations begin and end; curly
apostrophes become straight and double hyphens dashes, so that a text with "it's" and ''marks'' reads like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from corpus.quotations import paragraphs, quotations

if TYPE_CHECKING:
    from corpus.records import Span

_TOKEN = re.compile(r"''|``|--+|[^\W_]+|[^\s]")
_MARKS = frozenset({"''", "``", '"', "“", "”", "„", "«", "»", "「", "」", "『", "』"})
_PLAIN = {"’": "'", "‘": "'", "`": "'", "–": "-", "…": "..."}


class Case(IntEnum):
    """How a token is written; an uncased model sees nothing of it."""

    OTHER = 0
    LOWER = 1
    TITLE = 2
    UPPER = 3
    MIXED = 4
    NUMBER = 5


class Quoted(IntEnum):
    """Where a token stands as to quotation marks."""

    OUTSIDE = 0
    OPENING = 1
    INSIDE = 2
    CLOSING = 3


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        text: what the model reads, in the normalised copy.
        start: where it begins in the stored text.
        end: where it ends there.
        paragraph: number of its paragraph, from 0.
    """

    text: str
    start: int
    end: int
    case: Case
    quoted: Quoted
    paragraph: int


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens, in text order; white space belongs to none."""
    tokens: list[Token] = []
    for number, paragraph in enumerate(paragraphs(text)):
        opening: set[int] = set()
        closing: set[int] = set()
        inside: list[Span] = []
        for quotation in quotations(text, paragraph):
            opening.add(quotation.span.start)
            inside.append(quotation.span)
            if quotation.closed:
                closing.add(quotation.span.end)
        at = 0
        for match in _TOKEN.finditer(text, paragraph.start, paragraph.end):
            word, start, end = match.group(), match.start(), match.end()
            while at < len(inside) and inside[at].end <= start:
                at += 1
            within = at < len(inside) and inside[at].start <= start
            quoted = Quoted.INSIDE if within else Quoted.OUTSIDE
            if word in _MARKS:
                if start in opening:
                    quoted, word = Quoted.OPENING, "“"
                elif end in closing and within:
                    quoted, word = Quoted.CLOSING, "”"
                else:
                    word = '"'
            elif word.startswith("--"):
                word = "—"
            tokens.append(Token(_PLAIN.get(word, word), start, end, _case(match.group()), quoted, number))
    return tokens


def _case(word: str) -> Case:
    if not word[0].isalnum():
        return Case.OTHER
    if word.isdecimal():
        return Case.NUMBER
    if word.islower():
        return Case.LOWER
    if word.isupper():
        return Case.UPPER if len(word) > 1 else Case.TITLE
    return Case.TITLE if word.istitle() else Case.MIXED
