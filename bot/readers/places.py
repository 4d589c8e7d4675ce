"""Citations as rows: where their words stand, and what these were, in every table that has the columns for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from bot.chat.memories import Kept
from corpus.records import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, Connection


def write(connection: Connection, owner: Column[int] | Column[str], number: int | str, kept: Sequence[Kept]) -> None:
    """Write citations.

    Args:
        connection: a transaction that writes.
        owner: the column of their table that says to what they belong.
        number: its value.
        kept: the citations, in order.
    """
    rows = [
        {
            owner.name: number,
            "position": position,
            "article": each.article,
            "start": each.span.start,
            "end": each.span.end,
            "digest": each.digest,
            "statement": each.statement,
        }
        for position, each in enumerate(kept)
    ]
    if rows:
        connection.execute(insert(owner.table), rows)


def read(connection: Connection, owner: Column[int] | Column[str], number: int | str) -> tuple[Kept, ...]:
    """Return the citations that belong to something, in order."""
    table = owner.table
    rows = connection.execute(select(table).where(owner == number).order_by(table.c.position)).mappings()
    return tuple(Kept(row["article"], Span(row["start"], row["end"]), row["digest"], row["statement"]) for row in rows)
