"""The registry: who speaks in the corpus, across articles, with aliases, roles and how much of them there is.

A registry is an immutable view of one state of the database, with the corrections applied. `Registry.refreshed` gives
the view of a later state. Profiles are worked out when they are asked for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from corpus.calling import Called, Callers, caller_keys
from corpus.errors import SpeakerNotFoundError
from corpus.likeness import is_bare
from corpus.lines import Range, once
from corpus.profiles import Profiles
from corpus.records import Profile, Speaker, SpeakerKind
from corpus.saying import speaker_key
from corpus.states import State
from corpus.voices import KINDS, stamp_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from corpus.lines import Ids
    from corpus.records import Statement
    from corpus.store import Store
    from corpus.voices import Stamp

    Step = tuple[Stamp, frozenset[int]]

MOST_NEAR = 5
"""Names offered where nobody has the one that was given."""

LEAST_ALIAS = 0.05
"""Share of a speaker's articles that an alias stands in, unless it is a part of the name; rarer ones are slips."""


KEPT_STEPS = 64
"""Changes of the registry of which it is known whom they concerned."""

MOST_KNOWN = 20_000
"""Profiles that are held, about a kilobyte each, before those are worked out again that are asked for."""

_UNNAMED = KINDS.index(SpeakerKind.UNNAMED)


class Registry:
    """Who speaks, as of one state of the corpus. Safe to share between threads.

    Args:
        state: the state.
        called: how the profiles are called.
        steps: the states it came from, the latest last, each with the ids whose profiles may be others since.

    Attributes:
        stamp: the state.
        idle: numbers of the corrections that find nothing to correct.
    """

    def __init__(self, state: State, called: Called | None = None, steps: Sequence[Step] = ()) -> None:
        self.state = state
        self.stamp: Stamp = state.stamp
        self.idle = state.amended.idle
        self.steps = tuple(steps[-KEPT_STEPS:])
        self._known: dict[int, Profile] = {}
        if called is None:
            called = Called.of({profile.speaker.id: caller_keys(profile) for profile in self.profiles})
        self.called = called

    @classmethod
    def load(cls, store: Store) -> Registry:
        """Read the registry of the corpus as it is now."""
        with store.engine.connect() as connection, connection.begin():
            return cls(State().later(connection)[0])

    def settled(self) -> Registry:
        """Return the same registry with nothing beside its arrays."""
        return Registry(self.state.settled(), self.called.settled(), self.steps)

    def refreshed(self, store: Store, stamp: Stamp | None = None) -> Registry:
        """Return the registry of the corpus as it is now: this one, when nothing has changed.

        Args:
            store: the corpus.
            stamp: its state, where that is known.
        """
        with store.engine.connect() as connection, connection.begin():
            if (stamp or stamp_of(connection)) == self.stamp:
                return self
            state, changed = self.state.later(connection)
        if not self.stamp.generation:
            return Registry(state)
        made = Registry(state, self.called, (*self.steps, (self.stamp, frozenset(changed))))
        keys: dict[int, list[str]] = {}
        for number in changed:
            found = made.profile(number)
            is_listed = (
                found is not None and found.speaker.id == number and found.speaker.kind is not SpeakerKind.UNNAMED
            )
            keys[number] = caller_keys(found) if found is not None and is_listed else []
        made.called = self.called.renew(keys)
        return made

    def changed_since(self, stamp: Stamp) -> frozenset[int] | None:
        """Return the ids whose profiles may be others than in an earlier state; None when that is not known."""
        for at, (before, _) in enumerate(self.steps):
            if before == stamp:
                return frozenset().union(*(changed for _, changed in self.steps[at:]))
        return frozenset() if stamp == self.stamp else None

    @cached_property
    def profiles(self) -> Sequence[Profile]:
        """Persons and organisations that make statements; most statements first, ties by id."""
        said = self.state.said
        kind = self.state.entries.kind[: len(said)]
        return Profiles(self, np.flatnonzero((said > 0) & (kind > 0) & (kind != _UNNAMED)))

    def said(self, number: int) -> int:
        """Return how many statements the profile of an id makes; 0 where there is none."""
        return int(self.state.said[number]) if 0 <= number < len(self.state.said) else 0

    @property
    def _callers(self) -> Callers:
        return Callers(self, self.called)

    def profile(self, speaker: int) -> Profile | None:
        """Return a speaker by the id of any of its entries, unnamed ones included; None when it makes no statement."""
        number = self.state.grouping.of(speaker)
        found = self._known.get(number)
        if found is None and self.said(number):
            found = self._profile(number)
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[number] = found
        return found

    def sharing(self, name: str) -> tuple[Profile, ...]:
        """Return all whom the words of a name may mean; see `corpus.calling.Callers.sharing` for the order."""
        return self._callers.sharing(name)

    def named(self, words: str) -> Profile:
        """Return the speaker that words name: by number ("12", "#12"), by full name, or as the only one that they fit.

        Raises:
            SpeakerNotFoundError: they name nobody, or several; it names those.
        """
        number = words.strip().removeprefix("#")
        if number.isdecimal() and len(number) <= 18:  # noqa: PLR2004 - digits of an id
            found = self.profile(int(number))
            if found is None:
                raise SpeakerNotFoundError(words)
            return found
        fitting = self.bearing(words) or self._callers.called(words)
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = [f"{each.speaker.name} (number {each.speaker.id})" for each in fitting[:MOST_NEAR]]
            raise SpeakerNotFoundError(words, names, several=True)
        raise SpeakerNotFoundError(words, self.near(words))

    def bearing(self, name: str) -> tuple[Profile, ...]:
        """Return those of a name, case and accents aside, most statements first."""
        key = speaker_key(name)
        return tuple(each for each in self._callers.called(name) if speaker_key(each.speaker.name) == key)

    def near(self, words: str) -> tuple[str, ...]:
        """Return the names that come nearest to words, the likest first."""
        return tuple(each.speaker.name for each in self._callers.near(words, MOST_NEAR))

    def corrected(self, statement: Statement) -> Statement:
        """Return a statement with its speakers as they are after all corrections, each by the id of its profile."""
        speakers = self.state.speakers(statement.id, statement.speakers)
        return statement if speakers == statement.speakers else replace(statement, speakers=speakers)

    def speakers_of(self, statements: Sequence[int]) -> list[tuple[int, ...]]:
        """Return the speakers of each statement as they are after all corrections; () for none, and for no statement.

        Args:
            statements: ids of statements.

        Returns:
            For each the ids of profiles; who spoke comes first.
        """
        stored = self.state.lines.voices(statements)
        return [self.state.speakers(number, stored[number]) if number in stored else () for number in statements]

    def statement_numbers(
        self,
        *,
        speakers: Collection[int] | None = None,
        since: date | None = None,
        until: date | None = None,
        publisher: str | None = None,
    ) -> Ids:
        """Return the ids of statements, int64, ascending; what is None does not restrict.

        Args:
            speakers: ids of any entries; one of them speaks.
            since: first day; articles without a date are then left out.
            until: last day, likewise.
            publisher: its name, in any case.
        """
        statement, article = self._of(speakers)
        if since is None and until is None and publisher is None:
            return statement
        return statement[self.state.lines.within(article, Range(since, until, publisher))]

    def article_numbers(
        self, *, since: date | None = None, until: date | None = None, publisher: str | None = None
    ) -> Ids:
        """Return the ids of articles, int64, ascending; restricted as `statement_numbers` are."""
        return self.state.lines.written(Range(since, until, publisher))

    def publishing(self) -> tuple[str, ...]:
        """Return the publishers of all articles; most articles first, then by name."""
        lines = self.state.lines
        counts = np.bincount(lines.publisher[lines.present], minlength=len(lines.publishers) + 1)[1:].tolist()
        found = [(name, count) for name, count in zip(lines.publishers, counts, strict=True) if name and count]
        return tuple(name for name, _ in sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def publishers(self, speakers: Collection[int] | None = None) -> tuple[tuple[str, int], ...]:
        """Return the publishers of statements with how many; most first, then by name.

        Args:
            speakers: ids of any entries; only statements that one of them makes count. None for all.
        """
        lines = self.state.lines
        counts = np.bincount(lines.publisher[self._of(speakers)[1]], minlength=len(lines.publishers) + 1)[1:].tolist()
        found = [(name, count) for name, count in zip(lines.publishers, counts, strict=True) if name and count]
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def _of(self, speakers: Collection[int] | None) -> tuple[Ids, Ids]:
        """Return the statements of speakers, and their articles."""
        if speakers is None:
            return self.state.lines.all()
        parts = [self.state.of(number) for number in sorted({self.state.grouping.of(each) for each in speakers})]
        if len(parts) == 1:
            return parts[0]
        none = np.zeros(0, np.int64)
        return once(*(np.concatenate((none, *column)) for column in (zip(*parts, strict=True) if parts else ((), ()))))

    def _profile(self, number: int) -> Profile:
        state = self.state
        if state.entries.kind[number] == _UNNAMED:
            described = Speaker(id=number, name=state.entries.name[number], kind=SpeakerKind.UNNAMED)
            return self._counted(described, (number,))
        members = state.grouping.members(number)
        entries = [state.entries.entry(each) for each in members]
        main = min(entries, key=lambda entry: (is_bare(entry.name), -entry.statements, entry.id))
        forms = Counter[str]()
        roles = Counter[str]()
        for entry in entries:
            forms[entry.name] += 0
            forms.update(entry.aliases)
            roles.update(state.entries.forms.counted(entry.id)[1])
        name = next((given for row, given in reversed(state.amended.names) if row in members), None)
        if name is None:
            name = min(
                (form for form in forms if speaker_key(form) == speaker_key(main.name)),
                # With its accents, where articles differ: leaving them out is the slip.
                key=lambda form: (not _has_accents(form), -forms[form], form != main.name, form),
            )
        bare = self._counted(Speaker(id=number, name=name, kind=main.kind), members)
        aliases = [
            form
            for form in _most_used(forms)
            if form != name
            and (number, speaker_key(form)) not in state.moved.dropped
            and (forms[form] >= LEAST_ALIAS * bare.articles or speaker_key(form) in speaker_key(name))
        ]
        return replace(bare, speaker=replace(bare.speaker, aliases=tuple(aliases), roles=_most_used(roles)))

    def _counted(self, speaker: Speaker, ids: tuple[int, ...]) -> Profile:
        statement, article = self.state.of(speaker.id)
        present = np.unique(article)
        days = self.state.lines.day[present]
        days = days[days > 0]
        return Profile(
            speaker=speaker,
            ids=ids,
            statements=len(statement),
            articles=len(present),
            first=date.fromordinal(int(days.min())) if len(days) else None,
            last=date.fromordinal(int(days.max())) if len(days) else None,
        )


def _has_accents(form: str) -> bool:
    return any(letter.isalpha() and not letter.isascii() for letter in form)


def _most_used(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda form: (-counts[form], form)))
