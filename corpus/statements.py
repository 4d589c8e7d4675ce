"""Statements: from a text to who said what in it.

The tagger finds attributions; what it cannot see is added by rule: the turns of a transcript, and quotations that go on
in the next paragraph. Then each source is resolved to a speaker.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Protocol

from corpus.quotations import continued, paragraphs, quotations
from corpus.records import Attribution, Extraction, Said, Span, StatementKind
from corpus.speakers import resolve
from corpus.tagging import Tagger
from corpus.transcripts import turns

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 5
"""Raised whenever the same text and the same tagger would give other statements."""

DIRECT_SHARE = 0.8
"""Of a direct statement at least this share of the content's characters stands between quotation marks."""

LEAST_QUOTED_WORDS = 2
"""A single word between quotation marks is a scare quote more often than something said."""


MOST_DOUBTED, LEAST_SURE = 2, 0.8
"""Words of a content that nobody quoted ("a photo", for which two pose) that the tagger must be so sure of: below, of
those in the development articles four in seven are statements."""

SMALL_WORD, LONGEST_TITLE, CAPITAL_SHARE = 3, 16, 0.75
"""Letters of words that titles leave in lower case ("of", "the"), longer words of a long title, and how many of these
have a capital ("Treaty on Trade between the Republics of Vale and Morn")."""

_QUOTED = re.compile(r"(?:the |a |an |his |her |its |their )?[“\"‘']+([^“”\"]+?)[,.]?[”\"’']+", re.IGNORECASE)


class Extractor(Protocol):
    """Finds who said what. Safe to use from several threads."""

    @property
    def fingerprint(self) -> str:
        """What decides the result; statements with different fingerprints do not mix."""
        ...

    def extract(self, text: str, author: str | None = None) -> Extraction:
        """Find the statements of an article, and who made them.

        Args:
            text: the article's text; offsets of the result are into it.
            author: who wrote the article, for texts in the first person.
        """
        ...


class StatementExtractor:
    """Tags, joins and resolves; see `Extractor`."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    @property
    def fingerprint(self) -> str:
        """What decides the result."""
        return f"v{VERSION}:{self._tagger.fingerprint}"

    def extract(self, text: str, author: str | None = None) -> Extraction:
        """Find the statements of an article; see `Extractor.extract`."""
        spoken = turns(text)
        tagged = [found for found in self._tagger.tag(text) if not any(_within(found, turn) for turn in spoken)]
        tagged = [found for found in tagged if not is_title(text, found.content) and not is_doubtful(text, found)]
        found = sorted([*_continued(text, tagged), *spoken], key=lambda each: (each.content[0], each.content[-1]))
        cast, speakers = resolve(text, found, author)
        quoted = [quotation.span for paragraph in paragraphs(text) for quotation in quotations(text, paragraph)]
        direct = {turn.content for turn in spoken}
        said = tuple(
            Said(
                source=each.source,
                cue=each.cue,
                content=each.content,
                kind=StatementKind.DIRECT if each.content in direct else kind_of(text, each.content, quoted),
                speakers=positions,
                confidence=round(each.confidence * sure, 4) if positions else round(each.confidence, 4),
            )
            for each, (positions, sure) in zip(found, speakers, strict=True)
        )
        return Extraction(said, cast)


@cache
def load_extractor() -> StatementExtractor:
    """Return the extractor that ships with the package."""
    return StatementExtractor(Tagger())


def kind_of(text: str, content: Sequence[Span], quoted: Sequence[Span]) -> StatementKind:
    """Tell how contents give what was said.

    Args:
        text: the article's text.
        content: spans of the statement's content.
        quoted: the article's quotations, in text order.
    """
    whole = sum(len(span.of(text).split()) for span in content)
    inside = [
        Span(max(span.start, mark.start), min(span.end, mark.end))
        for span in content
        for mark in quoted
        if span.overlaps(mark)
    ]
    words = [len(span.of(text).split()) for span in inside]
    if whole and sum(words) >= DIRECT_SHARE * whole:
        return StatementKind.DIRECT
    return StatementKind.MIXED if max(words, default=0) >= LEAST_QUOTED_WORDS else StatementKind.INDIRECT


def is_title(text: str, content: Sequence[Span]) -> bool:
    """Tell whether a content is the title of a work or treaty between quotation marks, which nobody says."""
    words = _QUOTED.fullmatch(" ".join(span.of(text) for span in content).strip())
    if words is None:
        return False
    long = [word for word in words[1].split() if len(word) > SMALL_WORD]
    capitals = sum(word[0].isupper() for word in long)
    return 1 < len(long) <= LONGEST_TITLE and long[0][0].isupper() and capitals >= CAPITAL_SHARE * len(long)


def is_doubtful(text: str, found: Attribution) -> bool:
    """Tell whether an attribution gives hardly anything that is said, and may well be none."""
    content = " ".join(span.of(text) for span in found.content)
    return (
        found.confidence < LEAST_SURE
        and len(content.split()) <= MOST_DOUBTED
        and not any(mark in content for mark in "“”\"‘’'")
    )


def _within(found: Attribution, turn: Attribution) -> bool:
    around = Span(turn.source[0].start, turn.content[-1].end)
    return any(around.overlaps(span) for span in found.content)


def _continued(text: str, tagged: Sequence[Attribution]) -> list[Attribution]:
    """Give what a quotation goes on with in the next paragraph to the statement that began it."""
    found = paragraphs(text)
    made = list(tagged)
    for number, goes_on in enumerate(continued(text, found)):
        if not goes_on:
            continue
        paragraph, before = found[number], found[number - 1]
        first = quotations(text, paragraph)[0].span
        if any(span.overlaps(first) for each in made for span in each.content):
            continue
        for at, each in enumerate(made):
            if each.content[-1].end >= before.end - 1 and before.contains(each.content[-1]):
                made[at] = replace(each, content=(*each.content, first))
                break
    return made
