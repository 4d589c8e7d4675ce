"""Answers that somebody shares: what they hold, under a name that nobody guesses."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from bot.chat.schema import shared_places, shares, writing
from bot.readers.places import read, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from bot.chat.memories import Given, Kept

TOKEN_BYTES = 12
"""96 bits: links tell what somebody asked, so they must not be found by trying."""


@dataclass(frozen=True, slots=True)
class Share:
    """A shared answer.

    Attributes:
        question: what was asked, or None where that is not known.
        nearest: whether its citations were offered as the nearest, not as an answer.
        citations: what it holds, in order.
    """

    question: str | None
    nearest: bool
    citations: tuple[Kept, ...]


class Shares:
    """Keeps shared answers.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def make(self, given: Given, user: int, question: str | None) -> str:
        """Share an answer and return its token, 16 characters of A-Z, a-z, 0-9, "_" and "-"; the same each time."""
        with writing(self._engine) as connection:
            token = connection.scalar(select(shares.c.token).where(shares.c.answer == given.id))
            if token is not None:
                return str(token)
            token = secrets.token_urlsafe(TOKEN_BYTES)
            values = {"answer": given.id, "user": user, "question": question, "nearest": given.nearest}
            connection.execute(insert(shares).values(token=token, at=int(self._clock()), **values))
            write(connection, shared_places.c.token, token, given.citations)
        return token

    def get(self, token: str) -> Share | None:
        """Return a shared answer, or None when there is none of that name (any more)."""
        with self._engine.connect() as connection:
            row = connection.execute(select(shares).where(shares.c.token == token)).one_or_none()
            if row is None:
                return None
            return Share(row.question, bool(row.nearest), read(connection, shared_places.c.token, token))
