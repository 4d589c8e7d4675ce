"""Which speakers a question means by the words that name them.

A name decides, and a role only where there is no name ("the Fed chair"). Whoever stands before a possessive is not meant
("Roe's spokesman"), nor is what a role belongs to ("the governor of Ohio"). A person named in full who is no speaker is
unknown, though others share the surname: better no answer than somebody else's words.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.identity import spelling
from corpus.names import TITLES, compatible, fold, given, is_bare, name_key, same_given, surname
from corpus.records import SpeakerKind
from corpus.saying import speaker_key
from index.folding import question_terms, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.records import Profile, Speaker

OVERWHELMING, LEAST_STATEMENTS = 0.85, 5
"""Of several who share a name, one is taken who made this share of their statements, and at least so many."""

LEAST_ROLE = 0.7
"""Share of a role's words, rare ones counting more, that a speaker's roles must hold."""

LEAST_LIKE, LEAST_LIKE_FULL = 86, 80
"""Likeness in percent from which on a name is taken for a misspelling of another: of one word, of several."""

SHORT_WORD, LONG_WORD = 3, 7
"""Letters from which on a name may be misspelt by one letter, and by two."""

LONGEST_PLAIN = 4
"""Words in lower case that may be one name."""

LONGEST_NAME = 6
"""Words of the longest name looked for in a phrase."""

_ARTICLE = re.compile(r"^(?:the|a|an|our|this|that)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:'s|’s|s'|s’|`s)$", re.IGNORECASE)
_COMPLEMENT = re.compile(r"^(?P<head>.+?)\s+(?:of|for|at|in|from)\s+(?:the\s+)?(?:[A-Z][\w'’.&-]*\s*)+$")
"""What a role belongs to: "president of Roe Industries"."""

_TAIL = re.compile(r"\s+(?:who|whom|which|that|of|for|from|at|in|on|with)\s+.*$|,.*$", re.IGNORECASE)
_EDGE = ' ,.;:!?"“”()'
_SAME_OFFICE = {
    "chairman": "chair", "chairwoman": "chair", "chairperson": "chair", "chairs": "chair", "spokeswoman": "spokesman",
    "spokesperson": "spokesman", "congresswoman": "congressman", "rep": "congressman", "representative": "congressman",
    "sen": "senator", "gov": "governor", "secretaries": "secretary", "sec": "secretary", "pres": "president",
    "leads": "leader", "heads": "head", "boss": "head", "chief": "head", "businesswoman": "businessman",
    "actress": "actor", "adviser": "advisor", "pm": "premier", "fed": "federal", "gop": "republican", "col": "colonel", "gen": "general", "capt": "captain",
    "sgt": "sergeant", "lt": "lieutenant", "minister": "secretary", "ministry": "secretary",
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
MOST_ROLES = 8
"""Roles of a speaker by which questions find them; what a single article says of many is often a slip."""

_PAST = re.compile(r"\b(?:former|ex|onetime|one-time|late|ousted|outgoing|then)\b", re.IGNORECASE)
_APPOSED = frozenset({"the", "a", "an", "who", "and", "or", "of", "from", "in", "at"})
_ENDINGS = re.compile(r"(?:ian|ean|an|ish|ese|ic|s|n|i)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Whom words mean.

    Attributes:
        profiles: best first; several where they may mean either.
        certain: the first is meant; False where it takes a person to say which.
        unknown: the words name somebody who is no speaker of the articles, nor spelt nearly like one.
        assumed: others share the name, and the first made nearly all of their statements.
        by_role: several hold the role that the words name, and any of them may be meant.
    """

    profiles: tuple[Profile, ...]
    certain: bool
    unknown: bool = False
    assumed: bool = False
    by_role: bool = False


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
        self._aliases: dict[str, list[int]] = defaultdict(list)
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
            for form in full:
                if all(fold(word) in TITLES for word in form.split()) or (
                    person and not compatible(form, speaker.name)
                ):
                    continue  # "the General" is nobody's name, and another full name is somebody else's
                known = self._names if form == speaker.name else self._aliases
                for key in _keys(form, person=person):
                    known[key].append(at)
            if person:
                self._surnames[_last(speaker.name)].append(at)
                if first := given(speaker.name):
                    self._firsts[first].append(at)
                if not is_bare(speaker.name):
                    self._fulls[at] = " ".join(name_key(speaker.name))
            for word in {word for role in _held(speaker) for word in _office(role)}:
                self._roles[word].add(at)

    def meant(self, words: str) -> Meant:
        """Find whom words mean.

        Args:
            words: "Pak", "the Fed chair", "Roe's spokesman Sam Poe", in any case.
        """
        phrase = _ARTICLE.sub("", words.strip(_EDGE))
        whole = _POSSESSIVE.sub("", phrase)
        if len(whole.split()) > 1 and (found := self._exactly(whole)):
            return self._chosen(found, whole)
        owned = _after_possessive(phrase)
        head = _ARTICLE.sub("", _TAIL.sub("", owned)).strip(_EDGE)
        if (complement := _COMPLEMENT.match(owned)) is not None:
            holder = self._with_role(phrase, owned) or self._with_role(phrase, complement["head"])
            if holder is not None:
                return holder
            return self._named(head, phrase) if any(word[:1].isupper() for word in head.split()) else NOBODY
        for part in dict.fromkeys((owned, head)):
            meant = self._named(part, phrase)
            if meant.profiles or meant.unknown:
                return meant
        return self._with_role(phrase, owned) or NOBODY

    def ids(self, profile: Profile) -> tuple[int, ...]:
        """Return the ids of all entries that mean a speaker.

        These are the speaker's own, those of a longer or shorter form of the name that share a role with it, and those
        of the surname alone where that means nobody else.
        """
        speaker = profile.speaker
        if speaker.kind is not SpeakerKind.PERSON or is_bare(speaker.name):
            return profile.ids
        sharing = [self._profiles[at] for at in self._surnames.get(_last(speaker.name), ())]
        same = [each for each in sharing if _same_person(speaker, each.speaker)]
        full = sum(each.statements for each in sharing if not is_bare(each.speaker.name))
        if sum(each.statements for each in same) >= OVERWHELMING * full:
            same += [each for each in sharing if is_bare(each.speaker.name)]
        return tuple(sorted({*profile.ids, *(number for each in same for number in each.ids)}))

    def _exactly(self, words: str) -> list[int]:
        """Return those who are called that: by name, or where nobody is, by another form of it."""
        titled = any(fold(word) in TITLES for word in words.split()[:-1])
        keys = dict.fromkeys((speaker_key(words), " ".join(name_key(words)), " ".join(question_terms(words))))
        for known in (self._names, self._aliases):
            found = {at for key in keys if key for at in known.get(key, ())}
            found = {at for at in found if not titled or self._kind(at) is SpeakerKind.PERSON}
            if found:
                return sorted(found)
        return []

    def _named(self, part: str, phrase: str) -> Meant:
        """Find the name that a part of a phrase ends in, or holds."""
        tokens = [token.strip(_EDGE) for token in part.split() if token.strip(_EDGE)]
        cased = any(token[:1].isupper() for token in tokens)
        for size in range(min(LONGEST_NAME, len(tokens)), 1, -1):
            for start in range(len(tokens) - size, -1, -1):
                name = tokens[start : start + size]
                behind = tokens[start + size : start + size + 1]
                # What other words follow is their possessor or field: "the White House press secretary".
                ends = not cased or not behind or behind[0] in _APPOSED
                if ends and _is_name(name, cased=cased) and (found := self._exactly(" ".join(name))):
                    return self._chosen(found, phrase)
        run = _last_run(tokens) if cased else (tokens if len(tokens) <= LONGEST_PLAIN else tokens[-2:])
        if cased and run and tokens[-1] not in run:
            return NOBODY
        bare = [token for token in run if fold(token) not in TITLES]
        if len(bare) > 1:
            return self._full(" ".join(bare), phrase, sure=cased)
        last = bare[-1] if bare else ""
        return self._single(last, phrase, tokens, cased=cased) if last else NOBODY

    def _full(self, name: str, phrase: str, *, sure: bool) -> Meant:
        """Find the bearer of a full name, spelt a little otherwise perhaps."""
        first = given(name)
        found = [at for at in self._surnames.get(_last(name), ()) if self._goes_by(name, first, self._profiles[at])]
        if found := found or self._misspelt(name):
            return self._chosen(found, phrase)
        return self._with_role(phrase, phrase) or (UNKNOWN if sure or len(name_key(name)) > 1 else NOBODY)

    def _goes_by(self, name: str, first: str, profile: Profile) -> bool:
        """Tell whether somebody of the same surname may be who a full name means."""
        other = profile.speaker.name
        if is_bare(other):
            # Nobody knows that a surname alone is this one's, unless the articles have the first name beside it.
            return any(first in (fold(word) for word in role.split()) for role in profile.speaker.roles)
        return compatible(name, other) or _is_slip(first, given(other))

    def _misspelt(self, name: str) -> list[int]:
        """Find those whose full name is nearly that: each part one or two letters off, or spelt as it sounds."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415  (only for names that nobody has)

        key = " ".join(name_key(name))
        likest = process.extract(key, self._fulls, scorer=fuzz.ratio, limit=10, score_cutoff=LEAST_LIKE_FULL)
        found = [
            (-likeness, at)
            for other, likeness, at in likest
            if len(key.split()) == len(other.split()) and all(map(_is_slip, key.split(), other.split()))
        ]
        best = min(found, default=(0.0, -1))
        return sorted(at for likeness, at in found if likeness == best[0])

    def _single(self, last: str, phrase: str, tokens: Sequence[str], *, cased: bool) -> Meant:
        """Find the bearers of a name of one word."""
        key = " ".join(name_key(_POSSESSIVE.sub("", last)))
        if (not cased and len(tokens) > 1 and key not in self._surnames) or (cased and not last[:1].isupper()):
            return self._with_role(phrase, phrase) or NOBODY
        titled = len(tokens) > 1 and any(fold(token) in TITLES for token in tokens)
        found = sorted(set(self._surnames.get(key, ())) | (set() if titled else set(self._exactly(last))))
        if not found and not titled:
            found = sorted(at for first, those in self._firsts.items() if same_given(key, first) for at in those)
        if found := found or self._near_surname(key):
            return self._chosen(found, phrase)
        return self._with_role(phrase, phrase) or (UNKNOWN if last[:1].isupper() and cased else NOBODY)

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
        full = [at for at in places if not is_bare(self._profiles[at].speaker.name)]
        # Who is only called by the surname is one of those who have it.
        named = [at for at in full if self._profiles[at].speaker.kind is SpeakerKind.PERSON]
        places = (
            [*full, *(at for at in places if at not in full and self._kind(at) is not SpeakerKind.PERSON)]
            if named
            else places
        )
        if len(places) > 1:
            places = self._by_title(sorted(places), phrase)
        profiles = [self._profiles[at] for at in places]
        likeliest = max(profiles, key=lambda profile: (profile.statements, -profile.speaker.id))
        rest = [each for each in profiles if not _same_person(likeliest.speaker, each.speaker)]
        if not rest:
            return Meant(profiles=(likeliest,), certain=True)
        rest.sort(key=lambda profile: (-profile.statements, profile.speaker.id))
        total = sum(profile.statements for profile in profiles)
        mine = total - sum(profile.statements for profile in rest)
        overwhelming = mine >= max(LEAST_STATEMENTS, OVERWHELMING * total)
        return Meant(profiles=(likeliest, *rest), certain=overwhelming, assumed=overwhelming)

    def _kind(self, at: int) -> SpeakerKind:
        return self._profiles[at].speaker.kind

    def _by_title(self, places: Sequence[int], phrase: str) -> list[int]:
        """Keep those whose roles hold most of the other words of a phrase, where any does."""
        own = {word for at in places for word in _office(self._profiles[at].speaker.name)}
        words = [word for word in _office(phrase) if word in self._roles and word not in own]
        counts = {at: sum(self._worth(word) for word in words if at in self._roles[word]) for at in places}
        most = max(counts.values(), default=0.0)
        return [at for at in places if counts[at] == most] if most else list(places)

    def _worth(self, word: str) -> float:
        return math.log(1 + len(self._profiles) / (1 + len(self._roles.get(word, ()))))

    def _with_role(self, phrase: str, head: str) -> Meant | None:
        """Find who has a role.

        Args:
            phrase: all words, those of a possessor too, which tell one holder of the role from another.
            head: the words that a role must hold.
        """
        wanted = self._shares(head)
        most = max(wanted.values(), default=0.0)
        if most < LEAST_ROLE:
            return None
        whole = self._shares(phrase)
        likeliest = [at for at, share in wanted.items() if share >= LEAST_ROLE]
        words = set(_office(head))
        exact = [
            at for at in likeliest if any(set(_office(role)) == words for role in _held(self._profiles[at].speaker))
        ]
        likeliest = exact if exact and phrase == head else likeliest
        best = max(whole.get(at, 0.0) for at in likeliest)
        if phrase != head and best <= most * self._weight(head) / self._weight(phrase) + 1e-9:
            return None  # of the possessor, nobody's roles say anything
        chosen = self._chosen([at for at in likeliest if whole.get(at, 0.0) >= best - 1e-9], "")
        return (
            chosen
            if chosen.certain and not chosen.assumed
            else replace(chosen, certain=False, assumed=False, by_role=True)
        )

    def _weight(self, phrase: str) -> float:
        return sum(self._worth(word) for word in dict.fromkeys(_office(phrase))) or 1.0

    def _shares(self, phrase: str) -> dict[int, float]:
        """Return for each speaker which share of a phrase's words stands in the roles, rare words counting more."""
        words = list(dict.fromkeys(_office(phrase)))
        total = self._weight(phrase)
        shares: dict[int, float] = defaultdict(float)
        for word in words:
            for at in self._roles.get(word, ()):
                shares[at] += self._worth(word) / total
        return shares


def _held(speaker: Speaker) -> list[str]:
    """Return the roles that count: those that articles give most, and of those not the ones that are over."""
    roles = speaker.roles[:MOST_ROLES]
    return [role for role in roles if not _PAST.search(role)] or list(roles)


def _last(name: str) -> str:
    return " ".join(name_key(surname(name)))


def _is_slip(one: str, other: str) -> bool:
    """Tell whether one folded word is another, misspelt: a letter off, two of a long one, or spelt as it sounds."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  (only for names that nobody has)

    shortest = min(len(one), len(other))
    allowed = 2 if shortest >= LONG_WORD else int(shortest >= SHORT_WORD)
    return spelling(one) == spelling(other) or OSA.distance(one, other) <= allowed


def _same_person(one: Speaker, other: Speaker) -> bool:
    """Tell whether two full names that go together are one person's: "Joe Roe" and "Joseph R. Roe Jr." of one role."""
    if one.id == other.id:
        return True
    if SpeakerKind.ORGANISATION in (one.kind, other.kind) or is_bare(one.name) or is_bare(other.name):
        return False
    roles = {fold(role) for role in one.roles} & {fold(role) for role in other.roles}
    return (
        bool(roles)
        and name_key(one.name)[-1:] == name_key(other.name)[-1:]
        and same_given(given(one.name), given(other.name))
    )


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
