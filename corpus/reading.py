"""Reading what is about to be shown: a few articles with a few of their passages and statements, in one state.

The queries are made once: building one anew takes as long as running it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from corpus.queries import article_query, as_article, batches
from corpus.records import Passage, Span
from corpus.saying import as_statement
from corpus.schema import articles, passages, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine, Row

    from corpus.records import Article, Statement

_CHOSEN: BindParameter[Any] = bindparam("chosen", expanding=True)
_ARTICLES = article_query().where(articles.c.id.in_(_CHOSEN))
_PASSAGES = select(passages).where(passages.c.id.in_(_CHOSEN))
_STATEMENTS = select(statements).where(statements.c.id.in_(_CHOSEN))


class Reading:
    """One state of the corpus: what is read of it belongs together. Ids of what is not there are passed over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def articles(self, numbers: Sequence[int]) -> dict[int, Article]:
        """Return the current revisions of articles by id."""
        return {row.id: as_article(row) for row in self._rows(_ARTICLES, numbers)}

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """Return passages of the current revisions by id."""
        return {
            row.id: Passage(row.id, row.article, Span(row.start, row.end)) for row in self._rows(_PASSAGES, numbers)
        }

    def statements(self, numbers: Sequence[int]) -> dict[int, Statement]:
        """Return statements of the current revisions by id, without speakers: the registry has those."""
        return {row.id: as_statement(row, ()) for row in self._rows(_STATEMENTS, numbers)}

    def _rows(self, query: Select[Any], numbers: Sequence[int]) -> Iterator[Row[Any]]:
        for part in batches(numbers):
            yield from self._connection.execute(query, {"chosen": part})


@contextmanager
def reading(engine: Engine) -> Iterator[Reading]:
    """Read the corpus as it is now, whatever is written meanwhile."""
    with engine.connect() as connection, connection.begin():
        yield Reading(connection)
