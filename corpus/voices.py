"""What the registry is made from: all entries of speakers, and who speaks in which statement, as stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection, func, select

from corpus.identity import Entry
from corpus.queries import CURRENT, current_generation
from corpus.records import SpeakerKind
from corpus.saying import ROLE
from corpus.schema import articles, corrections, revisions, speaker_forms, speakers, statements, voices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


class Stamp(NamedTuple):
    """What tells one state of the registry's sources from another."""

    generation: int
    last_correction: int
    corrections: int


class Line(NamedTuple):
    """A voice in a statement, or a statement without any.

    Attributes:
        speaker: id of the entry, or None.
    """

    statement: int
    article: int
    speaker: int | None
    published: date | None
    publisher: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """All of it, in one state.

    Attributes:
        lines: by statement, in a statement by position: who spoke comes first.
        entries: rows of named speakers, by id.
        unnamed: descriptions of unnamed speakers, by id.
        roles: by entry, role -> in how many articles.
        keys: id of the entry by key and kind.
    """

    stamp: Stamp
    lines: tuple[Line, ...]
    entries: Mapping[int, Entry]
    unnamed: Mapping[int, str]
    roles: Mapping[int, Mapping[str, int]]
    keys: Mapping[tuple[str, SpeakerKind], int]


def stamp_of(connection: Connection) -> Stamp:
    """Return the state that a connection sees."""
    counted = connection.execute(
        select(func.coalesce(func.max(corrections.c.id), 0), func.count(corrections.c.id))
    ).one()
    return Stamp(current_generation(connection), *counted)


def heard(connection: Connection) -> Heard:
    """Read all that a registry needs; the connection is in a transaction."""
    # First of all: should another state be read after it, the registry is taken for older than it is, never for newer.
    stamp = stamp_of(connection)
    spoken = (
        select(statements.c.id, statements.c.article, voices.c.speaker, revisions.c.published, revisions.c.publisher)
        .select_from(statements)
        .join(articles, articles.c.id == statements.c.article)
        .join(revisions, CURRENT)
        .outerjoin(voices, voices.c.statement == statements.c.id)
        .order_by(statements.c.id, voices.c.position)
    )
    lines = tuple(map(Line._make, connection.execute(spoken)))
    counts: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.speaker is not None:
            counts[line.speaker] += 1
    aliases: dict[int, dict[str, int]] = defaultdict(dict)
    roles: dict[int, dict[str, int]] = defaultdict(dict)
    forms = speaker_forms.c
    counted = select(forms.speaker, forms.kind, forms.form, func.count()).group_by(
        forms.speaker, forms.kind, forms.form
    )
    for speaker, kind, form, count in connection.execute(counted):
        known = (roles if kind == ROLE else aliases)[speaker]
        known[form] = known.get(form, 0) + count
    entries: dict[int, Entry] = {}
    unnamed: dict[int, str] = {}
    keys: dict[tuple[str, SpeakerKind], int] = {}
    for row in connection.execute(select(speakers).order_by(speakers.c.id)):
        kind = SpeakerKind(row.kind)
        if row.key is None:
            unnamed[row.id] = row.name
        else:
            keys[row.key, kind] = row.id
            entries[row.id] = Entry(row.id, row.name, kind, counts.get(row.id, 0), aliases.get(row.id, {}))
    return Heard(stamp, lines, entries, unnamed, roles, keys)
