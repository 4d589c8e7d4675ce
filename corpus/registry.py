"""The registry: who speaks in the corpus, across articles, with aliases, roles and how much of them there is.

A registry is an immutable view of one state of the database, with the corrections applied. `Registry.refreshed` gives
the view of a later state.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from corpus.amending import amend
from corpus.calling import Callers
from corpus.errors import SpeakerNotFoundError
from corpus.identity import is_bare
from corpus.records import Profile, Speaker, SpeakerKind
from corpus.saying import speaker_key
from corpus.voices import heard, stamp_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from corpus.amending import Amended
    from corpus.records import Statement
    from corpus.store import Store
    from corpus.voices import Heard, Line, Stamp

MOST_NEAR = 5
"""Names offered where nobody has the one that was given."""

LEAST_ALIAS = 0.05
"""Share of a speaker's articles that an alias stands in, unless it is a part of the name; rarer ones are slips."""


class Registry:
    """Who speaks, as of one state of the corpus. Safe to share between threads.

    Attributes:
        stamp: the state.
        profiles: persons and organisations that make statements; most statements first, ties by id.
        idle: numbers of the corrections that find nothing to correct.
    """

    def __init__(self, known: Heard, amended: Amended) -> None:
        self.stamp: Stamp = known.stamp
        self.idle = tuple(amended.idle)
        self._groups = amended.groups
        self._unnamed = known.unnamed
        self._speakers: dict[int, tuple[int, ...]] = {}
        self._lines: dict[int, list[Line]] = defaultdict(list)
        self._first: list[Line] = []
        self._read(known, amended)
        self._profiles = {number: self._profile(number, known, amended) for number in self._lines}
        self._profiles = {number: profile for number, profile in self._profiles.items() if number not in known.unnamed}
        order = sorted(self._profiles.values(), key=lambda profile: (-profile.statements, profile.speaker.id))
        self.profiles: tuple[Profile, ...] = tuple(order)

    @classmethod
    def load(cls, store: Store) -> Registry:
        """Read the registry of the corpus as it is now."""
        with store.engine.connect() as connection, connection.begin():
            known = heard(connection)
            return cls(known, amend(connection, known))

    def refreshed(self, store: Store) -> Registry:
        """Return the registry of the corpus as it is now: this one, when nothing has changed."""
        with store.engine.connect() as connection:
            now = stamp_of(connection)
        return self if now == self.stamp else Registry.load(store)

    @cached_property
    def _callers(self) -> Callers:
        return Callers(self.profiles)

    def profile(self, speaker: int) -> Profile | None:
        """Return a speaker by the id of any of its entries, unnamed ones included; None when it makes no statement."""
        number = self._groups.of(speaker)
        if number in self._profiles:
            return self._profiles[number]
        if number not in self._unnamed or number not in self._lines:
            return None
        described = Speaker(id=number, name=self._unnamed[number], kind=SpeakerKind.UNNAMED)
        return self._counted(described, (number,))

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
        exact = [each for each in self.profiles if speaker_key(each.speaker.name) == speaker_key(words)]
        fitting = exact or list(self._callers.called(words))
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = [f"{each.speaker.name} (number {each.speaker.id})" for each in fitting[:MOST_NEAR]]
            raise SpeakerNotFoundError(words, names, several=True)
        raise SpeakerNotFoundError(words, self.near(words))

    def near(self, words: str) -> tuple[str, ...]:
        """Return the names that come nearest to words, the likest first."""
        return tuple(each.speaker.name for each in self._callers.near(words, MOST_NEAR))

    def corrected(self, statement: Statement) -> Statement:
        """Return a statement with its speakers as they are after all corrections, each by the id of its profile."""
        speakers = self._speakers.get(statement.id)
        if speakers is None:
            speakers = tuple(dict.fromkeys(self._groups.of(each) for each in statement.speakers))
        return statement if speakers == statement.speakers else replace(statement, speakers=speakers)

    def speakers_of(self, statements: Sequence[int]) -> list[tuple[int, ...]]:
        """Return the speakers of each statement as they are after all corrections; () for none, and for no statement.

        Args:
            statements: ids of statements.

        Returns:
            For each the ids of profiles; who spoke comes first.
        """
        return [self._speakers.get(number, ()) for number in statements]

    def statement_numbers(
        self,
        *,
        speakers: Collection[int] | None = None,
        since: date | None = None,
        until: date | None = None,
        publisher: str | None = None,
    ) -> list[int]:
        """Return the ids of statements, ascending; what is None does not restrict.

        Args:
            speakers: ids of any entries; one of them speaks.
            since: first day; articles without a date are then left out.
            until: last day, likewise.
            publisher: its name, in any case.
        """
        lines: Iterable[Line] = self._first
        if speakers is not None:
            lines = (
                line for number in {self._groups.of(each) for each in speakers} for line in self._lines.get(number, ())
            )
        wanted = publisher.casefold() if publisher is not None else None
        return sorted(
            {
                line.statement
                for line in lines
                if (since is None or (line.published is not None and line.published >= since))
                and (until is None or (line.published is not None and line.published <= until))
                and (wanted is None or (line.publisher or "").casefold() == wanted)
            }
        )

    def publishers(self, speakers: Collection[int] | None = None) -> tuple[tuple[str, int], ...]:
        """Return the publishers of statements with how many; most first, then by name.

        Args:
            speakers: ids of any entries; only statements that one of them makes count. None for all.
        """
        lines: Iterable[Line] = self._first
        if speakers is not None:
            groups = {self._groups.of(each) for each in speakers}
            lines = {line.statement: line for number in groups for line in self._lines.get(number, ())}.values()
        counts = Counter(line.publisher for line in lines if line.publisher)
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def _read(self, known: Heard, amended: Amended) -> None:
        """Sort the lines by speaker, as corrected."""
        of: dict[int, int] = {}
        for stored in known.lines:
            number, speaker = stored.statement, stored.speaker
            before = self._speakers.get(number)
            if before is None:
                self._first.append(stored)
                corrected = amended.voices.get(number)
                if corrected is not None:
                    self._speakers[number] = tuple(dict.fromkeys(amended.groups.of(each) for each in corrected))
                    for each in self._speakers[number]:
                        self._lines[each].append(stored)
                    continue
            elif number in amended.voices:
                continue
            if speaker is None:
                self._speakers[number] = ()
                continue
            group = of.get(speaker)
            if group is None:
                group = of[speaker] = amended.groups.of(speaker)
            if before is None or group not in before:
                self._speakers[number] = (*(before or ()), group)
                self._lines[group].append(stored)

    def _profile(self, number: int, known: Heard, amended: Amended) -> Profile:
        entries = [known.entries[each] for each in amended.groups.members(number) if each in known.entries]
        if not entries:
            return self._counted(Speaker(id=number, name="", kind=SpeakerKind.UNNAMED), (number,))
        main = min(entries, key=lambda entry: (is_bare(entry.name), -entry.statements, entry.id))
        members = {entry.id for entry in entries}
        forms = Counter[str]()
        roles = Counter[str]()
        for entry in entries:
            forms[entry.name] += 0
            forms.update(entry.aliases)
            roles.update(known.roles.get(entry.id, {}))
        name = next((given for row, given in reversed(amended.names) if row in members), None)
        if name is None:
            name = min(
                (form for form in forms if speaker_key(form) == speaker_key(main.name)),
                # With its accents, where articles differ: leaving them out is the slip.
                key=lambda form: (not _has_accents(form), -forms[form], form != main.name, form),
            )
        articles = len({line.article for line in self._lines[number]})
        aliases = [
            form
            for form in _most_used(forms)
            if form != name
            and (amended.groups.of(number), speaker_key(form)) not in amended.dropped
            and (forms[form] >= LEAST_ALIAS * articles or speaker_key(form) in speaker_key(name))
        ]
        speaker = Speaker(id=number, name=name, kind=main.kind, aliases=tuple(aliases), roles=_most_used(roles))
        return self._counted(speaker, tuple(sorted(members)))

    def _counted(self, speaker: Speaker, ids: tuple[int, ...]) -> Profile:
        lines = self._lines[speaker.id]
        days = [line.published for line in lines if line.published is not None]
        return Profile(
            speaker=speaker,
            ids=ids,
            statements=len(lines),
            articles=len({line.article for line in lines}),
            first=min(days, default=None),
            last=max(days, default=None),
        )


def _has_accents(form: str) -> bool:
    return any(letter.isalpha() and not letter.isascii() for letter in form)


def _most_used(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda form: (-counts[form], form)))
