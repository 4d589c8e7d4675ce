"""Handing in articles from the chat, as an admin experiences it: texts, files, links, replies and forwarded posts."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import QUICK, World, newsroom

from bot.access.auditing import Audit
from bot.chat.schema import open_file
from bot.chat.state import FILE
from bot.desk import texts_desk as texts
from sandbox import Person, Sandbox, Upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from corpus.store import Store
    from sandbox import Shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODY = (
    "The council of Port Vell met on Monday and spoke about the <new> bridge & its cost.\n\n"
    'Mina Okafor said "The bridge {name} will open in spring." to everybody who had come.\n\n'
    "Work on it began two years ago, when the old one was closed to all carts and carriages."
)
PAGE = "By Ada Lind\nJune 24, 2024\n\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A running bot with an empty corpus, and its owner."""
    async with Sandbox(QUICK) as telegram:
        owner = telegram.person("Olga", started=True)
        server = newsroom(telegram, tmp_path_factory.mktemp("desk"), owner)
        await server.start()
        yield World(telegram, server, owner)
        await server.close()


def audited(world: World, count: int) -> list[tuple[int | None, str, str, str]]:
    """Return the latest lines of the audit log, oldest first."""
    engine = open_file(world.server.directory / FILE)
    lines = [(each.user, each.action, each.subject, each.outcome) for each in Audit(engine).read(count)]
    engine.dispose()
    return lines[::-1]


async def carded(olga: Person, timeout: float = 10) -> Shown:  # noqa: ASYNC109  (as Person.hears)
    """Return the next card with buttons."""
    return await olga.hears("not kept yet", where=lambda each: bool(each.buttons), timeout=timeout)


async def added(olga: Person, name: str, **more: str) -> tuple[Shown, int]:
    """Have an article with a name kept; return its card and its number."""
    await olga.say(f"/add Bridge {name} opens\n\n{PAGE}{BODY.format(name=name)}", **more)  # type: ignore[arg-type]
    card = await carded(olga)
    await olga.tap("Keep", on=card)
    kept = await olga.hears("Kept as article")
    return kept, int(kept.text.split("Kept as article ")[1].split()[0])


async def test_a_pasted_text_becomes_an_article(world: World, olga: Person, store: Store) -> None:
    """The card shows what was read; kept, the text is stored as it was pasted, audited, and answers within seconds."""
    text = BODY.format(name="Alba")
    await olga.say(f"/add Bridge Alba opens\n\n{PAGE}{text}")
    card = await carded(olga)
    lines = card.text.splitlines()
    assert lines[:4] == [
        "New article, not kept yet",
        "Bridge Alba opens",
        "no publisher · 24 June 2024 · by Ada Lind",
        f"{len(text.split())} words · 1 statement",
    ]
    assert card.parts("expandable_blockquote") == [text]
    assert store.count() == 0
    await olga.tap("Keep", on=card)
    kept = await olga.hears("Kept as article 1")
    assert kept.id == card.id
    article = store.article(1)
    assert (article.text, article.title, article.author) == (text, "Bridge Alba opens", "Ada Lind")
    assert audited(world, 1) == [(olga.id, "add", "article 1: Bridge Alba opens", "done")]
    async with asyncio.timeout(10):
        while True:
            await olga.say("What did Mina Okafor say about the bridge Alba?")
            if '"The bridge Alba will open in spring."' in (await olga.hears()).text:
                break


async def test_a_tap_on_keep_keeps_once(olga: Person, store: Store) -> None:
    """The second of two taps changes nothing and says so."""
    before = store.count()
    await olga.say(f"/add {BODY.format(name='Twice')}")
    card = await carded(olga)
    await olga.tap("Keep", on=card)
    second = await olga.tap("Keep", on=card)
    assert (await second.answered())["text"] == texts.kept_already()
    assert store.count() == before + 1


async def test_discarded_is_forgotten(olga: Person, store: Store) -> None:
    """Discard stores nothing, and the card's buttons are gone."""
    generation = store.generation()
    await olga.say(f"/add Bridge Gone opens\n\n{BODY.format(name='Gone')}")
    card = await carded(olga)
    await olga.tap("Discard", on=card)
    assert (await olga.hears()).text == texts.discarded("Bridge Gone opens")
    assert olga.sees(card).labels == []
    assert store.generation() == generation


async def test_a_long_paste_is_joined(olga: Person, store: Store) -> None:
    """A text that Telegram cuts into several messages is one article, with every word in its place."""
    sentences = [
        f"Sentence {n} of the long report tells what ship number {n} brought to the harbour." for n in range(300)
    ]
    paragraphs = "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4))
    pieces = await olga.paste(f"/add {paragraphs}")
    assert len(pieces) > 3
    card = await carded(olga, 20)
    await olga.tap("Keep", on=card)
    kept = await olga.hears("Kept as article")
    number = int(kept.text.split("Kept as article ")[1].split()[0])
    assert store.article(number).text.split() == paragraphs.split()
    assert olga.unread() == []


async def test_what_follows_a_paste_is_a_question(olga: Person) -> None:
    """A short text that comes later is a question again."""
    await olga.say("/add " + BODY.format(name="Short"))
    card = await carded(olga)
    await olga.say("What did Mina Okafor say about the bridge?")
    assert "Mina Okafor" in (await olga.hears()).text
    await olga.tap("Discard", on=card)
    await olga.hears("Discarded")


async def test_add_asks_for_what_is_missing(olga: Person) -> None:
    """Without anything, /add says what can be handed in; the reply to that is taken."""
    await olga.say("/add")
    asked = await olga.hears("Send me what is to become an article")
    await olga.say(BODY.format(name="Reply"), reply_to=asked)
    card = await carded(olga)
    await olga.tap("Discard", on=card)
    await olga.hears("Discarded")


async def test_values_are_edited(olga: Person, store: Store) -> None:
    """Each field can be given another value; what cannot be read is explained, keeps the old one and is asked again."""
    await olga.say(f"/add Bridge edit\n\n{PAGE}{BODY.format(name='Edit')}")
    card = await carded(olga)
    for label, value in {
        "Edit title": "A <better> title",
        "Edit publisher": "Harbour & Sons",
        "Edit URL": "https://gazette.example/edit",
        "Edit author": "-",
    }.items():
        await olga.tap(label, on=card)
        asked = await olga.hears("Reply with it")
        await olga.say(value, reply_to=asked)
        old, card = card, await carded(olga)
        assert olga.sees(old).labels == []
    await olga.tap("Edit date", on=card)
    asked = await olga.hears("What is the date?")
    assert asked.text.endswith("Now: 2024-06-24")
    await olga.say("01/02/2024", reply_to=asked)
    wrong = await olga.hears("The date stays as it was")
    await olga.say("2 February 2024", reply_to=wrong)
    card = await carded(olga)
    await olga.tap("Keep", on=card)
    kept = await olga.hears("Kept as article")
    assert kept.text.splitlines()[1:4] == [
        "A <better> title",
        "Harbour & Sons · 2 February 2024",
        "https://gazette.example/edit",
    ]
    article = store.find("https://gazette.example/edit")
    assert (article.title, article.publisher, article.author) == ("A <better> title", "Harbour & Sons", None)


async def test_near_copies_and_versions_are_told(olga: Person, store: Store) -> None:
    """The card says of which article a text is a near copy, and which one it would change."""
    story = " ".join(f"Word{n} and word{n + 1} were said." for n in range(60))
    await olga.say(f"/add {story}")
    await olga.tap("Keep", on=await carded(olga))
    kept = await olga.hears("Kept as article")
    number = int(kept.text.split("Kept as article ")[1].split()[0])
    await olga.say(f"/add {story} One sentence more was said.")
    card = await carded(olga)
    assert f"Near copy of article {number} (untitled)." in card.text
    await olga.tap("Discard", on=card)
    await olga.hears("Discarded")
    await olga.say(f"/add {story}")
    card = await carded(olga)
    assert f"This is article {number} already" in card.text
    await olga.tap("Keep", on=card)
    assert (await olga.hears(f"Article {number} is there already")).id == card.id
    assert store.article(number).revision == 1


async def test_keep_can_be_undone_and_that_too(world: World, olga: Person, store: Store) -> None:
    """Undo under a kept article removes it, and Undo under that brings it back."""
    kept, number = await added(olga, "Undo")
    await olga.tap("Undo", on=kept)
    gone = await olga.hears(f"Removed article {number}: Bridge Undo opens")
    assert number not in store.article_numbers()
    await olga.tap("Undo", on=gone)
    await olga.hears(f"Article {number} is back")
    assert store.article(number).title == "Bridge Undo opens"
    what = f"article {number}: Bridge Undo opens"
    assert [line[1:] for line in audited(world, 3)] == [
        ("add", what, "done"),
        ("remove", what, "done"),
        ("restore", what, "done"),
    ]


async def test_files_and_albums(olga: Person, store: Store) -> None:
    """A file is read like in an import; the files of an album are one card, whose articles are kept together."""
    page = "<html><head><title>t</title></head><body><article><h1>A page</h1>" + "".join(
        f"<p>Paragraph {n} of the page tells about the ferry and how it sails at night.</p>" for n in range(4)
    )
    await olga.upload(
        Upload("report.md", b"---\npublisher: The Post\ndate: 2024-05-03\n---\n# Ferries\n\nThe ferry sails.")
    )
    card = await carded(olga)
    assert card.text.splitlines()[1:3] == ["Ferries", "The Post · 3 May 2024"]
    await olga.tap("Discard", on=card)
    await olga.hears("Discarded")
    rows = "\n".join(json.dumps({"id": f"r{n}", "title": f"Row {n}", "text": f"Row text {n}."}) for n in range(10))
    before = store.count()
    await olga.upload(
        Upload("page.html", page.encode(), caption="/add"),
        Upload("rows.jsonl", (rows + '\n{"title": "no text"}\n').encode()),
    )
    problems = await olga.hears("rows.jsonl:11 was not added")
    assert problems.text.count("was not added") == 1
    card = await olga.hears("11 new articles, not kept yet")
    assert "1. A page" in card.text
    assert card.labels == ["Keep all", "Discard", "▶"]
    await olga.tap("▶", on=card)
    card = await olga.hears("11. Row 9")
    await olga.tap("Keep all", on=card)
    kept = await olga.hears("11 articles kept")
    assert store.count() == before + 11
    await olga.tap("Undo", on=kept)
    await olga.hears("Taken away again: 11 articles.")
    assert store.count() == before


async def test_a_file_that_is_too_large(world: World, olga: Person) -> None:
    """25 MB are not even asked for; the limit and what to do are explained."""
    calls = len(world.telegram.calls_of("getFile"))
    await olga.upload(Upload("big.jsonl", b"{}", size=25 << 20))
    said = await olga.hears("big.jsonl has 25 MB")
    assert "at most 20 MB" in said.text
    assert "verbatim add big.jsonl" in said.text
    assert len(world.telegram.calls_of("getFile")) == calls


async def test_a_file_of_another_kind(olga: Person) -> None:
    """What cannot be imported is explained with what can be."""
    await olga.upload(Upload("photo.bin", b"\x00\x01\x02"))
    said = await olga.hears("photo.bin was not added")
    assert ".jsonl" in said.text


async def test_a_reply_hands_in_what_it_replies_to(olga: Person) -> None:
    """/add as a reply takes the text, the link or the document of the other message."""
    file = await olga.upload(Upload("note.txt", BODY.format(name="Note").encode()))
    await carded(olga)
    await olga.say("/add", reply_to=file)
    assert "Note" in (await carded(olga)).text
    said = await olga.say("see https://gazette.example/404")
    await olga.hears()
    await olga.say("/add", reply_to=said)
    assert (await olga.hears("was not added")).text == (
        "https://gazette.example/404 was not added: the page is not there (404). Check the address."
    )


async def test_links_are_fetched(world: World, olga: Person, store: Store) -> None:
    """Each link's page becomes an article with its address; what cannot be fetched is told."""
    paragraphs = "".join(f"<p>{each}</p>" for each in BODY.format(name="Link").replace("<new>", "new").split("\n\n"))
    html = f"<html><head><title>Bridge Link opens</title></head><body><article>{paragraphs}</article></body></html>"
    address = "https://gazette.example/link"
    (world.server.directory / "pages.json").write_text(json.dumps({address: html}))
    await olga.say(f"/add {address} https://gazette.example/nowhere")
    await olga.hears("https://gazette.example/nowhere was not added")
    card = await carded(olga)
    assert address in card.text
    await olga.tap("Keep", on=card)
    await olga.hears("Kept as article")
    assert "“" not in store.find(address).text
    assert 'Mina Okafor said "The bridge Link will open in spring."' in store.find(address).text


async def test_forwarded_posts(world: World, olga: Person, store: Store) -> None:
    """A forwarded post of a channel is handed in with the channel as publisher, its address and its day."""
    channel = world.telegram.channel("The <Harbour> Post", [olga], username="harbourpost", bot="left")
    post = await olga.post(BODY.format(name="Post"), channel=channel)
    await olga.forward(post)
    card = await carded(olga)
    assert "The <Harbour> Post · " in card.text
    assert f"https://t.me/harbourpost/{post.id}" in card.text
    await olga.tap("Keep", on=card)
    await olga.hears("Kept as article")
    assert store.find(f"https://t.me/harbourpost/{post.id}").publisher == "The <Harbour> Post"


async def test_drafts_survive_a_crash(world: World, olga: Person, store: Store) -> None:
    """After kill -9 the buttons of a card and the reply to a question about it still work."""
    await olga.say(f"/add Bridge crash\n\n{BODY.format(name='Crash')}")
    card = await carded(olga)
    await olga.tap("Edit title", on=card)
    asked = await olga.hears("What is the title?")
    await asyncio.sleep(0.3)
    await world.server.stop(signal.SIGKILL)
    await world.server.start()
    await olga.say("After the crash", reply_to=asked)
    card = await carded(olga, 20)
    await olga.tap("Keep", on=card)
    kept = await olga.hears("Kept as article")
    assert "After the crash" in kept.text
    assert store.article(int(kept.text.split("Kept as article ")[1].split()[0])).title == "After the crash"


async def test_reading_survives_a_crash(world: World, olga: Person) -> None:
    """What was handed in and not read yet when the bot was killed is read after the next start."""
    await olga.say("/add https://gazette.example/slow")
    await asyncio.sleep(1)
    await world.server.stop(signal.SIGKILL)
    assert olga.unread() == []
    await world.server.start()
    await olga.hears("https://gazette.example/slow was not added: the page is not there", timeout=20)


async def test_another_writer_is_waited_for(world: World, olga: Person, store: Store) -> None:
    """While another process changes the corpus, Keep says so; the draft stays and can be kept afterwards."""
    from corpus.writing import write_lock  # noqa: PLC0415

    await olga.say(f"/add Bridge lock\n\n{BODY.format(name='Lock')}")
    card = await carded(olga)
    count = store.count()
    with write_lock(world.server.directory / "write.lock", wait_s=5):
        await olga.tap("Keep", on=card)
        await olga.hears(texts.locked(), timeout=15)
        assert store.count() == count
    await olga.tap("Keep", on=card)
    await olga.hears("Kept as article")


async def test_strangers_hand_in_nothing(world: World, olga: Person, store: Store) -> None:
    """Who is no admin is refused by every route, and that is in the audit log; their texts stay questions."""
    assert olga is world.owner
    sam = world.telegram.person("Sam", started=True)
    generation = store.generation()
    refused = "Only the admins of this bot may do that."
    await sam.say("/add Something that is not news.")
    assert (await sam.hears()).text == refused
    sid = world.telegram.person("Sid", started=True)
    await sid.upload(Upload("x.txt", b"Not news.", caption="/add"))
    assert (await sid.hears()).text == refused
    await sam.upload(Upload("x.txt", b"Not news."))
    assert "I can only read text" in (await sam.hears()).text
    group = world.telegram.group("Staff", [sam, olga])
    await olga.say(f"/add {BODY.format(name='Group')}", chat=group)
    card = await sam.hears("not kept yet", chat=group)
    for label in ("Keep", "Edit title", "Discard"):
        tap = await sam.tap(label, on=card)
        assert (await tap.answered())["text"] == refused
    assert store.generation() == generation
    lines = [line for line in audited(world, 20) if line[0] in {sam.id, sid.id}]
    assert {line[3] for line in lines} == {"refused"}
    assert [line[:2] for line in lines[:2]] == [(sam.id, "add"), (sid.id, "add")]
    assert len(lines) > 2, "taps are written down, too"
