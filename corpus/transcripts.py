"""Transcripts: texts in which each turn stands behind the name of who speaks ("MR. ROE: Thank you.").

Headings look alike, so a label is believed only in company. Labels in capitals are when two paragraphs of an article
have one, and either one of the names comes again ("JANE ROE", then "ROE") or a title goes before one ("MR. ROE"); those
in ordinary letters ("Jane Roe: …") only when three have, and two of the names come again. What follows a label must
hold a word: tables of results have names before their figures.
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
    r"(?P<name>[^\W\d_][\w.'’-]*(?:[^\S\n]+[^\W\d_][\w.'’-]*){0,5})"  # SEN. JANE ROE, Jane Roe
    r"(?:\s*\([^)\n]{1,40}\)|,\s[^:\n]{1,60})?"  # (D-Ohio), or a role
    r"(?P<colon>\s?:)\s+(?=[^\n]*[^\W\d_])"
)
_TITLED = re.compile(r"\w{2,}\.\s+\w")
_ANONYMOUS = re.compile(r"[QA](?:\s?[.:])?\s+\S")
"""A question or an answer of somebody without a name ("Q: Why?", "Q Sir, why?"); "A" alone is an article."""
_STAGE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[\W_]*")
"""What nobody says: "(APPLAUSE)", "* * *"."""
_PARTICLES = """
    al bin da de del den der di dos du el la le ter van von
"""
_SMALL = frozenset(_PARTICLES.split())
_HEADINGS = """
    note update updated correction photo video audio source sources editor disclaimer warning tip analysis opinion
    verdict pro con pros cons when where what who why how cost tickets info example result results read watch listen
"""
_NO_NAMES = frozenset(_HEADINGS.split())


def turns(text: str) -> list[Attribution]:
    """Find the turns of a transcript.

    Returns:
        One attribution a turn, in text order: its source is the label, its cue the colon, its content all up to the
        next label, one span a paragraph, without what nobody says ("(APPLAUSE)") and without what is said by
        somebody who has no name ("Q: …"). No label ends the last turn: it has no more paragraphs than the longest
        before it. Nothing where the text is no transcript.
    """
    found = paragraphs(text)
    labels = [_label(text, paragraph) for paragraph in found]
    believed = _believed([label["name"] for label in labels if label])
    made: list[tuple[re.Match[str], list[Span]]] = []
    named = False
    for paragraph, label in zip(found, labels, strict=True):
        if label and label["name"] in believed:
            made.append((label, [Span(label.end(), paragraph.end)]))
            named = True
        elif _is_anonymous(paragraph.of(text)):
            named = False
        elif named and not _STAGE.fullmatch(text, paragraph.start, paragraph.end):
            made[-1][1].append(paragraph)
    if len(made) > 1:
        del made[-1][1][max(len(content) for _, content in made[:-1]) :]
    return [_turn(label, content) for label, content in made]


def _label(text: str, paragraph: Span) -> re.Match[str] | None:
    """Return the label of a paragraph that may be a name."""
    label = _LABEL.match(text, paragraph.start, paragraph.end)
    if label is None:
        return None
    words = label["name"].split()
    capital = words[0][0].isupper() and all(word[0].isupper() or word in _SMALL for word in words)
    return label if capital and words[0].rstrip(".").lower() not in _NO_NAMES else None


def _is_anonymous(paragraph: str) -> bool:
    return bool(_ANONYMOUS.match(paragraph)) and (paragraph[0] == "Q" or not paragraph[1].isspace())


def _turn(label: re.Match[str], content: Sequence[Span]) -> Attribution:
    return Attribution(
        source=(Span(*label.span("name")),),
        cue=(Span(label.end("colon") - 1, label.end("colon")),),
        content=tuple(content),
        confidence=1.0,
    )


def _believed(names: Sequence[str]) -> frozenset[str]:
    capitals = [name for name in names if name.isupper() and len(name) > 1]
    ordinary = Counter(name for name in names if not name.isupper())
    # A name comes again in short; a list of headings repeats nothing.
    last = Counter(name.split()[-1] for name in capitals)
    known = max(last.values(), default=0) > 1 or any(_TITLED.match(name) for name in capitals)
    chosen = set(capitals) if len(capitals) >= LEAST_CAPITALS and known else set()
    # Two who take turns, each more than once, are a conversation.
    again = [name for name, count in ordinary.items() if count > 1]
    if ordinary.total() >= LEAST_ORDINARY and len(again) > 1:
        chosen |= set(ordinary)
    return frozenset(chosen)
