"""Who is called what: names in every form that articles give, and forms that are nearly those.

Speakers are named here by their positions. A surname alone is everybody's who has it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from corpus.identity import spelling
from corpus.names import TITLES, compatible, fold, given, is_bare, name_key, same_given, surname
from corpus.records import SpeakerKind
from corpus.saying import speaker_key
from index.folding import question_terms, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.records import Profile, Speaker

LEAST_LIKE, LEAST_LIKE_FULL = 86, 80
"""Likeness in percent from which on a name is taken for a misspelling of another: of one word, of several."""

LEAST_LETTERS = 5
"""Letters from which on a surname alone may be misspelt: in shorter ones a letter makes another name."""

SHORT_WORD, LONG_WORD = 3, 7
"""Letters from which on a name may be misspelt by one letter, and by two."""

_LAST_SOUND = re.compile(r"(?:ie|ey|ee|y)$")


class Names:
    """Finds speakers by name.

    Args:
        profiles: the speakers.
    """

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._profiles = profiles
        self._names: dict[str, list[int]] = defaultdict(list)
        self._aliases: dict[str, list[int]] = defaultdict(list)
        self._surnames: dict[str, list[int]] = defaultdict(list)
        self._firsts: dict[str, list[int]] = defaultdict(list)
        self._fulls: dict[int, str] = {}
        for at, profile in enumerate(profiles):
            self._add(at, profile.speaker)

    def _add(self, at: int, speaker: Speaker) -> None:
        person = speaker.kind is SpeakerKind.PERSON
        for form in dict.fromkeys((speaker.name, *speaker.aliases)):
            if (person and (is_bare(form) or not compatible(form, speaker.name))) or _is_title(form):
                continue  # "the General" is nobody's name, and another full name is somebody else's
            known = self._names if form == speaker.name else self._aliases
            for key in _keys(form, person=person):
                known[key].append(at)
        if person:
            self._surnames[last_key(speaker.name)].append(at)
            if first := given(speaker.name):
                self._firsts[first].append(at)
            if not is_bare(speaker.name):
                self._fulls[at] = " ".join(name_key(speaker.name))

    def exactly(self, words: str) -> list[int]:
        """Return those who are called that: by name, or where nobody is, by another form of it."""
        titled = any(fold(word) in TITLES for word in words.split()[:-1])
        keys = dict.fromkeys((speaker_key(words), " ".join(name_key(words)), " ".join(question_terms(words))))
        for known in (self._names, self._aliases):
            found = {at for key in keys if key for at in known.get(key, ())}
            found = {at for at in found if not titled or self._profiles[at].speaker.kind is SpeakerKind.PERSON}
            if found:
                return sorted(found)
        return []

    def surnamed(self, key: str) -> list[int]:
        """Return those whose folded surname is that; see `last_key`."""
        return self._surnames.get(key, [])

    def first_named(self, key: str) -> list[int]:
        """Return those whose first name is that, or goes with it."""
        return sorted(at for first, those in self._firsts.items() if same_given(key, first) for at in those)

    def bearers(self, name: str) -> list[int]:
        """Return those whom a full name means: by forms that go together, or else nearly spelt like that."""
        first = given(name)
        found = [at for at in self.surnamed(last_key(name)) if self._goes_by(name, first, self._profiles[at])]
        return found or self.misspelt(name)

    def _goes_by(self, name: str, first: str, profile: Profile) -> bool:
        """Tell whether somebody of the same surname may be who a full name means."""
        other = profile.speaker.name
        if is_bare(other):
            # Nobody knows that a surname alone is this one's, unless the articles have the first name beside it.
            return any(first in (fold(word) for word in role.split()) for role in profile.speaker.roles)
        return compatible(name, other) or _is_slip(first, given(other))

    def misspelt(self, name: str) -> list[int]:
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

    def near(self, key: str) -> list[int]:
        """Return those whose surname is nearly that; none for a short one."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415  (as above)

        if len(key) < LEAST_LETTERS:  # one letter more or less makes another name of a shorter one
            return []
        likest = process.extract(key, self._surnames.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=LEAST_LIKE)
        best = max((likeness for _, likeness, _ in likest), default=0.0)
        return sorted(at for other, likeness, _ in likest if likeness == best for at in self._surnames[other])

    def slips(self, key: str) -> list[int]:
        """Return those whose surname, however short, is a slip away, and begins alike."""
        alike = [name for name in self._surnames if name[:1] == key[:1] and abs(len(name) - len(key)) <= SHORT_WORD]
        return sorted(at for name in alike if _is_slip(key, name) for at in self._surnames[name])


def last_key(name: str) -> str:
    """Return the folded surname of a name."""
    return " ".join(name_key(surname(name)))


def _is_title(form: str) -> bool:
    return all(fold(word) in TITLES for word in form.split())


def _is_slip(one: str, other: str) -> bool:
    """Tell whether one folded word is another, misspelt: a letter off, two of a long one, or spelt as it sounds."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  (only for names that nobody has)

    one, other = _LAST_SOUND.sub("i", one), _LAST_SOUND.sub("i", other)
    shortest = min(len(one), len(other))
    allowed = 2 if shortest >= LONG_WORD else int(shortest >= SHORT_WORD)
    return spelling(one) == spelling(other) or OSA.distance(one, other) <= allowed


def _keys(form: str, *, person: bool) -> list[str]:
    keys = [speaker_key(form)]
    if person:
        keys.append(" ".join(name_key(form)))
    else:
        keys += [" ".join(terms(form)), speaker_key(form).removeprefix("the ")]
    return [key for key in dict.fromkeys(keys) if key]
