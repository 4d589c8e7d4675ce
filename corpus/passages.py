"""Passages: an article cut into spans that fit the encoder, respect paragraphs and never cut a quotation.

A passage is one paragraph, or several short ones in a row; a paragraph that is too long for the encoder is cut between
sentences, and a sentence that is too long for it (a list of names, say) between words. Two rules stand above the size:

- a quotation is never cut inside its paragraph, nor parted from the sentence in which it stands. One that is longer
  than the encoder's window stays whole (the encoder then reads it in several windows);
- a quotation that runs over several paragraphs stays in one passage while that fits; beyond it, the cut falls between
  two of its paragraphs, each of which has an opening mark of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from corpus.quotations import continued, paragraphs, quotations
from corpus.records import Span
from corpus.sentences import last_before, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 1
"""Raised whenever the same text would be cut differently, so that old passages are not mixed with new ones."""


_WORD = re.compile(r"\S+")


class Measure(Protocol):
    """How long texts are, in the encoder's units."""

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Return the length of each text in tokens, in the order of `texts`."""
        ...


@dataclass(frozen=True, slots=True)
class Splitter:
    """Cuts articles into passages.

    Attributes:
        measure: the encoder's measure of length.
        window: the most tokens that the encoder reads at once.
        target: stop adding paragraphs to a passage beyond this many tokens (at most `window`).
        name: what `measure` stands for; part of the fingerprint.
    """

    measure: Measure
    window: int
    target: int
    name: str

    @property
    def fingerprint(self) -> str:
        """Return what decides how a text is cut; passages with different fingerprints do not mix."""
        return f"v{VERSION}:{self.name}:{self.window}:{self.target}"

    def split(self, text: str) -> list[Span]:
        """Cut a text into passages.

        Returns:
            Spans in text order, not overlapping, each beginning and ending with a character that is not white space;
            together they hold every such character of the text.
        """
        found = paragraphs(text)
        pieces: list[Span] = []
        lengths: list[int] = []
        joined: list[bool] = []
        whole = self.measure([paragraph.of(text) for paragraph in found])
        for paragraph, length, continues in zip(found, whole, continued(text, found), strict=True):
            parts = [paragraph] if length <= self.window else self._cut(text, paragraph)
            pieces += parts
            lengths += [length] if length <= self.window else self.measure([part.of(text) for part in parts])
            joined += [continues] + [False] * (len(parts) - 1)
        return self._pack(pieces, lengths, joined)

    def _cut(self, text: str, paragraph: Span) -> list[Span]:
        """Cut a paragraph that is longer than the window between its sentences, outside quotations."""
        protected = [quotation.span for quotation in quotations(text, paragraph)]
        units = sentences(text, paragraph, protected)
        parts: list[Span] = []
        for unit, length in zip(units, self.measure([unit.of(text) for unit in units]), strict=True):
            quoting = unit.overlaps(last_before(protected, unit.end))
            parts += [unit] if quoting or length <= self.window else _words(text, unit)
        return self._filled(parts, self.measure([part.of(text) for part in parts]))

    def _filled(self, units: Sequence[Span], lengths: Sequence[int]) -> list[Span]:
        """Join neighbouring units while they fit the window."""
        parts = [units[0]]
        size = lengths[0]
        for unit, length in zip(units[1:], lengths[1:], strict=True):
            if size + length <= self.window:
                parts[-1] = Span(parts[-1].start, unit.end)
                size += length
            else:
                parts.append(unit)
                size = length
        return parts

    def _pack(self, pieces: Sequence[Span], lengths: Sequence[int], joined: Sequence[bool]) -> list[Span]:
        """Join neighbouring pieces while they are short, and pieces of one quotation while they fit."""
        if not pieces:
            return []
        packed = [pieces[0]]
        size = lengths[0]
        for piece, length, same_quotation in zip(pieces[1:], lengths[1:], joined[1:], strict=True):
            if size + length <= (self.window if same_quotation else self.target):
                packed[-1] = Span(packed[-1].start, piece.end)
                size += length
            else:
                packed.append(piece)
                size = length
        return packed


def _words(text: str, unit: Span) -> list[Span]:
    return [Span(*match.span()) for match in _WORD.finditer(text, unit.start, unit.end)]
