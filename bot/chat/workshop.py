"""The workshop: a few threads that answer questions, and a bounded line before them that is fair between chats."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from bot.errors import OverloadedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Hashable

Result = TypeVar("Result")

MOST_WAITING = 200
"""Questions that wait for a thread; with about 50 ms a question the last of them is answered after five seconds."""

MOST_OF_ONE = 20
"""Questions of one chat among them, so that a single chat cannot fill the line."""

WORKERS = 4
"""Threads that answer questions. Encoding and search release the interpreter lock, so that two of them keep two cores
busy; two more wait for the encoder or the disk, and have their questions encoded together."""

PATIENCE_S = 4.0
"""Seconds that a question waits for its turn before its chat is told: "typing" alone makes nobody doubt so long."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much there was to do since the start.

    Attributes:
        answered: calls that were worked on to their end.
        refused: calls that were turned away because too many waited.
        longest_s: the longest wait for a thread, in seconds.
    """

    answered: int = 0
    refused: int = 0
    longest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whom a call is for.

    Attributes:
        asker: the chat, or whoever else takes turns with the others; calls of one asker keep their order.
        delayed: awaited beside the waiting when the turn has not come after `PATIENCE_S`; what is worked out is given
            back only when it is over.
    """

    asker: Hashable = None
    delayed: Callable[[], Awaitable[None]] | None = None


NOBODY = Ticket()


class Workshop:
    """Runs CPU work in threads, so that it never holds up the event loop.

    Threads go round the askers who wait: each is given one turn before anybody is given a second one (round robin, as
    in Nagle, "On packet switches with infinite storage", RFC 970), and calls of one asker keep their order.

    Args:
        workers: number of threads.
        most_waiting: calls that may wait for a thread.
        most_of_one: calls of one asker among them.
        patience_s: seconds after which an asker is told that the turn has not come yet.
    """

    def __init__(
        self,
        workers: int = WORKERS,
        most_waiting: int = MOST_WAITING,
        most_of_one: int = MOST_OF_ONE,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="answering")
        self._free = workers
        self._most = workers + most_waiting
        self._most_of_one = most_of_one
        self._patience_s = patience_s
        self._lines: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        self._inside = 0
        self._load = Load()

    @property
    def inside(self) -> int:
        """How many calls are being worked on or wait."""
        return self._inside

    @property
    def waiting(self) -> int:
        """How many calls wait for a thread."""
        return sum(map(len, self._lines.values()))

    @property
    def load(self) -> Load:
        """How much there was to do since the start."""
        return self._load

    async def run(self, work: Callable[..., Result], *args: Any, ticket: Ticket = NOBODY) -> Result:
        """Call `work(*args)` in a thread, with the context of the caller, of which the language is a part.

        Raises:
            OverloadedError: too many calls wait already, in all or of this asker.
        """
        of_one = len(self._lines.get(ticket.asker, ()))
        if self._inside >= self._most or of_one >= self._most_of_one:
            self._load = replace(self._load, refused=self._load.refused + 1)
            raise OverloadedError(max(self._inside, of_one))
        self._inside += 1
        try:
            async with _telling(ticket, self._patience_s) as turn:
                await self._turn(ticket.asker)
                turn.set()
                try:
                    context = contextvars.copy_context()
                    done = await asyncio.get_running_loop().run_in_executor(self._threads, context.run, work, *args)
                finally:
                    self._pass_on()
        finally:
            self._inside -= 1
        self._load = replace(self._load, answered=self._load.answered + 1)
        return done

    async def _turn(self, asker: Hashable) -> None:
        """Wait until a thread is free, and take it."""
        if self._free:
            self._free -= 1
            return
        began = time.monotonic()
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(asker, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._pass_on()
            elif mine in (line := self._lines.get(asker, deque())):
                line.remove(mine)
                if not line:
                    del self._lines[asker]
            raise
        finally:
            waited = time.monotonic() - began
            self._load = replace(self._load, longest_s=max(self._load.longest_s, waited))

    def _pass_on(self) -> None:
        """Give a thread that has become free to the next in turn; whoever has more to ask goes to the end."""
        while self._lines:
            asker, line = self._lines.popitem(last=False)
            following = line.popleft()
            if line:
                self._lines[asker] = line
            if not following.done():
                following.set_result(None)
                return
        self._free += 1

    def close(self) -> None:
        """Let go of the threads; a call that has begun is finished, waiting ones are given up."""
        self._threads.shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def _telling(ticket: Ticket, patience_s: float) -> AsyncIterator[asyncio.Event]:
    """Let an asker be told when the event is not set in time; the block ends when that is said."""
    turn = asyncio.Event()
    if ticket.delayed is None:
        yield turn
        return
    delayed = ticket.delayed

    async def tell() -> None:
        try:
            await asyncio.wait_for(turn.wait(), patience_s)
        except TimeoutError:
            await delayed()

    telling = asyncio.create_task(tell())
    try:
        yield turn
    except BaseException:
        telling.cancel()
        raise
    await telling
