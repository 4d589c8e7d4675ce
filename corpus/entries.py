"""What feeds have named, as rows: each address once a feed, and what became of it.

An entry is noted before it is fetched and settled in the transaction that stores its article, so that a crash at any
moment loses none and lets none be fetched twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from corpus.database import writing
from corpus.duplicates import canonical_url
from corpus.queries import BATCH
from corpus.schema import articles, feed_entries, feeds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from corpus.feeds import Entry

MOST_NEW = 1000
"""Entries that are taken up from one reading of a feed, newest first; of a sitemap that lists a whole archive, the
others are passed over for good."""


class EntryState(StrEnum):
    """What became of an entry; the value is the word a person reads."""

    WAITING = "waiting"
    """To be fetched, perhaps for another time."""

    ADDED = "added"
    COPY = "copy"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    """As `corpus.writing.Outcome`."""

    KNOWN = "known"
    """Not fetched, or not stored, because the corpus holds its article already, or an admin has removed it."""

    PASSED = "passed over"
    """Older than the thousand newest when the feed was read."""

    FAILED = "failed"
    """Given up."""

    @classmethod
    def held(cls) -> tuple[EntryState, ...]:
        """Return the states of entries whose article the corpus holds, or held."""
        return cls.ADDED, cls.COPY, cls.UPDATED, cls.UNCHANGED, cls.KNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An entry as it was noted.

    Attributes:
        id: number given by the corpus.
        feed: id of its feed.
        key: canonical form of its URL.
        published: as the feed says, UTC, or None.
        attempts: how often it was tried, this time included once `Entries.begin` was called.
        problem: why it could not be fetched the last time, or None.
    """

    id: int
    feed: int
    key: str
    url: str
    title: str
    published: datetime | None
    state: EntryState
    attempts: int
    problem: str | None
    article: int | None


@dataclass(frozen=True, slots=True)
class Noted:
    """How many entries of a feed were new: taken up, and passed over."""

    new: int = 0
    passed: int = 0


class Entries:
    """The entries of all feeds. Safe to share between threads.

    Args:
        engine: the corpus database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ready(self, feed: int, at: datetime, most: int) -> list[FeedEntry]:
        """Return entries of a feed that may be tried now: newest first, those without a date in the feed's order."""
        query = (
            select(feed_entries)
            .where(
                feed_entries.c.feed == feed,
                feed_entries.c.state == EntryState.WAITING,
                feed_entries.c.next_at <= at,
            )
            .order_by(feed_entries.c.ranked.desc().nulls_last(), feed_entries.c.id)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def next_at(self, feed: int) -> datetime | None:
        """Return when the next waiting entry of a feed may be tried, UTC, or None when none waits."""
        query = select(func.min(feed_entries.c.next_at)).where(
            feed_entries.c.feed == feed, feed_entries.c.state == EntryState.WAITING
        )
        with self._engine.connect() as connection:
            found: datetime | None = connection.scalar(query)
            return found

    def waiting(self, feed: int) -> int:
        """Return how many entries of a feed wait."""
        query = select(func.count()).where(feed_entries.c.feed == feed, feed_entries.c.state == EntryState.WAITING)
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def newest(self) -> int:
        """Return the id of the article that was stored last, 0 where there is none."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(articles.c.id))) or 0

    def stored_since(self, article: int) -> dict[int, list[int]]:
        """Return, by feed, the articles that its entries brought in after an article: ids, ascending, with copies."""
        is_new = feed_entries.c.state.in_((EntryState.ADDED, EntryState.COPY)), feed_entries.c.article > article
        query = select(feed_entries.c.feed, feed_entries.c.article).where(*is_new)
        found: dict[int, list[int]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query.order_by(feed_entries.c.feed, feed_entries.c.article)):
                found.setdefault(row.feed, []).append(row.article)
        return found

    def of(self, feed: int) -> list[FeedEntry]:
        """Return all entries of a feed, in the order in which they were noted."""
        query = select(feed_entries).where(feed_entries.c.feed == feed).order_by(feed_entries.c.id)
        with self._engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def begin(self, entry: FeedEntry) -> None:
        """Count an attempt before it is made, so that what ends the process is not tried forever."""
        self._set(entry, attempts=entry.attempts + 1)

    def put_back(self, entry: FeedEntry) -> None:
        """Take back an attempt that was none of the entry's doing."""
        self._set(entry, attempts=entry.attempts)

    def retry(self, entry: FeedEntry, problem: str, at: datetime) -> None:
        """Let an entry wait for another attempt."""
        self._set(entry, problem=problem, next_at=at)

    def give_up(self, entry: FeedEntry, problem: str) -> None:
        """Try an entry no more."""
        self._set(entry, problem=problem, state=EntryState.FAILED.value)

    def settle_known(self, entry: FeedEntry, article: int) -> None:
        """Write down that the corpus holds, or held, the article of an entry."""
        self._set(entry, state=EntryState.KNOWN.value, article=article, problem=None)

    def known(self, key: str) -> int | None:
        """Return the article that the corpus holds, or held, under a canonical URL, or None."""
        with self._engine.connect() as connection:
            query = select(articles.c.id).where(articles.c.canonical_url == key).order_by(articles.c.id)
            return connection.scalar(query.limit(1))

    def removed(self, key: str) -> int | None:
        """Return the article that was removed under a canonical URL, or None where there is none or one is present."""
        query = select(articles.c.id, articles.c.removed_at).where(articles.c.canonical_url == key)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(articles.c.id)).all()
        return rows[-1].id if rows and all(row.removed_at for row in rows) else None

    def _set(self, entry: FeedEntry, **values: Any) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(feed_entries).where(feed_entries.c.id == entry.id).values(**values))


def note(connection: Connection, feed: int, found: Sequence[Entry], at: datetime) -> Noted:
    """Note those entries of a feed that were not there before.

    Args:
        connection: of a transaction that writes.
        feed: the feed's id.
        found: its entries, in its order.
        at: the time, UTC.
    """
    if connection.scalar(select(feeds.c.id).where(feeds.c.id == feed)) is None:  # removed meanwhile
        return Noted()
    by_key = {canonical_url(entry.url): entry for entry in reversed(found)}
    seen: set[str] = set()
    keys = list(by_key)
    for start in range(0, len(keys), BATCH):
        part = feed_entries.c.key.in_(keys[start : start + BATCH])
        query = select(feed_entries.c.key).where(feed_entries.c.feed == feed, part)
        seen |= set(connection.scalars(query))
    new = [(key, entry) for key, entry in reversed(by_key.items()) if key not in seen]
    # Sorting keeps the feed's order among those of one time.
    new.sort(key=lambda pair: _age(pair[1]))
    rows = [
        {
            "feed": feed,
            "key": key,
            "url": entry.url,
            "title": entry.title,
            "published": entry.published,
            "ranked": entry.published or entry.updated,
            "state": (EntryState.WAITING if rank < MOST_NEW else EntryState.PASSED).value,
            "attempts": 0,
            "seen_at": at,
            "next_at": at,
        }
        for rank, (key, entry) in enumerate(new)
    ]
    if rows:
        connection.execute(insert(feed_entries), rows)
    taken = min(len(rows), MOST_NEW)
    return Noted(taken, len(rows) - taken)


def settle(connection: Connection, entry: FeedEntry, state: EntryState, article: int) -> None:
    """Write down what became of an entry, in the transaction that stores its article."""
    values = {"state": state.value, "article": article, "problem": None}
    connection.execute(update(feed_entries).where(feed_entries.c.id == entry.id).values(**values))


def _age(entry: Entry) -> tuple[bool, float]:
    ranked = entry.published or entry.updated
    return ranked is None, -ranked.timestamp() if ranked else 0.0


def _entry(row: Any) -> FeedEntry:
    values = {name: getattr(row, name) for name in FeedEntry.__slots__}
    return FeedEntry(**{**values, "state": EntryState(row.state)})
