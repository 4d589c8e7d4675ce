"""How long the bot keeps what it remembers: the only place where that stands, also for what /privacy tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.schema import answers, choices, lookups, rated, shares, turns, updates

if TYPE_CHECKING:
    from sqlalchemy import Table

KEEP_UPDATES_S: Final = 2 * 86_400
KEEP_ANSWERS_S: Final = 30 * 86_400
KEEP_TURNS_S: Final = 30 * 60
KEEP_VOTES_S: Final = 365 * 86_400
KEEP_SHARES_S: Final = 365 * 86_400
KEEP_PEOPLE_S: Final = 30 * 86_400
"""Admins and listed readers keep their names for longer (`bot.access.people`)."""

KEEP_NOTICES_S: Final = 86_400
"""The longest for which it is remembered what somebody was told already (`bot.access.limiting`)."""


PRUNE_S: Final = 600.0
"""How often what is too old is deleted: it is on disk for at most so much longer."""

KEPT: Final[tuple[tuple[Table, int], ...]] = (
    (updates, KEEP_UPDATES_S),
    (answers, KEEP_ANSWERS_S),
    (choices, KEEP_ANSWERS_S),
    (lookups, KEEP_ANSWERS_S),
    (turns, KEEP_TURNS_S),
    (rated, KEEP_VOTES_S),
    (shares, KEEP_SHARES_S),
)
"""Tables whose rows are deleted when their `at` is so many seconds ago; what belongs to a row goes with it."""
