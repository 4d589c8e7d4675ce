"""Altering texts without moving a character: what copies of an article differ in.

Words change places with others of the same length, and the surnames of speakers become other names of the same length.
All offsets into a text therefore hold for its copies too: passages and statements need not be found anew.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.records import Span

WORDS_A_SWAP = 40
"""Two words of so many change places: about one pair in each half of a passage."""

OFTEN = 5
"""Who speaks in so many articles is somebody known, and keeps the name in every copy."""

_WORD = re.compile(r"[^\W\d_]+")
_PLAIN = re.compile(r"(?<![\w'’-])[a-z]{4,}(?![\w'’-])")
_SURNAME = re.compile(r"[A-Z][a-z]{3,}")
_VOWELS, _CONSONANTS = "aeiou", "bcdfghklmnprstvw"


@dataclass(frozen=True, slots=True)
class Person:
    """A named person of the articles that are copied: the name, and in how many articles she or he speaks."""

    name: str
    articles: int


class Renaming:
    """New surnames, the same for one copy wherever they stand in it: names, aliases, titles, texts.

    Attributes:
        surnames: those that can change.
        share: of them that changes in each copy.
    """

    def __init__(self, persons: Iterable[Person], texts: Iterable[str], share: float = 1.0) -> None:
        persons = list(persons)
        last = {words[-1] for each in persons if each.articles < OFTEN and (words := each.name.split())}
        # First names stay, and so do the names of those whom everybody knows, whoever else bears them.
        kept = {word for each in persons for word in each.name.split()[:-1]}
        kept |= {word for each in persons if each.articles >= OFTEN for word in each.name.split()}
        known = Counter(word for text in texts for word in set(_PLAIN.findall(text)))
        self.share = share
        self.surnames = frozenset(
            word for word in last - kept if _SURNAME.fullmatch(word) and word.lower() not in known
        )

    def renames(self, name: str) -> bool:
        """Tell whether a name can change at all."""
        return any(word in self.surnames for word in _WORD.findall(name))

    def word(self, word: str, copy: int) -> str:
        """Return what becomes of a surname in a copy: vowels give vowels, consonants consonants."""
        digest = hashlib.blake2b(f"{word} {copy}".encode(), digest_size=8 + len(word)).digest()
        if int.from_bytes(digest[:8], "big") >= self.share * 2**64:
            return word
        letters = [
            letters[byte % len(letters)]
            for letter, byte in zip(word, digest[8:], strict=True)
            for letters in [_VOWELS if letter.lower() in _VOWELS else _CONSONANTS]
        ]
        return "".join(letters).capitalize()

    def of(self, text: str, copy: int) -> str:
        """Return a short text, such as a name or a title, with the surnames of a copy."""
        return _WORD.sub(lambda found: self._given(found[0], copy), text)

    def _given(self, word: str, copy: int) -> str:
        return self.word(word, copy) if word in self.surnames else word


def renamed_share(speakers: Sequence[int], copies: float, renamable: int) -> float:
    """Return in which share of the copies a speaker needs another name for an archive to grow as a real one does.

    The number of different speakers grows as a power of the number of articles, as that of different words does
    (Heaps, 1978, "Information Retrieval", 7.5); the power is that between half of the articles and all of them.

    Args:
        speakers: how many there are in the first half of the articles, and in all.
        copies: how many times as large the archive becomes.
        renamable: how many of all speakers can be renamed.

    Returns:
        A share between 0 and 1.
    """
    half, whole = speakers
    if copies <= 1 or not renamable or not half:
        return 0.0
    wanted = whole * math.pow(copies, math.log2(whole / half))
    return min(1.0, max(0.0, (wanted - whole) / renamable / (copies - 1)))


class Original:
    """An article's text, with all that can change in it."""

    def __init__(self, number: int, text: str, renaming: Renaming, fixed: Iterable[Span] = ()) -> None:
        """Find what can change.

        Args:
            number: id of the article.
            text: its text.
            renaming: the surnames.
            fixed: where no word changes its place, as who speaks, and "said".
        """
        self.number = number
        self.text = text
        self._renaming = renaming
        self._names = [(found.start(), found[0]) for found in _WORD.finditer(text) if found[0] in renaming.surnames]
        stays = {at for span in fixed for at in range(span.start, span.end)}
        plain = [found for found in _PLAIN.finditer(text) if found.start() not in stays]
        self._starts = [found.start() for found in plain]
        self._words = [found[0] for found in plain]
        self._alike: dict[int, list[int]] = defaultdict(list)
        for at, word in enumerate(self._words):
            self._alike[len(word)].append(at)

    def copy(self, number: int, attempt: int = 0) -> str:
        """Return the text of a copy, of the same length.

        Args:
            number: of the copy, from 1.
            attempt: another one gives another text, with more words changed.
        """
        letters = list(self.text)
        for start, name in self._names:
            letters[start : start + len(name)] = self._renaming.word(name, number)
        words = list(self._words)
        for first, second in self._swaps(number, attempt):
            words[first], words[second] = words[second], words[first]
            for at in (first, second):
                letters[self._starts[at] : self._starts[at] + len(words[at])] = words[at]
        return "".join(letters)

    def _swaps(self, number: int, attempt: int) -> Iterable[tuple[int, int]]:
        """Return which words change places; none where a text has no two words to change."""
        if not self._words:
            return []
        random = np.random.default_rng([self.number, number, attempt])
        count = max(1, len(self._words) // WORDS_A_SWAP) + attempt
        pairs = []
        for first, share in zip(random.integers(len(self._words), size=count), random.random(count), strict=True):
            alike = self._alike[len(self._words[first])]
            pairs.append((int(first), alike[int(share * len(alike))]))
        return pairs
