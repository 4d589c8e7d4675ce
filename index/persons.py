"""Which speakers a question means by the words that name them.

A name decides, and a role only where there is no name ("the Fed chair"). Whoever stands before a possessive is not meant
("Roe's spokesman"), nor is what a role belongs to ("the governor of Ohio"). A person named in full who is no speaker is
unknown, though others share the surname: better no answer than somebody else's words.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.names import TITLES, compatible, fold, given, is_bare, name_key, same_given, surname
from corpus.records import SpeakerKind
from corpus.saying import speaker_key
from index.folding import question_terms, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.records import Profile

OVERWHELMING, LEAST_STATEMENTS = 0.85, 5
"""Of several who share a name, one is taken who made this share of their statements, and at least so many."""

LEAST_ROLE = 0.7
"""Share of a role's words, rare ones counting more, that a speaker's roles must hold."""

LEAST_LIKE = 86
"""Likeness in percent from which on a full name is taken for a misspelling of another."""

LONGEST_NAME = 6
"""Words of the longest name looked for in a phrase."""

_ARTICLE = re.compile(r"^(?:the|a|an|our|this|that)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:'s|’s|s'|s’|`s)$", re.IGNORECASE)
_TAIL = re.compile(r"\s+(?:who|whom|which|that|of|for|from|at|in|on|with)\s+.*$|,.*$", re.IGNORECASE)
_EDGE = ' ,.;:!?"“”()'
_SAME_OFFICE = {
    "chairman": "chair", "chairwoman": "chair", "chairperson": "chair", "chairs": "chair", "spokeswoman": "spokesman",
    "spokesperson": "spokesman", "congresswoman": "congressman", "rep": "congressman", "representative": "congressman",
    "sen": "senator", "gov": "governor", "secretaries": "secretary", "sec": "secretary", "pres": "president",
    "leads": "leader", "heads": "head", "boss": "head", "chief": "head", "businesswoman": "businessman",
    "actress": "actor", "adviser": "advisor", "pm": "premier", "fed": "federal", "gop": "republican",
}  # fmt: skip
"""Words for one office."""

_SMALL = frozenset(
    [
        "of",
        "the",
        "a",
        "an",
        "for",
        "in",
        "at",
        "and",
        "to",
        "who",
        "s",
        "on",
        "by",
        "with",
        "from",
        "that",
        "is",
        "was",
        "his",
        "her",
    ]
)
_ENDINGS = re.compile(r"(?:ian|ean|an|ish|ese|ic|s|n|i)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Whom words mean.

    Attributes:
        profiles: best first; several where they may mean either.
        certain: the first is meant; False where it takes a person to say which.
        unknown: the words name somebody who is no speaker of the articles, nor spelt nearly like one.
        assumed: others share the name, and the first made nearly all of their statements.
    """

    profiles: tuple[Profile, ...]
    certain: bool
    unknown: bool = False
    assumed: bool = False


NOBODY = Meant(profiles=(), certain=False)
UNKNOWN = Meant(profiles=(), certain=False, unknown=True)


class Persons:
    """Finds speakers by name and role.

    Args:
        profiles: the speakers, most statements first.
    """

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._profiles = profiles
        self._names: dict[str, list[int]] = defaultdict(list)
        self._surnames: dict[str, list[int]] = defaultdict(list)
        self._firsts: dict[str, list[int]] = defaultdict(list)
        self._roles: dict[str, set[int]] = defaultdict(set)
        self._fulls: dict[int, str] = {}
        for at, profile in enumerate(profiles):
            speaker = profile.speaker
            person = speaker.kind is SpeakerKind.PERSON
            forms = dict.fromkeys((speaker.name, *speaker.aliases))
            # A surname alone is everybody's who has it; see `_single`.
            full = [form for form in forms if not (person and is_bare(form))]
            for key in dict.fromkeys(key for form in full for key in _keys(form, person=person)):
                self._names[key].append(at)
            if person:
                last = " ".join(name_key(surname(speaker.name)))
                self._surnames[last].append(at)
                if first := given(speaker.name):
                    self._firsts[first].append(at)
                if not is_bare(speaker.name):
                    self._fulls[at] = " ".join(name_key(speaker.name))
            for word in {word for role in speaker.roles for word in _office(role)}:
                self._roles[word].add(at)

    def meant(self, words: str) -> Meant:
        """Find whom words mean.

        Args:
            words: "Pak", "the Fed chair", "Roe's spokesman Sam Poe", in any case.
        """
        phrase = _ARTICLE.sub("", words.strip(_EDGE))
        whole = _POSSESSIVE.sub("", phrase)
        if found := self._exactly(whole):
            return self._chosen(found, whole)
        owned = _after_possessive(phrase)
        head = _ARTICLE.sub("", _TAIL.sub("", owned)).strip(_EDGE)
        for part in dict.fromkeys((owned, head)):
            meant = self._named(part)
            if meant.profiles or meant.unknown:
                return meant
        return self._with_role(phrase) or NOBODY

    def _exactly(self, words: str) -> list[int]:
        keys = dict.fromkeys((speaker_key(words), " ".join(name_key(words)), " ".join(question_terms(words))))
        return sorted({at for key in keys if key for at in self._names.get(key, ())})

    def _named(self, phrase: str) -> Meant:
        """Find the name that a phrase ends in, or holds."""
        tokens = [token.strip(_EDGE) for token in phrase.split() if token.strip(_EDGE)]
        cased = any(token[:1].isupper() for token in tokens)
        for size in range(min(LONGEST_NAME, len(tokens)), 1, -1):
            for start in range(len(tokens) - size, -1, -1):
                part = tokens[start : start + size]
                if found := [at for at in self._exactly(" ".join(part)) if _is_name(part, cased=cased)]:
                    return self._chosen(found, phrase)
        run = _last_run(tokens) if cased else tokens[-2:]
        bare = [token for token in run if fold(token) not in TITLES]
        if len(bare) > 1:
            return self._full(" ".join(bare), phrase, sure=cased)
        last = bare[-1] if bare else ""
        return self._single(last, phrase, tokens, cased=cased) if last else NOBODY

    def _full(self, name: str, phrase: str, *, sure: bool) -> Meant:
        """Find the bearer of a full name, spelt a little otherwise perhaps."""
        last = " ".join(name_key(surname(name)))
        found = [at for at in self._surnames.get(last, ()) if compatible(name, self._profiles[at].speaker.name)]
        # Of somebody whom the articles only call by surname nobody knows that it is this one.
        found = [at for at in found if not is_bare(self._profiles[at].speaker.name)] or self._misspelt(name)
        if found:
            return self._chosen(found, phrase)
        role = self._with_role(phrase)
        if role is not None:
            return role
        return UNKNOWN if sure or len(name_key(name)) > 1 else NOBODY

    def _misspelt(self, name: str) -> list[int]:
        from rapidfuzz import fuzz, process  # noqa: PLC0415  (only for names that nobody has)

        key = " ".join(name_key(name))
        likest = process.extract(key, self._fulls, scorer=fuzz.ratio, limit=5, score_cutoff=LEAST_LIKE)
        first = key.split()[0]
        found = [
            (-likeness, at)
            for other, likeness, at in likest
            if same_given(first, other.split()[0]) or fuzz.ratio(first, other.split()[0]) >= LEAST_LIKE
        ]
        best = min(found, default=(0.0, -1))
        return sorted(at for likeness, at in found if likeness == best[0])

    def _single(self, last: str, phrase: str, tokens: Sequence[str], *, cased: bool) -> Meant:
        """Find the bearers of a name of one word."""
        key = " ".join(name_key(_POSSESSIVE.sub("", last)))
        if not cased and len(tokens) > 1 and key not in self._surnames:
            return self._with_role(phrase) or NOBODY
        if not last[:1].isupper() and cased:
            return self._with_role(phrase) or NOBODY
        titled = len(tokens) > 1 and any(fold(token) in TITLES for token in tokens)
        found = sorted(set(self._surnames.get(key, ())) | (set() if titled else set(self._exactly(last))))
        if not found and not titled:
            found = sorted(at for first, those in self._firsts.items() if same_given(key, first) for at in those)
        if not found:
            found = self._near_surname(key)
        if found:
            return self._chosen(found, phrase)
        return self._with_role(phrase) or (UNKNOWN if last[:1].isupper() and cased else NOBODY)

    def _near_surname(self, key: str) -> list[int]:
        from rapidfuzz import fuzz, process  # noqa: PLC0415  (as above)

        if len(key) < 5:  # noqa: PLR2004  (one letter more or less makes another name of a shorter one)
            return []
        likest = process.extract(key, self._surnames.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=LEAST_LIKE)
        best = max((likeness for _, likeness, _ in likest), default=0.0)
        return sorted(at for other, likeness, _ in likest if likeness == best for at in self._surnames[other])

    def _chosen(self, found: Iterable[int], phrase: str) -> Meant:
        """Choose among those who share a name."""
        places = sorted(set(found))
        if len(places) > 1:
            places = self._by_title(places, phrase)
        profiles = [self._profiles[at] for at in places]
        if len(profiles) == 1:
            return Meant(profiles=tuple(profiles), certain=True)
        total = sum(profile.statements for profile in profiles)
        likeliest = max(profiles, key=lambda profile: (profile.statements, -profile.speaker.id))
        rest = [profile for profile in profiles if profile is not likeliest]
        rest.sort(key=lambda profile: (-profile.statements, profile.speaker.id))
        overwhelming = likeliest.statements >= max(LEAST_STATEMENTS, OVERWHELMING * total)
        return Meant(profiles=(likeliest, *rest), certain=overwhelming, assumed=overwhelming)

    def _by_title(self, places: Sequence[int], phrase: str) -> list[int]:
        """Keep those whose roles hold most of the other words of a phrase, where any does."""
        words = [word for word in _office(phrase) if word in self._roles]
        counts = {at: sum(self._worth(word) for word in words if at in self._roles[word]) for at in places}
        most = max(counts.values(), default=0.0)
        return [at for at in places if counts[at] == most] if most else list(places)

    def _worth(self, word: str) -> float:
        return math.log(1 + len(self._profiles) / (1 + len(self._roles.get(word, ()))))

    def _with_role(self, phrase: str) -> Meant | None:
        """Find who has a role."""
        words = list(dict.fromkeys(_office(phrase)))
        if not words or not any(word in self._roles for word in words):
            return None
        total = sum(self._worth(word) for word in words)
        shares: dict[int, float] = defaultdict(float)
        for word in words:
            for at in self._roles.get(word, ()):
                shares[at] += self._worth(word) / total
        likeliest = [at for at, share in shares.items() if share >= LEAST_ROLE]
        if not likeliest:
            return None
        most = max(shares[at] for at in likeliest)
        likeliest = [at for at in likeliest if shares[at] >= most - 1e-9]
        return self._chosen(likeliest, "")


def _keys(form: str, *, person: bool) -> list[str]:
    keys = [speaker_key(form)]
    if person:
        keys.append(" ".join(name_key(form)))
    else:
        keys += [" ".join(terms(form)), speaker_key(form).removeprefix("the ")]
    return [key for key in dict.fromkeys(keys) if key]


def _is_name(part: Sequence[str], *, cased: bool) -> bool:
    """Tell whether words may be a name: where case tells, they begin and end in capitals."""
    return not cased or (part[0][:1].isupper() and part[-1][:1].isupper())


def _after_possessive(phrase: str) -> str:
    tokens = phrase.split()
    for at in range(len(tokens) - 2, -1, -1):
        if _POSSESSIVE.search(tokens[at].strip(",")):
            return " ".join(tokens[at + 1 :])
    return phrase


def _last_run(tokens: Sequence[str]) -> list[str]:
    """Return the last run of capitalised words, with the small words inside of names."""
    run: list[str] = []
    for token in reversed(tokens):
        if token[:1].isupper() or (
            run and fold(token) in {"de", "van", "von", "der", "al", "bin", "la", "da", "di", "el"}
        ):
            run.append(token)
        elif run:
            break
    return run[::-1]


def _office(text: str) -> list[str]:
    """Return the words of a role: folded, offices alike for women and men, "Mexican" like "Mexico"."""
    found = []
    for word in question_terms(text):
        bare = word.removeprefix("0")
        if bare in _SMALL:
            continue
        office = _SAME_OFFICE.get(bare, bare)
        found.append(office if office in _SAME_OFFICE.values() or len(office) <= 5 else _ENDINGS.sub("", office)[:6])  # noqa: PLR2004
    return found
