"""Feeds over time, against a real site on loopback: what is new is stored, once, whatever goes wrong on the way."""

from __future__ import annotations

import ipaddress
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from web import Answer, Asked, Site, article, serving

from corpus import fetched, polling
from corpus.addresses import Guard
from corpus.entries import MOST_NEW, EntryState
from corpus.errors import CorpusLockedError, FeedNotFoundError
from corpus.feeds import Feed, FeedKind
from corpus.fetching import Fetched, Fetcher, Limits, agent
from corpus.pace import Pace
from corpus.polling import Poller, PollSummary, Storing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from corpus.entries import FeedEntry
    from corpus.records import Draft
    from corpus.store import Store
    from corpus.subscriptions import Subscription
    from corpus.writing import Writer

START = datetime(2024, 5, 3, 8, tzinfo=UTC)


@dataclass
class Clock:
    """A time that passes only when somebody waits."""

    now: datetime = START
    slept: list[float] = field(default_factory=list)

    def pace(self, **options: object) -> Pace:
        """Return a pace by this clock, without chance."""
        chosen = {"pause_s": 0.0, "chance": lambda: 0.5, **options}
        return Pace(now=lambda: self.now, sleep=self.sleep, **chosen)  # type: ignore[arg-type]

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


class Newsroom:
    """A corpus that is fed by a site; `poller` makes a new one each time, as a new process would."""

    def __init__(self, site: Site, store: Store, writer: Writer) -> None:
        self.site, self.store, self.writer = site, store, writer
        self.clock = Clock()
        self.locked = False
        self.locks = 0
        self.fetcher = Fetcher(
            agent("1"), guard=Guard((ipaddress.ip_network("127.0.0.1/32"),)), limits=Limits(seconds=10)
        )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock, unless another has it."""
        if self.locked:
            raise CorpusLockedError("write.lock")
        self.locks += 1
        yield

    def poller(self, fetcher: Fetcher | None = None, **options: object) -> Poller:
        """Return a poller as a process has it that has just been started."""
        storing = Storing(lambda: self.writer, self.lock)
        return Poller(self.store.engine, fetcher or self.fetcher, storing, self.clock.pace(**options))

    def subscribe(self, path: str = "/feed") -> Subscription:
        """Subscribe to a feed of the site."""
        return self.poller().subscriptions.add(
            Feed(url=self.site.url(path), kind=FeedKind.RSS, title="Gazette"), at=self.clock.now
        )

    def publish(self, *numbers: int, pages: bool = True) -> None:
        """Put a feed of articles on the site, newest first, and their pages."""
        self.site.pages["/feed"] = Answer(self.rss(numbers), type="application/rss+xml")
        if pages:
            self.site.pages |= {f"/{number}": Answer(article(number).encode()) for number in numbers}

    def rss(self, numbers: tuple[int, ...] | range) -> bytes:
        """Return a feed; article n is published n minutes after eight."""
        items = "".join(
            f"<item><title>Title {n}</title><link>{self.site.url(f'/{n}')}</link>"
            f"<pubDate>{START + timedelta(minutes=n):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
            for n in numbers
        )
        return f"<rss version='2.0'><channel><title>Gazette</title>{items}</channel></rss>".encode()

    def titles(self) -> list[str]:
        """Return the titles of the stored articles, in the order of their ids."""
        return [entry.title for _, entry in sorted(self.store.articles(self.store.article_numbers()).items())]

    def states(self, feed: Subscription) -> Counter[EntryState]:
        """Count the entries of a feed by their state."""
        return Counter(entry.state for entry in self.poller().entries.of(feed.id))


@pytest.fixture
def room(store: Store, writer: Writer) -> Iterator[Newsroom]:
    """A corpus and a site."""
    with serving() as site:
        yield Newsroom(site, store, writer)


def pages(room: Newsroom) -> Counter[str]:
    """Count how often each page of an article was asked for."""
    return Counter(path for path in room.site.paths if path != "/feed")


def test_new_articles_are_stored_newest_first(room: Newsroom) -> None:
    """The first poll takes what the feed names; the next takes what is new, and asks for nothing else."""
    room.publish(2, 1)
    feed = room.subscribe()
    first = room.poller().poll(feed.id)
    assert room.titles() == ["Harbour plan 2", "Harbour plan 1"]
    assert (first.new, first.added, first.copies, first.waiting, first.problem) == (2, [1], [2], 0, None)
    assert first.outcomes == {EntryState.ADDED: 1, EntryState.COPY: 1}
    room.publish(3, 2, 1)
    second = room.poller().poll(feed.id)
    assert (second.new, second.copies) == (1, [3])
    assert pages(room) == {"/1": 1, "/2": 1, "/3": 1}
    assert room.store.article(3).url == room.site.url("/3")
    assert room.store.article(3).published == date(2024, 5, 3)
    found = room.poller().subscriptions.get(feed.id)
    assert (found.waiting, found.stored, found.failed, found.checked_at) == (0, 3, 0, START)


def test_what_has_not_changed_is_not_sent_again(room: Newsroom) -> None:
    """The feed's ETag goes back to the site, and a 304 is a poll that found nothing."""
    feed = room.subscribe()
    room.publish(1)
    body = room.rss((1,))
    room.site.pages["/feed"] = lambda asked: (
        Answer(status=304, type=None)
        if asked.headers.get("if-none-match") == '"v1"'
        else Answer(body, type="text/xml", headers={"ETag": '"v1"'})
    )
    assert room.poller().poll(feed.id).new == 1
    again = room.poller().poll(feed.id)
    assert (again.new, again.problem, room.site.paths) == (0, None, ["/feed", "/1", "/feed"])


def test_a_feed_of_a_thousand_articles_is_taken_in_parts(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand entries are noted at once and fetched by the poll's measure, none twice and none lost."""
    room.publish(*range(1000, 0, -1), pages=False)
    room.site.pages |= {f"/{n}": Answer(article(n).encode()) for n in range(1, 1001)}
    asked: list[str] = []
    stored: list[int] = []

    def quickly(url: str, **conditions: str | None) -> Fetched:
        asked.append(url)
        if url.endswith("/feed"):
            return Fetcher.fetch(room.fetcher, url, **conditions)
        number = url.rsplit("/", 1)[1]
        text = f"Article {number} of a thousand is about the number {number} and nothing else."
        return Fetched(url=url, final_url=url, content_type="text/plain", charset=None, body=text.encode())

    monkeypatch.setattr(room.fetcher, "fetch", quickly)
    feed = room.subscribe()
    first = room.poller().poll(feed.id)
    assert (first.new, len(first.added), first.waiting) == (1000, 50, 950)
    assert asked[1:4] == [room.site.url(f"/{n}") for n in (1000, 999, 998)]
    polls = 1
    while room.poller().subscriptions.get(feed.id).waiting:
        room.clock.later(minutes=1)
        (done,) = room.poller(most_entries=190).poll_due()
        stored += done.added
        polls += 1
    assert (polls, len(set(stored))) == (6, 950)
    assert room.store.summary().articles == 1000
    assert max(Counter(url for url in asked if not url.endswith("/feed")).values()) == 1
    room.clock.later(minutes=1)
    assert list(room.poller().poll_due()) == []


def test_the_archive_in_a_sitemap_is_passed_over(room: Newsroom) -> None:
    """Of more than a thousand new entries the newest are taken; the others are never, but what comes later is."""
    rows = "".join(f"<url><loc>{room.site.url(f'/{n}')}</loc></url>" for n in range(MOST_NEW + 5))
    room.site.pages["/map"] = Answer(f"<urlset>{rows}</urlset>".encode(), type="text/xml")
    feed = room.subscribe("/map")
    first = room.poller(most_entries=0).poll(feed.id)
    assert (first.new, first.passed, first.waiting) == (MOST_NEW, 5, MOST_NEW)
    rows += f"<url><loc>{room.site.url('/later')}</loc></url>"
    room.site.pages["/map"] = Answer(f"<urlset>{rows}</urlset>".encode(), type="text/xml")
    second = room.poller(most_entries=0).poll(feed.id)
    assert (second.new, second.passed, second.waiting) == (1, 0, MOST_NEW + 1)


def test_an_index_is_read_with_its_sitemaps(room: Newsroom) -> None:
    """The sitemaps of an index are read like one feed; one that fails does not stop the others."""
    index = "".join(
        f"<sitemap><loc>{room.site.url(path)}</loc></sitemap>" for path in ("/one.xml", "/gone.xml", "/two.xml")
    )
    room.site.pages |= {
        "/map": Answer(f"<sitemapindex>{index}</sitemapindex>".encode(), type="text/xml", headers={"ETag": '"x"'}),
        "/one.xml": Answer(f"<urlset><url><loc>{room.site.url('/1')}</loc></url></urlset>".encode(), type="text/xml"),
        "/two.xml": Answer(f"<urlset><url><loc>{room.site.url('/2')}</loc></url></urlset>".encode(), type="text/xml"),
        "/1": Answer(article(1).encode()),
        "/2": Answer(article(2).encode()),
    }
    feed = room.subscribe("/map")
    done = room.poller().poll(feed.id)
    assert (done.new, done.problem, room.titles()) == (2, None, ["Harbour plan 1", "Harbour plan 2"])
    found = room.poller().subscriptions.get(feed.id)
    assert (found.kind, found.etag) == (FeedKind.INDEX, None)  # what failed is asked for again
    del room.site.pages["/one.xml"], room.site.pages["/two.xml"]
    assert "no such page" in (room.poller().poll(feed.id).problem or "")


class PowerCut(BaseException):
    """What no code catches."""


@pytest.mark.parametrize("where", ["before the article is fetched", "after it was fetched", "in the transaction"])
@pytest.mark.parametrize("after", [0, 2])
def test_a_crash_loses_nothing_and_fetches_nothing_twice(
    where: str, after: int, room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A poll that is killed between two articles, or in the middle of one, is gone on with by the next."""
    room.publish(4, 3, 2, 1)
    feed = room.subscribe()
    calls = 0

    def cut() -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise PowerCut

    if where == "in the transaction":
        real_settle = polling.settle

        def settle(connection: Connection, entry: FeedEntry, state: EntryState, number: int) -> None:
            real_settle(connection, entry, state, number)
            cut()

        monkeypatch.setattr(polling, "settle", settle)
    elif where == "after it was fetched":
        real_add = room.writer.add

        def add(drafts: list[Draft], also: object = None) -> object:
            cut()
            return real_add(drafts, also)  # type: ignore[arg-type]

        monkeypatch.setattr(room.writer, "add", add)
    else:
        real_fetch = room.fetcher.fetch

        def fetch(url: str, **conditions: str | None) -> Fetched:
            if not url.endswith("/feed"):
                cut()
            return real_fetch(url, **conditions)

        monkeypatch.setattr(room.fetcher, "fetch", fetch)
    with pytest.raises(PowerCut):
        room.poller().poll(feed.id)
    monkeypatch.undo()
    assert len(room.titles()) == after
    assert room.states(feed)[EntryState.WAITING] == 4 - after
    done = room.poller().poll(feed.id)
    assert done.waiting == 0
    assert room.titles() == [f"Harbour plan {n}" for n in (4, 3, 2, 1)]
    # Only the article that was under way is asked for again: it was never stored.
    under_way = f"/{4 - after}"
    expected = {f"/{n}": 1 for n in (1, 2, 3, 4)}
    if where != "before the article is fetched":
        expected[under_way] = 2
    assert pages(room) == expected


def test_what_kills_the_process_is_given_up(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article at which the process ends each time is tried a few times only, counted from before the attempt."""
    room.publish(1)
    feed = room.subscribe()

    def crash(_: object) -> None:
        raise PowerCut

    monkeypatch.setattr(polling, "draft_of", crash)
    for _ in range(4):
        with pytest.raises(PowerCut):
            room.poller().poll(feed.id)
    done = room.poller().poll(feed.id)
    assert done.failures == [(room.site.url("/1"), "Reading it has ended the process 4 times.")]
    assert room.states(feed) == {EntryState.FAILED: 1}


def test_while_another_writes_the_articles_wait(room: Newsroom) -> None:
    """The lock is taken for storing only; when another holds it, nothing is lost and no attempt is counted."""
    room.publish(2, 1)
    feed = room.subscribe()
    room.locked = True
    for _ in range(6):
        with pytest.raises(CorpusLockedError):
            room.poller().poll(feed.id)
    assert room.states(feed) == {EntryState.WAITING: 2}
    room.locked = False
    room.poller().poll(feed.id)
    assert (room.states(feed)[EntryState.WAITING], room.locks) == (0, 2)


def test_a_broken_feed_is_told_once(room: Newsroom) -> None:
    """After three failures in a row a feed is broken, once; and recovered, once."""
    feed = room.subscribe()
    room.site.pages["/feed"] = Answer(status=500)

    def told() -> tuple[bool, bool, bool]:
        done = room.poller().poll(feed.id)
        return done.problem is not None, done.broke, done.recovered

    assert [told() for _ in range(5)] == [
        (True, False, False),
        (True, False, False),
        (True, True, False),
        (True, False, False),
        (True, False, False),
    ]
    assert "trouble of its own" in (room.poller().subscriptions.get(feed.id).problem or "")
    room.publish(1)
    assert [told() for _ in range(2)] == [(False, False, True), (False, False, False)]
    assert room.poller().subscriptions.get(feed.id).problem is None


@pytest.mark.parametrize(
    "page",
    [
        Answer(status=410),
        Answer(status=302, headers={"Location": "http://10.0.0.1/"}),
        Answer(b"x", type="image/png"),
    ],
)
def test_what_does_not_pass_is_told_at_once(page: Answer, room: Newsroom) -> None:
    """A feed that is gone, leads to a private network or is none any more is broken without a second try."""
    feed = room.subscribe()
    room.site.pages["/feed"] = page
    assert [room.poller().poll(feed.id).broke for _ in range(3)] == [True, False, False]


def test_a_page_in_place_of_a_feed_is_a_failure(room: Newsroom) -> None:
    """A maintenance page is no feed, and may be gone the next time."""
    feed = room.subscribe()
    room.site.pages["/feed"] = Answer(b"<html>We are back soon</html>")
    done = room.poller().poll(feed.id)
    assert "is no feed" in (done.problem or "")
    assert not done.broke


def test_what_fails_is_asked_less_and_less(room: Newsroom) -> None:
    """Pauses double with each failure, up to a day; what is well again has its interval again."""
    feed = room.subscribe()
    room.site.pages["/feed"] = Answer(status=503)
    hours = []
    for _ in range(9):
        room.poller().poll(feed.id)
        pause = room.poller().subscriptions.get(feed.id).next_at - room.clock.now
        hours.append(pause / timedelta(hours=1) / 1.125)  # half of the jitter
    assert hours == [1, 2, 4, 8, 16, 24, 24, 24, 24]
    room.publish()
    room.poller().poll(feed.id)
    assert room.poller().subscriptions.get(feed.id).next_at - room.clock.now == timedelta(minutes=30)
    assert [one.id for one in room.poller().subscriptions.due(at=room.clock.now)] == []


@pytest.mark.parametrize(("asked", "hours"), [("100000", 100_000 / 3600), ("60", 1.125), ("99999999999", 7 * 24)])
def test_a_site_may_ask_for_a_longer_pause(asked: str, hours: float, room: Newsroom) -> None:
    """Retry-After is honoured up to a week, and never shortens the pause."""
    feed = room.subscribe()
    room.site.pages["/feed"] = Answer(status=429, headers={"Retry-After": asked})
    room.poller().poll(feed.id)
    pause = room.poller().subscriptions.get(feed.id).next_at - room.clock.now
    assert pause / timedelta(hours=1) == pytest.approx(hours)


def test_an_article_that_is_not_there_yet_is_tried_again(room: Newsroom) -> None:
    """A passing failure is tried again after a while, and told only when it is given up."""
    room.publish(1, pages=False)
    feed = room.subscribe()
    told: list[PollSummary] = []
    for minutes in (0, 12, 46, 181):
        room.clock.later(minutes=minutes)
        told.append(room.poller().poll(feed.id))
        assert room.poller().poll(feed.id).outcomes == {}  # not before its time
    assert [(len(one.failures), one.postponed) for one in told] == [(0, 1), (0, 1), (0, 1), (1, 0)]
    assert "there is no such page" in told[-1].failures[0][1]
    assert pages(room) == {"/1": 4}
    room.publish(1)
    assert room.poller().poll(feed.id).outcomes == {}


def test_a_late_article_is_stored(room: Newsroom) -> None:
    """What failed at first is stored when it is there."""
    room.publish(1, pages=False)
    feed = room.subscribe()
    room.poller().poll(feed.id)
    room.publish(1)
    room.clock.later(minutes=12)
    assert room.poller().poll(feed.id).added == [1]


def test_one_bad_article_does_not_stop_the_others(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without an article, of another kind, forbidden or broken are given up with a reason each."""
    room.publish(5, 4, 3, 2, 1)
    room.site.pages |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /3", type="text/plain"),
        "/5": Answer(b"<html><body>Nothing</body></html>"),
        "/4": Answer(b"x", type="image/png"),
    }

    real = fetched.from_html

    def from_html(page: str) -> Draft:
        if "Harbour plan 2" in page:
            msg = "not foreseen"
            raise KeyError(msg)
        return real(page)

    monkeypatch.setattr(fetched, "from_html", from_html)
    done = room.poller().poll(room.subscribe().id)
    assert [url.rsplit("/", 1)[1] for url, _ in done.failures] == ["5", "4", "3", "2"]
    for (_, reason), told in zip(
        done.failures, ("no article on this page", "image/png", "asks programs not to", "KeyError"), strict=True
    ):
        assert told in reason
    assert room.titles() == ["Harbour plan 1"]


def test_what_the_corpus_knows_is_not_fetched(room: Newsroom) -> None:
    """An article that came from elsewhere, or that an admin removed, is not asked for; removed stays removed."""
    room.publish(2, 1)
    feed = room.subscribe()
    room.poller().poll(feed.id)
    room.writer.remove([1])
    room.site.pages["/other"] = Answer(room.rss((2, 1)), type="text/xml")
    other = room.subscribe("/other")
    done = room.poller().poll(other.id)
    assert (done.outcomes, done.added) == ({EntryState.KNOWN: 2}, [])
    assert pages(room) == {"/1": 1, "/2": 1, "/other": 1}
    assert room.store.article_numbers() == [2]
    # Also where only the page tells that it is the one that was removed.
    head = f'<link rel="canonical" href="{room.site.url("/2")}">'
    room.site.pages |= {
        "/third": Answer(room.rss((9,)), type="text/xml"),
        "/9": Answer(article(2, head=head).encode()),
    }
    assert room.poller().poll(room.subscribe("/third").id).outcomes == {EntryState.KNOWN: 1}
    assert room.store.article_numbers() == [2]


def test_a_page_without_a_day_has_that_of_the_feed(room: Newsroom) -> None:
    """Title and day come from the page, and from the feed where the page is silent."""
    room.publish(1)
    plain = article(1).replace("<title>Harbour plan 1</title>", "").replace("<h1>Harbour plan 1</h1>", "")
    room.site.pages["/1"] = Answer(plain.encode())
    room.poller().poll(room.subscribe().id)
    assert (room.store.article(1).title, room.store.article(1).published) == ("Title 1", date(2024, 5, 3))


def test_sites_are_left_in_peace(room: Newsroom) -> None:
    """Between two requests to a site there is the usual pause, or the crawl delay of its robots.txt."""
    room.publish(2, 1)
    room.poller(pause_s=1.0).poll(room.subscribe().id)
    assert room.clock.slept == [1.0, 1.0]
    with serving() as slow:
        slow.pages["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 7", type="text/plain")
        other = Newsroom(slow, room.store, room.writer)
        other.publish(4, 3)
        other.poller(pause_s=1.0).poll(other.subscribe().id)
        assert other.clock.slept == [7.0, 7.0]


def test_a_poll_ends_in_time(room: Newsroom) -> None:
    """A slow site does not keep the others waiting: what is left is fetched at the next poll, soon."""
    room.publish(5, 4, 3, 2, 1)
    feed = room.subscribe()
    done = room.poller(pause_s=40.0, longest=timedelta(seconds=70)).poll(feed.id)
    assert done.waiting == 3
    assert room.poller().subscriptions.get(feed.id).next_at - room.clock.now == timedelta(minutes=1)


def test_a_poll_can_be_stopped(room: Newsroom) -> None:
    """Whoever polls may end it between two articles."""
    room.publish(3, 2, 1)
    feed = room.subscribe()
    answers = iter([False, True])
    assert room.poller().poll(feed.id, lambda: next(answers)).waiting == 2
    room.clock.later(hours=1)
    assert list(room.poller().poll_due(lambda: True)) == []


def test_feeds_are_kept(room: Newsroom) -> None:
    """Feeds are added once, found by number or address, paused, resumed and removed; their articles stay."""
    room.publish(1)
    feed = room.subscribe()
    feeds = room.poller().subscriptions
    assert room.subscribe().id == feed.id
    assert (feed.title, feed.url, feed.kind, feed.next_at) == ("Gazette", room.site.url("/feed"), FeedKind.RSS, START)
    assert [feeds.find(reference).id for reference in (str(feed.id), f" {feed.url}#x ")] == [feed.id] * 2
    assert feeds.pause(feed.id).is_paused
    assert list(room.poller().poll_due()) == []
    assert not feeds.resume(feed.id, at=START).is_paused
    assert [done.feed.id for done in room.poller().poll_due()] == [feed.id]
    feeds.remove(feed.id)
    assert (feeds.all(), room.poller().entries.of(feed.id)) == ([], [])
    assert room.titles() == ["Harbour plan 1"]
    for call in (
        lambda: feeds.get(feed.id),
        lambda: feeds.find(""),
        lambda: feeds.find("9" * 30),
        lambda: feeds.find("https://nosuch.example/"),
        lambda: feeds.pause(feed.id),
        lambda: feeds.resume(feed.id),
        lambda: feeds.remove(feed.id),
        lambda: room.poller().poll(feed.id),
    ):
        with pytest.raises(FeedNotFoundError):
            call()


def test_a_feed_removed_while_it_is_read_stays_removed(room: Newsroom) -> None:
    """Removing a feed during its poll leaves no entries behind."""
    room.publish(1)
    feed = room.subscribe()
    body = room.rss((1,))

    def removing(_: Asked) -> Answer:
        room.poller().subscriptions.remove(feed.id)
        return Answer(body, type="text/xml")

    room.site.pages["/feed"] = removing
    assert room.poller().poll(feed.id).new == 0
    assert room.titles() == []


def test_feeds_are_polled_in_the_order_in_which_they_fell_due(room: Newsroom) -> None:
    """That which waits longest comes first; a feed that fails does not stop the others."""
    room.site.pages["/b"] = Answer(room.rss(()), type="text/xml")
    first = room.subscribe("/a")
    room.clock.later(minutes=1)
    second = room.subscribe("/b")
    done = list(room.poller().poll_due())
    assert [(one.feed.id, one.problem is None) for one in done] == [(first.id, False), (second.id, True)]


def test_a_poll_shows_how_far_it_is(room: Newsroom) -> None:
    """Whoever watches sees before each article how many were taken, and of how many."""
    room.publish(3, 2, 1)
    feed = room.subscribe()
    seen: list[tuple[int, int]] = []
    done = room.poller(most_entries=2).poll(feed.id, seen=lambda so_far: seen.append((so_far.taken, so_far.ready)))
    assert seen == [(0, 2), (1, 2)]
    assert (done.taken, done.ready, done.waiting) == (2, 2, 1)


def test_what_came_in_since_an_article(room: Newsroom) -> None:
    """The articles that a feed brought in after another are told by feed; those that were here before are not."""
    room.publish(2, 1)
    feed = room.subscribe()
    poller = room.poller()
    assert poller.entries.newest() == 0
    poller.poll(feed.id)
    first, second = room.store.article_numbers()
    assert poller.entries.newest() == second
    assert poller.entries.stored_since(0) == {feed.id: [first, second]}
    assert poller.entries.stored_since(first) == {feed.id: [second]}
    assert poller.entries.stored_since(second) == {}
