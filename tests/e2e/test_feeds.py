"""Feeds as admins care for them in the chat: the bot as `verbatim serve` runs it, and real sites on loopback."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import TESTS, Bot
from sqlalchemy import delete
from web import Answer, Asked, Site, article, serving

from bot.access import texts_access
from bot.access.auditing import Audit, Wanted
from bot.access.members import Members, Role
from bot.chat.schema import writing
from bot.chat.state import State
from bot.feeds import texts_feeds
from bot.feeds.schema_feeds import feed_news
from bot.language import speaking
from corpus.database import open_database
from corpus.feeds import Feed, FeedKind
from corpus.subscriptions import Subscriptions
from sandbox import Person, Sandbox, Shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADMINS_ONLY = "Only the admins of this bot may do that."
FEED_TYPE = "application/rss+xml"


@dataclass(frozen=True)
class Room:
    """A Telegram with a bot that polls, and whom it listens to.

    Attributes:
        state: the bot's own database, as another process sees it.
    """

    telegram: Sandbox
    server: Bot
    owner: Person
    admin: Person
    state: State

    def due(self) -> None:
        """Let all feeds be due now, as if their time had come."""
        with contextlib.closing(sqlite3.connect(self.server.directory / "corpus.sqlite", timeout=20)) as corpus:
            corpus.execute("UPDATE feeds SET next_at = '2024-01-01 00:00:00.000000'")
            corpus.commit()

    @contextlib.contextmanager
    def subscriptions(self) -> Iterator[Subscriptions]:
        """Open the feeds, as another process sees them."""
        engine = open_database(f"sqlite:///{self.server.directory / 'corpus.sqlite'}")
        try:
            yield Subscriptions(engine)
        finally:
            engine.dispose()

    def stored(self) -> int:
        """Count the articles."""
        with contextlib.closing(sqlite3.connect(self.server.directory / "corpus.sqlite", timeout=20)) as corpus:
            return int(corpus.execute("SELECT count(*) FROM articles WHERE removed_at IS NULL").fetchone()[0])


def bot(telegram: Sandbox, directory: Path, owner: Person, **settings: str) -> Bot:
    """Return the bot as it is served, with feeds polled without pauses."""
    directory.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(TESTS / "e2e" / "feeding.py"), "serve"]
    given = {"VERBATIM_OWNER_ID": str(owner.id), **settings}
    return Bot(telegram, directory, command, given, ready=b" answers from ")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Room]:
    """A bot that may fetch from this machine, with an owner, and an admin who speaks Korean."""
    async with Sandbox() as telegram:
        owner = telegram.person("Olga", started=True)
        admin = telegram.person("Adam", started=True, language="ko")
        server = bot(telegram, tmp_path_factory.mktemp("room"), owner, VERBATIM_ALLOWED_NETWORKS="127.0.0.1/32")
        with contextlib.closing(State(server.directory)) as state:
            Members(state.engine).add(Role.ADMIN, admin.id, owner.id)
            await server.start()
            yield Room(telegram, server, owner, admin, state)
            await server.close()


@pytest.fixture(autouse=True)
def _afresh(room: Room) -> Iterator[None]:
    """Each test begins without feeds, with nobody who wants news, and with everything read."""
    yield
    with room.subscriptions() as subscriptions:
        for feed in subscriptions.all():
            subscriptions.remove(feed.id)
    with writing(room.state.engine) as connection:
        connection.execute(delete(feed_news))
    room.owner.read_all()
    room.admin.read_all()
    assert room.telegram.violations == []


@pytest.fixture
def site() -> Iterator[Site]:
    """A site of its own for each test."""
    with serving() as made:
        yield made


def rss(site: Site, numbers: range, title: str = "Gazette") -> bytes:
    """Return a feed of articles on a site, newest first."""
    items = "".join(f"<item><title>Title {n}</title><link>{site.url(f'/{n}')}</link></item>" for n in numbers)
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>".encode()


def publish(site: Site, numbers: range, title: str = "Gazette", path: str = "/feed") -> None:
    """Put a feed on a site, with the pages of its articles, each with words that no other has."""
    site.pages[path] = Answer(rss(site, numbers, title), type=FEED_TYPE)
    for n in numbers:
        site.pages[f"/{n}"] = Answer(page(n, title).encode())


def page(number: int, title: str) -> str:
    """Return the page of an article that says who spoke, of which no two are alike."""
    said = f"{title} mayor Mina Okafor said “harbour plan {number} of {title} opens in spring”."
    return article(number).replace("The council of Port Vell approved", f"{said} The council of {title} approved")


def link(path: str, title: str) -> str:
    """Return what a page names a feed by."""
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{path}">'


async def told(person: Person, words: str) -> Shown:
    """Return the message in which somebody reads some words."""
    return await person.hears(words, timeout=40)


async def polled(person: Person, words: str) -> Shown:
    """Return the message that tells with some words what a poll did, not how far it is."""
    return await person.hears(words, timeout=40, where=lambda shown: not shown.text.startswith("Polling"))


async def wants_news(person: Person) -> None:
    """Let an admin who speaks Korean want news."""
    await person.say("/feeds news on")
    with speaking("ko"):
        await told(person, texts_feeds.news_are(on=True))


async def answered(person: Person, question: str, words: str) -> None:
    """Wait until a question is answered with some words, asking anew for some seconds."""
    for _ in range(5):
        await person.say(question)
        answer = await person.hears(timeout=40, where=lambda shown: "News from" not in shown.text)
        if any(words in quoted for quoted in answer.parts("expandable_blockquote")):
            return
    raise AssertionError(answer.text)


async def test_add_by_page(room: Room, site: Site) -> None:
    """The address of a page is enough; one message tells how far it is, and its articles are answers at once."""
    publish(site, range(1, 4), "Quay Post")
    site.pages["/"] = Answer(article(99, head=link("/feed", "Quay Post")).encode())
    await room.owner.say(f"/feeds add {site.url('/')}")
    first = await told(room.owner, "Looking for a feed")
    last = await told(room.owner, "3 added")
    assert last.id == first.id
    assert last.text == "1 Quay Post: 3 added"
    await answered(
        room.owner, "what did Mina Okafor say about harbour plan 2 of Quay Post?", "plan 2 of Quay Post opens"
    )

    await room.owner.say(f"/feeds add {site.url('/feed')}")
    assert (await told(room.owner, "Already")).text == "Already subscribed to 1 Quay Post."
    done = Audit(room.state.engine).read(10)
    assert [each.subject for each in done if each.action == "feeds"] == [f"added 1 Quay Post: {site.url('/feed')}"]

    await room.owner.say("/feeds")
    listed = await told(room.owner, "1 feed")
    assert "1 Quay Post · active" in listed.text
    assert site.url("/feed") in listed.text
    assert "3 articles" in listed.text
    assert "last poll 20" in listed.text
    assert "next 20" in listed.text
    assert listed.labels == ["Pause 1", "Remove 1"]


async def test_choose_among_several(room: Room, site: Site) -> None:
    """Of several feeds that a page names, the one whose button is tapped is subscribed to; it works once."""
    publish(site, range(1, 2), "Sport", "/sport")
    publish(site, range(2, 4), "Culture", "/culture")
    head = link("/sport", "Sport") + link("/culture", "Culture")
    site.pages["/"] = Answer(article(99, head=head).encode())
    await room.owner.say(f"/feeds add {site.url('/')}")
    question = await room.owner.hears("names several feeds", timeout=40)
    assert question.labels == ["Sport · RSS", "Culture · RSS"]
    await room.owner.tap("Culture · RSS", on=question)
    assert "Culture: 2 added" in (await told(room.owner, "2 added")).text
    await room.owner.tap("Culture · RSS", on=question)
    assert "Already subscribed" in (await told(room.owner, "Already")).text
    assert "/sport" in site.paths  # it was looked at, and is not subscribed to
    await room.owner.say("/feeds")
    assert "Sport" not in (await told(room.owner, "feed")).text


async def test_pause_resume_remove(room: Room, site: Site) -> None:
    """What is paused is not polled; removing asks first, and leaves the articles."""
    publish(site, range(1, 3), "Evening")
    await room.owner.say(f"/feeds add {site.url('/feed')}")
    number = (await told(room.owner, "2 added")).text.split()[0]
    await room.owner.say("/feeds")
    listed = await told(room.owner, "Evening")
    await room.owner.tap(f"Pause {number}", on=listed)
    shown = await told(room.owner, "Evening · paused")
    assert shown.id == listed.id
    publish(site, range(1, 4), "Evening")
    asked = len(site.asked)
    room.due()
    await room.owner.say("/feeds poll")
    await told(room.owner, "There is no feed to poll")
    assert len(site.asked) == asked

    await room.owner.say(f"/feeds resume {number}")
    assert (await told(room.owner, "Resumed")).text.startswith(f"Resumed {number} Evening.")
    before = room.stored()
    await room.owner.say(f"/feeds poll {number}")
    await polled(room.owner, f"{number} Evening: ")
    assert "/3" in site.paths

    await room.owner.say(f"/feeds remove {number}")
    question = await told(room.owner, "Really remove")
    await room.owner.tap("No, keep the feed", on=question)
    assert (await told(room.owner, "stays")).text == f"The feed {number} Evening stays."
    await room.owner.tap(f"Remove {number}", on=shown)
    question = await told(room.owner, "Really remove")
    await room.owner.tap("Yes, remove the feed", on=question)
    assert "Its articles stay." in (await told(room.owner, "Removed")).text
    assert room.stored() >= before
    await room.owner.say(f"/feeds pause {number}")
    assert (await told(room.owner, "There is no feed")).text == texts_feeds.no_such_feed(number)
    tap = await room.owner.tap(f"Remove {number}", on=shown)
    assert (await tap.answered())["text"] == texts_feeds.no_such_feed(number)


async def test_news_to_who_wants_them(room: Room, site: Site) -> None:
    """What a round brings is told once, to whoever wants it, in their language; nothing new is not told."""
    publish(site, range(1, 2), "Morning")
    await wants_news(room.admin)
    await room.owner.say(f"/feeds add {site.url('/feed')}")
    await told(room.owner, "Morning: 1 added")
    heard = await room.admin.hears("피드 소식", timeout=40)
    assert "Morning: 새 기사 1건" in heard.text
    publish(site, range(1, 4), "Morning")
    await room.owner.say("/feeds news off")
    assert (await told(room.owner, "no messages")).text == texts_feeds.news_are(on=False)
    room.due()
    heard = await room.admin.hears("피드 소식", timeout=40)
    assert "Morning: 새 기사 2건\n• Harbour plan 3\n• Harbour plan 2" in heard.text
    asked = len(site.asked)
    room.due()
    await room.owner.say("/feeds poll")
    assert "nothing new" in (await polled(room.owner, "Morning: ")).text
    assert len(site.asked) > asked
    assert room.admin.unread() == []
    assert [each for each in room.owner.unread() if "News from" in each.text] == []
    await room.owner.say("/feeds news on")
    await told(room.owner, "You get a message")


async def test_broken_once_recovered_once(room: Room, site: Site) -> None:
    """A feed that is gone is told once, however often it is polled, and once when it is back."""
    await wants_news(room.admin)
    publish(site, range(1, 2), "Herald")
    await room.owner.say(f"/feeds add {site.url('/feed')}")
    await told(room.owner, "Herald: 1 added")
    site.pages["/feed"] = Answer(b"gone", status=410)
    room.due()
    broken = await told(room.owner, "is broken")
    assert "Herald is broken: The page is gone for good: " in broken.text
    assert "(HTTP 410)" in broken.text
    await room.admin.hears("Herald에 문제가 있어요: 페이지가 영구히 삭제됐어요", timeout=40)
    await room.owner.say("/feeds poll")
    assert "could not be read" in (await told(room.owner, "Herald could not be read")).text
    await room.admin.say("/feeds")
    assert "고장" in (await room.admin.hears("Herald", timeout=40)).text
    publish(site, range(1, 2), "Herald")
    room.due()
    await told(room.owner, "Herald can be read again.")
    assert [each.text for each in room.owner.unread() if "Herald" in each.text] == []


async def test_large_feed(room: Room, site: Site) -> None:
    """Of a feed with a thousand items a bounded number is taken at a time, as it says; the rest follows by itself."""
    site.pages["/feed"] = Answer(rss(site, range(1, 1001), "Annals"), type=FEED_TYPE)
    for n in range(1, 91):
        site.pages[f"/{n}"] = Answer(page(n, "Annals").encode())
    for n in range(91, 1001):
        site.pages[f"/{n}"] = Answer(b"gone", status=410)
    await room.owner.say(f"/feeds add {site.url('/feed')}")
    done = await told(room.owner, "The rest follows by itself.")
    assert "90 added" in done.text
    assert "10 could not be added" in done.text
    assert "900 waiting" in done.text
    await answered(room.owner, "what did Mina Okafor say about harbour plan 7 of Annals?", "plan 7 of Annals opens")
    number = done.text.split()[0]
    for _ in range(60):
        await room.owner.say(f"/feeds poll {number}")
        shown = await polled(room.owner, f"{number} Annals: ")
        if "waiting" not in shown.text:
            break
    assert len({path for path in site.paths if path != "/feed"}) == 1000
    assert len([path for path in site.paths if path != "/feed"]) == 1000
    await room.owner.say(f"/feeds remove {number}")
    await room.owner.tap("Yes, remove the feed", on=await told(room.owner, "Really remove"))
    await told(room.owner, "Removed the feed")


async def test_blocked_admin(room: Room, site: Site) -> None:
    """An admin who has blocked the bot keeps nobody from their news, and gets them again after coming back."""
    await wants_news(room.admin)
    publish(site, range(1, 2), "Courier")
    await room.owner.say(f"/feeds add {site.url('/feed')}")
    await told(room.owner, "Courier: 1 added")
    await room.admin.hears("Courier", timeout=40)
    await room.admin.block()
    publish(site, range(1, 3), "Courier")
    room.due()
    await told(room.owner, "Courier: 1 new article")
    await room.admin.unblock()
    await room.admin.say("/feeds news")
    await room.admin.hears(timeout=40)
    publish(site, range(1, 4), "Courier")
    room.due()
    await room.admin.hears("Courier: 새 기사 2건", timeout=40)


async def test_stranger_is_refused(room: Room, site: Site) -> None:
    """Whoever is no admin may not even look, by command or by button."""
    sam = room.telegram.person("Sam", started=True)
    await sam.say(f"/feeds add {site.url('/feed')}")
    assert (await sam.hears()).text == texts_access.admins_only() == ADMINS_ONLY
    with room.subscriptions() as subscriptions:
        feed = subscriptions.add(Feed(url="https://gazette.example/feed", kind=FeedKind.RSS))
        subscriptions.pause(feed.id)
    group = room.telegram.group("Desk", [sam, room.owner])
    await room.owner.say("/feeds", chat=group)
    listed = await room.owner.hears("feed", chat=group)
    tap = await sam.tap(listed.labels[0], on=listed)
    assert (await tap.answered())["text"] == ADMINS_ONLY
    tried = Audit(room.state.engine).read(10, wanted=Wanted(sam.id))
    assert {each.action for each in tried} == {"feeds", "button"}
    with room.subscriptions() as subscriptions:
        assert [each.is_paused for each in subscriptions.all()] == [True]
    assert site.asked == []


async def test_kill_in_the_middle_of_a_poll(room: Room, site: Site) -> None:
    """After kill -9 in the middle of a poll, the same message tells the outcome; no article is lost or stored twice."""
    publish(site, range(1, 7), "Night")
    reached, go_on = threading.Event(), threading.Event()
    whole = site.pages["/4"]
    assert isinstance(whole, Answer)

    def slow(_: Asked) -> Answer:
        reached.set()
        go_on.wait(20)
        return whole

    site.pages["/4"] = slow
    before = room.stored()
    await room.owner.say(f"/feeds add {site.url('/feed')}")
    first = await told(room.owner, "Looking for a feed")
    await told(room.owner, "article 4 of 6")
    assert reached.is_set()
    assert room.stored() == before + 3
    await room.server.stop(signal.SIGKILL)
    go_on.set()
    site.pages["/4"] = whole
    await room.server.start()
    done = await told(room.owner, "Night: 6 added")
    assert done.id == first.id
    assert room.stored() == before + 6
    assert [path for path in site.paths if path in {"/1", "/2", "/3"}] == ["/1", "/2", "/3"]


async def test_stop_is_prompt(room: Room, site: Site) -> None:
    """A stop does not wait for a site that takes its time, and what was wanted goes on after the start."""
    publish(site, range(1, 3), "Late")
    reached, go_on = threading.Event(), threading.Event()
    whole = site.pages["/2"]
    assert isinstance(whole, Answer)

    def slow(_: Asked) -> Answer:
        reached.set()
        go_on.wait(25)
        return whole

    site.pages["/2"] = slow
    await room.owner.say(f"/feeds add {site.url('/feed')}")
    await told(room.owner, "article 2 of 2")
    begun = time.monotonic()
    assert await room.server.stop() == 0
    assert time.monotonic() - begun < 10
    site.pages["/2"] = whole
    go_on.set()
    await room.server.start()
    await told(room.owner, "Late: 2 added")


async def test_private_addresses_are_refused(tmp_path: Path, site: Site) -> None:
    """By default nothing is fetched from this machine; the message says why and what to do, in the admin's language."""
    publish(site, range(1, 2))
    async with Sandbox() as telegram:
        olga = telegram.person("Olga", started=True, language="ko")
        server = bot(telegram, tmp_path / "data", olga)
        await server.start()
        await olga.say("/feeds add http://127.0.0.1/feed")
        refused = await olga.hears("사설 네트워크", timeout=40)
        assert refused.text == (
            "http://127.0.0.1/feed 주소는 사설 네트워크에 속해 있어요. 공개 주소만 가져와요. 대신 본문을 붙여 넣어 "
            "주세요. 사내 네트워크라면 VERBATIM_ALLOWED_NETWORKS 설정으로 예외를 둘 수 있어요."
        )
        await olga.say("/feeds add")
        assert "/feeds add https://example.org" in (await olga.hears(timeout=40)).text
        await olga.say("/feeds")
        with speaking("ko"):
            assert (await olga.hears(timeout=40)).text == texts_feeds.no_feeds()
        await server.close()
    assert site.asked == []
