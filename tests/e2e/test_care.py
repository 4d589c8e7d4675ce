"""Caring for the index from a chat: rebuilding with progress, cancelling, canaries, going back, crashes, strangers."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest
import pytest_asyncio
from fakes import small_app
from filelock import FileLock
from served import QUICK, UNHURRIED, World, commanded

from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sandbox import Person
    from sandbox.shown import Shown

pytestmark = pytest.mark.asyncio(loop_scope="module")

COUNT = 40
LOST = 7
"""The article that the index in use does not know, as if it had been damaged: what canaries are for."""

TITLE = "Rebuilding the index"
QUESTION = "what did Keeper Seven say about the violet lantern?"


def pilot(number: int) -> str:
    """Return the name of who speaks in an article."""
    return f"Pilot {'KMRSTV'[number // 7]}{'aeiouyw'[number % 7]}lo"


def text(number: int) -> str:
    """Return the text of an article."""
    if number == LOST:
        return "A night at the tower.\n\nKeeper Seven said “The violet lantern will shine again before winter.”"
    return f"The harbour met.\n\n{pilot(number)} said “The ferry number {number} will sail on a quiet day.”"


def forget(directory: Path) -> None:
    """Take an article out of the index in use, but not out of the corpus."""
    app = small_app(directory)
    with app.lock():
        for engine in (app.projection.engines.passages, app.projection.engines.statements):
            engine.replace([LOST], [], np.zeros((0, 32), np.float32))
        app.projection.publish()
    app.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """`verbatim serve` over forty articles, one of which its index has lost."""
    async with Sandbox(QUICK) as telegram:
        server = commanded(telegram, tmp_path_factory.mktemp("care"), UNHURRIED)
        records = ({"id": f"a{number}", "title": f"News {number}", "text": text(number)} for number in range(1, COUNT))
        path = server.directory / "articles.jsonl"
        path.write_text("\n".join(json.dumps(each) for each in records))
        await server.run("add", str(path))
        forget(server.directory)
        owner = telegram.person("Olga", started=True)
        server.settings["VERBATIM_OWNER_ID"] = str(owner.id)
        await server.start()
        yield World(telegram, server, owner)
        await server.close()


@pytest.fixture
def olga(world: World) -> Person:
    """The owner, who has read everything."""
    assert world.owner is not None
    world.owner.read_all()
    return world.owner


def slow(world: World, seconds: float) -> None:
    """Have each step of building an index take so long."""
    (world.server.directory / "slow").write_text(str(seconds))


async def rebuilt(person: Person, **where: object) -> Shown:
    """Wait for the end of a rebuild."""
    return await person.hears("The new index is in use", timeout=40, **where)  # type: ignore[arg-type]


async def ask(world: World, question: str) -> str:
    """Ask as a reader; return the answer."""
    reader = world.telegram.person("Ren", started=True)
    await reader.say(question)
    return (await reader.hears(timeout=20)).text


async def test_strangers_change_nothing(world: World, olga: Person) -> None:
    """Every command of care, and every button of theirs, is refused to others by message or alert."""
    group = world.telegram.group("Harbour", members=[olga, mallory := world.telegram.person("Mallory", started=True)])
    commands = ("/rebuild", "/rebuild full", "/rollback", "/canaries add what is new?", "/canaries", "/jobs")
    for number, command in enumerate(commands):
        # Who tries again within a minute is told nothing.
        stranger = world.telegram.person(f"Stranger {number}", started=True)
        await stranger.say(command)
        assert (await stranger.hears()).text == "Only the admins of this bot may do that."
    slow(world, 0.3)
    await olga.say("/rebuild", chat=group)
    shown = await olga.hears(TITLE, chat=group)
    refused = await (await mallory.tap("Cancel", on=shown)).answered()
    assert refused["text"] == "Only the admins of this bot may do that."
    await olga.hears("Indexing", chat=group)
    assert (await (await olga.tap("Cancel", on=shown)).answered())["text"] == "It is being cancelled."
    end = await olga.hears("Cancelled by Olga", chat=group)
    assert end.text == f"{TITLE}\n\nCancelled by Olga. The old index stays in use."
    assert end.buttons == ()


def audited(world: World) -> list[tuple[int, str, str]]:
    """Return the audit log: who, what, what came of it; oldest first."""
    with closing(sqlite3.connect(world.server.directory / "bot.sqlite")) as connection:
        return list(connection.execute("SELECT user, action, outcome FROM audits ORDER BY id"))


async def test_what_was_done_and_refused_is_in_the_audit_log(world: World, olga: Person) -> None:
    """Every refusal of a stranger and every change of an admin is written down."""
    log = audited(world)
    refused = [action for user, action, outcome in log if outcome == "refused" and user != olga.id]
    assert refused[:6] == ["rebuild", "rebuild", "rollback", "canaries", "canaries", "jobs"]
    assert len(refused) == 7, "and the tap on Cancel"
    assert [action for user, action, outcome in log if (user, outcome) == (olga.id, "done")] == [
        "rebuild",
        "cancel job",
    ]


async def test_answers_come_while_the_index_is_rebuilt(world: World, olga: Person) -> None:
    """One message shows stage, count and time left, rewritten now and then; readers are answered meanwhile."""
    slow(world, 0.4)
    await olga.say("/rebuild")
    first = await olga.hears(TITLE)
    assert first.labels == ["Cancel"]
    counted = await olga.hears("of 39", timeout=20)
    assert counted.id == first.id
    assert "▓" in counted.text
    assert "number 12 will sail" in await ask(world, f"what did {pilot(12)} say about the ferry?")
    left = await olga.hears("left", timeout=20)
    assert left.text.splitlines()[1] == "Indexing articles"
    end = await rebuilt(olga)
    assert end.id == first.id
    assert "39 articles" in end.text
    assert "/rollback goes back" in end.text
    assert "violet lantern" in await ask(world, QUESTION)


async def test_going_back_asks_first(world: World, olga: Person) -> None:
    """/rollback names both snapshots, does nothing on the first button, and says what it went back to on the other."""
    slow(world, 0)
    await olga.say("/rollback")
    asked = await olga.hears("Go back to snapshot")
    assert asked.labels == ["Go back", "Leave it"]
    await olga.tap("Leave it", on=asked)
    assert (await olga.hears("stays")).text == "The index stays as it is."
    assert "violet lantern" in await ask(world, QUESTION)
    await olga.say("/rollback")
    asked = await olga.hears("Go back to snapshot")
    await olga.tap("Go back", on=asked)
    told = await olga.hears("now")
    older = asked.text.partition("Go back to snapshot ")[2].partition("?")[0]
    assert told.text == f"The index is snapshot {older} now, the articles as of change 39."
    assert told.buttons == ()
    assert "none about the violet lantern" in await ask(world, QUESTION)


async def test_a_differing_canary_asks_before_the_switch(world: World, olga: Person) -> None:
    """What a canary is answered by both is shown; Keep leaves the old index in use, Switch uses the new one."""
    await olga.say("/canaries")
    assert "There are no canaries yet." in (await olga.hears()).text
    await olga.say(f"/canaries add {QUESTION}")
    added = await olga.hears("Canary 1 is kept")
    assert added.text.endswith("Its answer now: nothing found")
    await olga.say(f"/canaries add what did {pilot(3)} say about the ferry?")
    assert f"{pilot(3)}: “The ferry number 3 will" in (await olga.hears("Canary 2 is kept")).text
    await olga.say("/canaries list")
    assert (await olga.hears("1: ")).text.splitlines()[0] == f"1: {QUESTION}"

    await olga.say("/rebuild")
    asked = await olga.hears("answers differently", timeout=30)
    assert "1 of 2 canaries answers differently:" in asked.text
    old, new = f"1: {QUESTION}\nold: nothing found", "new: Keeper Seven: “The violet lantern will"
    assert f"{old}\n{new}" in asked.text
    assert "Without an answer the old one stays, in 1 h." in asked.text
    assert asked.labels == ["Switch", "Keep the old one"]
    assert (await olga.hears("Please decide")).reply_to == asked.id
    await olga.tap("Keep the old one", on=asked)
    kept = await olga.hears("The old index stays in use")
    assert kept.id == asked.id
    assert "none about the violet lantern" in await ask(world, QUESTION)

    await olga.say("/rebuild full")
    asked = await olga.hears("answers differently", timeout=30)
    assert asked.text.startswith("Rebuilding the index, passages included")
    # What comes in while somebody thinks is part of the new index, too.
    late = world.server.directory / "late.jsonl"
    late.write_text(
        json.dumps({"id": "late", "title": "Late", "text": "Baker Moss said “The ovens are blue at dawn.”"})
    )
    await world.server.run("add", str(late))
    await olga.tap("Switch", on=asked)
    assert "1 of 2 canaries is answered differently now." in (await rebuilt(olga)).text
    assert "violet lantern" in await ask(world, QUESTION)
    assert "ovens" in await ask(world, "what did Baker Moss say about the ovens?")

    await olga.say("/rebuild")
    assert "All 2 canaries are answered as before." in (await rebuilt(olga)).text
    await olga.say("/canaries remove 1")
    assert (await olga.hears("is gone")).text == f"Canary 1 is gone: {QUESTION}"
    await olga.say("/canaries remove 1")
    assert "There is no canary of that number" in (await olga.hears()).text


async def test_who_wants_the_same_rebuild_follows_it(world: World, olga: Person) -> None:
    """A second /rebuild, from another chat, is told who started the first and shows the same progress and end."""
    group = world.telegram.group("Admins", members=[olga])
    slow(world, 0.3)
    await olga.say("/rebuild")
    await olga.hears(TITLE)
    await olga.say("/rebuild full", chat=group)
    told = await olga.hears("This is running already", chat=group)
    assert "Olga started it" in told.text
    assert TITLE in told.text
    await olga.hears("of 40", chat=group, timeout=20)
    assert (await rebuilt(olga)).text == (await rebuilt(olga, chat=group)).text
    await olga.say("/jobs")
    listed = (await olga.hears("#")).text
    assert listed.splitlines()[0].endswith(f"{TITLE}: done")
    assert "Started by Olga" in listed
    assert f"{TITLE}: cancelled" in listed


async def test_a_killed_rebuild_goes_on(world: World, olga: Person) -> None:
    """After kill -9 in the middle, the next start tells so in a new message, and goes on to the end."""
    slow(world, 0.3)
    await olga.say("/rebuild")
    first = await olga.hears(TITLE)
    await olga.hears("of 40", timeout=20)
    assert world.server.process
    world.server.process.send_signal(signal.SIGKILL)
    await world.server.ended()
    await world.server.start()
    old = await olga.hears("goes on further below")
    assert old.id == first.id
    assert old.buttons == ()
    told = await olga.hears("I was interrupted")
    assert told.id != first.id
    assert told.labels == ["Cancel"]
    assert "number 5 will sail" in await ask(world, f"what did {pilot(5)} say about the ferry?")
    end = await rebuilt(olga)
    assert end.id == told.id


async def test_a_stopped_rebuild_goes_on_too(world: World, olga: Person) -> None:
    """A stop breaks a rebuild off within seconds and says so; the next start goes on."""
    slow(world, 0.3)
    await olga.say("/rebuild")
    await olga.hears("of 40", timeout=20)
    async with asyncio.timeout(10):
        assert await world.server.stop() == 0
    assert "I go on with it when I am started again" in (await olga.hears("Interrupted")).text
    slow(world, 0)
    await world.server.start()
    await olga.hears("I was interrupted")
    await rebuilt(olga)


async def test_another_process_is_waited_for(world: World, olga: Person) -> None:
    """While another process holds the lock, a rebuild says that it waits, and /rollback that it cannot be done now."""
    slow(world, 0)
    with FileLock(world.server.directory / "write.lock"):
        await olga.say("/rebuild")
        await olga.hears("Waiting until another process has finished", timeout=20)
        await olga.say("/rollback")
        await olga.tap("Go back", on=await olga.hears("Go back to snapshot"))
        assert "are being changed right now" in (await olga.hears("being changed")).text
    await rebuilt(olga)


async def test_a_terminal_shows_up_in_the_list(world: World, olga: Person) -> None:
    """A rebuild at a terminal, while the bot serves, is listed as one, and the bot goes on answering."""
    await world.server.run("rebuild")
    await olga.say("/jobs")
    assert "Started by somebody at a terminal" in (await olga.hears("#")).text.split("\n\n")[0]
    assert "number 5 will sail" in await ask(world, f"what did {pilot(5)} say about the ferry?")


async def test_two_admins_rebuild_at_once(world: World, olga: Person) -> None:
    """The second admin is told who began and how far it is, sees the same progress, and nothing is built twice."""
    ann = world.telegram.person("Ann", started=True)
    await olga.say(f"/admins add {ann.id}")
    await olga.hears("admin")
    slow(world, 0.4)
    await olga.say("/rebuild")
    await olga.hears("Indexing", timeout=20)
    await ann.say("/rebuild")
    told = await ann.hears("Olga", timeout=20)
    assert "Olga started it" in told.text
    mine, theirs = await rebuilt(olga), await rebuilt(ann)
    assert mine.text.splitlines()[-1] == theirs.text.splitlines()[-1]
    slow(world, 0)


async def test_figures_come_as_a_picture(world: World, olga: Person) -> None:
    """/stats sends a photo with the main figures under it, questions counted; for strangers there is neither."""
    await ask(world, f"what did {pilot(5)} say about the ferry?")
    await olga.say("/stats")
    shown = await olga.hears("articles", timeout=30)
    assert shown.media == "photo"
    assert "40 articles" in shown.text
    assert "40 statements by 40 speakers" in shown.text
    assert "answered" in shown.text
    for command in ("/stats", "/health"):
        stranger = world.telegram.person(f"Stranger to {command[1:]}", started=True)
        await stranger.say(command)
        assert (await stranger.hears()).text == "Only the admins of this bot may do that."


async def test_health_says_what_is_well_and_what_to_do(world: World, olga: Person) -> None:
    """All is well, line by line; where the snapshot is damaged, the line says so and names the command."""
    await olga.say("/health")
    well = (await olga.hears("database", timeout=20)).text
    assert well.startswith("All is well.\n\n✅ database: 40 articles, generation")
    for line in (
        "✅ index: snapshot ",
        "✅ statements: looked for in all",
        "✅ jobs: none is",
        "✅ queue: ",
        "✅ bot: Ver",
    ):
        assert line in well
    snapshots = world.server.directory / "snapshots"
    current = (snapshots / "CURRENT").read_text().strip()
    damaged = snapshots / current / "dense" / "0" / "vectors.npy"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    await olga.say("/health")
    told = (await olga.hears("attention", timeout=20)).text
    assert told.startswith("1 thing needs attention.")
    assert "⚠️ index: the index snapshot" in told
    assert "/rebuild" in told.partition("→")[2]
    await olga.say("/rebuild")
    await rebuilt(olga)
    await olga.say("/health")
    assert "All is well." in (await olga.hears("database", timeout=20)).text
