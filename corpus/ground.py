"""The ground on which names stand: sentences, paragraphs and quotations of a text, to be asked by position."""

from __future__ import annotations

import re
from bisect import bisect_right

from corpus.quotations import paragraphs, quotations

ABBREVIATION = (
    r"(?:Mr|Mrs|Ms|Mx|Dr|Drs|Sens?|Reps?|Govs?|Gens?|Lt|Sgt|Col|Capt|Prof|Rev|Hon|Jr|Sr|St|Mt|Maj|Cmdr|Adm|Messrs|Atty|"
    r"Supt|Det|Pres|Amb|Sec|Del|Cpl|Pvt|Insp|Msgr|Fr)\."
)
"""Abbreviations behind which a sentence goes on, as a pattern."""

UPPER = r"[^\W\d_a-zß-öø-ÿ]"
"""A capital letter, as a pattern."""

_BOUNDARY = re.compile(r"[.!?…][\"”’'»)\]]*[ \xa0]+(?=[\"“‘'«(\[]*[^\W_a-zß-öø-ÿ])|\n+")
_NOT_AN_END = re.compile(rf"(?:\b{UPPER}|\b(?:vs|No|Inc|Corp|Co|Ltd|e\.g|i\.e|[ap]\.m)|{ABBREVIATION[:-2]})\.$")


class Ground:
    """Sentences, paragraphs and quotations of a text, to be asked by position."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = paragraphs(text)
        self.paragraphs = [span.start for span in found]
        self.quotes = [q.span for p in found for q in quotations(text, p)]
        self._quote_starts = [span.start for span in self.quotes]
        self.headlines = [False] * len(found)
        self.titled: set[int] = set()
        self.sentences = [0]
        for match in _BOUNDARY.finditer(text):
            if "\n" in match.group() or not _NOT_AN_END.search(text, max(0, match.start() - 8), match.start() + 1):
                self.sentences.append(match.end())

    def sentence(self, at: int) -> int:
        """Return the number of the sentence at a position."""
        return bisect_right(self.sentences, at) - 1

    def sentence_start(self, at: int) -> int:
        """Return the first character of the sentence at a position."""
        return self.sentences[self.sentence(at)]

    def sentence_end(self, at: int) -> int:
        """Return the character after the sentence at a position."""
        number = self.sentence(at) + 1
        return self.sentences[number] if number < len(self.sentences) else len(self.text)

    def paragraph(self, at: int) -> int:
        """Return the number of the paragraph at a position; -1 before the first."""
        return bisect_right(self.paragraphs, at) - 1

    def is_headline(self, at: int) -> bool:
        """Tell whether a position lies in a line in title case or capitals."""
        number = self.paragraph(at)
        return number >= 0 and self.headlines[number]

    def quote(self, at: int) -> int | None:
        """Return the number of the quotation around a position, or None."""
        number = bisect_right(self._quote_starts, at) - 1
        return number if number >= 0 and at < self.quotes[number].end else None
