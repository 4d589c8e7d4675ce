"""Work in threads that ends within moments, and steps that are never broken off."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot.halting import Halt, apart
from corpus.errors import CorpusLockedError


def test_sleep_ends_with_the_halt() -> None:
    """Whoever sleeps wakes up at once, and nobody sleeps afterwards."""
    halt = Halt()
    sleeping = threading.Thread(target=halt.sleep, args=(30,))
    sleeping.start()
    halt.call()
    sleeping.join(5)
    assert not sleeping.is_alive()
    begun = time.monotonic()
    halt.sleep(30)
    assert time.monotonic() - begun < 5


def test_step_under_way_is_waited_for() -> None:
    """The halt returns when the step is taken; afterwards none begins."""
    halt = Halt()
    inside, go_on, taken = threading.Event(), threading.Event(), []

    def work() -> None:
        with halt.step():
            inside.set()
            go_on.wait(5)
            taken.append(1)

    working = threading.Thread(target=work)
    working.start()
    inside.wait(5)
    threading.Timer(0.1, go_on.set).start()
    halt.call()
    assert taken == [1]
    assert halt.is_called
    with pytest.raises(CorpusLockedError), halt.step():
        taken.append(2)
    assert taken == [1]
    working.join()


def test_steps_follow_each_other() -> None:
    """One step after the other is taken as long as there is no halt, also after one that failed."""
    halt = Halt()
    with pytest.raises(ZeroDivisionError), halt.step():
        raise ZeroDivisionError
    with halt.step():
        assert not halt.is_called


async def test_apart_returns_and_raises() -> None:
    """What the work returns or raises reaches the caller."""
    assert await apart(max, 3, 4) == 4
    with pytest.raises(ZeroDivisionError):
        await apart(divmod, 1, 0)


async def test_apart_can_be_left_behind() -> None:
    """A caller that is cancelled does not wait for the thread, whose result nobody misses."""
    go_on = threading.Event()
    waiting = asyncio.create_task(apart(go_on.wait, 30))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    await asyncio.sleep(0.05)
