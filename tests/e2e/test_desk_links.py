"""Handing in links, as an admin experiences it, with the real fetcher: what is fetched, and what is refused and why.

Two bots: one of a newsroom whose own network is one address of loopback, at which the pages are, and one as installed,
for which no network but the public one is allowed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import QUICK, World, on_the_web
from web import Answer, Asked, Site, article, serving

from bot.access.auditing import Audit
from bot.chat.schema import open_file
from bot.chat.state import FILE
from sandbox import Person, Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from corpus.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOME = "127.0.0.1/32"
"""The newsroom's own network; 127.0.0.2 stays as private as it is."""

NAMES = {"news.example": "127.0.0.1", "inside.example": "127.0.0.2", "public.example": "93.184.216.34"}
HEAD = (
    '<meta property="og:site_name" content="Harbour Gazette"><meta property="article:published_time" '
    'content="2024-06-24T09:00:00Z"><meta name="author" content="Ada Lind">'
)
ROBOTS = Answer(b"User-agent: *\nDisallow: /closed\n", type="text/plain")
REFUSED = "Only the admins of this bot may do that."


def page(number: int, said: str = "The quay will open in spring.") -> Answer:
    """Return a page with an article of a number, in which Mina Okafor says something."""
    whole = article(number, head=HEAD)
    return Answer(whole.replace("</article>", f"<p>Mina Okafor said “{said}” to the council.</p></article>").encode())


def moved(url: str) -> Answer:
    """Return a redirect."""
    return Answer(status=302, headers={"Location": url})


def slowly(asked: Asked) -> Answer:
    """Return a page that comes later than anybody waits."""
    del asked
    time.sleep(2.5)
    return page(1)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The site in the newsroom's network."""
    with serving() as made:
        made.pages |= {
            "/robots.txt": ROBOTS,
            "/a": page(1),
            "/closed/a": page(2),
            "/image": Answer(b"\x89PNG", type="image/png"),
            "/large": Answer(b"x" * 200_000),
            "/slow": slowly,
            "/shop": Answer(b"<html><head><title>Shop</title></head><body><ul><li>Buy</ul></body></html>"),
            "/forbidden": Answer(status=403),
            "/broken": Answer(status=503),
            "/circle": moved("/circle2"),
            "/circle2": moved("/circle"),
            "/inside": moved("http://127.0.0.2:8000/secret"),
            "/inside2": moved("http://inside.example/secret"),
            "/inside3": moved("http://2130706434/secret"),
            "/file": moved("file:///etc/passwd"),
        }
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A running bot that may fetch from the newsroom's network, and its owner."""
    async with Sandbox(QUICK) as telegram:
        owner = telegram.person("Olga", started=True)
        made = tmp_path_factory.mktemp("web")
        server = on_the_web(telegram, made, owner, NAMES, VERBATIM_ALLOWED_NETWORKS=HOME)
        await server.start()
        yield World(telegram, server, owner)
        await server.close()
        assert "Traceback" not in server.log


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def closed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A running bot with the settings that it comes with, and its owner, who is Korean."""
    async with Sandbox(QUICK) as telegram:
        owner = telegram.person("Minji", started=True, language="ko")
        server = on_the_web(telegram, tmp_path_factory.mktemp("closed"), owner, NAMES)
        await server.start()
        yield World(telegram, server, owner)
        await server.close()
        assert "Traceback" not in server.log


@pytest.fixture
def minji(closed: World) -> Iterator[Person]:
    """The Korean owner, who has read everything."""
    assert closed.owner is not None
    closed.owner.read_all()
    yield closed.owner
    assert closed.telegram.violations == []


@pytest_asyncio.fixture(loop_scope="module")
async def bora(world: World, olga: Person) -> Person:
    """A Korean admin beside the owner."""
    bora = world.telegram.person("Bora", started=True, language="ko")
    await olga.say(f"/admins add {bora.id}")
    await olga.hears("Bora")
    bora.read_all()
    return bora


def audited(world: World, who: Person) -> list[tuple[str, str]]:
    """Return what is in the audit log about somebody, oldest first: action and outcome."""
    engine = open_file(world.server.directory / FILE)
    lines = [(each.action, each.outcome) for each in Audit(engine).read(100) if each.user == who.id]
    engine.dispose()
    return lines[::-1]


async def test_a_page_becomes_an_article_that_answers(olga: Person, site: Site, store: Store) -> None:
    """The card has the page's title, publisher, day and author; what is kept answers, with the address as its link."""
    await olga.say(f"/add {site.url('/a#top')}")
    card = await olga.hears("not kept yet")
    assert card.text.splitlines()[1:4] == [
        "Harbour plan 1",
        "Harbour Gazette · 24 June 2024 · by Ada Lind",
        site.url("/a"),
    ]
    await olga.tap("Keep", on=card)
    await olga.hears("Kept as article 1")
    assert store.article(1).url == site.url("/a")
    for _ in range(20):  # the index catches up within a second or two
        await olga.say("What did Mina Okafor say about the quay?")
        answer = await olga.hears()
        if "“The quay will open in spring.”" in answer.text:
            break
    else:
        pytest.fail(answer.text)
    link = next(label for label in answer.labels if label.startswith("Source"))  # "Source 1" where there are several
    assert str((await olga.tap(link, on=answer)).url).startswith(f"{site.url('/a')}#:~:text=")


async def test_what_changed_at_the_source_is_told(olga: Person, site: Site, store: Store) -> None:
    """/refetch says that nothing changed, and when something did, what; the change is a revision."""
    site.pages["/again"] = page(4)
    await olga.say(f"/add {site.url('/again')}")
    await olga.tap("Keep", on=await olga.hears("not kept yet"))
    kept = await olga.hears("Kept as article")
    number = store.find(site.url("/again")).id
    await olga.tap("Fetch again", on=kept)
    await olga.hears(f"The page of article {number} says what is stored: nothing has changed.")
    site.pages["/again"] = page(4, "The quay will open in autumn.")
    await olga.say(f"/refetch {number}")
    told = await olga.hears("has changed; stored as revision 2")
    assert told.parts("strikethrough") == ["spring.”"]
    assert told.parts("bold")[-1] == "autumn.”"
    site.pages["/again"] = Answer(status=404)
    await olga.say(f"/refetch {number}")
    gone = await olga.hears("There is no such page")
    assert (
        gone.text == f"There is no such page: {site.url('/again')} (HTTP 404). Check the address, or try again later."
    )
    assert (store.article(number).revision, "autumn" in store.article(number).text) == (2, True)


FAILURES = {
    "/nothing": ("there is no such page: {url} (HTTP 404).", "그런 페이지가 없어요: {url}(HTTP 상태 404)."),
    "/forbidden": ("the site does not give it to programs: {url} (HTTP 403).", "사이트가 프로그램에는 내주지 않아요"),
    "/broken": ("the site has trouble of its own: {url} (HTTP 503).", "사이트에 문제가 있어요"),
    "/closed/a": ("the site asks programs not to fetch {url}", "가져오지 말아 달라고 해요"),
    "/image": ("what is at {url} is image/png, and only pages,", "에 있는 것은 image/png인데"),
    "/large": ("what is at {url} is larger than 100,000 bytes", "100,000바이트보다 커서"),
    "/slow": ("the site did not finish within 1.5 seconds: {url}.", "1.5초 안에 응답을 마치지 않았어요"),
    "/shop": ("there is no article on this page. Open it in", "이 페이지에는 기사가 없어요. 브라우저에서"),
    "/circle": ("leads in a circle. Open it in a browser", "주소가 제자리를 맴돌아요."),
    "/inside": ("the address http://127.0.0.2:8000/secret is part of a private", "주소는 사설 네트워크에 속해 있어요."),
    "/inside2": ("http://inside.example/secret leads to 127.0.0.2,", "사설 네트워크에 속한 127.0.0.2(으)로"),
    "/inside3": ("http://2130706434/secret leads to 127.0.0.2,", "사설 네트워크에 속한 127.0.0.2(으)로"),
    "/file": ("file:// is not fetched, only http:// and https:// are.", "file:// 주소는 가져오지 않아요."),
}
"""Path -> what is said of it in English and in Korean."""


@pytest.mark.parametrize("path", FAILURES)
async def test_what_cannot_be_fetched_is_explained(
    path: str, olga: Person, bora: Person, site: Site, store: Store
) -> None:
    """The admin reads in their language what was wrong and what to do, and nothing else becomes of it."""
    url, generation = site.url(path), store.generation()
    english, korean = (each.format(url=url) for each in FAILURES[path])
    await olga.say(f"/add {url}")
    said = await olga.hears()
    assert said.text.startswith(f"{url} was not added: ")
    assert english in said.text
    assert said.text.endswith(".")
    await bora.say(f"/add {url}")
    said = await bora.hears()
    assert korean in said.text
    assert said.text.startswith(url)
    assert [
        part for part in said.text.replace(url, "").split() if part.isalpha() and part.isascii() and part.islower()
    ] == []
    assert store.generation() == generation
    assert not any(asked.path == "/secret" for asked in site.asked)


async def test_of_several_links_the_good_ones_become_cards(olga: Person, site: Site, store: Store) -> None:
    """The bad one is explained by itself, and the good ones are kept together."""
    site.pages |= {"/one": page(5), "/two": page(6)}
    before = store.count()
    await olga.say(f"/add {site.url('/one')} {site.url('/nothing')} http://2130706434/ {site.url('/two')}")
    problems = await olga.hears("was not added")
    assert [line.split(" was not added: ")[0] for line in problems.text.splitlines()] == [
        site.url("/nothing"),
        "http://2130706434/",
    ]
    card = await olga.hears("2 new articles, not kept yet")
    assert [each for each in ("Harbour plan 5", "Harbour plan 6") if each in card.text] == [
        "Harbour plan 5",
        "Harbour plan 6",
    ]
    await olga.tap("Keep all", on=card)
    await olga.hears("2 articles kept")
    assert store.count() == before + 2


PRIVATE = [
    "http://127.0.0.1:{port}/a",
    "http://2130706433:{port}/a",
    "http://0x7f.1:{port}/a",
    "http://0177.0.0.1:{port}/a",
    "http://[::1]:{port}/a",
    "http://[::ffff:127.0.0.1]:{port}/a",
    "http://localhost:{port}/a",
    "http://news.example:{port}/a",
    "http://169.254.169.254/latest/meta-data/",
    "http://inside.example/",
]


@pytest.mark.parametrize("address", PRIVATE)
async def test_private_addresses_are_refused(address: str, minji: Person, site: Site) -> None:
    """By number, in whatever notation, and by name: not even a connection is made, and the way out is told."""
    url, asked = address.format(port=site.port), len(site.asked)
    await minji.say(f"/add {url}")
    said = await minji.hears()
    assert said.text.startswith(url)
    assert "사설 네트워크에 속" in said.text
    assert said.text.endswith("사내 네트워크라면 VERBATIM_ALLOWED_NETWORKS 설정으로 예외를 둘 수 있어요.")
    assert len(site.asked) == asked


ODD = {
    "file:///etc/passwd": "file:// 주소는 가져오지 않아요.",
    "ftp://public.example/a": "ftp:// 주소는 가져오지 않아요.",
    "http://public.example:8080/a": "8080번 포트를 가리키는데",
    "http://ada:pass@public.example/a": "주소에 사용자 이름이나 비밀번호가 들어 있으면 가져오지 않아요.",
    "http://nowhere.example/a": "사이트에 연결할 수 없어요(nowhere.example(이)라는 사이트가 없어요).",
}


@pytest.mark.parametrize("url", ODD)
async def test_addresses_that_are_none_of_the_web_are_refused(url: str, minji: Person) -> None:
    """Another scheme, another port, a password, and a name that nobody has are each explained."""
    await minji.say(f"/add {url}")
    said = await minji.hears()
    assert said.text.startswith(url)
    assert ODD[url] in said.text


@pytest.mark.parametrize("command", ["add {url}", "add http://169.254.169.254/", "add file:///etc/passwd", "refetch 1"])
async def test_strangers_have_nothing_fetched(
    command: str, world: World, olga: Person, site: Site, store: Store
) -> None:
    """Who is no admin is refused, which is in the audit log; no site hears of it, and a link alone is a question."""
    assert olga is world.owner
    sam = world.telegram.person("Sam", started=True)
    asked, generation = len(site.asked), store.generation()
    await sam.say("/" + command.format(url=site.url("/a")))
    assert (await sam.hears()).text == REFUSED
    assert audited(world, sam) == [(command.split(maxsplit=1)[0], "refused")]
    await sam.say(site.url("/a"))
    await sam.hears()
    assert (len(site.asked), store.generation()) == (asked, generation)
