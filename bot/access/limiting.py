"""How often: a reader's questions by a token bucket, and how rarely the same is said to the same person.

Both are kept in the bot's database, so that a restart fills no bucket and repeats nothing.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.schema import buckets, notices, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

FULL_S = 60.0
"""Seconds in which an empty bucket fills."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of drawing a token.

    Attributes:
        wait_s: whole seconds until there is one; 0 when one was drawn.
        is_news: whether the person was not told yet, since they last drew one.
    """

    wait_s: int = 0
    is_news: bool = False


class Buckets:
    """Token buckets, one a person: each question takes a token, and tokens come back steadily over a minute.

    The rule is the one of traffic policing (Turner, "New directions in communications", 1986): after a pause all
    tokens may be drawn at once, and no more than the rate in the long run.

    Args:
        engine: the bot's own database.
        per_minute: tokens in a full bucket, and tokens that come back in a minute; 0 for no limit.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, per_minute: int, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._size = per_minute
        self._clock = clock

    def draw(self, person: int) -> Drawn:
        """Draw a token from somebody's bucket."""
        if not self._size:
            return Drawn()
        now = self._clock()
        with writing(self._engine) as connection:
            # What was not touched for a minute is full, as if it had never been; a clock that was set back is one.
            connection.execute(delete(buckets).where((buckets.c.at < now - FULL_S) | (buckets.c.at > now)))
            row = connection.execute(select(buckets).where(buckets.c.id == person)).one_or_none()
            level = min(self._size, row.level + (now - row.at) * self._size / FULL_S) if row else float(self._size)
            told = bool(row.told) if row else False
            is_drawn = level >= 1
            left = level - 1 if is_drawn else level
            values = {"id": person, "level": left, "at": now, "told": not is_drawn}
            added = sqlite_insert(buckets).values(**values)
            connection.execute(added.on_conflict_do_update(index_elements=[buckets.c.id], set_=values))
        if is_drawn:
            return Drawn()
        return Drawn(math.ceil((1 - left) * FULL_S / self._size), is_news=not told)


class Notices:
    """Remembers what somebody was told, so that it is not said again too soon.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def is_due(self, kind: str, person: int, every_s: float) -> bool:
        """Tell whether something may be said to somebody now, and remember that it was.

        Args:
            kind: what is said.
            person: id of the person or chat.
            every_s: seconds until it may be said again.
        """
        now = self._clock()
        with writing(self._engine) as connection:
            connection.execute(delete(notices).where(notices.c.until <= now))
            row = sqlite_insert(notices).values(kind=kind, id=person, until=now + every_s)
            return connection.execute(row.on_conflict_do_nothing()).rowcount == 1
