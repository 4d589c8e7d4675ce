"""Reading the corpus. Any number of readers at once; what they see is what was committed.

Writing is `corpus.writing`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Engine, Select, func, or_, select

from corpus.duplicates import canonical_url
from corpus.errors import ArticleNotFoundError
from corpus.queries import BATCH, CURRENT, LONGEST_ID, PRESENT, article_query, as_article, batches, current_generation
from corpus.records import Change, ChangeKind, Passage, Span
from corpus.removing import removed, removed_at
from corpus.saying import StatementReader
from corpus.schema import articles, changes, passages, revisions, settings, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from corpus.records import Article

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which articles to list; fields that are None do not restrict.

    Attributes:
        words: every one of these words stands in the title, URL or key, in any case.
        publisher: its name, in any case.
        since: first day.
        until: last day.
    """

    words: tuple[str, ...] = ()
    publisher: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The corpus in numbers.

    Attributes:
        articles: articles that are part of it, copies included.
        copies: those of them that are near-duplicates of another.
        removed: articles that were removed.
        passages: passages of the present articles.
        statements: their statements.
        unread: articles in which nobody has looked for statements yet, as in a corpus of an earlier version.
        characters: length of all present texts, in characters.
        first: day of the earliest article that has a date.
        last: day of the latest.
        generation: number of the last change.
        publishers: number of articles by publisher, most first, then by name.
    """

    articles: int
    copies: int
    removed: int
    passages: int
    statements: int
    unread: int
    characters: int
    first: date | None
    last: date | None
    generation: int
    publishers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the corpus reaches.

    Attributes:
        articles: number of articles.
        first: day of the earliest article that has a date.
        last: day of the latest.
    """

    articles: int
    first: date | None
    last: date | None


class Store(StatementReader):
    """The stored articles, for reading.

    Safe to share between threads; every method reads one consistent state.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def generation(self) -> int:
        """Return the number of the last change, 0 for an empty corpus."""
        with self.engine.connect() as connection:
            return current_generation(connection)

    def setting(self, name: str) -> str | None:
        """Return a fact about the whole corpus, or None when it was never set."""
        with self.engine.connect() as connection:
            return connection.scalar(select(settings.c.value).where(settings.c.name == name))

    def article(self, number: int) -> Article:
        """Return the current revision of an article.

        Raises:
            ArticleNotFoundError: there is none, or it was removed.
        """
        found = self.articles([number])
        if not found:
            raise ArticleNotFoundError(str(number))
        return found[number]

    def articles(self, numbers: Sequence[int]) -> dict[int, Article]:
        """Return the current revisions of articles by id; those that are not there are left out."""
        found: dict[int, Article] = {}
        with self.engine.connect() as connection:
            for part in batches(numbers):
                query = article_query().where(articles.c.id.in_(part))
                found |= {row.id: as_article(row) for row in connection.execute(query)}
        return found

    def find(self, reference: str) -> Article:
        """Find an article by its key, its URL or its number, in this order.

        Raises:
            ArticleNotFoundError: nothing is called that.
        """
        wanted = reference.strip()
        if not wanted or _UNSTORABLE.search(wanted):
            raise ArticleNotFoundError(wanted)
        tests = [articles.c.key == wanted, articles.c.canonical_url == canonical_url(wanted)]
        if wanted.isdecimal() and len(wanted) <= LONGEST_ID:
            tests.append(articles.c.id == int(wanted))
        with self.engine.connect() as connection:
            for test in tests:
                row = connection.execute(article_query().where(test).order_by(articles.c.id)).first()
                if row is not None:
                    return as_article(row)
        raise ArticleNotFoundError(wanted)

    def count(self, chosen: Filter | None = None) -> int:
        """Return how many articles `listing` yields."""
        query = select(func.count()).select_from(articles).join(revisions, CURRENT).where(PRESENT)
        with self.engine.connect() as connection:
            return connection.scalar(_restrict(query, chosen or Filter())) or 0

    def listing(
        self, chosen: Filter | None = None, *, newest_first: bool = True, start: int = 0, most: int | None = None
    ) -> Iterator[Article]:
        """Yield articles by day of publication, those without one last, then by id.

        Args:
            chosen: which ones; default: all.
            newest_first: whether the latest day comes first.
            start: how many to pass over.
            most: at most so many.
        """
        order = revisions.c.published.desc() if newest_first else revisions.c.published.asc()
        query = _restrict(article_query(), chosen or Filter()).order_by(order.nulls_last(), articles.c.id)
        query = query.offset(start or None).limit(most)
        with self.engine.connect() as connection:
            for row in connection.execution_options(yield_per=BATCH).execute(query):
                yield as_article(row)

    def numbers(self, chosen: Filter) -> list[int]:
        """Return the ids of the articles that `listing` yields, ascending."""
        query = select(articles.c.id).join(revisions, CURRENT).where(PRESENT).order_by(articles.c.id)
        with self.engine.connect() as connection:
            return list(connection.scalars(_restrict(query, chosen)))

    def passages_of(self, numbers: Sequence[int]) -> list[Passage]:
        """Return the passages of articles, by passage id."""
        found: list[Passage] = []
        with self.engine.connect() as connection:
            for part in batches(numbers):
                query = select(passages).where(passages.c.article.in_(part))
                found += [_passage(row) for row in connection.execute(query)]
        return sorted(found, key=lambda passage: passage.id)

    def cited(self, numbers: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """Return passages by id, each with the article revision that it was cut from; those gone are left out."""
        return {passage.id: (passage, article) for passage, article in self._joined(passages.c.id, numbers)}

    def cited_of(self, numbers: Sequence[int]) -> list[tuple[Passage, Article]]:
        """Return the passages of articles, by passage id, each with the article revision that it was cut from."""
        return sorted(self._joined(passages.c.article, numbers), key=lambda pair: pair[0].id)

    def _joined(self, column: Column[int], numbers: Sequence[int]) -> Iterator[tuple[Passage, Article]]:
        # One transaction reads both, so that a passage never meets the text of another revision.
        with self.engine.connect() as connection:
            for part in batches(numbers):
                spans = select(passages).where(column.in_(part)).order_by(passages.c.id)
                texts = article_query().where(articles.c.id.in_(select(passages.c.article).where(column.in_(part))))
                with connection.begin():
                    found = {row.id: as_article(row) for row in connection.execute(texts)}
                    for row in connection.execute(spans):
                        if row.article in found:
                            yield _passage(row), found[row.article]

    def removed(self, number: int) -> tuple[Article, datetime] | None:
        """Return a removed article as it was, with when it was removed (UTC); None for any other."""
        with self.engine.connect() as connection, connection.begin():
            gone, at = removed(connection, number), removed_at(connection, number)
        return (gone, at) if gone is not None and at is not None else None

    def article_numbers(self) -> list[int]:
        """Return the ids of all present articles, ascending."""
        with self.engine.connect() as connection:
            return list(connection.scalars(select(articles.c.id).where(PRESENT).order_by(articles.c.id)))

    def changes_since(self, generation: int) -> list[Change]:
        """Return the changes after a generation, oldest first."""
        query = select(changes).where(changes.c.generation > generation).order_by(changes.c.generation)
        with self.engine.connect() as connection:
            return [
                Change(row.generation, ChangeKind(row.kind), row.article, row.at) for row in connection.execute(query)
            ]

    def changed_at(self, generation: int) -> datetime | None:
        """Return when a change was made, or None when the corpus does not have it."""
        with self.engine.connect() as connection:
            return connection.scalar(select(changes.c.at).where(changes.c.generation == generation))

    def copies_of(self, numbers: Sequence[int]) -> dict[int, int]:
        """Return, for those of the articles that are copies, the article of which they are one."""
        found: dict[int, int] = {}
        with self.engine.connect() as connection:
            for part in batches(numbers):
                query = select(articles.c.id, articles.c.copy_of).where(
                    articles.c.id.in_(part), articles.c.copy_of.is_not(None)
                )
                found |= {row.id: row.copy_of for row in connection.execute(query)}
        return found

    def extent(self) -> Extent:
        """Tell how far the corpus reaches."""
        query = select(func.count(), func.min(revisions.c.published), func.max(revisions.c.published))
        with self.engine.connect() as connection:
            row = connection.execute(query.select_from(articles).join(revisions, CURRENT).where(PRESENT)).one()
            return Extent(*row)

    def summary(self) -> Summary:
        """Count what there is."""
        with self.engine.connect() as connection:
            counted = connection.execute(
                select(
                    func.count(articles.c.id),
                    func.count(articles.c.copy_of),
                    func.coalesce(func.sum(func.length(revisions.c.text)), 0),
                    func.min(revisions.c.published),
                    func.max(revisions.c.published),
                    func.count() - func.count(articles.c.statements_by),
                )
                .select_from(articles)
                .join(revisions, CURRENT)
                .where(PRESENT)
            ).one()
            by_publisher = connection.execute(
                select(revisions.c.publisher, func.count())
                .select_from(articles)
                .join(revisions, CURRENT)
                .where(PRESENT, revisions.c.publisher.is_not(None))
                .group_by(revisions.c.publisher)
                .order_by(func.count().desc(), revisions.c.publisher)
            )
            return Summary(
                articles=counted[0],
                copies=counted[1],
                characters=counted[2],
                first=counted[3],
                last=counted[4],
                unread=counted[5],
                removed=connection.scalar(select(func.count()).where(articles.c.removed_at.is_not(None))) or 0,
                passages=connection.scalar(select(func.count()).select_from(passages)) or 0,
                statements=connection.scalar(select(func.count()).select_from(statements)) or 0,
                generation=current_generation(connection),
                publishers=tuple((name, count) for name, count in by_publisher),
            )


def _restrict(query: Select[Any], chosen: Filter) -> Select[Any]:
    for word in chosen.words:
        fields = (revisions.c.title, revisions.c.url, articles.c.key)
        query = query.where(or_(*(field.icontains(word, autoescape=True) for field in fields)))
    if chosen.publisher is not None:
        query = query.where(func.lower(revisions.c.publisher) == chosen.publisher.lower())
    if chosen.since is not None:
        query = query.where(revisions.c.published >= chosen.since)
    if chosen.until is not None:
        query = query.where(revisions.c.published <= chosen.until)
    return query


def _passage(row: Any) -> Passage:
    return Passage(row.id, row.article, Span(row.start, row.end))
