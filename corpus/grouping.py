"""Which entries are one speaker, kept from one state of the corpus to the next.

`corpus.identity.group` says what is true. Here only those entries are grouped anew that have a link to one that has
changed: a name, initials, people whose names go together, a correction; then the bare surnames that may be theirs. The
outcome is the same, since entries without a link do not influence each other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from corpus.identity import (
    LEAST_OF_BARE,
    TYPO_RATIO,
    Entry,
    Groups,
    core,
    initials,
    is_acronym,
    join_named,
    overwhelming,
    short,
)
from corpus.likeness import alike, blocks, is_alike, is_bare, spelling
from corpus.lines import grown
from corpus.names import fold, given, name_key, surname
from corpus.postings import Postings
from corpus.records import SpeakerKind
from corpus.rows import ORGANISATION, PERSON
from corpus.several import Several

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from corpus.rows import Entries, Links


def _empty() -> NDArray[np.int32]:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which entries are one; immutable.

    Attributes:
        keys: entries by what links them.
        pairs: people whose full names go together, both ways, by the first, then the second; shape (2, n), int32.
        more: the same, those that came later, by entry.
        named: groups of several entries, bare surnames aside.
        root: by entry, the smallest id of that group where it is not its own, int32; else 0.
        meant: by bare entry, whose group it may belong to, int32; else 0.
        groups: groups of several entries.
        group: by entry, as `root`, of these.
    """

    keys: Postings = field(default_factory=Postings)
    pairs: NDArray[np.int32] = field(default_factory=lambda: np.zeros((2, 0), np.int32))
    more: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    named: Several = field(default_factory=Several)
    root: NDArray[np.int32] = field(default_factory=_empty)
    meant: NDArray[np.int32] = field(default_factory=_empty)
    groups: Several = field(default_factory=Several)
    group: NDArray[np.int32] = field(default_factory=_empty)

    def of(self, entry: int) -> int:
        """Return the id that stands for the group of an entry: the smallest in it."""
        return (int(self.group[entry]) or entry) if 0 <= entry < len(self.group) else entry

    def members(self, entry: int) -> tuple[int, ...]:
        """Return the ids of all entries in the group of one, ascending."""
        return self.groups.of(self.of(entry))

    def partners(self, entry: int) -> list[int]:
        """Return the people whose full names go together with that of one."""
        first, last = self.pairs[0].searchsorted(np.array([entry, entry + 1], np.int32))
        return [*self.pairs[1, first:last].tolist(), *self.more.get(entry, ())]

    def started(self, entries: Entries, links: Links) -> Grouping:
        """Group all entries, where nothing is known yet."""
        numbers = np.flatnonzero((entries.kind == PERSON) | (entries.kind == ORGANISATION)).tolist()
        known = [entries.entry(number) for number in numbers]
        found = np.array([(one.id, other.id) for one, other in alike(known)], np.int32).reshape(-1, 2).T
        both = np.concatenate((found, found[::-1]), axis=1)
        keys = Postings.of({entry.id: _keys(entry) for entry in known})
        made = Grouping(keys=keys, pairs=both[:, np.lexsort((both[1], both[0]))])
        return made.regrouped(entries, set(numbers), links)[0].settled()

    def renewed(
        self, entries: Entries, new: Collection[int], changed: Collection[int], links: Links
    ) -> tuple[Grouping, set[int]]:
        """Group the entries of a later state.

        Args:
            entries: as they are now.
            new: ids of those named that were not there.
            changed: ids of all named ones, new ones included, that say more or less, are called otherwise, or of which
                corrections say anything else.
            links: what corrections say now.

        Returns:
            The grouping, and all entries whose group may be another than before.
        """
        known = {number: entries.entry(number) for number in changed}
        made = replace(self, keys=self.keys.renew({number: _keys(entry) for number, entry in known.items()}))
        made = made.paired(entries, sorted(new))
        linked: dict[int, set[int]] = defaultdict(set)
        for one, other in links.together:
            linked[one].add(other)
            linked[other].add(one)
        closed, waiting = set(changed), list(changed)
        while waiting:
            number = waiting.pop()
            beside = {*made.beside(entries, number), *linked.get(number, ()), *self._named(number)}
            waiting += beside - closed
            closed |= beside
        return made.regrouped(entries, closed, links)

    def settled(self) -> Grouping:
        """Return the same grouping with nothing beside its arrays."""
        pairs = self.pairs
        if self.more:
            later = [(one, other) for one, those in self.more.items() for other in those]
            pairs = np.concatenate((pairs, np.array(later, np.int32).T), axis=1)
            pairs = pairs[:, np.lexsort((pairs[1], pairs[0]))]
        named, groups = self.named.settled(), self.groups.settled()
        return replace(self, keys=self.keys.settled(), pairs=pairs, more={}, named=named, groups=groups)

    def _named(self, entry: int) -> tuple[int, ...]:
        return self.named.of(self.root_of(entry))

    def root_of(self, entry: int) -> int:
        """Return the smallest id of the group of an entry, bare surnames aside."""
        return (int(self.root[entry]) or entry) if entry < len(self.root) else entry

    def paired(self, entries: Entries, new: Sequence[int]) -> Grouping:
        """Add the pairs of new entries; the keys are known already."""
        more = dict(self.more)
        for number in new:
            name = entries.name[number]
            if entries.kind[number] != PERSON or is_bare(name):
                continue
            those = {
                other
                for block in blocks(name)
                for other in self.keys.find(block)
                if other != number and is_alike(block, name, entries.name[other])
            }
            for other in sorted(those - set(more.get(number, ()))):
                more[number] = (*more.get(number, ()), other)
                more[other] = (*more.get(other, ()), number)
        return replace(self, more=more)

    def beside(self, entries: Entries, number: int) -> set[int]:
        """Return the entries that a link leads to, whether or not it joins them."""
        name = entries.name[number]
        found: set[int] = set()
        if not is_bare(name):
            found |= set(self.keys.find(_same(name)))
        if entries.kind[number] == ORGANISATION:
            for key in (_core(name), _initials(initials(name)), *([_initials(fold(name))] if is_acronym(name) else [])):
                found |= set(self.keys.find(key))
        else:
            found |= set(self.partners(number))
        return found

    def regrouped(self, entries: Entries, closed: set[int], links: Links) -> tuple[Grouping, set[int]]:
        """Group entries anew that nothing else has a link to."""
        speaking = {number: entries.entry(number) for number in sorted(closed) if entries.count[number]}
        pairs = (
            (entry, speaking[other])
            for number, entry in speaking.items()
            for other in (self.partners(number) if entry.kind is SpeakerKind.PERSON else ())
            if number < other and other in speaking
        )
        joined = join_named(list(speaking.values()), pairs, [p for p in links.together if p[0] in closed], links.apart)
        root = grown(self.root, len(entries.kind))
        made = replace(self, named=self.named.renewed(closed, _placed(closed, joined, root)), root=root)
        meant, asked = grown(self.meant, len(entries.kind)), made.bare(entries, closed)
        for number in asked:
            meant[number] = made.bearer(entries, number) or 0
        made = replace(made, meant=meant)
        touched = made.reached({*closed, *asked}, self)
        last = Groups(links.apart)
        for number in sorted(touched):
            last.join(made.root_of(number), number)
        for number in sorted(touched):
            if bearer := int(meant[number]):
                last.join(bearer, number)
        group = grown(self.group, len(entries.kind))
        groups = self.groups.renewed(touched, _placed(touched, last, group))
        return replace(made, group=group, groups=groups), touched

    def bare(self, entries: Entries, closed: Collection[int]) -> set[int]:
        """Return the bare names that may be those of any of some entries, and those among these."""
        found: set[int] = set()
        for number in closed:
            name = entries.name[number]
            if is_bare(name):
                found.add(number)
            elif entries.kind[number] == PERSON:
                found.update(other for part in _parts(name) for other in self.keys.find(_bare(part)))
        return found

    def bearer(self, entries: Entries, number: int) -> int | None:
        """Return the group that a bare name means, if it means one; see `corpus.identity.group`."""
        statements = int(entries.count[number])
        name = short(entries.name[number])
        if not statements or not name:
            return None
        under: dict[int, int] = defaultdict(int)
        for other in self.keys.find(_under(name)):
            if count := int(entries.count[other]):
                under[self.root_of(other)] += count
        best = overwhelming(under)
        least = LEAST_OF_BARE if entries.kind[number] == PERSON else TYPO_RATIO
        if best is None or under[best] < least * statements:
            return None
        return best if any(_is_called(entries, member, name) for member in self._named(best)) else None

    def reached(self, start: Iterable[int], before: Grouping) -> set[int]:
        """Return all entries whose group depends on some: by being one with them now or before, bare ones included."""
        bare = np.flatnonzero(self.meant)
        bare = bare[np.argsort(self.meant[bare], kind="stable")]
        whose = self.meant[bare]
        found = set(start)
        waiting = list(found)
        while waiting:
            number = waiting.pop()
            root = self.root_of(number)
            first, last = whose.searchsorted(np.array([root, root + 1], np.int32))
            beside = {*self._named(number), *before.members(number), *bare[first:last].tolist()}
            if number < len(self.meant) and (best := int(self.meant[number])):
                beside.add(best)
            waiting += beside - found
            found |= beside
        return found


def _placed(numbers: Iterable[int], joined: Groups, root: NDArray[np.int32]) -> dict[int, tuple[int, ...]]:
    """Write down the group of each of some entries; return those of several."""
    groups: dict[int, tuple[int, ...]] = {}
    for number in numbers:
        first = joined.of(number)
        root[number] = first if first != number else 0
        if first == number and len(those := joined.members(number)) > 1:
            groups[number] = tuple(sorted(those))
    return groups


def _keys(entry: Entry) -> list[str]:
    """Return the keys by which an entry is found."""
    if is_bare(entry.name):
        found = [_bare(short(entry.name))]
    else:
        found = [_same(entry.name)]
        if entry.kind is SpeakerKind.PERSON:
            found += [*blocks(entry.name), *map(_under, _parts(entry.name))]
    if entry.kind is SpeakerKind.ORGANISATION:
        found.append(_core(entry.name))
        if is_acronym(entry.name):
            found.append(_initials(fold(entry.name)))
        if any(fold(alias) == initials(entry.name) for alias in entry.aliases):
            found.append(_initials(initials(entry.name)))
    return list(dict.fromkeys(found))


def _is_called(entries: Entries, number: int, name: str) -> bool:
    """Tell whether somebody named in full has a surname, or is called by it alone."""
    full = entries.name[number]
    if entries.kind[number] != PERSON or not entries.count[number] or is_bare(full):
        return False
    if short(surname(full)) == name:
        return True
    return any(is_bare(alias) and short(alias) == name for alias in entries.forms.counted(number)[0])


def _parts(name: str) -> set[str]:
    return {short(surname(name)), spelling(given(name))} - {""}


def _same(name: str) -> str:
    return "same " + " ".join(name_key(name))


def _core(name: str) -> str:
    return "core " + " ".join(core(name))


def _initials(letters: str) -> str:
    return f"initials {letters}"


def _bare(name: str) -> str:
    return f"bare {name}"


def _under(name: str) -> str:
    return f"under {name}"
