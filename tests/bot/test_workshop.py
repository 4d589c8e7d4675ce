"""The workshop: threads that answer, and the line before them."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.chat.workshop import Ticket, Workshop
from bot.errors import OverloadedError


async def until_waiting(workshop: Workshop, count: int) -> None:
    """Wait until so many calls wait for a thread."""
    async with asyncio.timeout(20):
        while workshop.waiting != count:  # noqa: ASYNC110 - nothing is told when a line grows
            await asyncio.sleep(0)


async def test_workshop_turns_away_what_is_too_much() -> None:
    """Work that can wait waits, more is refused at once with the number of those who wait, and a place becomes free."""
    workshop, go = Workshop(workers=1, most_waiting=1), threading.Event()
    taken = [asyncio.create_task(workshop.run(go.wait, 5)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(OverloadedError) as refused:
        await workshop.run(go.wait, 5)
    assert refused.value.waiting == 2
    go.set()
    assert await asyncio.gather(*taken) == [True, True]
    assert await workshop.run(lambda: "free") == "free"
    workshop.close()


async def test_workshop_leaves_the_loop_free() -> None:
    """The event loop runs on while a thread works."""
    workshop = Workshop(workers=1)
    work = asyncio.create_task(workshop.run(time.sleep, 0.2))
    ticks = 0
    while not work.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks > 5
    workshop.close()


async def test_askers_take_turns() -> None:
    """The first question of a chat comes after one of each other chat, not after the ten of one; order is kept."""
    workshop, go, done = Workshop(workers=1), threading.Event(), list[str]()
    running = [asyncio.create_task(workshop.run(go.wait, 20))]
    await asyncio.sleep(0)
    for name in ("a1", "a2", "a3", "b1", "a4", "c1", "b2"):
        running.append(asyncio.create_task(workshop.run(done.append, name, ticket=Ticket(name[0]))))
        await until_waiting(workshop, len(running) - 1)
    go.set()
    await asyncio.gather(*running)
    assert done == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]
    assert (workshop.inside, workshop.waiting) == (0, 0)
    workshop.close()


async def test_one_asker_cannot_fill_the_line() -> None:
    """Of one asker only so many calls wait; others are still let in."""
    workshop, go = Workshop(workers=1, most_of_one=2), threading.Event()
    running = [asyncio.create_task(workshop.run(go.wait, 20, ticket=Ticket("a"))) for _ in range(3)]
    await until_waiting(workshop, 2)
    with pytest.raises(OverloadedError):
        await workshop.run(go.wait, 20, ticket=Ticket("a"))
    other = asyncio.create_task(workshop.run(go.wait, 20, ticket=Ticket("b")))
    await until_waiting(workshop, 3)
    go.set()
    assert await asyncio.gather(*running, other) == [True] * 4
    assert (workshop.load.answered, workshop.load.refused) == (4, 1)
    assert workshop.load.longest_s > 0
    workshop.close()


async def test_who_gives_up_loses_the_turn_to_others() -> None:
    """Cancelled calls are skipped, be it while they wait or right when their turn has come, and no thread is lost."""
    workshop, go, done = Workshop(workers=1), threading.Event(), list[str]()
    first = asyncio.create_task(workshop.run(go.wait, 20))
    await asyncio.sleep(0)
    calls = []
    for name in ("early", "late", "stays"):
        calls.append(asyncio.create_task(workshop.run(done.append, name, ticket=Ticket(name))))
        await until_waiting(workshop, len(calls))
    early, late, stays = calls
    early.cancel()
    await asyncio.gather(early, return_exceptions=True)
    workshop._pass_on()  # as when a call ends: the turn is given to the next, which is cancelled before it hears so
    late.cancel()
    go.set()
    await asyncio.gather(first, late, stays, return_exceptions=True)
    assert done == ["stays"]
    assert await workshop.run(lambda: "free") == "free"
    assert workshop.inside == 0
    workshop.close()


async def test_who_waits_long_is_told() -> None:
    """An asker whose turn does not come in time hears so before the result; one whose turn comes hears nothing."""
    workshop, go, heard = Workshop(workers=1, patience_s=0.05), threading.Event(), list[str]()

    async def told() -> None:
        heard.append("wait")
        go.set()
        await asyncio.sleep(0.05)
        heard.append("told")

    running = asyncio.create_task(workshop.run(go.wait, 20, ticket=Ticket("a", told)))
    await asyncio.sleep(0)
    await workshop.run(heard.append, "done", ticket=Ticket("b", told))
    heard.append("result")
    await running
    assert heard[0] == "wait"
    assert heard[-1] == "result"
    assert sorted(heard) == ["done", "result", "told", "wait"]
    workshop.close()
