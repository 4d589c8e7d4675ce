"""Queries that reading and writing share, and how their rows become records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Select, and_, func, select

from corpus.records import Article
from corpus.schema import articles, changes, revisions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH = 500
"""Ids in one SQL statement (SQLite allows 32,766 variables) and articles in one page of a listing."""

LONGEST_ID = 18
"""Digits of the longest number that may be an id: all databases have 64 bits for it."""

CURRENT = and_(revisions.c.article == articles.c.id, revisions.c.revision == articles.c.revision)
PRESENT = articles.c.removed_at.is_(None)


def article_query(*, present: bool = True) -> Select[Any]:
    """Return the query for the current revisions of articles; `as_article` turns its rows into records.

    Args:
        present: whether of those that are part of the corpus, or of those that were removed.
    """
    return (
        select(
            articles.c.id,
            articles.c.key,
            articles.c.revision,
            articles.c.copy_of,
            *(column for column in revisions.c if column.name not in {"article", "revision"}),
        )
        .join(revisions, CURRENT)
        .where(PRESENT if present else articles.c.removed_at.is_not(None))
    )


def as_article(row: Any) -> Article:
    """Turn a row of `article_query` into a record."""
    return Article(**row._mapping)  # noqa: SLF001  (SQLAlchemy's documented accessor)


def current_generation(connection: Connection) -> int:
    """Return the number of the last change that the connection sees, 0 for none."""
    return connection.scalar(select(func.coalesce(func.max(changes.c.generation), 0))) or 0


def batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in parts that one SQL statement takes."""
    # Beyond 64 bits a driver raises instead of finding nothing.
    possible = [number for number in numbers if 0 < number < 10**LONGEST_ID]
    for at in range(0, len(possible), BATCH):
        yield possible[at : at + BATCH]
