"""Columns that change little: numbers by string, and strings by number, as mapped arrays with what is new beside them.

Both are immutable: a change gives another one that shares the arrays with it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_NONE: Mapping[int, tuple[str, ...]] = {}


def _hash(key: str) -> int:
    # 64 bits: among ten million keys, two with one hash are a matter of one in 300,000.
    return int.from_bytes(blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Postings:
    """Numbers by keys.

    Attributes:
        hashes: of keys, ascending, shape (n,), uint64.
        values: the numbers, shape (n,), int32; ascending under one hash.
        renewed: numbers whose keys are those in `keys`, whatever the arrays say.
        keys: of the renewed.
        added: the renewed by key.
    """

    hashes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    values: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    keys: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    added: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Mapping[int, Iterable[str]]) -> Postings:
        """Build the postings of numbers with their keys."""
        hashed = [(_hash(key), number) for number, those in keys.items() for key in those]
        hashes = np.fromiter((one for one, _ in hashed), np.uint64, len(hashed))
        values = np.fromiter((number for _, number in hashed), np.int32, len(hashed))
        order = np.lexsort((values, hashes))
        return cls(hashes[order], values[order])

    def find(self, key: str) -> list[int]:
        """Return the numbers that have a key, ascending."""
        wanted = np.uint64(_hash(key))
        first, last = self.hashes.searchsorted(wanted), self.hashes.searchsorted(wanted, "right")
        found: list[int] = self.values[first:last].tolist()
        if not self.keys:
            return found
        kept = [number for number in found if number not in self.keys]
        return sorted({*kept, *self.added.get(key, ())})

    def has(self, key: str) -> bool:
        """Tell whether any number has a key."""
        return bool(self.find(key))

    def renew(self, keys: Mapping[int, Iterable[str]]) -> Postings:
        """Return postings in which some numbers have other keys than before; none where there are none."""
        known, added = dict(self.keys), dict(self.added)
        for number, those in keys.items():
            now = tuple(dict.fromkeys(those))
            for key in known.get(number, ()):
                added[key] = tuple(each for each in added[key] if each != number)
            for key in now:
                added[key] = (*added.get(key, ()), number)
            known[number] = now
        return Postings(self.hashes, self.values, known, added)

    def settled(self) -> Postings:
        """Return the same postings with all of them in the arrays."""
        if not self.keys:
            return self
        kept = ~np.isin(self.values, np.fromiter(self.keys, np.int32, len(self.keys)))
        new = Postings.of(self.keys)
        hashes = np.concatenate((self.hashes[kept], new.hashes))
        values = np.concatenate((self.values[kept], new.values))
        order = np.lexsort((values, hashes))
        return Postings(hashes[order], values[order])


@dataclass(frozen=True, slots=True)
class Texts:
    """Strings by number; "" where there is none.

    Attributes:
        bytes: UTF-8 of all, one after the other, uint8.
        ends: where each begins and ends in it, shape (n + 1,), int64.
        new: those that the arrays do not have, or have otherwise.
    """

    bytes: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    ends: Numbers = field(default_factory=lambda: np.zeros(1, np.int64))
    new: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Build the column of strings numbered from 0."""
        packed = [text.encode(errors="surrogatepass") for text in texts]
        ends = np.zeros(len(packed) + 1, np.int64)
        np.cumsum([len(each) for each in packed], out=ends[1:])
        return cls(np.frombuffer(b"".join(packed), np.uint8), ends)

    def __getitem__(self, number: int) -> str:
        """Return one of them."""
        if (found := self.new.get(number)) is not None:
            return found
        if not 0 <= number < len(self.ends) - 1:
            return ""
        return self.bytes[self.ends[number] : self.ends[number + 1]].tobytes().decode(errors="surrogatepass")

    def __len__(self) -> int:
        """Return one more than the largest number."""
        return max(len(self.ends) - 1, max(self.new, default=-1) + 1)

    def __iter__(self) -> Iterator[str]:
        """Yield all of them, by number."""
        return (self[at] for at in range(len(self)))

    def having(self, new: Mapping[int, str]) -> Texts:
        """Return a column that has more strings, or others."""
        return Texts(self.bytes, self.ends, {**self.new, **new}) if new else self

    def settled(self) -> Texts:
        """Return the same column with all of it in the arrays."""
        return self.taken(np.arange(len(self))) if self.new else self

    def taken(self, numbers: Numbers) -> Texts:
        """Return the column of some of them, in the order given, all of it in the arrays."""
        room = len(self.ends) - 1
        own = numbers >= room
        if self.new:
            own |= np.isin(numbers, np.fromiter(self.new, np.int64, len(self.new)))
        sizes = np.zeros(len(numbers), np.int64)
        inside = np.where(own, 0, numbers)
        if room:
            sizes = np.where(own, 0, self.ends[inside + 1] - self.ends[inside])
        # What stands one after the other is copied at once: most of it, where a little is new.
        breaks = np.flatnonzero(own[1:] | own[:-1] | (numbers[1:] != numbers[:-1] + 1)) + 1
        parts: list[NDArray[np.uint8]] = []
        for first, last in zip([0, *breaks.tolist()], [*breaks.tolist(), len(numbers)], strict=True):
            if first == last:
                continue
            number = int(numbers[first])
            if own[first]:
                parts.append(np.frombuffer(self[number].encode(errors="surrogatepass"), np.uint8))
                sizes[first] = len(parts[-1])
            else:
                parts.append(self.bytes[self.ends[number] : self.ends[int(numbers[last - 1]) + 1]])
        ends = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(sizes, out=ends[1:])
        return Texts(np.concatenate((self.bytes[:0], *parts)), ends)
