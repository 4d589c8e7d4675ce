"""States of what the registry is made from, and how one becomes the next.

A state is immutable. The next one is made by reading what the change log, and the corrections, say is another.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from corpus.amending import Amended, Moved, amend, move
from corpus.forms import Forms
from corpus.grouping import Grouping
from corpus.lines import Lines, grown
from corpus.postings import Texts
from corpus.rows import Entries
from corpus.voices import Stamp, changed_since, heard, named, stamp_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from corpus.lines import Ids
    from corpus.voices import Heard, Named

NOTHING = Stamp(0, 0, 0)
"""The state in which nothing was read yet."""


@dataclass(frozen=True, slots=True)
class State:
    """Who speaks, and where, in one state of the corpus.

    Attributes:
        stamp: the state.
        entries: rows of speakers.
        lines: who speaks where, as stored.
        grouping: which entries are one speaker.
        amended: what corrections say.
        moved: who speaks where that was corrected.
        given: by group, the statements with corrected voices in which it speaks, ascending.
        said: statements by group, as corrected, int32; shape (ids of speakers,).
    """

    stamp: Stamp = NOTHING
    entries: Entries = field(default_factory=Entries)
    lines: Lines = field(default_factory=Lines)
    grouping: Grouping = field(default_factory=Grouping)
    amended: Amended = field(default_factory=Amended)
    moved: Moved = field(default_factory=Moved)
    given: dict[int, tuple[int, ...]] = field(default_factory=dict)
    said: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    def of(self, group: int) -> tuple[Ids, Ids]:
        """Return the statements of a group as corrected, ascending, and their articles."""
        statement, article = self.lines.of(self.grouping.members(group))
        if not self.moved.voices:
            return statement, article
        kept = ~np.isin(statement, np.fromiter(self.moved.voices, np.int64, len(self.moved.voices)))
        given = np.array(self.given.get(group, ()), np.int64)
        statement = np.concatenate((statement[kept], given))
        article = np.concatenate((article[kept], self.lines.articles_of(given)))
        order = np.argsort(statement, kind="stable")
        return statement[order], article[order]

    def speakers(self, statement: int, stored: Iterable[int]) -> tuple[int, ...]:
        """Return who speaks in a statement as corrected, each by its group."""
        voices = self.moved.voices.get(statement, stored)
        return tuple(dict.fromkeys(self.grouping.of(each) for each in voices))

    def later(self, connection: Connection) -> tuple[State, set[int]]:
        """Return the state that a connection, in a transaction, sees, and the groups of then and now that may differ.

        Of a state in which nothing was read yet, no groups are told.
        """
        # First of all: should another state be read after it, it is taken for older than it is, never for newer.
        stamp = stamp_of(connection)
        amended = amend(connection)
        if self.stamp.generation == 0:
            return self._first(connection, stamp, amended), set()
        numbers = changed_since(connection, self.stamp.generation)
        if not numbers and amended == self.amended:
            return replace(self, stamp=stamp), set()
        found = heard(connection, numbers, _Known(self.entries))
        found = replace(found, speakers=(*found.speakers, *self._corrected(connection, amended, found)))
        gone = self.lines.in_articles(numbers)
        lines = self.lines.renew(found.articles, found.lines) if numbers else self.lines
        entries = self._entries(found, gone, numbers)
        new = [each.id for each in found.speakers if entries.is_named(each.id)]
        touched = {*gone[:, 2].tolist(), *found.lines[:, 2].tolist(), *new} - {0}
        changed = {number for number in touched if entries.is_named(number)}
        changed |= amended.links.differing(self.amended.links)
        grouping, reached = self.grouping.renewed(entries, new, changed, amended.links)
        texts = {*gone[:, 0].tolist(), *found.lines[:, 0].tolist()}
        moved = move(connection, amended, grouping, lines, self._read(amended, texts))
        made = replace(self, stamp=stamp, entries=entries, lines=lines, grouping=grouping, amended=amended, moved=moved)
        made = made.placed()
        reached |= touched | self.otherwise(made)
        groups = {each.of(number) for each in (self.grouping, grouping) for number in reached}
        said = grown(self.said, len(entries.kind))
        for number in groups:
            # What was a group of its own may be a part of another by now.
            said[number] = len(made.of(number)[0]) if grouping.of(number) == number else 0
        return replace(made, said=said), groups

    def settled(self) -> State:
        """Return the same state with nothing beside its arrays."""
        entries = replace(self.entries, name=self.entries.name.settled(), forms=self.entries.forms.settled())
        return replace(self, entries=entries, lines=self.lines.settled(), grouping=self.grouping.settled())

    def _first(self, connection: Connection, stamp: Stamp, amended: Amended) -> State:
        """Read everything."""
        found = heard(connection)
        entries = replace(self._entries(found, found.lines[:0], ()), forms=Forms.of(found.forms))
        lines = self.lines.renew(found.articles, found.lines).settled()
        grouping = self.grouping.started(entries, amended.links)
        moved = move(connection, amended, grouping, lines, {})
        made = replace(
            self, stamp=stamp, entries=entries, lines=lines, grouping=grouping, amended=amended, moved=moved
        ).placed()
        speaking = lines.speaker > 0
        group = np.where(grouping.group > 0, grouping.group, np.arange(len(grouping.group), dtype=np.int32))
        pairs = lines.statement[speaking] * len(entries.kind) + group[lines.speaker[speaking]]
        said = np.bincount(np.unique(pairs) % len(entries.kind), minlength=len(entries.kind)).astype(np.int32)
        for number in {grouping.of(each) for each in State().otherwise(made)}:
            said[number] = len(made.of(number)[0])
        return replace(made, said=said)

    def _corrected(self, connection: Connection, amended: Amended, found: Heard) -> tuple[Named, ...]:
        """Read those whom corrections name and nobody has quoted yet."""
        wanted = {number for pair in (*amended.links.together, *amended.links.apart) for number in pair}
        wanted |= {number for number, _ in amended.names}
        wanted |= {number for each in amended.moves for number in (*each.source, each.target) if number is not None}
        seen = {each.id for each in found.speakers}
        missing = [number for number in wanted - seen if number not in _Known(self.entries)]
        return named(connection, missing) if missing else ()

    def _entries(self, found: Heard, gone: Ids, numbers: Collection[int]) -> Entries:
        """Return the entries with what was read; `gone` are the lines that its articles had."""
        room = max((len(self.entries.kind), *(each.id + 1 for each in found.speakers)))
        kind, count = grown(self.entries.kind, room), grown(self.entries.count, room)
        for each in found.speakers:
            kind[each.id] = each.kind
        np.subtract.at(count, gone[:, 2], 1)
        np.add.at(count, found.lines[:, 2], 1)
        names = {each.id: each.name for each in found.speakers}
        if not len(self.entries.kind):
            name = Texts.of([names.get(number, "") for number in range(room)])
        else:
            name = self.entries.name.having(names)
        forms = self.entries.forms.renew(numbers, found.forms) if numbers else self.entries.forms
        return Entries(kind, count, name, forms)

    def _read(self, amended: Amended, stale: Collection[int]) -> dict[int, dict[int, bool]]:
        """Return which statements corrections were compared with, but for some of which the text may be another."""
        kept = {each.correction.id for each in amended.moves}
        return {
            correction: {number: fits for number, fits in those.items() if number not in stale}
            for correction, those in self.moved.read.items()
            if correction in kept
        }

    def placed(self) -> State:
        """Return the same state with `given` as corrections have it."""
        given: dict[int, list[int]] = {}
        for statement in sorted(self.moved.voices):
            for number in self.speakers(statement, ()):
                given.setdefault(number, []).append(statement)
        return replace(self, given={number: tuple(those) for number, those in given.items()})

    def otherwise(self, other: State) -> set[int]:
        """Return the entries of which corrections of single statements, or of names, say anything else there."""
        found = {number for number, _ in {*self.amended.names} ^ {*other.amended.names}}
        if self.amended.names != other.amended.names:  # their order counts as well
            found |= {number for number, _ in (*self.amended.names, *other.amended.names)}
        found |= {number for number, _ in self.moved.dropped ^ other.moved.dropped}
        ours, theirs = self.moved.voices, other.moved.voices
        differing = [each for each in ours.keys() | theirs.keys() if ours.get(each) != theirs.get(each)]
        for state in (self, other):
            stored = state.lines.voices(differing)
            for statement in differing:
                found.update((*stored.get(statement, ()), *state.moved.voices.get(statement, ())))
        return found


class _Known(Container[int]):
    """Tells which speakers are among entries."""

    def __init__(self, entries: Entries) -> None:
        self._kind = entries.kind

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and 0 <= number < len(self._kind) and bool(self._kind[number])
