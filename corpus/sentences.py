"""Sentences: where a paragraph may be cut, and the whole sentences around given words.

A quotation is never cut: its sentences belong to the one in which it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.quotations import paragraphs, quotations
from corpus.records import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINE_END = re.compile(r"[.!?…。！？][\"'”’»」)\]]*[^\S\n]*\n\s*")
_MARKS_ONLY = re.compile(r"(?:``|''|[“”„«»「」『』\"])\s*")
_ODD_SPACE = re.compile(r"[^\S\n ]")


class Sentences:
    """The sentences of one text, found paragraph by paragraph as they are asked for."""

    def __init__(self, text: str, within: Sequence[Span] | None = None) -> None:
        """Begin.

        Args:
            text: the whole text.
            within: only these paragraphs of it, in text order; None for all.
        """
        self._text = text
        self._paragraphs = paragraphs(text) if within is None else within
        self._found: dict[int, list[Span]] = {}

    def around(self, spans: Sequence[Span]) -> Span:
        """Return the whole sentences that hold spans, from the first to the last.

        Args:
            spans: at least one, in any order.
        """
        start, end = min(span.start for span in spans), max(span.end for span in spans)
        units: list[Span] = []
        at = max(0, bisect_left(self._paragraphs, start, key=lambda paragraph: paragraph.end))
        while at < len(self._paragraphs) and self._paragraphs[at].start < end:
            units += [unit for unit in self._of(at) if unit.start < end and start < unit.end]
            at += 1
        return Span(min(start, units[0].start), max(end, units[-1].end)) if units else Span(start, end)

    def _of(self, number: int) -> list[Span]:
        if number not in self._found:
            paragraph = self._paragraphs[number]
            protected = [quotation.span for quotation in quotations(self._text, paragraph)]
            self._found[number] = sentences(self._text, paragraph, protected)
        return self._found[number]


def sentences(text: str, paragraph: Span, protected: Sequence[Span]) -> list[Span]:
    """Find the places where a paragraph may be cut: between sentences, outside quotations.

    Returns:
        Spans without surrounding white space, in text order; at least one.
    """
    cuts = []
    for cut in _sentence_ends(text, paragraph):
        around = last_before(protected, cut)
        if around.end <= cut:
            cuts.append(cut)
        elif _MARKS_ONLY.fullmatch(text, around.start, cut):
            # The segmenter gave an opening mark to the sentence before it.
            cuts.append(around.start)
    edges = [paragraph.start, *cuts, paragraph.end]
    return [unit for start, end in pairwise(edges) if (unit := stripped(text, start, end))]


def _sentence_ends(text: str, paragraph: Span) -> Iterator[int]:
    """Yield where the sentences of a paragraph end, ascending."""
    from sentencex import segment  # noqa: PLC0415  (only long paragraphs need it)

    # The segmenter pairs quotation marks by itself, and one slip lasts to the end of what it is given. It is therefore
    # given as little as possible: lines, where a line ends with a sentence.
    edges = [*(match.end() for match in _LINE_END.finditer(text, paragraph.start, paragraph.end)), paragraph.end]
    start = paragraph.start
    for end in edges:
        position = start
        # Of the copy only the lengths are used; white space of several bytes makes the segmenter panic.
        for sentence in segment("en", _ODD_SPACE.sub(" ", text[start:end])):
            position += len(sentence)
            yield position
        start = end


def last_before(spans: Sequence[Span], position: int) -> Span:
    """Return the last of the spans that begin before a position, or an empty span where none does."""
    at = bisect_left(spans, position, key=lambda span: span.start)
    return spans[at - 1] if at else Span(0, 0)


def stripped(text: str, start: int, end: int) -> Span | None:
    """Return a range without the white space around it, or None when it holds nothing else."""
    inner = text[start:end]
    lead = len(inner) - len(inner.lstrip())
    return Span(start + lead, start + lead + len(inner.strip())) if inner.strip() else None
