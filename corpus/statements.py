"""Statements: from a text to who said what in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from corpus.records import Extraction


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
