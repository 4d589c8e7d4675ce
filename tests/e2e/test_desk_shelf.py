"""The articles that are there, as an admin sees and changes them from the chat."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import QUICK, World, newsroom

from bot.access.auditing import Audit
from bot.chat.schema import open_file
from bot.chat.state import FILE
from bot.desk import texts_cards
from bot.desk import texts_desk as texts
from sandbox import Person, Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from corpus.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="module")

GAZETTE = "Harbour Gazette"
BRIDGE = (
    'The council met. Mina Okafor said "The bridge opens in spring." to all.\n\n'
    "Work began two years ago & it <never> stopped. Tobi Brand said that nobody slept."
)


def rows() -> list[dict[str, object]]:
    """Return twelve articles: an old one about a bridge, and eleven about ferries."""
    bridge = {
        "title": "A <new> bridge & more",
        "url": "https://gazette.example/bridge",
        "publisher": GAZETTE,
        "date": "2023-05-01",
        "text": BRIDGE,
    }
    # Its id is the number of another article: what lists show are numbers.
    ferries = [
        {
            "id": "1" if n == 1 else f"f{n}",
            "title": f"Ferry {n}",
            "date": f"2024-05-{n:02}",
            "text": f"Ferry {n} sails.",
        }
        for n in range(1, 12)
    ]
    return [bridge, *ferries]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A running bot with twelve articles, and its owner."""
    async with Sandbox(QUICK) as telegram:
        owner = telegram.person("Olga", started=True)
        server = newsroom(telegram, tmp_path_factory.mktemp("shelf"), owner)
        await server.start()
        from sandbox import Upload  # noqa: PLC0415

        data = "\n".join(json.dumps(each) for each in rows()).encode()
        await owner.upload(Upload("rows.jsonl", data))
        await owner.tap("Keep all", on=await owner.hears("12 new articles"))
        await owner.hears("12 articles kept")
        yield World(telegram, server, owner)
        await server.close()


def audited(world: World) -> tuple[int | None, str, str, str]:
    """Return the latest line of the audit log."""
    engine = open_file(world.server.directory / FILE)
    (entry,) = Audit(engine).read(1)
    engine.dispose()
    return entry.user, entry.action, entry.subject, entry.outcome


async def test_articles_are_listed_in_pages(olga: Person) -> None:
    """Newest first, eight a page, with numbers, and a button for each."""
    await olga.say("/articles")
    page = await olga.hears("12 articles")
    lines = page.text.splitlines()
    assert lines[0] == "12 articles · 1–8"
    assert lines[2] == "12. Ferry 11 · 11 May 2024"
    assert page.labels == ["12", "11", "10", "9", "8", "7", "6", "5", "▶"]
    await olga.tap("▶", on=page)
    second = await olga.hears("12 articles · 9–12")
    assert second.text.splitlines()[-1] == f"1. A <new> bridge & more · {GAZETTE} · 1 May 2023"
    assert second.labels == ["4", "3", "2", "1", "◀"]
    await olga.tap("4", on=second)
    assert (await olga.hears("Article 4")).text.splitlines()[1] == "Ferry 3"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("BRIDGE", ["1"]),
        ("ferry 11", ["12"]),
        (f"publisher:“{GAZETTE.lower()}”", ["1"]),
        ("since:2024-05-10", ["12", "11"]),
        ("ferry until:2024-05-02 since:2024-05-02", ["3"]),
    ],
)
async def test_articles_are_searched(olga: Person, words: str, numbers: list[str]) -> None:
    """Words stand in the title; publisher and days narrow the list, with the quotation marks that phones write."""
    await olga.say(f"/articles {words}")
    page = await olga.hears()
    assert page.labels == numbers


async def test_a_search_survives_a_restart(world: World, olga: Person) -> None:
    """The buttons that turn the pages of a search work after kill -9."""
    await olga.say("/articles ferry")
    page = await olga.hears("11 articles: ferry · 1–8")
    await world.server.stop(signal.SIGKILL)
    await world.server.start()
    await olga.tap("▶", on=page)
    assert (await olga.hears("11 articles: ferry · 9–11", timeout=20)).id == page.id


async def test_what_cannot_be_searched_is_explained(olga: Person) -> None:
    """A filter that cannot be read, and a search without results."""
    await olga.say("/articles since:yesterday")
    assert (await olga.hears()).text == texts_cards.list_usage(texts_cards.bad_day("yesterday"))
    await olga.say("/articles zeppelin")
    assert (await olga.hears()).text == "No article fits “zeppelin”."


async def test_an_article_is_shown(olga: Person) -> None:
    """The card tells what is known, digits being its number; statements come with speakers, the text as a file."""
    await olga.say("/show 1")
    card = await olga.hears()
    assert card.text.splitlines()[:5] == [
        "Article 1",
        "A <new> bridge & more",
        f"{GAZETTE} · 1 May 2023",
        "https://gazette.example/bridge",
        f"{len(BRIDGE.split())} words · 2 statements",
    ]
    assert card.parts("expandable_blockquote") == [BRIDGE]
    await olga.tap("Statements", on=card)
    said = await olga.hears("Statements in article 1")
    assert said.text.splitlines()[2:] == [
        '1. Mina Okafor: "The bridge opens in spring."',
        "2. Tobi Brand: nobody slept",
    ]
    await olga.tap("Whole text", on=card)
    file = await olga.hears(where=lambda each: each.media == "document")
    assert file.file_name == "A-new-bridge-more.txt"
    assert (await olga.tap("Source", on=card)).url == "https://gazette.example/bridge"
    await olga.say("/show https://gazette.example/bridge/")
    assert (await olga.hears()).text == card.text


async def test_what_is_not_there_is_told(olga: Person) -> None:
    """An unknown article, and a command without one."""
    await olga.say("/show 99")
    assert (await olga.hears()).text == texts.no_article("99")
    for command in ("show", "edit", "remove", "refetch"):
        await olga.say(f"/{command}")
        assert (await olga.hears()).text == texts_cards.usage(command)


async def test_the_whole_text_is_the_text(world: World, olga: Person) -> None:
    """The file holds the stored text, character by character."""
    await olga.say("/show 1")
    await olga.tap("Whole text", on=await olga.hears())
    await olga.hears(where=lambda each: each.media == "document")
    sent = list(world.telegram.world.files.values())[-1]
    assert sent.content.decode() == BRIDGE


async def test_an_article_is_edited(world: World, olga: Person, store: Store) -> None:
    """/edit shows a draft of it; nothing changes before Save; a URL that another one has is refused."""
    await olga.say("/edit 2")
    card = await olga.hears("Article 2, as you want it")
    assert card.labels[:2] == ["Save", "Cancel"]
    await olga.tap("Edit URL", on=card)
    await olga.say("https://gazette.example/bridge?utm_source=x", reply_to=await olga.hears("What is the URL?"))
    wrong = await olga.hears("The URL stays as it was: article 1 has this URL")
    await olga.say("https://gazette.example/ferry", reply_to=wrong)
    card = await olga.hears("as you want it", where=lambda each: bool(each.buttons))
    assert store.article(2).url is None
    await olga.tap("Save", on=card)
    saved = await olga.hears("Article 2 is saved")
    assert "revision 2" in saved.text
    assert store.article(2).url == "https://gazette.example/ferry"
    assert audited(world) == (olga.id, "edit", "article 2: Ferry 1", "done")
    await olga.say("/edit 2")
    await olga.tap("Cancel", on=await olga.hears("as you want it", where=lambda each: bool(each.buttons)))
    assert (await olga.hears()).text == texts.cancelled(2)


async def test_an_article_is_removed_and_taken_back(world: World, olga: Person, store: Store) -> None:
    """/remove asks with the title; Undo brings the same text back, after a restart too, and both are audited."""
    before = store.article(1)
    await olga.say("/remove 1")
    asked = await olga.hears("Remove article 1 (A <new> bridge & more)?")
    await olga.tap("No, keep it", on=asked)
    assert (await olga.hears()).text == texts.cancelled(1)
    await olga.say("/remove 1")
    await olga.tap("Yes, remove it", on=await olga.hears("Remove article 1"))
    gone = await olga.hears("Removed article 1")
    assert 1 not in store.article_numbers()
    assert audited(world) == (olga.id, "remove", "article 1: A <new> bridge & more", "done")
    await olga.say("/show 1")
    # The number is free, so it is the id of another article.
    assert "Ferry 1" in (await olga.hears()).text
    await world.server.stop(signal.SIGKILL)
    await world.server.start()
    await olga.tap("Undo", on=gone)
    await olga.hears("Article 1 is back", timeout=20)
    assert store.article(1) == before
    assert audited(world) == (olga.id, "restore", "article 1: A <new> bridge & more", "done")


async def test_a_removed_article_has_no_buttons_that_work(olga: Person) -> None:
    """The buttons of a card whose article was removed meanwhile say so."""
    await olga.say("/show 5")
    card = await olga.hears("Article 5")
    await olga.say("/remove 5")
    await olga.tap("Yes, remove it", on=await olga.hears("Remove article 5"))
    await olga.hears("Removed article 5")
    for label in ("Edit", "Whole text", "Remove"):
        await olga.tap(label, on=card)
        assert (await olga.hears()).text == texts.no_article("5")


async def test_a_page_is_fetched_again(world: World, olga: Person, store: Store) -> None:
    """What changed at the source is stored as a revision and told in words; nothing new is told, too."""
    words = "The harbour master counted ships and boats on every day of the long and stormy winter in Port Vell."
    address = "https://gazette.example/again"
    pages = world.server.directory / "pages.json"

    def page(*paragraphs: str) -> str:
        body = "".join(f"<p>{each}</p>" for each in paragraphs)
        return f"<html><head><title>Ships</title></head><body><article>{body}</article></body></html>"

    pages.write_text(json.dumps({address: page(words, "He counted forty ships, he told us.")}))
    await olga.say(f"/add {address}")
    await olga.tap("Keep", on=await olga.hears("not kept yet"))
    kept = await olga.hears("Kept as article 13")
    await olga.tap("Fetch again", on=kept)
    assert (await olga.hears("nothing has changed")).text == texts.refetched_same(13)
    pages.write_text(json.dumps({address: page(words, "He counted fifty ships, he told us.")}))
    await olga.say("/refetch 13")
    told = await olga.hears("has changed; stored as revision 2")
    assert told.text.splitlines()[-1] == "… He counted forty fifty ships, he told us. …"
    assert (told.parts("strikethrough"), told.parts("bold")[-1]) == (["forty"], "fifty")
    assert "fifty ships" in store.article(13).text
    pages.write_text("{}")
    await olga.say("/refetch 13")
    assert "the page is not there" in (await olga.hears()).text
    await olga.say("/refetch 2")
    assert "the page is not there" in (await olga.hears()).text


@pytest.mark.parametrize("command", ["articles", "show 1", "edit 1", "remove 1", "refetch 1"])
async def test_strangers_see_and_change_nothing(world: World, command: str) -> None:
    """Each command is refused to who is no admin, and that is in the audit log."""
    sam = world.telegram.person("Sam", started=True)
    await sam.say(f"/{command}")
    assert (await sam.hears()).text == "Only the admins of this bot may do that."
    assert audited(world) == (sam.id, command.split(maxsplit=1)[0], "", "refused")


async def test_strangers_tap_in_vain(world: World, olga: Person, store: Store) -> None:
    """In a group, the buttons under what an admin asked for are refused to others."""
    sam = world.telegram.person("Sam", started=True)
    group = world.telegram.group("Staff", [sam, olga])
    await olga.say("/remove 3", chat=group)
    asked = await sam.hears("Remove article 3", chat=group)
    for label in asked.labels:
        tap = await sam.tap(label, on=asked)
        assert (await tap.answered())["text"] == "Only the admins of this bot may do that."
    assert 3 in store.article_numbers()
