"""Entries: texts as an engine takes them in, with what ranking needs to know of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage or statement to be indexed.

    Attributes:
        id: its id; statements and passages are numbered each on their own, and never stand in one index.
        start: where it stands in the article, in characters; of a statement, where the first of its content does.
        end: where that ends.
        letters: characters of it; of a statement, of all its content.
        length: characters of the article.
        day: number of the day on which the article was published (`date.toordinal`), 0 where that is not known.
        confidence: of a statement, 0 to 1.
        direct: whether a statement is direct speech.
    """

    id: int
    article: int
    text: str
    start: int = 0
    end: int = 0
    letters: int = 0
    length: int = 0
    day: int = 0
    confidence: float = 0.0
    direct: bool = False
