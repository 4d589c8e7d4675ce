"""Which entries of speakers are one and the same: by name, across articles; by corrections, in either direction.

Entries are never rewritten: what stands here is worked out anew whenever the registry is loaded. A wrong merge puts
words into somebody's mouth, a missed one only lists them twice; therefore nothing is merged on likeness alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from corpus.likeness import alike, is_bare, order_of, spelling
from corpus.names import compatible, fold, given, name_key, surname
from corpus.records import SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

OVERWHELMING = 0.9
"""Share of the statements under a name from which on the name alone means their speaker."""

LEAST_OVERWHELMING = 0.75
"""The same share where those who hardly speak count as well: many of them are slips of reading ("Electing Lind")."""

HARDLY = 0.05
"""Who makes fewer statements than this share of the most hardly speaks."""

LEAST_OF_BARE = 0.25
"""A full-named speaker needs at least so many statements for each one under the bare name, to be who is meant there."""

TYPO_RATIO = 10
"""A name that is spelt nearly like another is a misspelling only where that one has so many times its statements."""

_LEGAL = frozenset(
    ["inc", "incorporated", "corp", "corporation", "co", "company", "ltd", "limited", "llc", "llp", "plc", "gmbh", "ag"]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a named speaker.

    Attributes:
        statements: how many it makes.
        aliases: what else articles call it -> in how many of them.
    """

    id: int
    name: str
    kind: SpeakerKind
    statements: int = 0
    aliases: Mapping[str, int] = field(default_factory=dict)


class Groups:
    """Entries that are one speaker: a union of sets in which some pairs never come together."""

    def __init__(self, apart: Collection[frozenset[int]] = ()) -> None:
        self._parent: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._apart: dict[int, set[int]] = defaultdict(set)
        for pair in apart:
            if len(pair) > 1:
                one, other = pair
                self._apart[one].add(other)
                self._apart[other].add(one)

    def of(self, entry: int) -> int:
        """Return the id that stands for the group of an entry: the smallest in it."""
        while (above := self._parent.get(entry, entry)) != entry:
            entry = above
        return entry

    def members(self, entry: int) -> list[int]:
        """Return the ids of all entries in the group of one, ascending."""
        return sorted(self._members.get(self.of(entry), [entry]))

    def join(self, one: int, other: int) -> bool:
        """Make two groups one, unless a pair in them is to be kept apart; tell whether they now are one."""
        first, second = sorted((self.of(one), self.of(other)))
        if first == second:
            return True
        left, right = self._members.get(first, [first]), self._members.get(second, [second])
        if any(self._apart[entry] & set(right) for entry in left if entry in self._apart):
            return False
        self._parent[second] = first
        self._members[first] = left + right
        self._members.pop(second, None)
        return True


def group(
    entries: Sequence[Entry], together: Iterable[tuple[int, int]] = (), apart: Collection[frozenset[int]] = ()
) -> Groups:
    """Find out which entries are one speaker.

    Args:
        entries: the entries, by id.
        together: pairs that are one by a correction.
        apart: pairs that are not, by a correction.
    """
    speaking = [entry for entry in entries if entry.statements]
    groups = join_named(speaking, alike(speaking), together, apart)
    _join_bare(speaking, groups)
    return groups


def join_named(
    speaking: Sequence[Entry],
    pairs: Iterable[tuple[Entry, Entry]],
    together: Iterable[tuple[int, int]] = (),
    apart: Collection[frozenset[int]] = (),
) -> Groups:
    """Find out which entries are one speaker, but for names of one token; those that have no link are independent.

    Args:
        speaking: entries that make statements, by id.
        pairs: those of them that are `alike`.
        together: as for `group`.
        apart: as for `group`.
    """
    groups = Groups(apart)
    for same in _by(speaking, lambda entry: () if is_bare(entry.name) else name_key(entry.name)).values():
        # One name, once taken for a person's and once for an organisation's.
        for left, right in combinations(same, 2):
            if left.kind is not right.kind and fold(left.name) == fold(right.name):
                groups.join(left.id, right.id)
    _join_organisations([entry for entry in speaking if entry.kind is SpeakerKind.ORGANISATION], groups)
    people = [entry for entry in speaking if entry.kind is SpeakerKind.PERSON and not is_bare(entry.name)]
    _join_people(people, pairs, groups)
    for one, other in together:
        groups.join(one, other)
    return groups


def _by(entries: Iterable[Entry], key: Callable[[Entry], tuple[str, ...]]) -> dict[tuple[str, ...], list[Entry]]:
    found: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        value = key(entry)
        if value:
            found[value].append(entry)
    return found


def core(name: str) -> tuple[str, ...]:
    """Return the folded words of an organisation's name without article and legal form."""
    words = [fold(word) for word in re.sub(r"['’]s?$", "", name).split()]
    kept = [word for at, word in enumerate(words) if word and not (at == 0 and word == "the")]
    while len(kept) > 1 and kept[-1] in _LEGAL:
        kept.pop()
    return tuple(kept)


def _join_organisations(entries: Sequence[Entry], groups: Groups) -> None:
    """Join organisations of one name, articles and legal forms aside, and those known by their initials."""
    for same in _by(entries, lambda entry: core(entry.name)).values():
        for one, other in pairwise(same):
            groups.join(one.id, other.id)
    full: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        for alias in entry.aliases:
            if fold(alias) == initials(entry.name):
                full[fold(alias)][groups.of(entry.id)] += entry.statements
    for entry in entries:
        known = full.get(fold(entry.name), {}) if is_acronym(entry.name) else {}
        best = overwhelming(known)
        if best is not None:
            groups.join(best, entry.id)


def is_acronym(name: str) -> bool:
    """Tell whether a name is written in capitals."""
    return name.replace(".", "").isupper()


def initials(name: str) -> str:
    """Return the folded initials of the capitalised words of a name."""
    return "".join(word[0] for word in re.findall(r"\w+", name) if word[0].isupper()).casefold()


def overwhelming(statements: Mapping[int, int]) -> int | None:
    """Return the group with the overwhelming share, or None."""
    if not statements:
        return None
    best = min(statements, key=lambda one: (-statements[one], one))
    most, total = statements[best], sum(statements.values())
    speaking = sum(count for count in statements.values() if count >= HARDLY * most)
    return best if most >= OVERWHELMING * speaking and most >= LEAST_OVERWHELMING * total else None


def _join_people(people: Sequence[Entry], like: Iterable[tuple[Entry, Entry]], groups: Groups) -> None:
    """Join people whose full names go together, where nobody else could as well be meant."""
    known = {entry.id: entry for entry in people}
    likes: dict[int, set[int]] = defaultdict(set)
    pairs: list[tuple[int, int, int, int]] = []
    for one, other in like:
        strength = _likeness(one, other)
        if strength is not None:
            likes[one.id].add(other.id)
            likes[other.id].add(one.id)
            pairs.append((strength, -one.statements - other.statements, one.id, other.id))
    for strength, _, one_id, other_id in sorted(pairs):
        left, right = ([known[each] for each in groups.members(id_) if each in known] for id_ in (one_id, other_id))
        agree = all(compatible(a.name, b.name) and order_of(a.name) == order_of(b.name) for a in left for b in right)
        if agree and (strength == 0 or _is_clear(known, likes, one_id, other_id)):
            groups.join(one_id, other_id)


def _likeness(one: Entry, other: Entry) -> int | None:
    """Tell how surely two full names are one person's.

    Returns:
        0: the same but for case, accents, hyphens; 1: but for middle names, nicknames, spelling; 2: misspelt;
        None: not at all.
    """
    if order_of(one.name) != order_of(other.name) or not compatible(one.name, other.name):
        return None
    first, second = name_key(one.name), name_key(other.name)
    if "".join(first) == "".join(second):
        return 0 if _middle(one.name) == _middle(other.name) else 1
    if sorted(spelling(part) for part in first) == sorted(spelling(part) for part in second):
        return 1
    rare, common = sorted((one.statements, other.statements))
    ends = spelling(name_key(surname(one.name))[-1]), spelling(name_key(surname(other.name))[-1])
    starts = given(one.name), given(other.name)
    if ends[0] != ends[1] and first[-1] != second[-1]:
        return 2 if common >= TYPO_RATIO * rare else None
    if starts[0] != starts[1] and spelling(starts[0]) != spelling(starts[1]) and _is_near(*starts):
        # "Maria" and "Mario" are two; "Barak" beside a hundred "Barack" is one.
        return 2 if common >= TYPO_RATIO * rare and starts[0][:-1] != starts[1][:-1] else None
    return 1


def _is_near(one: str, other: str) -> bool:
    return OSA.distance(one, other, score_cutoff=2) <= 2 and min(len(one), len(other)) > 3  # noqa: PLR2004 - letters


def _middle(name: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in name.split()[1:-1])


def _is_clear(known: Mapping[int, Entry], likes: Mapping[int, set[int]], one: int, other: int) -> bool:
    """Tell whether two names go together without a third that goes with one of them only and has much to say."""
    for here, there in ((one, other), (other, one)):
        against = sum(
            known[third].statements
            for third in likes[here]
            if third != there and third not in likes[there] and not compatible(known[third].name, known[there].name)
        )
        if against > (1 - OVERWHELMING) * (against + known[there].statements):
            return False
    return True


def _join_bare(entries: Sequence[Entry], groups: Groups) -> None:
    """Give a bare surname to the full-named speaker who has the overwhelming share of the statements under it.

    Alone, some surnames are taken for an organisation's name now and then: these have to be rare beside the speaker's.
    """
    people = [entry for entry in entries if entry.kind is SpeakerKind.PERSON]
    under: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    called: dict[str, set[int]] = defaultdict(set)
    for entry in people:
        if is_bare(entry.name):
            continue
        number = groups.of(entry.id)
        for name in {short(surname(entry.name)), spelling(given(entry.name))} - {""}:
            under[name][number] += entry.statements
        called[short(surname(entry.name))].add(number)
        for alias in entry.aliases:
            if is_bare(alias):
                called[short(alias)].add(number)
    for entry in entries:
        if is_bare(entry.name):
            name = short(entry.name)
            best = overwhelming(under.get(name, {}))
            least = LEAST_OF_BARE if entry.kind is SpeakerKind.PERSON else TYPO_RATIO
            if best is not None and best in called[name] and under[name][best] >= least * entry.statements:
                groups.join(best, entry.id)


def short(name: str) -> str:
    """Return a name as transliterations have it in common."""
    return " ".join(spelling(part) for part in name_key(name))
