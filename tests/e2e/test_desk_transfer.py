"""Imports and exports from the chat, as an admin experiences them; what a crash interrupts goes on."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import QUICK, World, newsroom

from bot.access.auditing import Audit
from bot.chat.schema import open_file
from bot.chat.state import FILE
from bot.desk import texts_transfer as texts
from corpus.importing import KIND
from corpus.jobs import Jobs
from corpus.writing import write_lock
from sandbox import Person, Sandbox, Upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from corpus.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="module")


def lines(name: str, count: int, text: str = "Text {n} of {name}.") -> bytes:
    """Return so many articles as JSONL."""
    rows = ({"id": f"{name}{n}", "title": f"{name} {n}", "text": text.format(n=n, name=name)} for n in range(count))
    return "\n".join(json.dumps(each) for each in rows).encode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A running bot with an empty corpus, and its owner."""
    async with Sandbox(QUICK) as telegram:
        owner = telegram.person("Olga", started=True)
        server = newsroom(telegram, tmp_path_factory.mktemp("transfer"), owner)
        await server.start()
        yield World(telegram, server, owner)
        await server.close()


def audited(world: World) -> tuple[int | None, str, str, str]:
    """Return the latest line of the audit log."""
    engine = open_file(world.server.directory / FILE)
    (entry,) = Audit(engine).read(1)
    engine.dispose()
    return entry.user, entry.action, entry.subject, entry.outcome


def refused(world: World, person: Person) -> list[str]:
    """Return what somebody tried and may not, oldest first."""
    engine = open_file(world.server.directory / FILE)
    lines = [each.action for each in Audit(engine).read(20) if each.user == person.id and each.outcome == "refused"]
    engine.dispose()
    return lines[::-1]


async def grown(store: Store, before: int) -> None:
    """Wait until there are more articles than before."""
    async with asyncio.timeout(20):
        while store.count() == before:  # noqa: ASYNC110  (another process adds them)
            await asyncio.sleep(0.2)


async def test_a_file_is_imported(world: World, olga: Person, store: Store) -> None:
    """With /import as its caption a file is taken in without questions; counts and bad records are told."""
    await olga.upload(Upload("news.jsonl", lines("a", 150) + b'\n{"id": "bad"}\n', caption="/import"))
    started = await olga.hears(texts.import_begins("news.jsonl"))
    assert started.labels == ["Cancel"]
    done = await olga.hears("Imported news.jsonl")
    assert done.id == started.id
    assert done.labels == []
    assert done.text.splitlines()[0] == "Imported news.jsonl: 150 added, 1 could not be read."
    assert done.text.splitlines()[1].startswith("news.jsonl:151: It has no text.")
    assert store.count() == 150
    assert audited(world) == (olga.id, "import", "news.jsonl: 150 added, 1 could not be read", "done")
    assert list((world.server.directory / "imports").iterdir()) == []


async def test_a_reply_imports_and_changes_nothing_twice(olga: Person, store: Store) -> None:
    """/import as a reply to a file imports that; what is there already stays unchanged."""
    file = await olga.upload(Upload("again.csv.gz", gzip.compress(b"id,title,text\na1,a 1,Text 1 of a.\nb1,b,New.")))
    await olga.hears("2 new articles")
    await olga.say("/import", reply_to=file)
    assert (await olga.hears("Imported")).text == "Imported again.csv.gz: 1 added, 1 unchanged."
    assert store.find("b1").text == "New."


async def test_an_album_is_imported(olga: Person, store: Store) -> None:
    """The files of an album whose first has the caption are all imported."""
    await olga.upload(Upload("one.txt", b"One text of the album.", caption="/import"), Upload("two.txt", b"Two texts."))
    names = {(await olga.hears("Imported")).text, (await olga.hears("Imported")).text}
    assert names == {"Imported one.txt: 1 added.", "Imported two.txt: 1 added."}
    assert {"One text of the album.", "Two texts."} <= {each.text for each in store.listing()}


async def test_an_import_shows_how_far_it_is_and_is_cancelled(world: World, olga: Person, store: Store) -> None:
    """The one message counts, no more often than every three seconds; Cancel ends it, and what is stored stays."""
    before = store.count()
    await olga.upload(Upload("slow.jsonl", lines("c", 900, "Slow {n} {name} slowly."), caption="/import"))
    started = await olga.hears(texts.import_begins("slow.jsonl"))
    first = await olga.hears("Importing slow.jsonl: ", timeout=20)
    second = await olga.hears("Importing slow.jsonl: ", timeout=20)
    assert first.id == second.id == started.id
    assert first.text != second.text
    edits = [call.at for call in world.telegram.calls_of("editMessageText")][-2:]
    assert edits[1] - edits[0] >= 2.5
    tap = await olga.tap("Cancel", on=second)
    assert (await tap.answered())["text"] == texts.stopping()
    done = await olga.hears("was cancelled", timeout=20)
    stored = store.count() - before
    assert 0 < stored < 900
    assert done.text == f"{texts.import_cancelled('slow.jsonl')}: {stored:,} added."
    assert Jobs(store.engine).unfinished(KIND) == []


async def test_a_killed_import_goes_on(world: World, olga: Person, store: Store) -> None:
    """After kill -9 in its middle, the import goes on with the next start, tells the admin, and loses nothing."""
    before = store.count()
    await olga.upload(Upload("kill.jsonl", lines("k", 250, "Killed {n} {name} slowly."), caption="/import"))
    await olga.hears(texts.import_begins("kill.jsonl"))
    await grown(store, before)
    await world.server.stop(signal.SIGKILL)
    assert store.count() - before < 250
    await world.server.start()
    await olga.hears(texts.import_goes_on("kill.jsonl"), timeout=20)
    done = await olga.hears("Imported kill.jsonl", timeout=40)
    assert store.count() - before == 250
    # Killed between storing a batch and noting that, it meets the batch again.
    assert "had been dealt with before the interruption." in done.text or "64 unchanged" in done.text


async def test_a_stopped_bot_goes_on_with_an_import(world: World, olga: Person, store: Store) -> None:
    """A stop in good order does not wait for an import; the next start goes on with it."""
    before = store.count()
    await olga.upload(Upload("stop.jsonl", lines("s", 250, "Stopped {n} {name} slowly."), caption="/import"))
    await olga.hears(texts.import_begins("stop.jsonl"))
    await grown(store, before)
    assert await world.server.stop() == 0
    assert store.count() - before < 250
    await world.server.start()
    await olga.hears(texts.import_goes_on("stop.jsonl"), timeout=20)
    await olga.hears("Imported stop.jsonl", timeout=40)
    assert store.count() - before == 250


async def test_an_import_waits_for_another_writer(world: World, olga: Person) -> None:
    """While another process changes the corpus, the message says that the import waits; then it goes on by itself."""
    with write_lock(world.server.directory / "write.lock", wait_s=5):
        await olga.upload(Upload("wait.txt", b"It waited for the lock.", caption="/import"))
        await olga.hears(texts.import_waits("wait.txt"), timeout=20)
    assert (await olga.hears("Imported wait.txt", timeout=20)).text == "Imported wait.txt: 1 added."


async def test_what_cannot_be_imported_is_explained(olga: Person) -> None:
    """No file, a file of another kind, and one that is too large."""
    await olga.say("/import")
    assert (await olga.hears()).text == texts.import_usage()
    await olga.upload(Upload("photo.bin", b"\x00\x01", caption="/import"))
    failed = await olga.hears("The import of photo.bin failed")
    assert "imports" not in failed.text.replace("can be imported", "")
    await olga.upload(Upload("big.zip", b"PK", caption="/import", size=25 << 20))
    assert "at most 20 MB" in (await olga.hears("big.zip has 25 MB")).text


async def test_an_export_comes_back_whole(world: World, olga: Person, store: Store) -> None:
    """/export sends everything, or what a filter chooses, and /import of that finds all of it unchanged."""
    await olga.say("/export")
    file = await olga.hears(where=lambda each: each.media == "document", timeout=20)
    assert file.file_name == "articles.jsonl.gz"
    assert file.text == texts.exported(store.count())
    # The file arrives before the bot hears that it did.
    await asyncio.sleep(0.5)
    assert audited(world) == (olga.id, "export", f"{store.count()} articles", "done")
    sent = list(world.telegram.world.files.values())[-1]
    rows = [json.loads(line) for line in gzip.decompress(sent.content).splitlines()]
    assert sorted(row["text"] for row in rows) == sorted(each.text for each in store.listing())
    # What has neither id nor URL is known by its text.
    await olga.upload(Upload("articles.jsonl.gz", sent.content, caption="/import"))
    done = await olga.hears("Imported articles.jsonl.gz", timeout=20)
    assert done.text == f"Imported articles.jsonl.gz: {store.count():,} unchanged."
    await olga.say("/export b")
    await olga.hears(where=lambda each: each.media == "document")
    await olga.say("/export until:1999-01-01")
    assert (await olga.hears()).text == texts.nothing_to_export()
    await olga.say("/export since:x")
    assert "“x” is no date" in (await olga.hears()).text


async def test_strangers_transfer_nothing(world: World, store: Store) -> None:
    """Imports and exports are refused to others, and that is in the audit log."""
    sam = world.telegram.person("Sam", started=True)
    generation = store.generation()
    await sam.upload(Upload("x.txt", b"Not news.", caption="/import"))
    assert (await sam.hears()).text == "Only the admins of this bot may do that."
    assert refused(world, sam) == ["import"]
    sid = world.telegram.person("Sid", started=True)
    await sid.say("/export")
    assert (await sid.hears()).text == "Only the admins of this bot may do that."
    assert refused(world, sid) == ["export"]
    assert store.generation() == generation
