"""Who has a role: admins, and the people and groups that may read where not everybody may."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.schema import members, writing

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Role(StrEnum):
    """What somebody may do."""

    ADMIN = "admin"
    """Change things; people only."""

    READER = "reader"
    """Ask questions; people and groups."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with a role.

    Attributes:
        id: user id; of a group, the id of its chat, which is negative.
        by: user id of who gave the role; `bot.access.auditing.COMMAND_LINE` for the command line.
        at: when, UTC.
    """

    id: int
    by: int
    at: datetime


class Members:
    """Keeps who has which role. Each method is one transaction, on disk when it returns.

    Every question is answered from the database, so that what another process changes counts at once.

    Args:
        engine: the bot's own database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, role: Role, member: int, by: int) -> bool:
        """Give somebody a role; return False if they had it already."""
        values = {"role": role, "id": member, "by": by, "at": int(datetime.now(UTC).timestamp())}
        with writing(self._engine) as connection:
            added = sqlite_insert(members).values(**values).on_conflict_do_nothing()
            return connection.execute(added).rowcount == 1

    def remove(self, role: Role, member: int) -> bool:
        """Take a role away from somebody; return False if they did not have it."""
        with writing(self._engine) as connection:
            gone = delete(members).where(members.c.role == role, members.c.id == member)
            return connection.execute(gone).rowcount == 1

    def has(self, role: Role, member: int) -> bool:
        """Tell whether somebody has a role."""
        with self._engine.connect() as connection:
            found = select(members.c.id).where(members.c.role == role, members.c.id == member)
            return connection.scalar(found) is not None

    def all(self, role: Role) -> tuple[Member, ...]:
        """Return everybody with a role, in the order in which they got it."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(members).where(members.c.role == role).order_by(members.c.at, members.c.id)
            )
            return tuple(Member(row.id, row.by, datetime.fromtimestamp(row.at, UTC)) for row in rows)

    def count(self, role: Role) -> int:
        """Return how many have a role."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).where(members.c.role == role)) or 0

    def move(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup with another id."""
        with writing(self._engine) as connection:
            moved = connection.execute(delete(members).where(members.c.id == old).returning(members)).mappings().all()
            for row in moved:
                connection.execute(sqlite_insert(members).values(**{**row, "id": new}).on_conflict_do_nothing())
