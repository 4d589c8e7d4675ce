"""Who holds the role that words name: "the Fed chair", "Atlantic City's mayor", "the GSA spokeswoman".

Offices are compared by their words: alike for women and men, abbreviated or not, of a country or its people. Rare
words count more than common ones. What an office belongs to has to be among its holder's roles too, in full or by its
initials.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from corpus.names import fold, given
from corpus.vocabulary import words
from index.folding import question_terms
from index.nations import NATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpus.records import Speaker
    from index.directory import Directory

LEAST_ROLE: Final = 0.7
"""Share of a role's words, rare ones counting more, that a speaker's roles must hold."""

LEAST_OWNER: Final = 0.5
"""Share of the words for what the role belongs to that they must hold."""

MOST_ROLES: Final = 8
"""Roles of a speaker by which questions find them; what a single article says of many is often a slip."""

FEW_ROLES: Final = 4
"""Roles of a speaker of whom articles may not have said what the role belongs to."""

_TITULAR: Final = words(
    "president governor mayor senator congressman premier chancellor secretary ambassador judge justice king queen "
    "prince pope bishop archbishop sheriff captain coach commissioner"
)
"""Offices that articles put before a name, and often do not say of what."""

_LEANINGS: Final = words("republican republ democr conser libera labor green social indepe populi")
"""Words, as `office` has them, that say with whom somebody sides, and not what an office belongs to."""

TELLING: Final = 3
"""Words of a role that tell who holds it even if nothing is known of what it belongs to."""

_SAME_OFFICE: Final = {
    "chairman": "chair", "chairwoman": "chair", "chairperson": "chair", "chairs": "chair", "spokeswoman": "spokesman",
    "spokesperson": "spokesman", "congresswoman": "congressman", "rep": "congressman", "representative": "congressman",
    "sen": "senator", "gov": "governor", "secretaries": "secretary", "sec": "secretary", "pres": "president",
    "leads": "leader", "heads": "head", "boss": "head", "chief": "head", "businesswoman": "businessman",
    "actress": "actor", "adviser": "advisor", "pm": "premier", "fed": "federal", "gop": "republican",
    "col": "colonel", "gen": "general", "capt": "captain", "sgt": "sergeant", "lt": "lieutenant",
    "minister": "secretary", "ministry": "secretary", "physician": "doctor", "dr": "doctor", "attorney": "lawyer",
    "counsel": "lawyer", "prof": "professor", "scholar": "professor", "mum": "mother", "mom": "mother",
    "dad": "father", "journalist": "reporter", "correspondent": "reporter", "labour": "labor", "defence": "defense",
}  # fmt: skip
"""Words for one office."""

_OFFICES: Final = frozenset(_SAME_OFFICE.values())
_SMALL: Final = words(
    "of the a an for in at and to who s on by with from that is was his her own former ex onetime late ousted outgoing"
)
SPEAKING: Final = words("spokesman commun press aide advisor")
"""Words, as `office` has them, by which roles tell that somebody speaks for others."""

_PAST = re.compile(r"\b(?:former|ex|onetime|one-time|late|ousted|outgoing|then)\b", re.IGNORECASE)
_ENDINGS = re.compile(r"(?:ian|ean|an|ish|ese|ic|s|n|i)$")
_CAPITALS = re.compile(r"\b[A-Z][a-z]+(?: (?:of |and |for )?[A-Z][a-z]+)+\b")
_PLAIN = re.compile(r"[a-z0-9]+")
_OWNS = re.compile(r"'s?(?!\w)")
_STEM: Final = 6
"""Letters by which longer words are compared."""


@lru_cache(1 << 14)
def office(text: str) -> tuple[str, ...]:
    """Return the words of a role: folded, offices alike for women and men, "Mexican" like "Mexico"; each once."""
    found = []
    plain = text.isascii() and "." not in text and "nited" not in text
    for term in _PLAIN.findall(_OWNS.sub("", text).lower()) if plain else question_terms(text):
        word = term.removeprefix("0")
        if word in _SMALL:
            continue
        same = NATIONS.get(word) or _SAME_OFFICE.get(word, word)
        known = same in _OFFICES or word in NATIONS
        found.append(same if known or len(same) < _STEM else _ENDINGS.sub("", same)[:_STEM])
    return tuple(dict.fromkeys(found))


def initials(text: str) -> list[str]:
    """Return the folded initials of each run of capitalised words: "General Services Administration" -> "gsa"."""
    runs = (match.group().split() for match in _CAPITALS.finditer(text))
    return ["".join(word[0] for word in run if word[0].isupper()).lower() for run in runs]


def held(speaker: Speaker) -> list[str]:
    """Return the roles that count: those that articles give most, and of those not the ones that are over."""
    roles = speaker.roles[:MOST_ROLES]
    return [role for role in roles if not _PAST.search(role)] or list(roles)


_GOVERNMENT: Final = frozenset(office("ministry government foreign president premier embassy"))
_COUNTRIES: Final = frozenset(NATIONS.values())


ROLE, GIVEN, WHOLE, PAST = "role", "given", "whole", "past"
"""Kinds of keys in a directory."""


def role_keys(speaker: Speaker) -> Iterator[tuple[str, str]]:
    """Yield the keys under which a speaker's roles are found, each with its kind."""
    yield GIVEN, given(speaker.name)
    roles = held(speaker)
    for role in roles:
        yield WHOLE, _whole(office(role))
        for word in (*office(role), *initials(role)):
            yield ROLE, word
    if roles and _PAST.search(roles[0]):
        yield PAST, ""


def _whole(role: Iterable[str]) -> str:
    """Return the words of a role in an order of their own."""
    return " ".join(sorted(role))


class Offices:
    """Finds the holders of roles.

    Args:
        directory: the speakers with their `role_keys`; they are named here by their ids.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._known: dict[str, frozenset[int]] = {}

    def fitting(self, places: Sequence[int], phrase: str) -> list[int]:
        """Keep those whose roles hold most of the words of a phrase, names aside; all of them where none holds any."""
        own = {word for at in places for word in office(self._directory.profile(at).speaker.name)}
        named = [word for word in office(phrase) if self.holding(word) and word not in own]
        counts = {at: sum(self._worth(word) for word in named if at in self.holding(word)) for at in places}
        most = max(counts.values(), default=0.0)
        return [at for at in places if counts[at] == most] if most else list(places)

    def holding(self, word: str) -> frozenset[int]:
        """Return those whose roles have a word, as `office` writes it."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = frozenset(self._directory.holding(ROLE, word))
        return found

    def speaks_for(self, at: int, country: str) -> bool:
        """Tell whether a role of somebody is to speak for a country's government, and not for one's abroad."""
        roles = (set(office(role)) for role in self._held(at))
        return any("spokesman" in role and role & _GOVERNMENT and role & _COUNTRIES == {country} for role in roles)

    def holders(self, phrase: str, head: str) -> list[int]:
        """Find who may hold a role.

        Args:
            phrase: all words, those of what the role belongs to too.
            head: the words for the role itself.

        Returns:
            Ids, most statements first, ties by id; empty where nobody's roles say so.
        """
        wanted = self._shares(office(head))
        able = [at for at, share in wanted.items() if share >= LEAST_ROLE]
        if not _PAST.search(phrase):
            past = set(self._directory.holding(PAST, ""))
            able = [at for at in able if at not in past] or able
        if not able:
            return []
        if phrase == head:
            return self._best(self._exactly(able, office(head)) or able, wanted)
        return self._owned(phrase, head, self._best(able, wanted)) if office(phrase) != office(head) else able

    def _owned(self, phrase: str, head: str, able: Sequence[int]) -> list[int]:
        """Find among the holders of a role those who hold it for somebody or something."""
        role = office(head)
        owner = [word for word in office(self._without_first_names(phrase)) if word not in role]
        shares = self._shares(owner)
        for short in initials(phrase):
            shares.update(dict.fromkeys(self.holding(short), 1.0))
        best = max((shares.get(at, 0.0) for at in able), default=0.0)
        if best >= LEAST_OWNER:
            holders = [at for at in able if shares.get(at, 0.0) >= best - 1e-9]
            return self._exactly(holders, {*role, *owner}) or holders
        if len(role) >= TELLING and len(able) == 1:
            return list(able)
        if not _TITULAR & set(role):
            return []
        return [at for at in able if self._unsaid(at, set(role), {*role, *owner})]

    def _unsaid(self, at: int, role: set[str], known: set[str]) -> bool:
        """Tell whether articles give somebody's office, and never of what."""
        said = [set(office(each)) for each in self._directory.profile(at).speaker.roles[:MOST_ROLES]]
        same = [each for each in said if role <= each]
        return len(said) <= FEW_ROLES and bool(same) and all(each <= known | _LEANINGS for each in same)

    def _without_first_names(self, phrase: str) -> str:
        """Leave out first names before a surname: roles say "Roe's spokesman", not "Joe Roe's"."""
        tokens = phrase.split()
        following = [*tokens[1:], ""]
        return " ".join(
            token
            for token, after in zip(tokens, following, strict=True)
            if not (token[:1].isupper() and after[:1].isupper() and self._directory.has(GIVEN, fold(token)))
        )

    def _exactly(self, places: Iterable[int], role: Iterable[str]) -> list[int]:
        """Keep those who have a role of just these words."""
        having = set(self._directory.holding(WHOLE, _whole(role)))
        return [at for at in places if at in having]

    def _held(self, at: int) -> list[str]:
        return held(self._directory.profile(at).speaker)

    def _best(self, places: Iterable[int], shares: dict[int, float]) -> list[int]:
        places = list(places)
        best = max(shares[at] for at in places)
        return sorted((at for at in places if shares[at] >= best - 1e-9), key=self._directory.order)

    def _shares(self, named: Sequence[str]) -> dict[int, float]:
        """Return for each speaker which share of words stands in the roles, rare words counting more."""
        total = sum(map(self._worth, named)) or 1.0
        shares: dict[int, float] = defaultdict(float)
        for word in named:
            for at in self.holding(word):
                shares[at] += self._worth(word) / total
        return shares

    def _worth(self, word: str) -> float:
        return math.log(1 + len(self._directory) / (1 + len(self.holding(word))))
