"""The speakers of one state of the corpus by the words under which questions look for them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from corpus.postings import Postings
from corpus.spelt import Spelt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from corpus.records import Profile


KINDS = ("last", "first", "full")
"""Kinds of names that misspelt ones are compared with."""


class People(Protocol):
    """Speakers by id; a registry is such."""

    def profile(self, speaker: int) -> Profile | None:
        """Return the speaker of an id, or None."""
        ...

    def said(self, number: int) -> int:
        """Return how many statements the speaker of an id makes, or 0."""
        ...

    @property
    def profiles(self) -> Sequence[Profile]:
        """All of them."""
        ...


class Listed:
    """Speakers that are given one by one.

    Args:
        profiles: the speakers.
    """

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.profiles = profiles
        self._by_id = {profile.speaker.id: profile for profile in profiles}

    def profile(self, speaker: int) -> Profile | None:
        """Return the speaker of an id, or None."""
        return self._by_id.get(speaker)

    def said(self, number: int) -> int:
        """Return how many statements the speaker of an id makes, or 0."""
        found = self._by_id.get(number)
        return found.statements if found is not None else 0


@dataclass(frozen=True, slots=True)
class Listing:
    """The keys of speakers; immutable.

    Attributes:
        keys: ids by key; the kind of key stands before it.
        last: surnames, which misspelt ones are compared with.
        first: first names, likewise.
        full: full names, likewise.
    """

    keys: Postings = field(default_factory=Postings)
    last: Spelt = field(default_factory=Spelt)
    first: Spelt = field(default_factory=Spelt)
    full: Spelt = field(default_factory=Spelt)

    @classmethod
    def of(cls, described: Mapping[int, Described]) -> Listing:
        """List speakers."""
        keys = Postings.of({number: each.keys for number, each in described.items()})
        return cls(keys, *(Spelt.of(_names(kind, described.values())) for kind in KINDS))

    def renewed(self, described: Mapping[int, Described]) -> Listing:
        """Return the listing with some speakers described otherwise; by no keys, where there are none any more."""
        keys = self.keys.renew({number: each.keys for number, each in described.items()})
        spelt = (getattr(self, kind).having(_names(kind, described.values())) for kind in KINDS)
        return Listing(keys, *spelt)

    def settled(self) -> Listing:
        """Return the same listing with nothing beside its arrays."""
        return Listing(self.keys.settled(), self.last.settled(), self.first.settled(), self.full.settled())


@dataclass(frozen=True)
class Directory:
    """Finds speakers by keys; immutable.

    Attributes:
        people: the speakers.
        listing: their keys.
        describe: gives a speaker's keys and names.
    """

    people: People
    listing: Listing
    describe: Callable[[Profile], Described]

    @classmethod
    def of(cls, people: People, describe: Callable[[Profile], Described]) -> Directory:
        """List all speakers."""
        return cls(people, Listing.of({profile.speaker.id: describe(profile) for profile in people.profiles}), describe)

    def renewed(self, people: People, changed: Iterable[int]) -> Directory:
        """Return the directory of a later state.

        Args:
            people: its speakers.
            changed: ids that may be others than they were, or nobody's any more.
        """
        described: dict[int, Described] = {}
        for number in changed:
            found = people.profile(number)
            listed = found is not None and found.speaker.id == number and found.speaker.kind != "unnamed"
            described[number] = self.describe(found) if found is not None and listed else NOT_LISTED
        return replace(self, people=people, listing=self.listing.renewed(described))

    @cached_property
    def _count(self) -> int:
        return len(self.people.profiles)

    def __len__(self) -> int:
        """Return how many speakers there are."""
        return self._count

    def find(self, kind: str, key: str) -> list[int]:
        """Return those who have a key, most statements first, ties by id."""
        return sorted(self.listing.keys.find(f"{kind} {key}"), key=self.order)

    def holding(self, kind: str, key: str) -> list[int]:
        """Return those who have a key, ascending."""
        return self.listing.keys.find(f"{kind} {key}")

    def has(self, kind: str, key: str) -> bool:
        """Tell whether anybody has a key."""
        return self.listing.keys.has(f"{kind} {key}")

    def profile(self, number: int) -> Profile:
        """Return one of them."""
        found = self.people.profile(number)
        assert found is not None
        return found

    def order(self, number: int) -> tuple[int, int]:
        """Return by what they are ordered: most statements first, ties by id."""
        return -self.people.said(number), number

    def spelt(self, kind: str) -> list[str]:
        """Return the different names of a kind, in no order; there may be some that nobody has any more."""
        spelt: Spelt = getattr(self.listing, kind)
        return spelt.all()


@dataclass(frozen=True, slots=True)
class Described:
    """A speaker for a directory.

    Attributes:
        keys: each with its kind before it.
        names: lines, each a kind and a string.
    """

    keys: tuple[str, ...]
    names: str


NOT_LISTED = Described((), "")
"""Of an id that is nobody's."""


def _names(kind: str, described: Iterable[Described]) -> Iterator[str]:
    """Yield the names of a kind."""
    for each in described:
        for line in each.names.split("\n"):
            found, _, name = line.partition(" ")
            if found == kind:
                yield name
