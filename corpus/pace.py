"""When feeds are polled and their entries tried again: intervals, back-off, and what sites ask for."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RETRY = timedelta(minutes=10)
"""Pause before an entry is tried for the second time; four times as long before each further attempt."""

SOON = timedelta(minutes=1)
"""Pause before a feed is polled again that has entries waiting."""

LONGEST = timedelta(days=1)
"""Longest pause of a feed that fails, unless the site asks for a longer one."""

LONGEST_ASKED = timedelta(days=7)
"""Longest pause that a site may ask for."""

MOST_DOUBLINGS = 16
"""Failures beyond which a pause is not doubled any more: it is longer than `LONGEST` long since."""

LONGEST_DELAY_S = 60.0
"""Seconds between two requests to a site beyond which its crawl delay is not followed: it would stop the poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often and how much is fetched, and what tells the time.

    Attributes:
        interval: between two polls of a feed that is well.
        most_entries: entries fetched in one poll.
        soon: before a feed is polled again that has entries waiting.
        longest: of one poll; what is left then is fetched at the next.
        pause_s: seconds between two requests to one site, unless its robots.txt asks for more.
        now: the time, UTC.
        sleep: waits so many seconds.
        chance: numbers in [0, 1), by which pauses differ so that feeds do not all fall due at once.
    """

    interval: timedelta = timedelta(minutes=30)
    most_entries: int = 50
    soon: timedelta = SOON
    longest: timedelta = timedelta(minutes=10)
    pause_s: float = 1.0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def regular(self) -> timedelta:
        """Return the pause of a feed that is well: the interval, give or take a tenth."""
        return self.interval * (0.9 + self.chance() / 5)

    def after_failure(self, failures: int, asked_s: float | None) -> timedelta:
        """Return the pause of a feed that fails: twice as long each time, up to a day (exponential back-off, jitter).

        Args:
            failures: how often in a row it has failed, from 1.
            asked_s: seconds that the site asks for, which may be more.
        """
        doubled = self.interval * 2 ** min(failures, MOST_DOUBLINGS)
        return self._at_least(min(doubled, LONGEST), asked_s)

    def after_attempt(self, attempts: int, asked_s: float | None) -> timedelta:
        """Return the pause before an entry is tried again: four times as long each time.

        Args:
            attempts: how often it was tried, from 1.
            asked_s: seconds that the site asks for, which may be more.
        """
        return self._at_least(RETRY * 4 ** (attempts - 1), asked_s)

    def _at_least(self, pause: timedelta, asked_s: float | None) -> timedelta:
        asked = timedelta(seconds=min(asked_s or 0.0, LONGEST_ASKED.total_seconds()))
        return max(pause * (1 + self.chance() / 4), asked)
