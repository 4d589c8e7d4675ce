"""Whom the words of a name may mean among the speakers of the corpus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from rapidfuzz import fuzz, process

from corpus.likeness import is_bare, spelling
from corpus.names import compatible, fold, given, name_key, surname
from corpus.postings import Postings
from corpus.records import SpeakerKind
from corpus.saying import speaker_key
from corpus.spelt import Spelt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from corpus.records import Profile

LEAST_NEAR = 80
"""Likeness in percent from which on a name is taken for a misspelling of another."""

_EXACT, _SURNAME, _PART = "exact ", "surname ", "part "


class People(Protocol):
    """Speakers by their numbers."""

    def profile(self, speaker: int) -> Profile | None:
        """Return one of them."""
        ...

    @property
    def profiles(self) -> Sequence[Profile]:
        """All of them, most statements first, ties by id."""
        ...


@dataclass(frozen=True, slots=True)
class Called:
    """How speakers are called; immutable.

    Attributes:
        keys: their numbers by `caller_keys`.
        exact: all forms of their names, folded.
        surnames: all surnames, as they are spelt.
    """

    keys: Postings = field(default_factory=Postings)
    exact: Spelt = field(default_factory=Spelt)
    surnames: Spelt = field(default_factory=Spelt)

    @classmethod
    def of(cls, keys: Mapping[int, Sequence[str]]) -> Called:
        """List speakers by their `caller_keys`."""
        return cls(Postings.of(keys), Spelt.of(_of(_EXACT, keys)), Spelt.of(_of(_SURNAME, keys)))

    def renew(self, keys: Mapping[int, Sequence[str]]) -> Called:
        """Return them with other keys of some speakers; none where there are none."""
        exact, surnames = self.exact.having(_of(_EXACT, keys)), self.surnames.having(_of(_SURNAME, keys))
        return Called(self.keys.renew(keys), exact, surnames)

    def settled(self) -> Called:
        """Return the same with nothing beside the arrays."""
        return Called(self.keys.settled(), self.exact.settled(), self.surnames.settled())


def _of(kind: str, keys: Mapping[int, Sequence[str]]) -> Iterator[str]:
    return (key.removeprefix(kind) for those in keys.values() for key in those if key.startswith(kind))


class Callers:
    """Finds speakers by how they are called.

    Args:
        people: the speakers.
        called: how they are called.
    """

    def __init__(self, people: People, called: Called) -> None:
        self._people = people
        self._keys = called.keys
        self._spelt = called.exact, called.surnames

    def _profile(self, number: int) -> Profile:
        found = self._people.profile(number)
        assert found is not None
        return found

    def _order(self, number: int) -> tuple[int, int]:
        return -self._profile(number).statements, number

    def sharing(self, name: str) -> tuple[Profile, ...]:
        """Return all whom the words of a name may mean.

        Returns:
            First those who are called that, or have it as their surname; then those whose name goes together with it,
            as first name, nickname or longer form; only where there are none, those with nearly the name. Among equals
            most statements first, ties by id.
        """
        first = dict.fromkeys(self._called(name))
        second = {at: None for at in sorted(self._compatible(name), key=self._order) if at not in first}
        found = [*sorted(first, key=self._order), *second] or self._misspelt(name)
        return tuple(map(self._profile, found))

    def called(self, name: str) -> tuple[Profile, ...]:
        """Return those who are called that or have it as their surname, else those whose name goes together with it."""
        found = set(self._called(name)) or self._compatible(name)
        return tuple(map(self._profile, sorted(found, key=self._order)))

    def near(self, name: str, limit: int) -> tuple[Profile, ...]:
        """Return those whose names come nearest, however far that is, the likest first; at most so many."""
        profiles = self._people.profiles
        names = {at: speaker_key(profile.speaker.name) for at, profile in enumerate(profiles)}
        found = process.extract(speaker_key(name), names, scorer=fuzz.WRatio, limit=limit)
        return tuple(profiles[at] for _, _, at in sorted(found, key=lambda one: (-one[1], one[2])))

    def _misspelt(self, name: str) -> list[int]:
        """Return those who are called nearly that, the likest first."""
        best: dict[int, float] = {}
        wanted = (_EXACT, speaker_key(name)), (_SURNAME, _spelt(name))
        for (kind, words), known in zip(wanted, self._spelt, strict=True):
            likest = process.extract(words, known.all(), scorer=fuzz.ratio, limit=None, score_cutoff=LEAST_NEAR)
            for key, likeness, _ in likest:
                for at in self._keys.find(kind + key):
                    best[at] = max(best.get(at, 0), likeness)
        return sorted(best, key=lambda at: (-best[at], self._order(at)))

    def _called(self, name: str) -> Iterator[int]:
        for key in _keys(name):
            yield from self._keys.find(_EXACT + key)
        if is_bare(name):
            yield from self._keys.find(_SURNAME + _spelt(name))

    def _compatible(self, name: str) -> set[int]:
        found: set[int] = set()
        tokens = {spelling(word) for word in name_key(name)}
        if last := surname(name):
            tokens.add(spelling(name_key(last)[-1]) if name_key(last) else "")
        for token in tokens:
            for at in self._keys.find(_PART + token):
                speaker = self._profile(at).speaker
                if speaker.kind is SpeakerKind.ORGANISATION:
                    words = {fold(word) for word in speaker.name.split()}
                    if {fold(word) for word in name.split()} - {"the"} <= words:
                        found.add(at)
                elif compatible(name, speaker.name) or (is_bare(name) and spelling(given(speaker.name)) == token):
                    found.add(at)
        return found


def caller_keys(profile: Profile) -> list[str]:
    """Return the keys by which a speaker is found."""
    speaker = profile.speaker
    forms = list(dict.fromkeys((speaker.name, *speaker.aliases)))
    found = [_EXACT + key for form in forms for key in _keys(form)]
    if speaker.kind is SpeakerKind.PERSON:
        found += [_SURNAME + _spelt(surname(form)) for form in forms if not is_bare(form)]
    found += [_PART + spelling(word) for form in forms for word in name_key(form)]
    return list(dict.fromkeys(found))


def _keys(name: str) -> tuple[str, ...]:
    """Return the keys under which a name is found: as written, and without titles."""
    plain = speaker_key(name).removeprefix("the ")
    return tuple(dict.fromkeys(key for key in (plain, " ".join(name_key(name))) if key))


def _spelt(name: str) -> str:
    return " ".join(spelling(part) for part in name_key(name))
