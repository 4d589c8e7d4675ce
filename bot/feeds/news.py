"""News of the feeds: a message to each admin who wants it, after a round of polls in which something happened."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from bot.chat.formatting import note
from bot.chat.sending import Outcome, Target
from bot.feeds import texts_feeds
from bot.language import speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.access.access import Access
    from bot.chat.sending import Sender
    from bot.feeds.feeds import Feeding
    from bot.feeds.memory import FeedMemory, Reader
    from corpus.polling import PollSummary

log = logging.getLogger(__name__)

HOLD_S = 3600
"""While a feed's backlog is worked off, poll after poll, its articles are told at most once in so many seconds."""

MOST_FEEDS = 15
"""Feeds of which one message tells."""


class News:
    """Tells admins what the feeds have brought.

    Args:
        feeding: the feeds.
        memory: who wants news, and up to where they were told.
        access: who is an admin, and what is known about them.
        sender: how messages leave.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        feeding: Feeding,
        memory: FeedMemory,
        access: Access,
        sender: Sender,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._feeding = feeding
        self._memory = memory
        self._access = access
        self._sender = sender
        self._clock = clock
        self._turns: dict[int, asyncio.Lock] = {}

    async def tell(self, polled: Sequence[PollSummary], besides: int | None = None) -> None:
        """Tell those who want news what happened, if something did.

        Args:
            polled: what the polls of a round did.
            besides: user id of who was told already, in a message of their own.
        """
        readers = await asyncio.to_thread(self._memory.readers)
        known = await asyncio.to_thread(self._access.people.known, [reader.user for reader in readers])
        telling = []
        for reader in readers:
            person = known.get(reader.user)
            is_there = person is None or person.reachable
            if reader.user != besides and is_there and self._access.is_admin(reader.user):
                with speaking(person.language if person else None):
                    telling.append(asyncio.create_task(self._tell(reader.user, polled)))
        for task in telling:
            await task

    async def told_otherwise(self, user: int, since: int) -> None:
        """Note that somebody has seen in another message what came in after an article."""
        await asyncio.to_thread(self._told_otherwise, user, since)

    def _told_otherwise(self, user: int, since: int) -> None:
        reader = next((each for each in self._memory.readers() if each.user == user), None)
        if reader is None:
            return
        untold = self._feeding.entries.stored_since(reader.told).values()
        if all(article > since for articles in untold for article in articles):
            self._memory.was_told(user, self._feeding.entries.newest())

    async def _tell(self, user: int, polled: Sequence[PollSummary]) -> None:
        # What is new for somebody is found out when the message before has arrived, so that nothing is told twice.
        async with self._turns.setdefault(user, asyncio.Lock()):
            reader = next((each for each in await asyncio.to_thread(self._memory.readers) if each.user == user), None)
            if reader is None:
                return
            newest = await asyncio.to_thread(self._feeding.entries.newest)
            troubles = [each for done in polled for each in _troubles(done)]
            added = await asyncio.to_thread(self._added, reader, polled)
            if not troubles and not added:
                return
            words = "\n\n".join([texts_feeds.news_head(), *troubles, *added, texts_feeds.news_hint()])
            outcome = await self._sender.send(Target(user), note(words))
            if outcome is Outcome.UNREACHABLE:
                await asyncio.to_thread(self._access.people.lost, user)
            elif outcome is not Outcome.UNSENT and added:
                await asyncio.to_thread(self._memory.was_told, user, newest)

    def _added(self, reader: Reader, polled: Sequence[PollSummary]) -> list[str]:
        """Return what is new for somebody, a paragraph a feed; nothing while there is soon more."""
        if self._clock() - reader.at < HOLD_S and any(self._goes_on(done) for done in polled):
            return []
        brought = self._feeding.entries.stored_since(reader.told)
        names = {feed.id: texts_feeds.name(feed) for feed in self._feeding.subscriptions.all()}
        paragraphs = []
        for feed, articles in brought.items():
            newest_first = sorted(articles, reverse=True)[: texts_feeds.MOST_TITLES]
            titles = self._feeding.titles(newest_first)
            paragraphs.append(texts_feeds.news_of(names.get(feed, str(feed)), len(articles), titles))
        more = len(paragraphs) - MOST_FEEDS
        return [*paragraphs[:MOST_FEEDS], *([texts_feeds.more_feeds(more)] if more > 0 else [])]

    def _goes_on(self, done: PollSummary) -> bool:
        """Tell whether a feed has entries that the next poll fetches, a minute later."""
        next_at = self._feeding.entries.next_at(done.feed.id)
        return done.problem is None and next_at is not None and next_at.timestamp() <= self._clock()


def _troubles(done: PollSummary) -> list[str]:
    if done.broke and done.problem is not None:
        return [texts_feeds.broke(done.feed, done.problem)]
    return [texts_feeds.recovered(done.feed)] if done.recovered else []
