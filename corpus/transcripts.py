"""Transcripts: texts in which each turn stands behind the name of who speaks ("MR. ROE: Thank you.").

A label in capitals, or a courtesy title in capitals, is believed when two paragraphs of an article have one; a label in
ordinary letters ("Jane Roe: …") only when three have, and the same names come again, since headings look alike.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from corpus.quotations import paragraphs
from corpus.records import Attribution, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_CAPITALS, LEAST_ORDINARY = 2, 3
"""Turns that an article must have before its labels are believed."""

_LABEL = re.compile(
    r"(?P<name>(?:[A-Z][A-Z.'’-]+\s+){0,4}[A-Z][A-Z.'’-]{1,30}"  # SEN. JANE ROE
    r"|[A-Z][\w.'’-]*(?:\s+(?:[A-Z][\w.'’-]*|de|van|von|bin|al|la)){0,4})"  # Jane Roe
    r"(?:\s*\([^)\n]{1,40}\)|,\s[^:\n]{1,60})?"  # (D-Ohio), or a role
    r"(?P<colon>\s?:)\s+(?=\S)"
)
_HEADINGS = """
    note update updated correction photo video audio source sources editor disclaimer warning tip analysis opinion
    verdict pro con pros cons when where what who why how cost tickets info example result results read watch listen
"""
_NO_NAMES = frozenset(_HEADINGS.split())


def turns(text: str) -> list[Attribution]:
    """Find the turns of a transcript.

    Returns:
        One attribution a turn, in text order: its source is the label, its cue the colon, its content all up to the
        next label, one span a paragraph. Nothing where the text is no transcript.
    """
    found = paragraphs(text)
    labels = [_LABEL.match(text, paragraph.start, paragraph.end) for paragraph in found]
    labels = [
        label if label and label["name"].split()[0].rstrip(".").lower() not in _NO_NAMES else None for label in labels
    ]
    believed = _believed([label["name"] for label in labels if label])
    made: list[Attribution] = []
    for paragraph, label in zip(found, labels, strict=True):
        if label and label["name"] in believed:
            made.append(_turn(label, Span(label.end(), paragraph.end)))
        elif made:
            last = made[-1]
            made[-1] = Attribution(
                source=last.source, cue=last.cue, content=(*last.content, paragraph), confidence=last.confidence
            )
    return made


def _turn(label: re.Match[str], content: Span) -> Attribution:
    return Attribution(
        source=(Span(*label.span("name")),),
        cue=(Span(label.end("colon") - 1, label.end("colon")),),
        content=(content,),
        confidence=1.0,
    )


def _believed(names: Sequence[str]) -> frozenset[str]:
    capitals = [name for name in names if name.isupper() and len(name) > 1]
    ordinary = Counter(name for name in names if not name.isupper())
    chosen = set(capitals) if len(capitals) >= LEAST_CAPITALS else set()
    # Two who take turns, each more than once, are a conversation; a list of headings repeats nothing.
    again = [name for name, count in ordinary.items() if count > 1]
    if ordinary.total() >= LEAST_ORDINARY and len(again) > 1:
        chosen |= set(ordinary)
    return frozenset(chosen)
