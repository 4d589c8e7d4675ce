"""The audit log: who changed what, and when, and who tried to but may not. It is never shortened.

Attempts that are refused cost whoever makes them nothing, so those that somebody repeats within a minute are counted
on one line instead of filling the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.schema import audits, repeats, writing

if TYPE_CHECKING:
    from sqlalchemy import Engine

REFUSED = "refused"
DONE = "done"
OUTCOMES = (DONE, REFUSED)

COMMAND_LINE = 0
"""Stands in the place of a user id for who works on the command line; no user has it."""

TOGETHER_S = 60
"""Attempts by the same person at the same within so many seconds of the first stand on one line."""

MOST_SUBJECT_CHARS = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit log.

    Attributes:
        at: when, UTC.
        user: who, by user id; COMMAND_LINE, or None for somebody who showed no identity of their own, such as a
            channel.
        action: what was done or tried, such as "add".
        subject: to what, or by which way it was tried; may be "".
        outcome: "done" or "refused".
        times: how often it was tried.
        last: when it was tried last, UTC.
    """

    id: int
    at: datetime
    user: int | None
    action: str
    subject: str
    outcome: str
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for; None means any.

    Attributes:
        user: by whom.
        action: what was done or tried, be it more closely told ("canaries" finds "canaries add"), or an outcome.
    """

    user: int | None = None
    action: str | None = None


EVERYTHING = Wanted()


class Audit:
    """Writes and reads the audit log.

    Args:
        engine: the bot's own database.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def write(self, user: int | None, action: str, subject: str, outcome: str) -> None:
        """Add a line; it is on disk when this returns."""
        with writing(self.engine) as connection:
            connection.execute(insert(audits).values(at=_now(), **_values(user, action, subject, outcome)))

    def refuse(self, user: int | None, action: str, subject: str) -> None:
        """Add a line about a refused attempt, or count it on the line of the one before; it is on disk then.

        Args:
            user: who tried; None for nobody in particular, of whom only attempts by the same way are one.
            action: what was tried.
            subject: by which way, or to what.
        """
        now = _now()
        values = _values(user, action, subject, REFUSED)
        same = ("user", "action", "outcome", *(["subject"] if user is None else []))
        latest = select(audits.c.id).where(audits.c.at > now - TOGETHER_S).order_by(audits.c.id.desc()).limit(1)
        for name in same:
            latest = latest.where(audits.c[name].is_(values[name]))
        with writing(self.engine) as connection:
            entry = connection.scalar(latest)
            if entry is None:
                connection.execute(insert(audits).values(at=now, **values))
                return
            row = sqlite_insert(repeats).values(entry=entry, times=2, last=now)
            more = {"times": repeats.c.times + 1, "last": now}
            connection.execute(row.on_conflict_do_update(index_elements=[repeats.c.entry], set_=more))

    def read(self, limit: int, offset: int = 0, wanted: Wanted = EVERYTHING) -> list[Entry]:
        """Return lines, newest first."""
        query = select(audits, repeats.c.times, repeats.c.last).outerjoin(repeats, repeats.c.entry == audits.c.id)
        query = _narrowed(query, wanted).order_by(audits.c.id.desc()).limit(limit).offset(offset)
        with self.engine.connect() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def count(self, wanted: Wanted = EVERYTHING) -> int:
        """Return how many lines there are."""
        with self.engine.connect() as connection:
            return connection.scalar(_narrowed(select(func.count()).select_from(audits), wanted)) or 0


def _values(user: int | None, action: str, subject: str, outcome: str) -> dict[str, Any]:
    short = {"action": action[:MOST_SUBJECT_CHARS], "subject": subject[:MOST_SUBJECT_CHARS]}
    return {"user": user, "outcome": outcome, **short}


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.user is not None:
        query = query.where(audits.c.user == wanted.user)
    if wanted.action is not None:
        begins = audits.c.action.startswith(f"{wanted.action} ", autoescape=True)
        query = query.where((audits.c.action == wanted.action) | begins | (audits.c.outcome == wanted.action))
    return query


def _entry(row: Any) -> Entry:
    at = datetime.fromtimestamp(row.at, UTC)
    last = at if row.last is None else datetime.fromtimestamp(row.last, UTC)
    return Entry(row.id, at, row.user, row.action, row.subject, row.outcome, row.times or 1, last)


def _now() -> int:
    return int(datetime.now(UTC).timestamp())
