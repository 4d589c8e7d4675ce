"""The bot's pace: Telegram's sending rates, and the order of a chat's updates (`bot.chat.workshop` answers them)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.ext import BaseRateLimiter, BaseUpdateProcessor

from bot.chat.memories import Asked
from bot.chat.workshop import PATIENCE_S
from bot.language import speaking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable

Before = "Callable[[], Awaitable[None]]"

MOST_AT_ONCE = 256
"""Updates that are handled at the same time, all chats together."""

MOST_OF_CHAT = 20
"""Updates of one chat that are taken in and not handled yet, before its further questions are turned away."""

MOST_IN_ALL = 400
"""The same for all chats together. At thirty messages a second it takes a quarter of a minute to answer so many."""

# Not limited by Telegram per chat, or not worth a wait: a late "typing" is worse than none.
_UNPACED = frozenset({"sendChatAction", "getChat", "getChatMember", "getFile", "setMyCommands"})
_IDLE_S = 120.0
_MANY_CHATS = 1000


@dataclass(frozen=True, slots=True)
class Rates:
    """How much may be sent. The defaults are Telegram's rates with a little air.

    Attributes:
        chat_s: seconds between two messages into one chat.
        group: messages into one group within `group_s` seconds.
        overall: messages into all chats together within `overall_s` seconds.
    """

    chat_s: float = 1.05
    group: int = 20
    group_s: float = 60.5
    overall: int = 29
    overall_s: float = 1.05


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try while Telegram cannot be reached; all in seconds.

    Attributes:
        all_s: how long in all; afterwards only the next start tries again.
        first_s: the first pause; each is twice as long as the one before.
        longest_s: the longest pause.
    """

    all_s: float = 3600.0
    first_s: float = 1.0
    longest_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Everything about time that can be chosen.

    Attributes:
        rates: how much may be sent.
        patience: how long to try while Telegram cannot be reached.
        drain_s: how long a stop waits for answers under way, in seconds; what takes longer is left to the next
            start. Process managers kill after ten.
        edit_s: how long a message that shows progress stays as it is, at least, in seconds.
        patience_s: how long a question waits for its turn before its chat is told, in seconds.
    """

    rates: Rates = field(default_factory=Rates)
    patience: Patience = field(default_factory=Patience)
    drain_s: float = 8.0
    edit_s: float = 3.0
    patience_s: float = PATIENCE_S


@dataclass(slots=True)
class _Window:
    """At most `most` messages within `seconds`."""

    most: int
    seconds: float
    sent: deque[float] = field(default_factory=deque)

    def wait_s(self, now: float) -> float:
        while self.sent and self.sent[0] + self.seconds <= now:
            self.sent.popleft()
        return self.sent[0] + self.seconds - now if len(self.sent) >= self.most else 0.0


class _Lane:
    """One chat: its windows, its pause, and the turn of those who want to send into it."""

    def __init__(self, rates: Rates, *, group: bool) -> None:
        self.turn = asyncio.Lock()
        self.windows = [_Window(1, rates.chat_s)]
        if group:
            self.windows.append(_Window(rates.group, rates.group_s))
        self.paused_until = 0.0
        self.used = 0.0

    def wait_s(self, now: float) -> float:
        return max(self.paused_until - now, *(window.wait_s(now) for window in self.windows), 0.0)


class Throttle(BaseRateLimiter["Callable[[], Awaitable[None]]"]):
    """Keeps to Telegram's rates: one message a second in a chat, twenty a minute in a group, thirty a second overall.

    PTB's own limiter knows nothing of the first, and lets forty into a group within a minute after a pause. Edits
    count as messages. With `rate_limit_args` a call can name what is awaited right before it leaves.

    Args:
        rates: how much may be sent.
        clock: seconds, monotonic.
    """

    def __init__(self, rates: Rates | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates or Rates()
        self._clock = clock
        self._lanes: dict[int | str, _Lane] = {}
        self._overall = _Window(self._rates.overall, self._rates.overall_s)

    async def initialize(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to let go of."""

    async def ready(self, chat: int | str) -> None:
        """Wait until a message into the chat could leave at once."""
        lane = self._lane(chat)
        async with lane.turn:
            await self._wait(lane)

    def pause(self, chat: int | str, seconds: float) -> None:
        """Send nothing into a chat for some time, as Telegram asked."""
        lane = self._lane(chat)
        lane.paused_until = max(lane.paused_until, self._clock() + seconds)

    async def process_request(  # noqa: PLR0913, PLR0917 - the signature is PTB's
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Callable[[], Awaitable[None]] | None,
    ) -> Any:
        """Make a call when the rates allow it."""
        chat = data.get("chat_id")
        if chat is None or endpoint in _UNPACED:
            return await callback(*args, **kwargs)
        lane = self._lane(chat)
        async with lane.turn:
            await self._wait(lane)
            self._overall.sent.append(self._clock())
            if rate_limit_args is not None:
                await rate_limit_args()
            try:
                return await callback(*args, **kwargs)
            finally:
                # Telegram counted the message before it answered, so counting from the answer is always late enough.
                lane.used = self._clock()
                for window in lane.windows:
                    window.sent.append(lane.used)

    async def _wait(self, lane: _Lane) -> None:
        while (wait := self._wait_s(lane)) > 0:  # noqa: ASYNC110 - what ends it is time
            await asyncio.sleep(wait)

    def _wait_s(self, lane: _Lane) -> float:
        now = self._clock()
        return max(lane.wait_s(now), self._overall.wait_s(now))

    def _lane(self, chat: int | str) -> _Lane:
        if chat not in self._lanes:
            if len(self._lanes) >= _MANY_CHATS:
                self._forget_idle()
            group = not isinstance(chat, int) or chat < 0
            self._lanes[chat] = _Lane(self._rates, group=group)
        return self._lanes[chat]

    def _forget_idle(self) -> None:
        now = self._clock()
        idle = [
            chat
            for chat, lane in self._lanes.items()
            if not lane.turn.locked() and max(lane.used, lane.paused_until) + _IDLE_S < now
        ]
        for chat in idle:
            del self._lanes[chat]


class ChatOrder(BaseUpdateProcessor):
    """Handles a chat's updates one after another, in the order in which they came, and other chats meanwhile.

    Each is handled in the language of who caused it.

    Taps on buttons have a turn of their own beside it: Telegram wants them answered within seconds, also while a
    question of the same chat is being worked on.
    """

    def __init__(self, most_at_once: int = MOST_AT_ONCE) -> None:
        # PTB takes its limit before it asks for an order, so that one busy chat could use it up; ours comes after.
        super().__init__(max_concurrent_updates=1_000_000)
        self._slots = asyncio.Semaphore(most_at_once)
        self._inside = 0
        self._turns: dict[Hashable, asyncio.Lock] = {}
        self._waiting: dict[Hashable, int] = {}

    async def initialize(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def is_full(self, chat: int) -> bool:
        """Tell whether so much waits in a chat, or in all of them, that no further question should be taken in."""
        return self._inside >= MOST_IN_ALL or self._waiting.get(("message", chat), 0) >= MOST_OF_CHAT

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await the handling of an update when it is its chat's turn."""
        self._inside += 1
        try:
            async with self._turn(_chat_of(update)), self._slots:
                with speaking(_language_of(update)):
                    await coroutine
        finally:
            self._inside -= 1

    @asynccontextmanager
    async def _turn(self, key: Hashable) -> AsyncIterator[None]:
        if key is None:
            yield
            return
        turn = self._turns.setdefault(key, asyncio.Lock())
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with turn:
                yield
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key], self._turns[key]


def _chat_of(update: object) -> Hashable:
    if isinstance(update, Asked):
        return "message", update.chat
    if isinstance(update, Update) and update.effective_chat:
        return "tap" if update.callback_query else "message", update.effective_chat.id
    return None


def _language_of(update: object) -> str | None:
    if isinstance(update, Asked):
        return update.language
    user = update.effective_user if isinstance(update, Update) else None
    return user.language_code if user else None
