"""`verbatim serve` with a real corpus and index: what other commands change shows in the chat."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import World, commanded

from bot.access import texts_access
from bot.chat import corrections, texts
from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

BRIDGE = (
    "The council of Port Vell met on Monday and spoke about many things.\n\n"
    "“The new bridge will open in spring & <i>nobody</i> will pay for it,” said mayor Mina Okafor.\n\n"
    "Work on it began two years ago, when the old one was closed."
)
FERRY = "\n\n".join(
    [
        "Ferries return to the bay after a winter in which " + "nobody could cross the water but by the long road " * 4,
        "“Tickets will cost two crowns,” said captain Bo Lindqvist 😀, and "
        + "everybody on the pier was glad of it " * 5,
        "The first ship leaves on Sunday with " + "flags and music and a speech of the harbour master " * 4,
    ]
)
MUSEUM = "“The lighthouse museum will close its doors,” said Petra Quill, its keeper since it was founded."


def lines(*articles: tuple[str, str]) -> str:
    """Return articles as JSONL."""
    fields = (
        {"id": name, "url": f"https://gazette.example/{name}", "title": name, "text": text} for name, text in articles
    )
    return "\n".join(json.dumps(each) for each in fields)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """`verbatim serve` over two articles."""
    async with Sandbox() as telegram:
        server = commanded(telegram, tmp_path_factory.mktemp("real"))
        two = server.directory / "two.jsonl"
        two.write_text(lines(("bridge", BRIDGE), ("ferry", FERRY)))
        await server.run("add", str(two))
        owner = telegram.person("Olga", started=True)
        server.settings["VERBATIM_OWNER_ID"] = str(owner.id)
        await server.start()
        yield World(telegram, server, owner)
        await server.close()


async def test_owner_reaches_the_corrections(world: World) -> None:
    """The owner of a served collection sees its corrections in Telegram, and nobody else does."""
    assert world.owner is not None
    await world.owner.say("/speakers corrections")
    assert (await world.owner.hears()).text == corrections.none_yet()
    pat = world.telegram.person("Pat", started=True)
    await pat.say("/speakers corrections")
    assert (await pat.hears()).text == texts_access.admins_only()


async def test_readers_look_around_and_vote(world: World, tmp_path: Path) -> None:
    """A real collection is browsed, followed up and quoted inline; a vote is exported while the bot serves."""
    telegram, server = world.telegram, world.server
    cleo = telegram.person("Cleo", started=True)
    question = "ferries return to the bay after a winter"
    await cleo.say(question)
    answer = await cleo.hears(timeout=20)
    await (await cleo.tap("👍", on=answer)).answered()
    export = tmp_path / "votes.jsonl"
    await server.run("feedback", "export", str(export))
    (record,) = [json.loads(line) for line in export.read_text("utf-8").splitlines()]
    assert (record["question"], record["verdict"], record["vote"]) == (question, "answered", "up")
    assert [each["text"] for each in record["citations"]][
        : len(quoted := answer.parts("expandable_blockquote"))
    ] == quoted
    assert all(FERRY[each["start"] : each["end"]] == each["text"] for each in record["citations"][:1])
    await cleo.say("when?")
    assert "undated" in (await cleo.hears()).text
    await cleo.say("/sources")
    assert "without a publisher · 2 articles" in (await cleo.hears()).text
    await cleo.press_start("a1")
    card = await cleo.hears()
    assert card.text.startswith("Article 1 · ")
    assert card.parts("expandable_blockquote") == [BRIDGE]
    inline = await cleo.ask_inline(question)
    assert inline.titles[0] == "ferry"
    assert inline.results[0]["description"][:40] in FERRY


async def test_serving_follows_the_collection(world: World, tmp_path: Path) -> None:
    """Articles are quoted as stored; one added meanwhile is found, one removed is gone, from its buttons too."""
    telegram, server = world.telegram, world.server
    ann = telegram.person("Ann", started=True)
    await ann.say("what did the mayor Okafor say about the new bridge in spring?")
    answer = await ann.hears(timeout=20)
    first = answer.parts("expandable_blockquote")[0]
    assert first in BRIDGE
    assert "“The new bridge will open in spring & <i>nobody</i> will pay for it,”" in answer.parts("bold")
    source = await ann.tap("Source 1" if "Source 1" in answer.labels else "Source", on=answer)
    assert source.url is not None
    assert source.url.startswith("https://gazette.example/bridge#:~:text=")

    await ann.say("what about the lighthouse museum and its keeper Petra Quill?")
    assert MUSEUM not in (await ann.hears()).text
    (tmp_path / "museum.jsonl").write_text(lines(("museum", MUSEUM)))
    await server.run("add", str(tmp_path / "museum.jsonl"))
    for _ in range(10):
        await ann.say("what about the lighthouse museum and its keeper Petra Quill?")
        found = await ann.hears()
        if MUSEUM in found.text:
            break
    assert found.parts("expandable_blockquote")[0] == MUSEUM

    await server.run("remove", "--yes", "bridge")
    tap = await ann.tap("Context 1" if "Context 1" in answer.labels else "Context", on=answer)
    assert (await tap.answered())["text"] == texts.gone()
    await ann.say("what did the mayor Okafor say about the new bridge in spring?")
    again = await ann.hears()
    assert again.text.startswith("No article quotes the mayor Okafor.")
    assert "will open in spring" not in again.text


async def test_serving_survives_a_crash(world: World) -> None:
    """After kill -9 the buttons of an earlier answer show what the corpus holds, and questions are answered."""
    telegram, server = world.telegram, world.server
    ben = telegram.person("Ben", started=True)
    await ben.say("what will tickets cost, said captain Bo Lindqvist?")
    answer = await ben.hears(timeout=20)
    await ben.say("/help")
    await ben.hears()
    await server.stop(signal.SIGKILL)
    await server.start()
    tap = await ben.tap("Context 1", on=answer)
    assert not (await tap.answered()).get("text")
    context = await ben.hears()
    words = answer.parts("expandable_blockquote")[0]
    assert words in FERRY
    assert context.parts("expandable_blockquote")[0] in FERRY
    assert len(context.parts("expandable_blockquote")[0]) > len(words)
    assert context.parts("bold") == [words]
    await ben.say("what will tickets cost, said captain Bo Lindqvist?")
    assert (await ben.hears()).parts("expandable_blockquote")[0] == words
    assert await server.stop() == 0
