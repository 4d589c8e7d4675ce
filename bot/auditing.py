"""The audit log: who changed what, and when, and who tried to but may not. It is never shortened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from bot.schema import audits, writing

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit log.

    Attributes:
        at: when, UTC.
        user: who, by user id; None for somebody who showed no identity of their own, such as a channel.
        action: what was done or tried, such as "add".
        subject: to what; may be "".
        outcome: "done" or "refused".
    """

    id: int
    at: datetime
    user: int | None
    action: str
    subject: str
    outcome: str


class Audit:
    """Writes and reads the audit log.

    Args:
        engine: the bot's own database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, user: int | None, action: str, subject: str, outcome: str) -> None:
        """Add a line; it is on disk when this returns."""
        values = {"user": user, "action": action, "subject": subject, "outcome": outcome}
        with writing(self._engine) as connection:
            connection.execute(insert(audits).values(at=int(datetime.now(UTC).timestamp()), **values))

    def read(self, limit: int, offset: int = 0) -> list[Entry]:
        """Return lines, newest first."""
        query = select(audits).order_by(audits.c.id.desc()).limit(limit).offset(offset)
        with self._engine.connect() as connection:
            return [
                Entry(row.id, datetime.fromtimestamp(row.at, UTC), row.user, row.action, row.subject, row.outcome)
                for row in connection.execute(query)
            ]

    def count(self) -> int:
        """Return how many lines there are."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(audits)) or 0
