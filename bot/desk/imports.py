"""Imports that admins began from the chat: rows, so that the next start of the bot goes on with them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from bot.chat.schema import writing
from bot.chat.sending import Target
from bot.desk.intakes import FilePart
from bot.desk.schema_desk import desk_imports

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Import:
    """An import.

    Attributes:
        target: where it is told about.
        message: the message that shows how far it is, or None while there is none.
        user: who began it.
        language: code of the language in which it is told about.
        file: what is imported.
        begun: whether it was begun before, so that this is not the first run.
    """

    id: int
    target: Target
    message: int | None
    user: int
    language: str
    file: FilePart
    begun: bool


class Imports:
    """Keeps imports. Safe to use from several threads; what is written is on disk when a method returns.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, target: Target, user: int, language: str, file: FilePart) -> int:
        """Keep a new import; return its number."""
        with writing(self._engine) as connection:
            values = {"chat": target.chat, "thread": target.thread, "user": user, "language": language}
            named = {"name": file.name, "file": file.file, "size": file.size}
            row = insert(desk_imports).values(**values, **named, begun=0, at=int(self._clock()))
            return int(connection.execute(row).lastrowid)

    def open(self) -> list[int]:
        """Return the numbers of the imports that are not done, oldest first."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(desk_imports.c.id).order_by(desk_imports.c.id)))

    def read(self, number: int) -> Import | None:
        """Return an import, or None when it is done."""
        with self._engine.connect() as connection:
            row = connection.execute(select(desk_imports).where(desk_imports.c.id == number)).one_or_none()
        if row is None:
            return None
        target, file = Target(row.chat, None, row.thread), FilePart(row.file, row.name, row.size)
        return Import(row.id, target, row.message, row.user, row.language, file, bool(row.begun))

    def begin(self, number: int) -> None:
        """Write down that it was begun."""
        self._change(number, begun=1)

    def shown(self, number: int, message: int) -> None:
        """Write down which message shows how far it is."""
        self._change(number, message=message)

    def done(self, number: int) -> None:
        """Forget it."""
        with writing(self._engine) as connection:
            connection.execute(delete(desk_imports).where(desk_imports.c.id == number))

    def _change(self, number: int, **values: Any) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(desk_imports).where(desk_imports.c.id == number).values(**values))
