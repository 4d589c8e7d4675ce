"""What the commands about feeds keep in the bot's own database, so that a restart at any moment loses none of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.schema import writing
from bot.chat.sending import Target
from bot.feeds.schema_feeds import feed_news, feed_offers, feed_orders, feed_problems
from corpus.feeds import Feed, FeedKind
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Engine

KEEP_OFFERS_S = 30 * 86_400
"""Seconds for which a button that subscribes to a feed works."""


@dataclass(frozen=True, slots=True)
class Order:
    """Somebody wants feeds to be polled now, and sees in a message how far that is.

    Attributes:
        id: number of the row.
        user: user id of who wants it.
        target: where the message stands.
        message: its number, or None where that is not known.
        feed: which feed; None for all that are not paused.
        since: id of the article that was the newest when it was wanted.
        language: code of the language of who wants it.
    """

    id: int
    user: int
    target: Target
    message: int | None
    feed: int | None
    since: int
    language: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who wants news of the feeds.

    Attributes:
        user: user id.
        told: id of the article up to which they were told.
        at: when they were told last, or began to want it; seconds since 1970.
    """

    user: int
    told: int
    at: int


class FeedMemory:
    """Reads and writes the rows. Each method is one transaction, on disk when it returns.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def order(self, order: Order) -> Order:
        """Note an order; return it with its number."""
        target = order.target
        values = {
            "user": order.user,
            "chat": target.chat,
            "reply_to": target.reply_to,
            "thread": target.thread,
            "message": order.message,
            "feed": order.feed,
            "since": order.since,
            "language": order.language,
        }
        with writing(self._engine) as connection:
            row = connection.execute(insert(feed_orders).values(**values)).inserted_primary_key
        assert row is not None
        return replace(order, id=int(row[0]))

    def orders(self) -> list[Order]:
        """Return the orders that are not carried out, in the order in which they were given."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(feed_orders).order_by(feed_orders.c.id)).all()
        return [
            Order(
                row.id,
                row.user,
                Target(row.chat, row.reply_to, row.thread),
                row.message,
                row.feed,
                row.since,
                row.language,
            )
            for row in rows
        ]

    def carried_out(self, order: Order) -> None:
        """Forget an order, of which its message tells the outcome."""
        with writing(self._engine) as connection:
            connection.execute(delete(feed_orders).where(feed_orders.c.id == order.id))

    def offer(self, feeds: Sequence[Feed]) -> list[int]:
        """Remember feeds that can be subscribed to by a button; return a number for each, in their order."""
        now = int(self._clock())
        numbers = []
        with writing(self._engine) as connection:
            connection.execute(delete(feed_offers).where(feed_offers.c.at < now - KEEP_OFFERS_S))
            for feed in feeds:
                values = {"url": feed.url, "title": feed.title, "kind": feed.kind.value, "at": now}
                row = connection.execute(insert(feed_offers).values(**values)).inserted_primary_key
                assert row is not None
                numbers.append(int(row[0]))
        return numbers

    def offered(self, number: int) -> Feed | None:
        """Return the feed behind a button, without its entries; None where it is too old."""
        with self._engine.connect() as connection:
            row = connection.execute(select(feed_offers).where(feed_offers.c.id == number)).first()
        return None if row is None else Feed(url=row.url, kind=FeedKind(row.kind), title=row.title)

    def wants(self, user: int) -> bool:
        """Tell whether somebody wants news."""
        with self._engine.connect() as connection:
            return bool(connection.scalar(select(feed_news.c.wanted).where(feed_news.c.user == user)))

    def want(self, user: int, newest: int, *, wanted: bool) -> None:
        """Note that somebody wants news from an article on, or wants none; who wants them already is left alone."""
        if wanted and self.wants(user):
            return
        values = {"wanted": int(wanted), "told": newest, "at": int(self._clock())}
        with writing(self._engine) as connection:
            row = sqlite_insert(feed_news).values(user=user, **values)
            connection.execute(row.on_conflict_do_update(index_elements=[feed_news.c.user], set_=values))

    def want_unless_said(self, user: int, newest: int) -> None:
        """Note that somebody wants news from an article on, unless they have said that they want none."""
        values = {"user": user, "wanted": 1, "told": newest, "at": int(self._clock())}
        with writing(self._engine) as connection:
            connection.execute(sqlite_insert(feed_news).values(**values).on_conflict_do_nothing())

    def readers(self) -> list[Reader]:
        """Return who wants news, by user id."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(feed_news).where(feed_news.c.wanted == 1).order_by(feed_news.c.user)).all()
        return [Reader(row.user, row.told, row.at) for row in rows]

    def was_told(self, user: int, newest: int) -> None:
        """Note that somebody was told of everything up to an article."""
        values = {"told": newest, "at": int(self._clock())}
        with writing(self._engine) as connection:
            connection.execute(update(feed_news).where(feed_news.c.user == user).values(**values))

    def note_problem(self, feed: int, problem: str | None) -> None:
        """Note why a feed could not be read, so that it can be told in any language; None when it was read."""
        with writing(self._engine) as connection:
            connection.execute(delete(feed_problems).where(feed_problems.c.feed == feed))
            if problem is not None:
                connection.execute(insert(feed_problems).values(feed=feed, problem=json.dumps(_parts(problem))))

    def problems(self) -> dict[int, str]:
        """Return why feeds could not be read, by feed."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(feed_problems)).all()
        return {row.feed: _whole(json.loads(row.problem)) for row in rows}


def _parts(text: str) -> Any:
    """Return a sentence as values of JSON: what it was put together from, or itself."""
    if not isinstance(text, Wording):
        return text
    values = {name: _parts(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return {"template": text.template, "values": values}


def _whole(parts: Any) -> Any:
    """Put a sentence together again."""
    if not isinstance(parts, dict):
        return parts
    values: Mapping[str, Any] = parts["values"]
    return Wording.again(parts["template"], {name: _whole(value) for name, value in values.items()})
