"""Rows of speakers as columns, and what corrections say of pairs of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from corpus.forms import Forms
from corpus.identity import Entry
from corpus.postings import Texts
from corpus.records import SpeakerKind
from corpus.voices import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERSON, ORGANISATION = KINDS.index(SpeakerKind.PERSON), KINDS.index(SpeakerKind.ORGANISATION)


def _empty() -> NDArray[np.int32]:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Entries:
    """Rows of speakers, by id; immutable.

    Attributes:
        kind: position in `corpus.voices.KINDS`, uint8.
        count: voices of each in statements, as stored, int32.
        name: names, and descriptions of the unnamed.
        forms: what articles call them.
    """

    kind: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    count: NDArray[np.int32] = field(default_factory=_empty)
    name: Texts = field(default_factory=Texts)
    forms: Forms = field(default_factory=Forms)

    def is_named(self, number: int) -> bool:
        """Tell whether there is a named speaker of that id."""
        return 0 < number < len(self.kind) and self.kind[number] in {PERSON, ORGANISATION}

    def entry(self, number: int) -> Entry:
        """Return the entry of a named speaker."""
        kind = KINDS[self.kind[number]]
        assert kind is not None
        return Entry(number, self.name[number], kind, int(self.count[number]), self.forms.counted(number)[0])


@dataclass(frozen=True, slots=True)
class Links:
    """What corrections say of pairs of entries."""

    together: tuple[tuple[int, int], ...] = ()
    apart: frozenset[frozenset[int]] = frozenset()

    def differing(self, other: Links) -> set[int]:
        """Return the entries of which one says anything else than the other."""
        found: set[int] = set()
        if self.together != other.together:  # their order counts as well
            found |= {number for pair in (*self.together, *other.together) for number in pair}
        return found.union(*(self.apart ^ other.apart))
