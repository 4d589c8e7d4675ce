"""Who follows which long job: who began it, and in which messages its progress is shown."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update
from telegram import Message

from bot.care.schema_care import followers
from bot.chat.schema import writing
from bot.language import spoken

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from telegram import Update


KEPT_JOBS = 100
"""Of so many jobs it is kept who followed them."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who wants to hear of a job.

    Attributes:
        user: who, by user id.
        name: what they are called.
        chat: id of the chat in which they are told.
        thread: topic of a forum, or None.
        language: code of the language in which they are told.
        message: the message that shows the progress, or None where there is none.
        id: number of the row; 0 before it is kept.
    """

    user: int
    name: str
    chat: int
    thread: int | None
    language: str
    message: int | None = None
    id: int = 0


class Followers:
    """Keeps followers, so that they hear of a job after a restart too.

    Args:
        engine: the bot's own database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, job: int, follower: Follower) -> int:
        """Keep a follower, and those of the last `KEPT_JOBS` jobs; return the number of the row."""
        values = {each.name: getattr(follower, each.name) for each in fields(follower) if each.name != "id"}
        with writing(self._engine) as connection:
            connection.execute(delete(followers).where(followers.c.job <= job - KEPT_JOBS))
            return int(connection.execute(insert(followers).values(job=job, **values)).lastrowid)

    def show(self, number: int, message: int | None) -> None:
        """Write down which message shows the progress now."""
        with writing(self._engine) as connection:
            connection.execute(update(followers).where(followers.c.id == number).values(message=message))

    def of(self, job: int) -> list[Follower]:
        """Return who follows a job; the first one began it. Nobody follows what began in a terminal."""
        query = select(followers).where(followers.c.job == job).order_by(followers.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [Follower(**{each.name: row[each.name] for each in fields(Follower)}) for row in rows]


def follower_of(update: Update, user: int) -> Follower | None:
    """Return who wants to follow a job, told where they wrote or tapped and in the language that is being spoken.

    Args:
        update: a message, or a tap on a button.
        user: the user id behind it, as `bot.access` tells it.
    """
    message, person = update.effective_message, update.effective_user
    if not isinstance(message, Message):
        return None
    thread = message.message_thread_id if message.is_topic_message else None
    return Follower(user, person.full_name if person else str(user), message.chat.id, thread, spoken())
