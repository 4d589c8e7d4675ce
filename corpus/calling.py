"""Whom the words of a name may mean among the speakers of the corpus."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from corpus.identity import is_bare, spelling
from corpus.names import compatible, fold, given, name_key, surname
from corpus.records import SpeakerKind
from corpus.saying import speaker_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.records import Profile

LEAST_NEAR = 80
"""Likeness in percent from which on a name is taken for a misspelling of another."""


class Callers:
    """Finds speakers by how they are called.

    Args:
        profiles: the speakers, most statements first.
    """

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._profiles = profiles
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._surnames: dict[str, list[int]] = defaultdict(list)
        self._parts: dict[str, list[int]] = defaultdict(list)
        self._names: dict[int, str] = {}
        for at, profile in enumerate(profiles):
            speaker = profile.speaker
            self._names[at] = speaker_key(speaker.name)
            forms = dict.fromkeys((speaker.name, *speaker.aliases))
            for key in dict.fromkeys(key for form in forms for key in _keys(form)):
                self._exact[key].append(at)
            if speaker.kind is SpeakerKind.PERSON:
                full = [form for form in forms if not is_bare(form)]
                for last in dict.fromkeys(_spelt(surname(form)) for form in full):
                    self._surnames[last].append(at)
            for part in dict.fromkeys(spelling(word) for form in forms for word in name_key(form)):
                self._parts[part].append(at)

    def sharing(self, name: str) -> tuple[Profile, ...]:
        """Return all whom the words of a name may mean.

        Returns:
            First those who are called that, or have it as their surname; then those whose name goes together with it,
            as first name, nickname or longer form; only where there are none, those with nearly the name. Among equals
            most statements first, ties by id.
        """
        first = dict.fromkeys(self._called(name))
        second = {at: None for at in sorted(self._compatible(name)) if at not in first}
        found = [*sorted(first), *second] or self._misspelt(name)
        return tuple(self._profiles[at] for at in found)

    def called(self, name: str) -> tuple[Profile, ...]:
        """Return those who are called that or have it as their surname, else those whose name goes together with it."""
        found = sorted(dict.fromkeys(self._called(name))) or sorted(self._compatible(name))
        return tuple(self._profiles[at] for at in found)

    def near(self, name: str, limit: int) -> tuple[Profile, ...]:
        """Return those whose names come nearest, however far that is, the likest first; at most so many."""
        found = process.extract(speaker_key(name), self._names, scorer=fuzz.WRatio, limit=limit)
        ranked = sorted(found, key=lambda one: (-one[1], one[2]))
        return tuple(self._profiles[at] for _, _, at in ranked)

    def _misspelt(self, name: str) -> list[int]:
        """Return those who are called nearly that, the likest first."""
        best: dict[int, float] = {}
        for words, known in ((speaker_key(name), self._exact), (_spelt(name), self._surnames)):
            likest = process.extract(words, known.keys(), scorer=fuzz.ratio, limit=None, score_cutoff=LEAST_NEAR)
            for key, likeness, _ in likest:
                for at in known[key]:
                    best[at] = max(best.get(at, 0), likeness)
        return sorted(best, key=lambda at: (-best[at], at))

    def _called(self, name: str) -> Iterator[int]:
        for key in _keys(name):
            yield from self._exact.get(key, ())
        if is_bare(name):
            yield from self._surnames.get(_spelt(name), ())

    def _compatible(self, name: str) -> set[int]:
        found: set[int] = set()
        tokens = {spelling(word) for word in name_key(name)}
        if last := surname(name):
            tokens.add(spelling(name_key(last)[-1]) if name_key(last) else "")
        for token in tokens:
            for at in self._parts.get(token, ()):
                speaker = self._profiles[at].speaker
                if speaker.kind is SpeakerKind.ORGANISATION:
                    words = {fold(word) for word in speaker.name.split()}
                    if {fold(word) for word in name.split()} - {"the"} <= words:
                        found.add(at)
                elif compatible(name, speaker.name) or (is_bare(name) and spelling(given(speaker.name)) == token):
                    found.add(at)
        return found


def _keys(name: str) -> tuple[str, ...]:
    """Return the keys under which a name is found: as written, and without titles."""
    plain = speaker_key(name).removeprefix("the ")
    return tuple(dict.fromkeys(key for key in (plain, " ".join(name_key(name))) if key))


def _spelt(name: str) -> str:
    return " ".join(spelling(part) for part in name_key(name))
