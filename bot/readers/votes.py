"""Votes on answers: one a person and answer, changeable, with the question only while somebody has voted."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.schema import answers, appearances, rated, rated_places, votes, writing
from bot.readers.places import read, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

    from bot.chat.memories import Given, Kept


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody thinks of an answer.

    Attributes:
        question: what was asked, or None where that is not known.
        nearest: whether the answer was that nothing was found, and only what comes nearest was shown.
        citations: what the answer holds.
        up: whether they like it.
        at: when they voted, in seconds since 1970.
    """

    question: str | None
    nearest: bool
    citations: tuple[Kept, ...]
    up: bool
    at: int


class Votes:
    """Keeps votes.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def of(self, answer: int, user: int) -> bool | None:
        """Return how somebody voted on an answer, or None when they did not."""
        query = select(votes.c.up).where(votes.c.answer == answer, votes.c.user == user)
        with self._engine.connect() as connection:
            up = connection.scalar(query)
        return None if up is None else bool(up)

    def cast(self, given: Given, user: int, question: str | None, *, up: bool) -> None:
        """Keep somebody's vote on an answer, in the place of an earlier one."""
        now = int(self._clock())
        with writing(self._engine) as connection:
            row = insert(rated).prefix_with("OR IGNORE")
            fresh = connection.execute(
                row.values(answer=given.id, question=question, nearest=given.nearest, at=now)
            ).rowcount
            if fresh:
                write(connection, rated_places.c.answer, given.id, given.citations)
            elif question is not None:
                known = rated.c.answer == given.id, rated.c.question.is_(None)
                connection.execute(update(rated).where(*known).values(question=question))
            mine = sqlite_insert(votes).values(answer=given.id, user=user, up=up, at=now)
            connection.execute(
                mine.on_conflict_do_update(
                    index_elements=[votes.c.answer, votes.c.user], set_={"up": mine.excluded.up, "at": mine.excluded.at}
                )
            )

    def take_back(self, answer: int, user: int) -> None:
        """Forget somebody's vote on an answer, and the question with the last one."""
        with writing(self._engine) as connection:
            connection.execute(delete(votes).where(votes.c.answer == answer, votes.c.user == user))
            drop_unrated(connection)

    def appeared(self, chat: int, message: int, answer: int) -> None:
        """Remember in which message an answer is shown."""
        row = insert(appearances).prefix_with("OR REPLACE").values(chat=chat, message=message, answer=answer)
        with writing(self._engine) as connection:
            # Whoever asked may have had it forgotten in the meantime.
            if connection.scalar(select(answers.c.id).where(answers.c.id == answer)) is not None:
                connection.execute(row)

    def shown_in(self, chat: int, message: int) -> int | None:
        """Return the answer that a message shows, or None when it shows none that is known (any more)."""
        query = select(appearances.c.answer).where(appearances.c.chat == chat, appearances.c.message == message)
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def since(self, at: float) -> tuple[int, int]:
        """Return how many votes for and against were cast from a time on, in seconds since 1970."""
        query = select(votes.c.up, func.count()).where(votes.c.at >= at).group_by(votes.c.up)
        with self._engine.connect() as connection:
            counts = {bool(up): int(count) for up, count in connection.execute(query)}
        return counts.get(True, 0), counts.get(False, 0)

    def all(self) -> Iterator[Vote]:
        """Yield all votes, in the order of their answers, then of the votes."""
        query = (
            select(rated.c.answer, rated.c.question, rated.c.nearest, votes.c.up, votes.c.at)
            .join(votes, votes.c.answer == rated.c.answer)
            .order_by(rated.c.answer, votes.c.at, votes.c.user)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(query).all():
                places = read(connection, rated_places.c.answer, row.answer)
                yield Vote(row.question, bool(row.nearest), places, bool(row.up), row.at)


def drop_unrated(connection: Connection) -> None:
    """Forget the questions of answers on which nobody has voted (any more)."""
    connection.execute(delete(rated).where(~exists().where(votes.c.answer == rated.c.answer)))
