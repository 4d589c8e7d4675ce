"""Work in threads that can be ended within moments, whatever it waits for, without breaking off what must be whole."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from corpus.errors import CorpusLockedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Result = TypeVar("Result")

LONGEST_STEP_S = 5.0
"""Seconds that a halt waits for a step under way, which stores one article."""


class Halt:
    """Ends work: from the call on nothing sleeps, and no step begins any more."""

    def __init__(self) -> None:
        self._called = threading.Event()
        self._stepping = threading.Lock()

    @property
    def is_called(self) -> bool:
        """Whether work is to end."""
        return self._called.is_set()

    def call(self) -> None:
        """End the work; returns when the step that is under way has been taken."""
        self._called.set()
        # It is never given back: a thread that is left behind begins nothing.
        self._stepping.acquire(timeout=LONGEST_STEP_S)

    def sleep(self, seconds: float) -> None:
        """Wait so many seconds, or until work is to end."""
        self._called.wait(seconds)

    @contextmanager
    def step(self) -> Iterator[None]:
        """Take a step that is not to be broken off.

        Raises:
            CorpusLockedError: work is to end.
        """
        while not self._stepping.acquire(timeout=0.1):
            self._check()
        try:
            self._check()
            yield
        finally:
            self._stepping.release()

    def _check(self) -> None:
        if self.is_called:
            raise CorpusLockedError("the stop of this process")


async def apart(work: Callable[..., Result], *args: Any) -> Result:
    """Call `work(*args)` in a thread of its own, with the context of the caller.

    When the caller is cancelled the thread is left behind, and does not keep the process from ending.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Future[Result] = loop.create_future()
    context = contextvars.copy_context()

    def tell(result: Result | None, error: BaseException | None) -> None:
        if told.done():
            return
        if error is not None:
            told.set_exception(error)
        else:
            told.set_result(result)  # type: ignore[arg-type]  # it is one where there is no error

    def run() -> None:
        result: Result | None = None
        failure: BaseException | None = None
        try:
            result = context.run(work, *args)
        except BaseException as error:  # noqa: BLE001  # whoever awaits it gets it
            failure = error
        with suppress(RuntimeError):  # nobody waits any more: the loop is closed
            loop.call_soon_threadsafe(tell, result, failure)

    threading.Thread(target=run, name=getattr(work, "__name__", "apart"), daemon=True).start()
    return await told
