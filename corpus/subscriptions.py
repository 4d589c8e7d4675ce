"""The feeds that are subscribed to, as rows: when each is to be asked next, and how it has been doing.

Rows are changed in short transactions of their own, for which nobody needs the lock of the corpus's writer; only one
process polls at a time (`corpus.polling`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, delete, func, insert, select, update

from corpus.database import writing
from corpus.duplicates import canonical_url
from corpus.entries import EntryState
from corpus.errors import FeedNotFoundError
from corpus.feeds import FeedKind
from corpus.queries import LONGEST_ID
from corpus.schema import feed_entries, feeds

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from corpus.feeds import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed that is subscribed to.

    Attributes:
        id: number given by the corpus; never reused.
        title: one line; its address where the feed has no title.
        is_paused: whether it is passed over when what is due is polled.
        is_broken: whether it has failed for so long that it was told; until it is read again.
        failures: times in a row that it could not be read.
        problem: why not, the last time, or None.
        etag: for the next conditional request.
        last_modified: likewise.
        checked_at: when it was asked for last, UTC, or None.
        next_at: when it is to be asked for again, UTC.
        waiting: entries that are still to be fetched.
        stored: entries whose article the corpus holds, or held.
        failed: entries that were given up.
    """

    id: int
    url: str
    title: str
    kind: FeedKind
    is_paused: bool
    is_broken: bool
    failures: int
    problem: str | None
    etag: str | None
    last_modified: str | None
    added_at: datetime
    checked_at: datetime | None
    next_at: datetime
    waiting: int
    stored: int
    failed: int


class Subscriptions:
    """The feeds of a corpus. Safe to share between threads.

    Args:
        engine: the corpus database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, feed: Feed, *, at: datetime | None = None) -> Subscription:
        """Subscribe to a feed; it is due at once. One that is subscribed to already stays as it is.

        Args:
            feed: as `corpus.discovering.find_feeds` found it.
            at: the time, UTC; default: now.
        """
        now = at or datetime.now(UTC)
        key = canonical_url(feed.url)
        with writing(self._engine) as connection:
            number = connection.scalar(select(feeds.c.id).where(feeds.c.key == key))
            if number is None:
                row = connection.execute(
                    insert(feeds).values(
                        url=feed.url,
                        key=key,
                        title=feed.title or feed.url,
                        kind=feed.kind.value,
                        is_paused=False,
                        is_broken=False,
                        failures=0,
                        added_at=now,
                        next_at=now,
                    )
                ).inserted_primary_key
                assert row is not None
                number = int(row[0])
        return self.get(number)

    def all(self) -> list[Subscription]:
        """Return all feeds, by id."""
        return self._read()

    def get(self, number: int) -> Subscription:
        """Return a feed by its id.

        Raises:
            FeedNotFoundError: there is none.
        """
        found = self._read(feeds.c.id == number)
        if not found:
            raise FeedNotFoundError(str(number))
        return found[0]

    def find(self, reference: str) -> Subscription:
        """Return a feed by its address or its number, as a person gives it.

        Raises:
            FeedNotFoundError: there is none.
        """
        wanted = reference.strip()
        found = self._read(feeds.c.key == canonical_url(wanted)) if wanted else []
        if not found and wanted.isdecimal() and len(wanted) <= LONGEST_ID:
            found = self._read(feeds.c.id == int(wanted))
        if not found:
            raise FeedNotFoundError(wanted)
        return found[0]

    def due(self, *, at: datetime | None = None) -> list[Subscription]:
        """Return the feeds that are to be polled now, that which waits longest first, then by id."""
        found = self._read(feeds.c.is_paused.is_(False), feeds.c.next_at <= (at or datetime.now(UTC)))
        return sorted(found, key=lambda one: (one.next_at, one.id))

    def pause(self, number: int) -> Subscription:
        """Let a feed be passed over until it is resumed.

        Raises:
            FeedNotFoundError: there is none.
        """
        self._set(number, is_paused=True)
        return self.get(number)

    def resume(self, number: int, *, at: datetime | None = None) -> Subscription:
        """Let a feed be polled again, from now on, also one that waits because it failed.

        Raises:
            FeedNotFoundError: there is none.
        """
        self._set(number, is_paused=False, next_at=at or datetime.now(UTC))
        return self.get(number)

    def remove(self, number: int) -> None:
        """Unsubscribe. The articles that came from the feed stay.

        Raises:
            FeedNotFoundError: there is none.
        """
        with writing(self._engine) as connection:
            connection.execute(delete(feed_entries).where(feed_entries.c.feed == number))
            if not connection.execute(delete(feeds).where(feeds.c.id == number)).rowcount:
                raise FeedNotFoundError(str(number))

    def failed(self, number: int, problem: str, *, is_broken: bool, at: datetime) -> None:
        """Write down that a feed could not be read.

        Args:
            number: its id.
            problem: why, for a person.
            is_broken: whether it counts as broken now.
            at: the time, UTC.
        """
        self._set(number, problem=problem, failures=feeds.c.failures + 1, is_broken=is_broken, checked_at=at)

    def schedule(self, number: int, next_at: datetime) -> None:
        """Say when a feed is to be asked for again, unless it was removed meanwhile."""
        with writing(self._engine) as connection:
            connection.execute(update(feeds).where(feeds.c.id == number).values(next_at=next_at))

    def _set(self, number: int, **values: Any) -> None:
        with writing(self._engine) as connection:
            if not connection.execute(update(feeds).where(feeds.c.id == number).values(**values)).rowcount:
                raise FeedNotFoundError(str(number))

    def _read(self, *tests: Any) -> list[Subscription]:
        states = [EntryState.WAITING], EntryState.held(), [EntryState.FAILED]
        counts = (
            select(
                feed_entries.c.feed,
                *(
                    func.sum(case((feed_entries.c.state.in_(state), 1), else_=0)).label(name)
                    for name, state in zip(("waiting", "stored", "failed"), states, strict=True)
                ),
            )
            .group_by(feed_entries.c.feed)
            .subquery()
        )
        query = (
            select(feeds, counts.c.waiting, counts.c.stored, counts.c.failed)
            .outerjoin(counts, counts.c.feed == feeds.c.id)
            .where(*tests)
            .order_by(feeds.c.id)
        )
        with self._engine.connect() as connection:
            return [_subscription(row) for row in connection.execute(query)]


def was_read(connection: Connection, number: int, feed: Feed | None, **values: Any) -> None:
    """Write down that a feed was read, in the transaction that notes its entries; see `Subscriptions.failed`.

    Args:
        connection: of that transaction.
        number: the feed's id.
        feed: what was read, or None where it has not changed.
        values: `etag`, `last_modified` and `checked_at`.
    """
    if feed is not None:
        values |= {"kind": feed.kind.value} | ({"title": feed.title} if feed.title else {})
    connection.execute(
        update(feeds).where(feeds.c.id == number).values(failures=0, problem=None, is_broken=False, **values)
    )


def _subscription(row: Any) -> Subscription:
    values = {name: getattr(row, name) for name in Subscription.__slots__}
    counts = {name: values[name] or 0 for name in ("waiting", "stored", "failed")}
    return Subscription(**{**values, **counts, "kind": FeedKind(row.kind)})
