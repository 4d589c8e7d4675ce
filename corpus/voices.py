"""What the registry is made from, as it is read: articles, entries of speakers, who speaks in which statement, forms.

All of the corpus is read where nothing is known yet, and later only what the change log says has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, Select, func, select

from corpus.queries import CURRENT, batches, current_generation
from corpus.records import SpeakerKind
from corpus.saying import ROLE
from corpus.schema import articles, changes, corrections, revisions, speaker_forms, speakers, statements, voices

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator
    from datetime import date

    from numpy.typing import NDArray
    from sqlalchemy import Column

_AT_ONCE = 20_000
"""Rows held as objects while they are read."""

KINDS = (None, SpeakerKind.PERSON, SpeakerKind.ORGANISATION, SpeakerKind.UNNAMED)
"""Kinds of entries by their code in the columns; 0: there is no such entry."""


class Stamp(NamedTuple):
    """What tells one state of the registry's sources from another."""

    generation: int
    last_correction: int
    corrections: int


class Written(NamedTuple):
    """An article as the registry needs it; one that was removed is not `present`."""

    id: int
    present: bool
    published: date | None
    publisher: str | None


class Named(NamedTuple):
    """A row of a speaker: its kind's code, and its name or description."""

    id: int
    kind: int
    name: str


class Form(NamedTuple):
    """What an article calls a speaker, or says it is."""

    article: int
    speaker: int
    is_role: bool
    form: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What was read.

    Attributes:
        articles: by id.
        lines: a voice in a statement each, or a statement without any: statement, article, speaker (0: none); by
            statement, in a statement by position: who spoke comes first. Shape (n, 3).
        forms: by article.
        speakers: by id.
    """

    articles: tuple[Written, ...]
    lines: NDArray[np.int64]
    forms: Iterable[Form]
    speakers: tuple[Named, ...]


def stamp_of(connection: Connection) -> Stamp:
    """Return the state that a connection sees."""
    counted = connection.execute(
        select(func.coalesce(func.max(corrections.c.id), 0), func.count(corrections.c.id))
    ).one()
    return Stamp(current_generation(connection), *counted)


def changed_since(connection: Connection, generation: int) -> list[int]:
    """Return the ids of the articles that changed after a generation, ascending."""
    query = select(changes.c.article).where(changes.c.generation > generation).distinct().order_by(changes.c.article)
    return list(connection.scalars(query))


def heard(connection: Connection, numbers: Collection[int] | None = None, known: Container[int] = ()) -> Heard:
    """Read all that a registry needs; the connection is in a transaction.

    Args:
        connection: to the corpus.
        numbers: ids of the articles that matter; None for all.
        known: ids of speakers that need not be read, where some articles only are.
    """
    written = tuple(
        Written(row.id, row.removed_at is None, row.published, row.publisher)
        for row in _rows(
            connection,
            select(articles.c.id, articles.c.removed_at, revisions.c.published, revisions.c.publisher)
            .join(revisions, CURRENT)
            .order_by(articles.c.id),
            articles.c.id,
            numbers,
        )
    )
    spoken = (
        select(statements.c.id, statements.c.article, func.coalesce(voices.c.speaker, 0))
        .select_from(statements)
        .outerjoin(voices, voices.c.statement == statements.c.id)
        .order_by(statements.c.id, voices.c.position)
    )
    lines = _lines(_rows(connection, spoken, statements.c.article, numbers))
    called = select(speaker_forms).order_by(speaker_forms.c.article)
    forms: Iterable[Form] = (
        Form(row.article, row.speaker, row.kind == ROLE, row.form)
        for row in _rows(connection, called, speaker_forms.c.article, numbers)
    )
    wanted = None
    if numbers is not None:
        forms = tuple(forms)
        met = {*lines[:, 2].tolist(), *(form.speaker for form in forms)} - {0}
        wanted = sorted(number for number in met if number not in known)
    return Heard(written, lines, forms, named(connection, wanted))


def named(connection: Connection, numbers: Collection[int] | None) -> tuple[Named, ...]:
    """Read rows of speakers; None for all."""
    query = select(speakers.c.id, speakers.c.kind, speakers.c.name).order_by(speakers.c.id)
    return tuple(
        Named(row.id, KINDS.index(SpeakerKind(row.kind)), row.name)
        for row in _rows(connection, query, speakers.c.id, numbers)
    )


def _rows(
    connection: Connection, query: Select[Any], column: Column[int], numbers: Collection[int] | None
) -> Iterator[Any]:
    if numbers is None:
        yield from connection.execute(query.execution_options(yield_per=_AT_ONCE))
        return
    for part in batches(sorted(numbers)):
        yield from connection.execute(query.where(column.in_(part)))


def _lines(rows: Iterator[Any]) -> NDArray[np.int64]:
    flat = np.fromiter((value for row in rows for value in row), np.int64)
    found = flat.reshape(-1, 3)
    return found[np.argsort(found[:, 0], kind="stable")]
