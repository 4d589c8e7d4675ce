"""Which full names go together, whoever says how much: the pairs among which `corpus.identity` decides."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from corpus.names import compatible, fold, given, name_key, surname
from corpus.names import is_bare as is_bare_name
from corpus.records import SpeakerKind
from corpus.saying import KEPT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.identity import Entry

MOST_APART = 2
"""Letters by which surnames differ at most that are one, misspelt."""

WORTH_COMPARING = 8
"""Names of a block from which on all of them are compared at once."""

_FIRST = "first "
_ORDERS = re.compile(r"\b(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_SPELLINGS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"kh|gh"), "k"),
    (re.compile(r"[yj]"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=[aeiou])h$"), ""),
)
"""Spellings between which English transliterations waver, in the order in which they are evened out."""


@lru_cache(maxsize=KEPT_NAMES)
def is_bare(name: str) -> bool:
    """Tell whether a name is one token only; see `corpus.names.is_bare`."""
    return is_bare_name(name)


@lru_cache(maxsize=KEPT_NAMES)
def spelling(word: str) -> str:
    """Return a word as transliterations have it in common: "Zelenskyy", "Zelensky" and "Zelenskiy" are one."""
    found = fold(word)
    for pattern, instead in _SPELLINGS:
        found = pattern.sub(instead, found)
    return found


def alike(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield the pairs of people whose full names go together, the smaller id first: those of one block that are like.

    Args:
        entries: any entries, by id.
    """
    inside: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind is SpeakerKind.PERSON and not is_bare(entry.name):
            for block in blocks(entry.name):
                inside[block].append(entry)
    seen: set[tuple[int, int]] = set()
    for block, members in inside.items():
        for one, other in _near(block, members):
            if (one.id, other.id) not in seen and is_alike(block, one.name, other.name):
                seen.add((one.id, other.id))
                yield one, other


def _near(block: str, members: Sequence[Entry]) -> Iterable[tuple[Entry, Entry]]:
    """Return the pairs of a block's members, in their order, but for those whose surnames are no misspellings."""
    if not block.startswith(_FIRST) or len(members) < WORTH_COMPARING:
        return combinations(members, 2)
    ends = [name_key(entry.name)[-1] for entry in members]
    apart = process.cdist(ends, ends, scorer=OSA.distance, score_cutoff=MOST_APART, dtype=np.uint8)
    pairs = np.argwhere(np.triu(apart <= MOST_APART, 1)).tolist()
    return ((members[one], members[other]) for one, other in pairs)


def blocks(name: str) -> list[str]:
    """Return what those who may be one share: a surname, a first name with nearly the surname, or all parts."""
    key = name_key(name)
    if not key:
        return []
    last = name_key(surname(name)) or key
    found = ["all " + " ".join(sorted(spelling(part) for part in key)), "joined " + "".join(key)]
    found += [f"last {spelling(part)}" for part in sorted({last[-1], key[-1]})]
    found.append(f"{_FIRST}{given(name) or key[0]} {last[-1][:1]}")
    return list(dict.fromkeys(found))


def is_alike(block: str, one: str, other: str) -> bool:
    """Tell whether two full names of a block may be one person's, however much each of them says."""
    if block.startswith(_FIRST):
        ends = name_key(one)[-1], name_key(other)[-1]
        if OSA.distance(*ends, score_cutoff=MOST_APART) > MOST_APART:
            return False
    return order_of(one) == order_of(other) and compatible(one, other)


def order_of(name: str) -> str:
    """Return which of several namesakes in a family a name says it is."""
    found = _ORDERS.search(name.strip())
    return found[0].rstrip(".").casefold() if found else ""
