"""Different strings, among which those are looked for that nearly are another, as one mapped column."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_SPLIT = "\n"


@dataclass(frozen=True, slots=True)
class Spelt:
    """Different strings of one line each; immutable.

    There may be some that are nobody's by now: whoever finds one asks whose it is.

    Attributes:
        bytes: UTF-8 of those that were there at first, ascending, one a line, uint8.
        new: those that came later.
        read: the first ones as strings, once they were asked for; columns that came of this one share it.
    """

    bytes: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    new: frozenset[str] = frozenset()
    read: list[list[str]] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(cls, strings: Iterable[str]) -> Spelt:
        """Build the column of strings, however often each is given."""
        joined = _SPLIT.join(sorted(set(strings)))
        return cls(np.frombuffer(joined.encode(errors="surrogatepass"), np.uint8))

    def all(self) -> list[str]:
        """Return them, each once, in no order that tells anything."""
        if not self.read:
            text = self.bytes.tobytes().decode(errors="surrogatepass")
            self.read.append(text.split(_SPLIT) if text else [])
        first = self.read[0]
        return [*first, *sorted(each for each in self.new if not _has(first, each))] if self.new else first

    def having(self, strings: Iterable[str]) -> Spelt:
        """Return a column that has more strings."""
        new = self.new.union(strings)
        return self if new == self.new else replace(self, new=new)

    def settled(self) -> Spelt:
        """Return the same column with all of it in the array."""
        return Spelt.of(self.all()) if self.new else self


def _has(strings: list[str], wanted: str) -> bool:
    at = bisect_left(strings, wanted)
    return at < len(strings) and strings[at] == wanted
