"""Feeds in the chat, part by part: what is remembered, the list and its buttons, the message that changes, the news."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest
from wire import Wire, client_on, error

from bot.access.access import Access
from bot.access.auditing import Audit
from bot.access.members import Role
from bot.access.people import Person
from bot.chat.formatting import note
from bot.chat.schema import open_file
from bot.chat.sending import Sender, Target
from bot.feeds import texts_feeds
from bot.feeds.board import Board
from bot.feeds.listing import FeedTap, Step, listing, offers, removal, tapped
from bot.feeds.memory import FeedMemory, Order, Reader
from bot.feeds.news import HOLD_S, MOST_FEEDS, News
from bot.language import speaking
from corpus.entries import EntryState
from corpus.errors import (
    BadAddressError,
    ContentTypeError,
    FeedError,
    PrivateAddressError,
    RedirectError,
    RobotsError,
    StatusError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
    VerbatimError,
)
from corpus.feeds import Feed, FeedKind
from corpus.polling import PollSummary
from corpus.subscriptions import Subscription
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bot.feeds.feeds import Feeding

AT = datetime(2024, 5, 3, 8, 15, tzinfo=UTC)
URL = "https://gazette.example/feed"


def feed(number: int = 1, **fields: Any) -> Subscription:
    """Return a feed that is well."""
    known = {"url": URL, "title": f"Gazette {number}", "kind": FeedKind.RSS, "is_paused": False, "is_broken": False}
    times = {"added_at": AT, "checked_at": AT, "next_at": AT}
    counts = {"failures": 0, "waiting": 0, "stored": 0, "failed": 0}
    none = {"problem": None, "etag": None, "last_modified": None}
    return Subscription(**{"id": number, **known, **times, **counts, **none, **fields})


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[FeedMemory]:
    """The bot's own database."""
    engine = open_file(tmp_path / "bot.sqlite")
    yield FeedMemory(engine)
    engine.dispose()


def test_orders_are_remembered(memory: FeedMemory) -> None:
    """Orders come back as they were, in their order, until they are carried out."""
    one = memory.order(Order(0, 7, Target(7), 12, 3, 40, "ko"))
    two = memory.order(Order(0, 8, Target(-100, 5, 6), None, None, 0, "en"))
    assert one.id != two.id
    assert memory.orders() == [one, two]
    assert replace(two, id=0) == Order(0, 8, Target(-100, 5, 6), None, None, 0, "en")
    memory.carried_out(one)
    assert memory.orders() == [two]


def test_offers_are_remembered_for_a_month(memory: FeedMemory) -> None:
    """A feed behind a button comes back; a very old one is forgotten when others are offered."""
    found = [Feed(url=URL, kind=FeedKind.ATOM, title="Gazette"), Feed(url=f"{URL}2", kind=FeedKind.INDEX)]
    numbers = memory.offer(found)
    assert [memory.offered(number) for number in numbers] == found
    assert memory.offered(999) is None
    later = FeedMemory(memory._engine, lambda: time.time() + 31 * 86_400)
    assert later.offer(found[:1]) != numbers[:1]
    assert later.offered(numbers[0]) is None


def test_who_wants_news(memory: FeedMemory) -> None:
    """Adding a feed makes somebody want news, unless they said no; saying it again forgets nothing."""
    clock = [1000.0]
    made = FeedMemory(memory._engine, lambda: clock[0])
    assert not made.wants(7)
    made.want_unless_said(7, 40)
    assert made.readers() == [Reader(7, 40, 1000)]
    clock[0] = 2000.0
    made.want(7, 50, wanted=True)
    made.want_unless_said(7, 50)
    assert made.readers() == [Reader(7, 40, 1000)]
    made.was_told(7, 60)
    assert made.readers() == [Reader(7, 60, 2000)]
    made.want(7, 70, wanted=False)
    made.want_unless_said(7, 80)
    assert made.readers() == []
    made.want(7, 90, wanted=True)
    assert made.readers() == [Reader(7, 90, 2000)]


def test_problems_are_kept_for_any_language(memory: FeedMemory) -> None:
    """Why a feed could not be read is put together again, with the sentences inside it, and said in Korean."""
    problem = StatusError(URL, 410).told
    memory.note_problem(3, problem)
    memory.note_problem(4, "words {of} no catalogue")
    kept = memory.problems()
    assert kept == {3: problem, 4: "words {of} no catalogue"}
    with speaking("ko"):
        assert texts_feeds.sentence(kept[3]) == texts_feeds.sentence(problem)
        assert texts_feeds.sentence(kept[3]).startswith("페이지가 영구히 삭제됐어요")
    memory.note_problem(3, None)
    assert list(memory.problems()) == [4]


ERRORS: tuple[VerbatimError, ...] = (
    BadAddressError("x", Wording("this is no web address"), Wording("Write it with https:// in front.")),
    PrivateAddressError("http://intern.example/a", "intern.example", "10.0.0.1"),
    PrivateAddressError("http://10.0.0.1/a", "10.0.0.1", "10.0.0.1"),
    RobotsError(URL, "https://gazette.example/robots.txt"),
    RobotsError(URL, "https://gazette.example/robots.txt", "HTTP 503"),
    RedirectError([URL, URL]),
    RedirectError([URL, f"{URL}2"]),
    *(StatusError(URL, status) for status in (401, 403, 404, 410, 418, 429, 500)),
    ContentTypeError(URL, "image/png"),
    TooLargeError(URL, 20 << 20),
    TooLargeError(URL, 1000),
    TooSlowError(URL, 30),
    UnreachableError(URL, Wording("it does not answer")),
    FeedError(URL, Wording("what is at {url} is no feed", url=URL), Wording("Take another feed of the site.")),
)


@pytest.mark.parametrize("problem", ERRORS, ids=lambda each: type(each).__name__)
def test_errors_are_told_in_every_language(problem: VerbatimError) -> None:
    """Each error of fetching is one message that says what was seen and what to do, in Korean without English words."""
    english = texts_feeds.problem_of(problem)
    assert english.endswith(".")
    assert english.lower() == str(problem).lower()
    with speaking("ko"):
        korean = texts_feeds.problem_of(problem)
    assert problem.problem not in korean
    assert problem.fix not in korean
    assert any("가" <= char <= "힣" for char in korean)
    assert (URL in korean) == (URL in english)


def test_list_says_how_feeds_are_doing() -> None:
    """Each feed tells what it is, its state, what came of it, when it was and is polled, and has its buttons."""
    broken = StatusError(URL, 410)
    shown, markup = listing(
        [
            feed(1, stored=1204, waiting=3, failed=2),
            feed(2, is_paused=True, checked_at=None),
            feed(3, is_broken=True, problem=str(broken)),
            feed(4, problem="it was slow"),
        ],
        {3: broken.told, 4: "what was seen before"},
        0,
    )
    assert shown.plain.split("\n\n") == [
        "4 feeds",
        (
            f"1 Gazette 1 · active\n{URL}\n1,204 articles · 3 waiting · 2 failed\n"
            "last poll 2024-05-03 08:15 UTC · next 2024-05-03 08:15 UTC"
        ),
        f"2 Gazette 2 · paused\n{URL}\n0 articles\nnot polled yet",
        (
            f"3 Gazette 3 · broken\n{URL}\n0 articles\nlast poll 2024-05-03 08:15 UTC · next 2024-05-03 08:15 UTC\n"
            f"The page is gone for good: {URL} (HTTP 410). Open it in a browser and paste the text."
        ),
        (
            f"4 Gazette 4 · could not be read the last time\n{URL}\n0 articles\n"
            "last poll 2024-05-03 08:15 UTC · next 2024-05-03 08:15 UTC\nIt was slow."
        ),
    ]
    assert markup is not None
    labels = [[button.text for button in row] for row in markup.inline_keyboard]
    assert labels == [
        ["Pause 1", "Remove 1"],
        ["Resume 2", "Remove 2"],
        ["Pause 3", "Remove 3"],
        ["Pause 4", "Remove 4"],
    ]


def test_list_has_pages() -> None:
    """Five feeds a page; a page that is not there any more is the last one; the buttons lead to the neighbours."""
    feeds = [feed(number) for number in range(1, 13)]
    heads, turns = [], []
    for page in (0, 1, 2, 9):
        shown, markup = listing(feeds, {}, page)
        assert markup is not None
        heads.append(shown.plain.partition("\n")[0])
        taps = [tapped(str(button.callback_data)) for row in markup.inline_keyboard for button in row]
        turns.append([tap.page for tap in taps if tap is not None and tap.step is Step.PAGE])
    assert heads == ["Feeds 1–5 of 12", "Feeds 6–10 of 12", "Feeds 11–12 of 12", "Feeds 11–12 of 12"]
    assert turns == [[1], [0, 2], [1], [1]]
    nothing, markup = listing([], {}, 0)
    assert (nothing.plain, markup) == (texts_feeds.no_feeds(), None)


def test_buttons_are_read_back() -> None:
    """What a button reports is what it was made from, within 64 bytes; anything else is none of ours."""
    longest = 10**18 - 1
    for step in Step:
        tap = FeedTap(step, longest, 999_999)
        assert tapped(tap.data) == tap
        assert len(tap.data.encode()) <= 64
    for data in ("f:page:1", "f:drop:1:0", "x:page:1:0", "f:page:-1:0", ""):
        assert tapped(data) is None
    yes = [button.callback_data for row in removal(feed(3)).inline_keyboard for button in row]
    assert yes == ["f:yes:3:0", "f:no:3:0"]
    row = offers([Feed(url=URL, kind=FeedKind.RSS), Feed(url=URL, kind=FeedKind.ATOM, title="A" * 90)], [5, 6])
    assert [button.callback_data for (button,) in row.inline_keyboard] == ["f:take:5:0", "f:take:6:0"]
    assert [len(button.text) <= 48 for (button,) in row.inline_keyboard] == [True, True]


def test_summary_tells_what_a_poll_did() -> None:
    """Counts stand in one line, then what could not be added and why; nothing to tell is told, too."""
    done = PollSummary(feed=feed(1), passed=5, postponed=1, waiting=1201)
    assert texts_feeds.summary(PollSummary(feed=feed(1)), 0) == "1 Gazette 1: nothing new"
    done.outcomes.update({EntryState.UPDATED: 1, EntryState.KNOWN: 2, EntryState.UNCHANGED: 1, EntryState.FAILED: 9})
    done.failures += [(f"{URL}/{n}", StatusError(f"{URL}/{n}", 403).told) for n in range(9)]
    lines = texts_feeds.summary(done, 40).splitlines()
    assert lines[0] == (
        "1 Gazette 1: 40 added · 1 updated · 3 here already · 9 could not be added · 5 of the archive passed over · "
        "1 to be tried again · 1,200 waiting"
    )
    assert lines[1:3] == [
        f"Not added: {URL}/0",
        f"The site does not give it to programs: {URL}/0 (HTTP 403). Open it in a browser and paste the text.",
    ]
    assert len(lines) == 8
    assert lines[-1] == "The rest follows by itself."
    failed = PollSummary(feed=feed(1), problem=TooSlowError(URL, 30).told, waiting=3)
    assert texts_feeds.summary(failed, 0).startswith("1 Gazette 1 could not be read: The site did not finish within 30")


class Moved:
    """Nobody moves."""

    async def __call__(self, _old: int, _new: int) -> None:
        """Do nothing."""


async def test_board_changes_at_most_every_so_often() -> None:
    """A message changes when its words do and its time has come; the last words wait for that and always come."""
    wire = Wire()
    client, throttle = client_on(wire)
    board = Board(client, Sender(client, throttle, Moved()), Target(7, 5), edit_s=0.3)
    await board.post(note("one"))
    await board.show(note("two"))
    assert [method for method, _ in wire.calls if method != "getMe"] == ["sendMessage"]
    begun = time.monotonic()
    await board.settle(note("three"))
    assert time.monotonic() - begun >= 0.2
    await board.settle(note("three"))
    edits = [values["text"] for method, values in wire.calls if method == "editMessageText"]
    assert edits == ["three"]


async def test_board_that_is_gone_is_replaced() -> None:
    """Where the message was deleted or never arrived, its last words are a message of their own."""
    wire = Wire()
    client, throttle = client_on(wire)
    sender = Sender(client, throttle, Moved())
    wire.plan("editMessageText", error(400, "Bad Request: message to edit not found"))
    await Board(client, sender, Target(7), 12, edit_s=0.0).settle(note("gone"))
    wire.plan("editMessageText", error(400, "Bad Request: message is not modified"))
    await Board(client, sender, Target(7), 12, edit_s=0.0).settle(note("same"))
    wire.plan("sendMessage", error(500, "Internal Server Error"))
    lost = Board(client, sender, Target(7), edit_s=0.0)
    await lost.post(note("first"))
    await lost.settle(note("last"))
    assert [values["text"] for values in wire.sent()] == ["gone", "first", "last"]


class Brought:
    """Feeds that have brought articles.

    Attributes:
        stored: feed -> ids of its articles.
        next_at: when entries are fetched next.
    """

    def __init__(self) -> None:
        self.stored: dict[int, list[int]] = {}
        self.waits: datetime | None = None
        self.entries = self
        self.subscriptions = self

    def newest(self) -> int:
        """Return the id of the newest article."""
        return max((number for articles in self.stored.values() for number in articles), default=0)

    def stored_since(self, article: int) -> dict[int, list[int]]:
        """Return what came in after an article."""
        later = {each: [number for number in articles if number > article] for each, articles in self.stored.items()}
        return {each: articles for each, articles in later.items() if articles}

    def next_at(self, _feed: int) -> datetime | None:
        """Return when entries are fetched next."""
        return self.waits

    def all(self) -> list[Subscription]:
        """Return the feeds."""
        return [feed(number) for number in self.stored]

    def titles(self, articles: Sequence[int]) -> list[str]:
        """Return titles."""
        return [f"Title {number}" for number in articles]


Office = tuple[News, Brought, FeedMemory, Wire, Access, list[float]]


@pytest.fixture
def office(memory: FeedMemory) -> Office:
    """News for an owner, 1, who wants them, and an admin, 2, who does, too, in Korean."""
    wire = Wire()
    client, throttle = client_on(wire)
    sender = Sender(client, throttle, Moved())
    access = Access(Audit(memory._engine), sender, 1)
    access.members.add(Role.ADMIN, 2, 1)
    access.people.see(Person(2, "Adam", language="ko"))
    clock = [10_000.0]
    kept = FeedMemory(memory._engine, lambda: clock[0])
    brought = Brought()
    for user in (1, 2):
        kept.want(user, 0, wanted=True)
    return News(cast("Feeding", brought), kept, access, sender, lambda: clock[0]), brought, kept, wire, access, clock


async def test_news_are_told_once(office: Office) -> None:
    """Each is told in their language what came in since the last time, in one message; then nothing."""
    news, brought, _, wire, _, _ = office
    brought.stored = {1: [3, 4, 5, 6], 2: [7]}
    for _ in range(2):
        await news.tell([PollSummary(feed=feed(1)), PollSummary(feed=feed(2))])
    english, korean = sorted((values["text"] for values in wire.sent()), key=lambda text: "피드" in text)
    assert english == (
        "News from the feeds\n\n1 Gazette 1: 4 new articles\n• Title 6\n• Title 5\n• Title 4\n• …\n\n"
        "2 Gazette 2: 1 new article\n• Title 7\n\n/feeds news off ends these messages."
    )
    assert "1 Gazette 1: 새 기사 4건" in korean


async def test_news_wait_for_a_backlog(office: Office) -> None:
    """While polls follow each other, articles are told at most once an hour; what breaks is told at once."""
    news, brought, _, wire, _, clock = office
    brought.stored, brought.waits = {1: [3]}, datetime.fromtimestamp(clock[0], UTC)
    going = [PollSummary(feed=feed(1))]
    await news.tell(going)
    assert wire.sent() == []
    await news.tell([*going, PollSummary(feed=feed(2), broke=True, problem="it is gone")])
    assert ["2 Gazette 2 is broken: It is gone." in values["text"] for values in wire.sent()].count(True) == 1
    assert not any("Title" in values["text"] for values in wire.sent())
    clock[0] += HOLD_S
    await news.tell(going)
    assert sum("Title 3" in values["text"] for values in wire.sent()) == 2


async def test_news_pass_over_who_cannot_have_them(office: Office) -> None:
    """Who has blocked the bot is remembered and left alone; who is no admin any more is told nothing."""
    news, brought, kept, wire, access, _ = office
    brought.stored = {1: [3]}
    wire.plan("sendMessage", *[error(403, "Forbidden: bot was blocked by the user")] * 2)
    access.people.see(Person(1, "Olga"))
    await news.tell([PollSummary(feed=feed(1))])
    assert {person.id: person.reachable for person in access.people.known([1, 2]).values()} == {1: False, 2: False}
    await news.tell([PollSummary(feed=feed(1))])
    assert len(wire.sent()) == 2
    access.people.see(Person(2, "Adam"))
    access.members.remove(Role.ADMIN, 2)
    await news.tell([PollSummary(feed=feed(1))])
    assert len(wire.sent()) == 2
    # Nothing is lost for who comes back.
    access.people.see(Person(1, "Olga", "olga"))
    await news.tell([PollSummary(feed=feed(1))])
    assert "Title 3" in wire.sent()[-1]["text"]
    assert {reader.user: reader.told for reader in kept.readers()} == {1: 3, 2: 0}


async def test_news_leave_out_who_saw_it_elsewhere(office: Office) -> None:
    """Whoever watched a poll is not told of it again, but of what came before and was not told yet."""
    news, brought, _, wire, _, _ = office
    brought.stored = {1: [3]}
    await news.tell([PollSummary(feed=feed(1))], besides=1)
    assert [values["chat_id"] for values in wire.sent()] == [2]
    await news.told_otherwise(1, since=3)
    await news.told_otherwise(2, since=3)
    await news.told_otherwise(9, since=3)
    await news.tell([PollSummary(feed=feed(1))])
    assert [values["chat_id"] for values in wire.sent()] == [2, 1]
    brought.stored[1].append(4)
    await news.told_otherwise(1, since=3)
    await news.tell([PollSummary(feed=feed(1))])
    assert [values["chat_id"] for values in wire.sent()] == [2, 1, 2]


async def test_news_of_many_feeds_are_counted(office: Office) -> None:
    """Of very many feeds the last are only counted."""
    news, brought, _, wire, _, _ = office
    brought.stored = {number: [number] for number in range(1, MOST_FEEDS + 3)}
    await news.tell([], besides=2)
    assert "2 more feeds with new articles" in wire.sent()[0]["text"]
