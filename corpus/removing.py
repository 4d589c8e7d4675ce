"""Taking articles out of the corpus, and what is left of them: their revisions, from which they can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from corpus.copies import copies, release
from corpus.queries import article_query, as_article, current_generation
from corpus.records import ChangeKind
from corpus.saying import delete_statements
from corpus.schema import articles, bands, changes, passages

if TYPE_CHECKING:
    from corpus.records import Article


def take_out(connection: Connection, number: int) -> None:
    """Take an article out, with passages, statements and all; its revisions stay, marked as removed."""
    now = datetime.now(UTC)
    connection.execute(update(articles).where(articles.c.id == number).values(removed_at=now, copy_of=None))
    connection.execute(delete(passages).where(passages.c.article == number))
    delete_statements(connection, number)
    connection.execute(delete(bands).where(bands.c.article == number))
    release(connection, copies(connection, number))
    log_change(connection, ChangeKind.REMOVE, number)


def removed(connection: Connection, number: int) -> Article | None:
    """Return a removed article as it was, or None when there is no such article, or it is present."""
    row = connection.execute(article_query(present=False).where(articles.c.id == number)).first()
    return None if row is None else as_article(row)


def removed_at(connection: Connection, number: int) -> datetime | None:
    """Return when an article was removed, UTC; None when it was not."""
    return connection.scalar(select(articles.c.removed_at).where(articles.c.id == number))


def log_change(connection: Connection, kind: ChangeKind, number: int) -> None:
    """Write a row of the change log, under the next generation."""
    connection.execute(
        insert(changes).values(
            generation=current_generation(connection) + 1, kind=kind.value, article=number, at=datetime.now(UTC)
        )
    )
