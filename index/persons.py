"""Which speakers a question means by the words that name them.

A name decides, and a role only where there is no name ("the Fed chair"). Whoever stands before a possessive is not
meant ("Roe's spokesman"), nor is what a role belongs to ("the governor of Ohio"). A person named in full who is no
speaker is unknown, though others share the surname: better no answer than somebody else's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.names import TITLES, fold, is_bare, name_key
from corpus.records import SpeakerKind
from corpus.roles import head as head_of
from corpus.vocabulary import PEOPLE
from corpus.vocabulary import words as listed
from index.describing import ORGANISATION, described, same_person
from index.directory import Directory, Listed
from index.naming import Names, last_key
from index.nations import SEATS
from index.offices import SPEAKING, Offices, office

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.records import Profile
    from index.directory import People

OVERWHELMING, LEAST_STATEMENTS = 0.85, 5
"""Of several who share a name, one is taken who made this share of their statements, and at least so many."""

LONGEST_PLAIN = 4
"""Words in lower case that may be one name."""

LONGEST_NAME = 6
"""Words of the longest name looked for in a phrase."""

_ARTICLE = re.compile(r"^(?:the|a|an|our|this|that)\s+", re.IGNORECASE)
_POSSESSIVE = re.compile(r"(?:'s|’s|s'|s’|`s)$", re.IGNORECASE)
_COMPLEMENT = re.compile(
    r"^(?P<head>.+?)\s+(?:of|for|at|in|from|across|near|around)\s+(?:the\s+)?(?:[A-Z][\w'’.&-]*\s*)+$"
)
"""What a role belongs to: "president of Roe Industries"."""

_TAIL = re.compile(
    r"\s+(?:who|whom|which|that|of|for|from|at|in|on|with|across|near|around|behind|against|outside|inside)\s+.*$|,.*$",
    re.IGNORECASE,
)
_EDGE = ' ,.;:!?"“”()'
ORGANISED = listed(
    """
    office team campaign camp staff board committee council museum association ministry department union group company
    agency commission bureau court police newspaper paper magazine government administration army church university
    college hospital bank club federation league party foundation institute embassy authority service society
    """
)
"""Last words of phrases for organisations, and for parts of them or of somebody's people."""

_DESCRIBING = frozenset({"the", "a", "an", "who", "which", "that", "of", "at", "in", "on", "for", "and", "with"})
"""Words in lower case that stand in descriptions, and in no name."""

_APPOSED = frozenset({"the", "a", "an", "who", "and", "or", "of", "from", "in", "at"})


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
        people: the speakers.
        directory: the same with their keys, where that is known.
    """

    def __init__(self, people: People | Sequence[Profile], directory: Directory | None = None) -> None:
        listed = Listed(people) if isinstance(people, Sequence) else people
        self.directory = directory or Directory.of(listed, described)
        self._names = Names(self.directory)
        self._offices = Offices(self.directory)

    def renewed(self, people: People, changed: Iterable[int]) -> Persons:
        """Return the speakers of a later state.

        Args:
            people: they.
            changed: ids that may be others than they were, or nobody's any more.
        """
        return Persons(people, self.directory.renewed(people, changed))

    def meant(self, words: str) -> Meant:
        """Find whom words mean.

        Args:
            words: "Pak", "the Fed chair", "Roe's spokesman Sam Poe", in any case.
        """
        phrase = _ARTICLE.sub("", words.strip(_EDGE))
        whole = _POSSESSIVE.sub("", phrase)
        if len(whole.split()) > 1 and (found := self._names.exactly(whole)):
            return self._chosen(found, whole)
        if head_of(_TAIL.sub("", phrase)) in ORGANISED and (organisation := self._organisation(phrase)) is not None:
            return organisation
        owned = _after_possessive(phrase)
        head = _ARTICLE.sub("", _TAIL.sub("", owned)).strip(_EDGE)
        if (complement := _COMPLEMENT.match(owned)) is not None:
            holder = self._with_role(phrase, owned) or self._with_role(phrase, complement["head"])
            if holder is not None:
                return holder
            return self._named(head, phrase) if any(word[:1].isupper() for word in head.split()) else NOBODY
        # Names behind "of" or "across" are not of who is described in lower case before it.
        described = head != owned and head.islower() and not phrase.islower()
        for part in () if described else dict.fromkeys((owned, head)):
            meant = self._named(part, phrase)
            if meant.profiles or meant.unknown:
                return meant
        return self._with_role(phrase, owned) or NOBODY

    def ids(self, profile: Profile) -> tuple[int, ...]:
        """Return the ids of all entries that mean a speaker.

        These are the speaker's own, those of a longer or shorter form of the name that share a role with it, and those
        of the surname alone where that means nobody else; for a country or its capital, its spokespeople's as well.
        """
        speaker = profile.speaker
        if (country := SEATS.get(fold(speaker.name))) and speaker.kind is SpeakerKind.ORGANISATION:
            voices = self._offices.holding("spokesman") & self._offices.holding(country)
            speaks = (self.directory.profile(at) for at in voices if self._offices.speaks_for(at, country))
            return tuple(sorted({*profile.ids, *(number for each in speaks for number in each.ids)}))
        if speaker.kind is not SpeakerKind.PERSON or is_bare(speaker.name):
            return profile.ids
        sharing = [self.directory.profile(at) for at in self._names.surnamed(last_key(speaker.name))]
        same = [each for each in sharing if same_person(speaker, each.speaker)]
        full = sum(each.statements for each in sharing if not is_bare(each.speaker.name))
        if sum(each.statements for each in same) >= OVERWHELMING * full:
            same += [each for each in sharing if is_bare(each.speaker.name)]
        return tuple(sorted({*profile.ids, *(number for each in same for number in each.ids)}))

    def _named(self, part: str, phrase: str) -> Meant:
        """Find the name that a part of a phrase ends in, or holds."""
        tokens = [token.strip(_EDGE) for token in part.split() if token.strip(_EDGE)]
        cased = any(word[:1].isupper() for word in phrase.split())
        for size in range(min(LONGEST_NAME, len(tokens)), 1, -1):
            for start in range(len(tokens) - size, -1, -1):
                name = tokens[start : start + size]
                behind = tokens[start + size : start + size + 1]
                # What other words follow is their possessor or field: "the White House press secretary".
                ends = not cased or not behind or behind[0] in _APPOSED
                if ends and _is_name(name, cased=cased) and (found := self._names.exactly(" ".join(name))):
                    return self._chosen(found, phrase)
        run = _last_run(tokens) if cased else (tokens if len(tokens) <= LONGEST_PLAIN else tokens[-2:])
        if (cased and run and tokens[-1] not in run) or (not cased and not _DESCRIBING.isdisjoint(run)):
            return NOBODY
        if len(run) > 1 and fold(run[-1]) in TITLES and (found := self._names.misspelt(" ".join(run))):
            return self._chosen(found, phrase)  # "King" is a name too
        bare = [token for token in run if fold(token) not in TITLES]
        if len(bare) > 1:
            return self._full(" ".join(bare), phrase, part)
        last = bare[-1] if bare else ""
        return self._single(last, phrase, part) if last else NOBODY

    def _full(self, name: str, phrase: str, part: str) -> Meant:
        """Find the bearer of a full name, spelt a little otherwise perhaps."""
        if found := self._names.bearers(name):
            return self._chosen(found, phrase)
        more = len(name_key(phrase)) > len(name_key(name)) or head_of(phrase) in PEOPLE
        holder = self._with_role(phrase, part) if more else None
        return holder or (UNKNOWN if name[:1].isupper() or len(name_key(name)) > 1 else NOBODY)

    def _single(self, last: str, phrase: str, part: str) -> Meant:
        """Find the bearers of a name of one word."""
        tokens = part.split()
        cased = any(token[:1].isupper() for token in tokens)
        key = " ".join(name_key(_POSSESSIVE.sub("", last)))
        titled = len(tokens) > 1 and any(fold(token) in TITLES for token in tokens)
        if (not cased and len(tokens) > 1 and not self._names.surnamed(key)) or (cased and not last[:1].isupper()):
            near = self._near_titled(key, phrase) if titled and tokens[-1] == last else []
            return self._chosen(near, phrase) if near else self._with_role(phrase, part) or NOBODY
        found = self._names.ordered(
            {*self._names.surnamed(key), *(() if titled else self._names.exactly(last))},
        )
        if not found and not titled:
            found = self._names.first_named(key)
        if found := found or self._names.near(key) or (self._near_titled(key, phrase) if titled else []):
            return self._chosen(found, phrase)
        return self._with_role(phrase, part) or (UNKNOWN if last[:1].isupper() and cased else NOBODY)

    def _near_titled(self, key: str, phrase: str) -> list[int]:
        """Find those with the title of a phrase whose short surname is a letter off."""
        near = self._names.slips(key)
        fitting = self._offices.fitting(near, phrase)
        return fitting if len(fitting) < len(near) or len(near) == 1 else []

    def _chosen(self, found: Iterable[int], phrase: str) -> Meant:
        """Choose among those who share a name."""
        places = self._names.ordered(set(found))
        full = [at for at in places if not is_bare(self.directory.profile(at).speaker.name)]
        # Who is only called by the surname is one of those who have it.
        named = [at for at in full if self.directory.profile(at).speaker.kind is SpeakerKind.PERSON]
        places = (
            [
                *full,
                *(
                    at
                    for at in places
                    if at not in full and self.directory.profile(at).speaker.kind is not SpeakerKind.PERSON
                ),
            ]
            if named
            else places
        )
        if len(places) > 1:
            places = self._offices.fitting(self._names.ordered(places), phrase)
        profiles = [self.directory.profile(at) for at in places]
        likeliest = max(profiles, key=lambda profile: (profile.statements, -profile.speaker.id))
        rest = [each for each in profiles if not same_person(likeliest.speaker, each.speaker)]
        if not rest:
            return Meant(profiles=(likeliest,), certain=True)
        rest.sort(key=lambda profile: (-profile.statements, profile.speaker.id))
        total = sum(profile.statements for profile in profiles)
        mine = total - sum(profile.statements for profile in rest)
        overwhelming = mine >= max(LEAST_STATEMENTS, OVERWHELMING * total)
        return Meant(profiles=(likeliest, *rest), certain=overwhelming, assumed=overwhelming)

    def _with_role(self, phrase: str, head: str) -> Meant | None:
        """Find who has a role.

        Args:
            phrase: all words, those of a possessor too, which tell one holder of the role from another.
            head: the words that a role must hold.
        """
        holders = self._offices.holders(phrase, head)
        return self._any_of(holders) if holders else None

    def _any_of(self, places: Iterable[int]) -> Meant:
        """Return holders of a role: the one, or all of them, of whom any may be meant."""
        chosen = self._chosen(places, "")
        if chosen.certain and not chosen.assumed:
            return chosen
        return replace(chosen, certain=False, assumed=False, by_role=True)

    def _organisation(self, phrase: str) -> Meant | None:
        """Find an organisation by words for it and for a part of it, and those who speak for it.

        "The Port Vale Post editorial board" is the paper's, "Roe's office" are those who speak for Roe.
        """
        named = set(office(phrase))
        fitting = [
            (len(own), at)
            for at in {at for word in named for at in self.directory.holding(ORGANISATION, word)}
            if (own := set(office(self.directory.profile(at).speaker.name))) <= named
            and (len(own) > 1 or _is_proper(self.directory.profile(at).speaker.name, phrase))
        ]
        most = max(fitting, default=(0, -1))[0]
        found = {at for size, at in fitting if size == most}
        speaking = {at for word in SPEAKING for at in self._offices.holding(word)}
        if found:
            said = set.intersection(speaking, *(self._offices.holding(word) for word in named))
            return self._any_of(found | said) if said else self._chosen(found, phrase)
        owner = office(phrase.rpartition(" ")[0])[-1:]
        about = {at for word in owner for at in self._offices.holding(word) & speaking}
        return self._any_of(about) if about else None


def _is_proper(name: str, phrase: str) -> bool:
    """Tell whether an organisation's one word is a name in a phrase, and not what the phrase is about in the end."""
    tokens = [_POSSESSIVE.sub("", token.strip(_EDGE)) for token in phrase.split()]
    return any(fold(token) == fold(name) and token[:1].isupper() for token in tokens[:-1])


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
