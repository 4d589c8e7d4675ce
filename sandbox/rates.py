"""How often a bot may send: one message a second into a chat, twenty a minute into a group, thirty a second overall."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.errors import ApiError
from sandbox.options import Limits

# A client that waits exactly one second can arrive a few milliseconds early; seconds of limit.
SLACK_S = 0.05


@dataclass(frozen=True, slots=True)
class _Window:
    """At most `capacity` messages within `seconds`."""

    capacity: int
    seconds: float
    sent: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Return the seconds until another message fits; 0 if it fits now."""
        while self.sent and self.sent[0] + self.seconds - SLACK_S <= now:
            self.sent.popleft()
        return self.sent[0] + self.seconds - now if len(self.sent) >= self.capacity else 0.0


def _window(messages: int, per_s: float) -> _Window | None:
    return None if math.isinf(per_s) else _Window(messages, messages / per_s)


class Rates:
    """Counts what the bot sent; only messages that were really sent count.

    Args:
        limits: the rates.
        clock: seconds.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._overall = _window(max(1, int(min(limits.overall_per_s, 1e9))), limits.overall_per_s)
        self._chats: dict[int, _Window | None] = defaultdict(lambda: _window(limits.chat_burst, limits.per_chat_per_s))
        per_minute = limits.per_group_per_min
        self._groups: dict[int, _Window | None] = defaultdict(
            lambda: _window(max(1, int(min(per_minute, 1e9))), per_minute / 60)
        )

    def take(self, chat_id: int, *, group: bool) -> None:
        """Count one message into a chat.

        Raises:
            ApiError: 429 with `retry_after`, in whole seconds of clock.
        """
        now = self._clock() * self._limits.time_scale
        windows = [self._overall, self._chats[chat_id], self._groups[chat_id] if group else None]
        wait = max((window.wait(now) for window in windows if window), default=0.0)
        if wait > 0:
            raise too_many_requests(math.ceil(wait / self._limits.time_scale))
        for window in windows:
            if window:
                window.sent.append(now)


def too_many_requests(retry_after: int) -> ApiError:
    """Return the 429 that asks for a pause of so many seconds."""
    message = f"Too Many Requests: retry after {retry_after}"
    return ApiError(message, code=429, parameters={"retry_after": retry_after})
