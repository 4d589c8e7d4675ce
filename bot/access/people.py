"""What those who write to the bot are called, so that lists and the audit log show names beside numbers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.retention import KEEP_PEOPLE_S
from bot.chat.schema import members, people, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Engine
    from telegram import User

FRESH_S = 86_400
"""Who was written down within this time is not written down again, unless they call themselves otherwise."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and marks that change the direction of writing."""

MOST_REMEMBERED = 10_000
MOST_NAME_CHARS = 128


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has written to the bot.

    Attributes:
        id: user id.
        name: what they call themselves.
        username: without @, or None.
        language: code as Telegram sends it, or None.
        reachable: whether the bot can write to them, as far as it knows.
    """

    id: int
    name: str
    username: str | None = None
    language: str | None = None
    reachable: bool = True


class People:
    """Remembers people.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock
        self._seen: dict[int, tuple[Person, float]] = {}

    def is_fresh(self, person: Person) -> bool:
        """Tell whether somebody was written down just so not long ago."""
        known, at = self._seen.get(person.id, (None, 0.0))
        return known == person and self._clock() - at < FRESH_S

    def see(self, person: Person) -> None:
        """Write down what somebody is called; who has not written for long is forgotten meanwhile."""
        now = int(self._clock())
        values = {name: getattr(person, name) for name in person.__slots__}
        values |= {"name": person.name[:MOST_NAME_CHARS], "at": now}
        kept = select(members.c.id)
        with writing(self._engine) as connection:
            connection.execute(delete(people).where(people.c.at < now - KEEP_PEOPLE_S, people.c.id.not_in(kept)))
            if person.username:
                # Telegram gives a user name to one person at a time; who had it before has it no more.
                same = func.lower(people.c.username) == person.username.lower()
                connection.execute(update(people).where(same, people.c.id != person.id).values(username=None))
            row = sqlite_insert(people).values(**values)
            connection.execute(row.on_conflict_do_update(index_elements=[people.c.id], set_=values))
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        self._seen[person.id] = person, self._clock()

    def lost(self, person: int) -> None:
        """Write down that the bot cannot write to somebody; their next message makes up for it."""
        with writing(self._engine) as connection:
            connection.execute(update(people).where(people.c.id == person).values(reachable=0))
        self._seen.pop(person, None)

    def find(self, username: str) -> Person | None:
        """Return who has a user name, with or without @, in any case; None for who has not written lately."""
        wanted = username.removeprefix("@").lower()
        with self._engine.connect() as connection:
            row = connection.execute(select(people).where(func.lower(people.c.username) == wanted)).mappings().first()
        return None if row is None else _person(**row)

    def known(self, numbers: Iterable[int]) -> dict[int, Person]:
        """Return those of some user ids that are known, by user id."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(people).where(people.c.id.in_(set(numbers)))).mappings().all()
        return {row["id"]: _person(**row) for row in rows}

    def forget(self, person: int) -> bool:
        """Forget what somebody is called; return whether it was known."""
        self._seen.pop(person, None)
        with writing(self._engine) as connection:
            return connection.execute(delete(people).where(people.c.id == person)).rowcount == 1


def person_of(user: User) -> Person:
    """Return what a user of Telegram is called."""
    return Person(user.id, user.full_name, user.username, user.language_code)


def label(number: int, person: Person | None) -> str:
    """Return what somebody is called, with user name and number, such as "Alice (@alice, 123)"."""
    if person is None or not person.name:
        return f"{number}"
    facts = [f"@{person.username}"] if person.username else []
    # Names are given by strangers, and must not turn the line around them.
    name = " ".join(_CONTROLS.sub(" ", person.name).split())
    return f"{name} ({', '.join([*facts, str(number)])})"


def _person(*, reachable: int, at: int, **values: object) -> Person:
    del at
    return Person(**values, reachable=bool(reachable))  # type: ignore[arg-type]
