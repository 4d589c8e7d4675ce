"""The speakers of one state of the corpus by the words under which questions look for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from corpus.postings import Postings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from corpus.records import Profile


class People(Protocol):
    """Speakers by id; a registry is such."""

    def profile(self, speaker: int) -> Profile | None:
        """Return the speaker of an id, or None."""
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


@dataclass(frozen=True)
class Directory:
    """Finds speakers by keys; immutable.

    Attributes:
        people: the speakers.
        keys: ids by key; the kind of key stands before it.
        names: by id, what misspelt names are compared with: lines of a kind and a string.
        describe: gives a speaker's keys and names.
    """

    people: People
    keys: Postings
    names: Mapping[int, str]
    describe: Callable[[Profile], Described]

    @classmethod
    def of(cls, people: People, describe: Callable[[Profile], Described]) -> Directory:
        """List all speakers."""
        described = {profile.speaker.id: describe(profile) for profile in people.profiles}
        keys = Postings.of({number: each.keys for number, each in described.items()})
        return cls(people, keys, {number: each.names for number, each in described.items()}, describe)

    def renewed(self, people: People, changed: Iterable[int]) -> Directory:
        """Return the directory of a later state.

        Args:
            people: its speakers.
            changed: ids that may be others than they were, or nobody's any more.
        """
        keys: dict[int, tuple[str, ...]] = {}
        names = dict(self.names)
        for number in changed:
            found = people.profile(number)
            names.pop(number, None)
            keys[number] = ()
            if found is not None and found.speaker.id == number and found.speaker.kind != "unnamed":
                described = self.describe(found)
                keys[number], names[number] = described.keys, described.names
        return replace(self, people=people, keys=self.keys.renew(keys), names=names)

    def __len__(self) -> int:
        """Return how many speakers there are."""
        return len(self.names)

    def find(self, kind: str, key: str) -> list[int]:
        """Return those who have a key, most statements first, ties by id."""
        return sorted(self.keys.find(f"{kind} {key}"), key=self.order)

    def holding(self, kind: str, key: str) -> list[int]:
        """Return those who have a key, ascending."""
        return self.keys.find(f"{kind} {key}")

    def profile(self, number: int) -> Profile:
        """Return one of them."""
        found = self.people.profile(number)
        assert found is not None
        return found

    def order(self, number: int) -> tuple[int, int]:
        """Return by what they are ordered: most statements first, ties by id."""
        return -self.profile(number).statements, number

    def spelt(self, kind: str) -> list[str]:
        """Return the different names of a kind, in no order."""
        return self._spelt.get(kind, [])

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        """Names of each kind, listed only when there is a name that nobody has."""
        found: dict[str, set[str]] = {}
        for those in self.names.values():
            for line in those.split("\n"):
                kind, _, name = line.partition(" ")
                found.setdefault(kind, set()).add(name)
        return {kind: list(names) for kind, names in found.items()}


@dataclass(frozen=True, slots=True)
class Described:
    """A speaker for a directory.

    Attributes:
        keys: each with its kind before it.
        names: lines, each a kind and a string.
    """

    keys: tuple[str, ...]
    names: str
