"""Running the bot: start, polling or webhook, and a stop that finishes what is under way.

Polling is a loop of our own: PTB's ends without a word when Telegram does not know the token any more, and leaves no
way to notice.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import Application

from bot.chat.handlers import ALLOWED_UPDATES
from bot.chat.retention import PRUNE_S
from bot.chat.sending import seconds_of
from bot.errors import AlreadyServingError, SettingsError, TokenRefusedError
from bot.language import speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from telegram import Update

    from bot.chat.incoming import Inbox
    from bot.chat.menus import Menus
    from bot.chat.replying import Replies
    from bot.chat.state import State
    from bot.chat.workshop import Workshop

log = logging.getLogger(__name__)

POLL_S = 30
"""A long poll waits so long for updates: few requests, and well below the 50 s that servers allow."""

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
STOPPING = (signal.SIGINT, signal.SIGTERM)

Anything = Application[Any, Any, Any, Any, Any, Any]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram delivers updates to.

    Attributes:
        url: public address.
        secret: what Telegram sends with each delivery.
        listen: address to listen on.
        port: port to listen on.
    """

    url: str
    secret: str = field(repr=False)
    listen: str
    port: int


class Beside(Protocol):
    """Something that runs beside the handlers, such as long jobs and polls of feeds."""

    async def begin(self) -> None:
        """Begin; awaited when the application has started, before updates come."""
        ...

    async def end(self) -> None:
        """End within seconds; awaited while messages can still be sent, also when it has not begun."""
        ...


@dataclass(frozen=True, slots=True)
class Serving:
    """The parts of a bot that can be run.

    Attributes:
        application: PTB's application, with all handlers.
        inbox: its queue of updates.
        state: the bot's memory.
        replies: who answers.
        menus: the command menus.
        workshop: the threads in which questions are worked on.
        drain_s: how long a stop waits for answers under way.
        beside: what runs beside the handlers, from when the application has started until the stop.
    """

    application: Anything
    inbox: Inbox
    state: State
    replies: Replies
    menus: Menus
    workshop: Workshop
    drain_s: float
    beside: tuple[Beside, ...] = ()


class Run:
    """One run of the bot.

    Args:
        serving: its parts.
        hook: where updates are delivered to; None for polling.
    """

    def __init__(self, serving: Serving, hook: Hook | None = None) -> None:
        self._serving = serving
        self._application = serving.application
        self._hook = hook
        self._stop = asyncio.Event()
        self._started: Callable[[str], None] = lambda _name: None

    async def run(self, started: Callable[[str], None]) -> None:
        """Serve until a signal comes; a second one ends it at once.

        Args:
            started: told the bot's user name when it is ready.

        Raises:
            TokenRefusedError: Telegram does not know the token.
            AlreadyServingError: another process polls for this bot.
            SettingsError: the webhook cannot be used.
        """
        this = asyncio.current_task()
        assert this is not None, "a coroutine runs in a task"

        def end() -> None:
            if self._stop.is_set():
                this.cancel()
            self._stop.set()

        self._started = started
        for number in STOPPING:
            asyncio.get_running_loop().add_signal_handler(number, end)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await self._serve()
        finally:
            self._serving.workshop.close()

    async def _serve(self) -> None:
        background: list[asyncio.Task[None]] = []
        try:
            if not await self._reached(self._application.initialize):
                return
            await self._application.start()
            await self._recover()
            for each in self._serving.beside:
                await each.begin()
            background += map(asyncio.create_task, (self._serving.menus.announce(), self._prune()))
            await (self._be_delivered(self._hook) if self._hook else self._poll())
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            # What they are at is ended in good order while messages can still leave.
            await asyncio.gather(*(each.end() for each in self._serving.beside))
            await self._drain()
            await self._application.shutdown()
            # An application whose start failed has not shut its client down.
            await self._application.bot.shutdown()

    async def _poll(self) -> None:
        """Fetch updates until it is to stop. They are confirmed by the next call, when they are on disk."""
        client = self._application.bot
        if not await self._reached(lambda: client.delete_webhook(drop_pending_updates=False)):
            return
        self._started(client.username)
        offset: int | None = None
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            try:
                updates: Sequence[Update] | None = await self._unless_stopped(
                    client.get_updates(offset=offset, timeout=POLL_S, allowed_updates=ALLOWED_UPDATES)
                )
                for update in updates or ():
                    await self._serving.inbox.put(update)
                    offset = update.update_id + 1
                pause = FIRST_PAUSE_S
            except Conflict as error:
                raise AlreadyServingError(f"another process gets this bot's updates ({error})") from None
            except InvalidToken:
                raise TokenRefusedError from None
            except TimedOut as error:
                log.info("polling: %s", error)
            except (TelegramError, SQLAlchemyError) as error:
                log.warning("polling failed, and goes on in a moment: %s", error)
                pause = await self._paused(error, pause)

    async def _be_delivered(self, hook: Hook) -> None:
        """Listen for deliveries until it is to stop. The webhook stays set, so that Telegram keeps what comes later."""
        updater = self._application.updater
        assert updater is not None, "the application was built with an updater"
        options: dict[str, Any] = {"allowed_updates": ALLOWED_UPDATES, "drop_pending_updates": False}
        try:
            # PTB would repeat what Telegram refuses for good.
            setting = lambda: self._application.bot.set_webhook(hook.url, secret_token=hook.secret, **options)  # noqa: E731
            if not await self._reached(setting):
                return
            path = re.escape(urlsplit(hook.url).path.strip("/"))
            await self._unless_stopped(
                updater.start_webhook(
                    hook.listen,
                    hook.port,
                    path,
                    webhook_url=hook.url,
                    secret_token=hook.secret,
                    bootstrap_retries=-1,
                    **options,
                )
            )
        except BadRequest as error:
            raise SettingsError([f"VERBATIM_WEBHOOK_URL: Telegram refuses it: {error}"]) from None
        except OSError as error:
            where = f"{hook.listen}:{hook.port}"
            raise SettingsError([f"VERBATIM_WEBHOOK_PORT: cannot listen on {where}: {error.strerror}"]) from None
        self._started(self._application.bot.username)
        await self._stop.wait()

    async def _reached(self, call: Callable[[], Coroutine[Any, Any, Any]]) -> bool:
        """Make a call until Telegram answers it; return False when it is to stop before.

        Raises:
            TokenRefusedError: Telegram does not know the token.
            BadRequest: Telegram refuses the call.
        """
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            try:
                await self._unless_stopped(call())
            except InvalidToken:
                raise TokenRefusedError from None
            except BadRequest:
                raise
            except TelegramError as error:
                log.warning("Telegram cannot be reached, trying again in %.0f s: %s", pause, error)
                pause = await self._paused(error, pause)
            else:
                return not self._stop.is_set()
        return False

    async def _recover(self) -> None:
        """Take up the questions that an earlier run left."""
        accepted, sending = await asyncio.to_thread(self._serving.state.unanswered)
        if accepted or sending:
            log.warning("an earlier run left %d questions; they are taken up now", len(accepted) + len(sending))
        for asked in accepted:
            await self._serving.inbox.put(asked)
        for asked in sending:
            with speaking(asked.language):
                self._application.create_task(self._serving.replies.interrupted(asked))

    async def _prune(self) -> None:
        while True:
            await asyncio.to_thread(self._serving.state.prune)
            await asyncio.sleep(PRUNE_S)

    async def _drain(self) -> None:
        """Finish what was taken in; what takes too long is left to the next start."""
        updater = self._application.updater
        if updater is not None and updater.running:
            await updater.stop()
        if not self._application.running:
            return
        try:
            await asyncio.wait_for(self._application.stop(), self._serving.drain_s)
        except TimeoutError:
            log.warning("some questions are not answered yet; the next start takes them up")
            under_way = asyncio.all_tasks() - {asyncio.current_task()}
            for task in under_way:
                task.cancel()
            # Ended before the connections are closed: what fails for that reason would look like a lost answer.
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _paused(self, error: Exception, pause: float) -> float:
        """Wait, unless it is to stop; return the next pause."""
        wait = seconds_of(error) if isinstance(error, RetryAfter) else pause
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), wait)
        return min(2 * pause, LONGEST_PAUSE_S)

    async def _unless_stopped(self, work: Coroutine[Any, Any, Result]) -> Result | None:
        """Await something, or give it up and return None when it is to stop."""
        working = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return await working if working.done() else None
        finally:
            stopping.cancel()
            if not working.done():
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
