"""Polling feeds: what is new in them is noted, fetched and stored, one article after the other.

Newest first, so that what readers ask about today does not wait for the backlog; and at most so many a poll, so that no
feed keeps the others waiting. What is left waits in the database and is gone on with soon.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus.database import writing
from corpus.duplicates import canonical_url
from corpus.entries import Entries, EntryState, FeedEntry, Noted, note, settle
from corpus.errors import CorpusLockedError, FeedError, FeedNotFoundError, FetchError, RecordError
from corpus.feeds import Feed, parse_feed
from corpus.fetched import draft_of
from corpus.pace import LONGEST_DELAY_S, Pace
from corpus.subscriptions import Subscription, Subscriptions, was_read
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from corpus.fetching import Fetched, Fetcher
    from corpus.records import Draft
    from corpus.writing import Stored, Writer

log = logging.getLogger(__name__)

BROKEN_AFTER = 3
"""Failures in a row after which a feed counts as broken; one that will not pass by itself counts at once."""

MOST_ATTEMPTS = 4
"""Times that an entry is tried."""

MOST_CHILDREN = 10
"""Sitemaps of an index that are read at each poll, those changed last first."""


@dataclass(frozen=True, slots=True)
class Storing:
    """Where articles go.

    Attributes:
        writer: makes the writer, when there is something to store.
        lock: holds the lock of the only writer, for as long as one article is stored.
    """

    writer: Callable[[], Writer]
    lock: Callable[[], AbstractContextManager[None]]


@dataclass(slots=True, kw_only=True)
class PollSummary:
    """What a poll did.

    Attributes:
        feed: as it was before the poll.
        new: entries that were not there before, those passed over left out.
        passed: entries of a large sitemap that were passed over for good.
        outcomes: how many entries ended how in this poll.
        added: ids of the articles that were added, in order, copies left out.
        copies: ids of those that were added and are copies of others.
        failures: address of each entry that was given up in this poll, and the reason, a sentence likewise.
        ready: entries that the poll takes up.
        taken: how many of them it has taken so far.
        postponed: entries that failed and are tried again later.
        waiting: entries that are still to be fetched.
        problem: why the feed could not be read, a sentence that can be said in another language, or None.
        is_lasting: whether that will not pass by itself.
        broke: whether the feed counts as broken from this poll on; true once, until it recovers.
        recovered: whether it was broken and was read again; true once.
    """

    feed: Subscription
    new: int = 0
    passed: int = 0
    outcomes: Counter[EntryState] = field(default_factory=Counter)
    added: list[int] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    ready: int = 0
    taken: int = 0
    postponed: int = 0
    waiting: int = 0
    problem: str | None = None
    is_lasting: bool = False
    broke: bool = False
    recovered: bool = False


class Poller:
    """Polls feeds. One poller at a time works on a corpus; its caller sees to that.

    Args:
        engine: the corpus database.
        fetcher: fetches feeds and articles.
        storing: where the articles go.
        pace: how often and how much.
    """

    def __init__(self, engine: Engine, fetcher: Fetcher, storing: Storing, pace: Pace | None = None) -> None:
        self.subscriptions = Subscriptions(engine)
        self.entries = Entries(engine)
        self._engine = engine
        self._fetcher = fetcher
        self._storing = storing
        self._pace = pace or Pace()
        self._asked: dict[str, float] = {}

    def poll_due(self, stop: Callable[[], bool] = lambda: False) -> Iterator[PollSummary]:
        """Poll the feeds that are due, one after the other, and yield what each poll did.

        Args:
            stop: asked between two articles and two feeds; true ends it.

        Raises:
            CorpusLockedError: another process is writing; what is not stored waits.
        """
        for feed in self.subscriptions.due(at=self._pace.now()):
            if stop():
                return
            try:
                yield self.poll(feed.id, stop)
            except FeedNotFoundError:  # removed meanwhile
                continue

    def poll(
        self, number: int, stop: Callable[[], bool] = lambda: False, seen: Callable[[PollSummary], None] | None = None
    ) -> PollSummary:
        """Poll one feed, whether or not it is due or paused.

        Args:
            number: id of the feed.
            stop: asked between two articles; true ends it, and what is left waits.
            seen: shown what the poll has done so far when the feed was read, and after each article.

        Raises:
            FeedNotFoundError: there is no such feed.
            CorpusLockedError: another process is writing; what is not stored waits.
        """
        feed = self.subscriptions.get(number)
        done = PollSummary(feed=feed)
        until = self._pace.now() + self._pace.longest
        try:
            self._read(feed, done)
        except (FetchError, FeedError) as error:
            self._failed(feed, done, error)
        # While its site is down, its articles are most likely not there either: none is tried in vain.
        if done.problem is None or done.is_lasting:
            try:
                ready = self.entries.ready(number, self._pace.now(), self._pace.most_entries)
                done.ready = len(ready)
                for entry in ready:
                    if seen is not None:
                        seen(done)
                    if stop() or self._pace.now() >= until:
                        break
                    self._take(entry, done)
                    done.taken += 1
            finally:
                if done.problem is None:
                    self._schedule(number)
        done.waiting = self.entries.waiting(number)
        return done

    def _read(self, feed: Subscription, done: PollSummary) -> None:
        """Read a feed and note its new entries, together with what makes the next request conditional."""
        self._wait(feed.url)
        fetched = self._fetcher.fetch(feed.url, etag=feed.etag, last_modified=feed.last_modified)
        now = self._pace.now()
        found, is_whole = (None, True) if fetched.not_modified else self._parsed(fetched)
        # Of an index that was not read as a whole nothing is remembered, so that all of it is asked for again.
        marks = {"etag": fetched.etag, "last_modified": fetched.last_modified} if is_whole else {}
        marks = marks or {"etag": None, "last_modified": None}
        with writing(self._engine) as connection:
            noted = note(connection, feed.id, found.entries, now) if found else Noted()
            was_read(connection, feed.id, found, checked_at=now, **marks)
        done.new, done.passed, done.recovered = noted.new, noted.passed, feed.is_broken

    def _parsed(self, fetched: Fetched) -> tuple[Feed, bool]:
        """Read a feed, an index with its sitemaps; tell whether all of these could be read.

        Raises:
            FeedError, FetchError: it is none, or none of an index's sitemaps could be read.
        """
        found = parse_feed(fetched)
        if not found.children:
            return found, True
        read: list[Feed] = []
        failure: FetchError | FeedError | None = None
        for url in found.children[:MOST_CHILDREN]:
            self._wait(url)
            try:
                read.append(parse_feed(self._fetcher.fetch(url)))
            except (FetchError, FeedError) as error:
                log.info("a sitemap of an index could not be read: %s", error)
                failure = error
        if failure and not read:
            raise failure
        entries = {entry.url: entry for child in reversed(read) for entry in reversed(child.entries)}
        return replace(found, entries=tuple(reversed(entries.values()))), failure is None

    def _failed(self, feed: Subscription, done: PollSummary, error: FetchError | FeedError) -> None:
        done.problem = error.told
        failures = feed.failures + 1
        done.is_lasting = isinstance(error, FetchError) and error.is_lasting
        is_broken = feed.is_broken or done.is_lasting or failures >= BROKEN_AFTER
        done.broke = is_broken and not feed.is_broken
        now = self._pace.now()
        self.subscriptions.failed(feed.id, str(error), is_broken=is_broken, at=now)
        self.subscriptions.schedule(feed.id, now + self._pace.after_failure(failures, _asked_s(error)))

    def _take(self, entry: FeedEntry, done: PollSummary) -> None:
        """Fetch and store the article of an entry, or write down why not."""
        known = self.entries.known(entry.key)
        if known is not None:
            self.entries.settle_known(entry, known)
            done.outcomes[EntryState.KNOWN] += 1
            return
        if entry.attempts >= MOST_ATTEMPTS:
            problem = Wording("Reading it has ended the process {count} times.", count=entry.attempts)
            self._give_up(entry, done, problem)
            return
        self.entries.begin(entry)
        try:
            self._wait(entry.url)
            draft = _completed(draft_of(self._fetcher.fetch(entry.url)), entry)
        except (FetchError, RecordError) as error:
            self._put_off(entry, done, error)
            return
        removed = self.entries.removed(canonical_url(draft.url or entry.url))
        if removed is not None:
            self.entries.settle_known(entry, removed)
            done.outcomes[EntryState.KNOWN] += 1
            return
        self._store(entry, draft, done)

    def _store(self, entry: FeedEntry, draft: Draft, done: PollSummary) -> None:
        def also(connection: Connection, stored: Sequence[Stored]) -> None:
            settle(connection, entry, EntryState(stored[0].outcome.value), stored[0].article)

        try:
            with self._storing.lock():
                (stored,) = self._storing.writer().add([draft], also)
        except CorpusLockedError:
            self.entries.put_back(entry)
            raise
        state = EntryState(stored.outcome.value)
        done.outcomes[state] += 1
        if state is EntryState.ADDED:
            done.added.append(stored.article)
        elif state is EntryState.COPY:
            done.copies.append(stored.article)

    def _put_off(self, entry: FeedEntry, done: PollSummary, error: FetchError | RecordError) -> None:
        attempts = entry.attempts + 1
        is_lasting = error.is_lasting if isinstance(error, FetchError) else True
        if is_lasting or attempts >= MOST_ATTEMPTS:
            self._give_up(entry, done, error.told)
            return
        self.entries.retry(entry, str(error), self._pace.now() + self._pace.after_attempt(attempts, _asked_s(error)))
        done.postponed += 1

    def _give_up(self, entry: FeedEntry, done: PollSummary, problem: str) -> None:
        self.entries.give_up(entry, str(problem))
        done.outcomes[EntryState.FAILED] += 1
        done.failures.append((entry.url, problem))

    def _schedule(self, number: int) -> None:
        """Say when a feed that was read is to be polled again."""
        now = self._pace.now()
        next_at = now + self._pace.regular()
        waits_until = self.entries.next_at(number)
        if waits_until is not None:
            next_at = min(next_at, max(waits_until, now + self._pace.soon))
        self.subscriptions.schedule(number, next_at)

    def _wait(self, url: str) -> None:
        """Leave a site in peace between two requests, for as long as it asks."""
        host = urlsplit(url).netloc
        last = self._asked.get(host)
        if last is not None:
            delay = max(self._pace.pause_s, min(self._fetcher.delay_s(url), LONGEST_DELAY_S))
            left = min(delay, last + delay - self._pace.now().timestamp())
            if left > 0:
                self._pace.sleep(left)
        self._asked[host] = self._pace.now().timestamp()


def _asked_s(error: Exception) -> float | None:
    return error.retry_after_s if isinstance(error, FetchError) else None


def _completed(draft: Draft, entry: FeedEntry) -> Draft:
    """Take from the feed what the page does not say."""
    day = entry.published.date() if entry.published else None
    return replace(draft, title=draft.title or entry.title, published=draft.published or day)
