"""Who is called what: names in every form that articles give, and forms that are nearly those.

Speakers are named here by their ids. A surname alone is everybody's who has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corpus.likeness import spelling
from corpus.names import TITLES, compatible, fold, given, is_bare, name_key, same_given, surname
from corpus.records import SpeakerKind
from corpus.saying import speaker_key
from index.folding import question_terms, terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from corpus.records import Profile, Speaker
    from index.directory import Directory

LEAST_LIKE, LEAST_LIKE_FULL = 86, 80
"""Likeness in percent from which on a name is taken for a misspelling of another: of one word, of several."""

MOST_LIKE, MOST_LIKE_FULL = 3, 10
"""Surnames, and speakers, that are considered of those a misspelt name may stand for."""

LEAST_LETTERS = 5
"""Letters from which on a surname alone may be misspelt: in shorter ones a letter makes another name."""

SHORT_WORD, LONG_WORD = 3, 7
"""Letters from which on a name may be misspelt by one letter, and by two."""

_LAST_SOUND = re.compile(r"(?:ie|ey|ee|y)$")


NAME, ALIAS, LAST, FIRST, FULL = "name", "alias", "last", "first", "full"
"""Kinds of keys in a directory."""


def name_keys(speaker: Speaker) -> Iterator[tuple[str, str]]:
    """Yield the keys under which a speaker's names are found, each with its kind."""
    person = speaker.kind is SpeakerKind.PERSON
    for form in dict.fromkeys((speaker.name, *speaker.aliases)):
        if (person and (is_bare(form) or not compatible(form, speaker.name))) or _is_title(form):
            continue  # "the General" is nobody's name, and another full name is somebody else's
        for key in _keys(form, person=person):
            yield NAME if form == speaker.name else ALIAS, key
    if person:
        yield LAST, last_key(speaker.name)
        if first := given(speaker.name):
            yield FIRST, first
        if not is_bare(speaker.name):
            yield FULL, " ".join(name_key(speaker.name))


class Names:
    """Finds speakers by name; those found come most statements first, ties by id.

    Args:
        directory: the speakers with their `name_keys`.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def exactly(self, words: str) -> list[int]:
        """Return those who are called that: by name, or where nobody is, by another form of it."""
        titled = any(fold(word) in TITLES for word in words.split()[:-1])
        keys = dict.fromkeys((speaker_key(words), " ".join(name_key(words)), " ".join(question_terms(words))))
        for kind in (NAME, ALIAS):
            found = {at for key in keys if key for at in self._directory.holding(kind, key)}
            found = {at for at in found if not titled or self._profile(at).speaker.kind is SpeakerKind.PERSON}
            if found:
                return self.ordered(found)
        return []

    def surnamed(self, key: str) -> list[int]:
        """Return those whose folded surname is that; see `last_key`."""
        return self._directory.find(LAST, key)

    def first_named(self, key: str) -> list[int]:
        """Return those whose first name is that, or goes with it."""
        firsts = [first for first in self._directory.spelt(FIRST) if same_given(key, first)]
        return self.ordered(at for first in firsts for at in self._directory.holding(FIRST, first))

    def ordered(self, found: Iterable[int]) -> list[int]:
        """Return speakers in their order."""
        return sorted(found, key=self._directory.order)

    def _profile(self, at: int) -> Profile:
        return self._directory.profile(at)

    def bearers(self, name: str) -> list[int]:
        """Return those whom a full name means: by forms that go together, or else nearly spelt like that."""
        first = given(name)
        found = [at for at in self.surnamed(last_key(name)) if self._goes_by(name, first, self._profile(at))]
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
        spelt = self._directory.spelt(FULL)
        alike = process.extract(key, spelt, scorer=fuzz.ratio, limit=None, score_cutoff=LEAST_LIKE_FULL)
        whose = [(-likeness, at, other) for other, likeness, _ in alike for at in self._directory.holding(FULL, other)]
        likest = sorted(whose, key=lambda each: (each[0], self._directory.order(each[1])))
        found = [
            (likeness, at)
            for likeness, at, other in likest[:MOST_LIKE_FULL]
            if len(key.split()) == len(other.split()) and all(map(_is_slip, key.split(), other.split()))
        ]
        best = min(found, default=(0.0, -1))
        return self.ordered(at for likeness, at in found if likeness == best[0])

    def near(self, key: str) -> list[int]:
        """Return those whose surname is nearly that; none for a short one."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415  (as above)

        if len(key) < LEAST_LETTERS:  # one letter more or less makes another name of a shorter one
            return []
        spelt = self._directory.spelt(LAST)
        alike = process.extract(key, spelt, scorer=fuzz.ratio, limit=None, score_cutoff=LEAST_LIKE)
        borne = [(likeness, those) for other, likeness, _ in alike if (those := self.surnamed(other))]
        best = max((likeness for likeness, _ in borne), default=0.0)
        names = [those for likeness, those in borne if likeness == best]
        # Of more surnames that are as like, those of whom most is said.
        names.sort(key=lambda those: self._directory.order(those[0]))
        return self.ordered(at for those in names[:MOST_LIKE] for at in those)

    def slips(self, key: str) -> list[int]:
        """Return those whose surname, however short, is a slip away, and begins alike."""
        spelt = self._directory.spelt(LAST)
        alike = [name for name in spelt if name[:1] == key[:1] and abs(len(name) - len(key)) <= SHORT_WORD]
        return self.ordered(at for name in alike if _is_slip(key, name) for at in self.surnamed(name))


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
