"""What admins hand in, until it is read: pasted text in several messages, links, files of an album, forwarded posts.

Telegram cuts a long text into several messages, and sends the files of an album one by one; an intake joins what comes
within a moment. It is a row with its parts, so that nothing is lost when the bot ends in between.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from bot.chat.schema import writing
from bot.chat.sending import Target
from bot.desk.schema_desk import desk_intakes, desk_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

_CLOSED = (".", "!", "?", "…", "”", '"', "’", "»", ")", "。", "！", "？")
"""What a piece of text ends with when it was cut between two paragraphs rather than inside of a sentence."""


@dataclass(frozen=True, slots=True)
class TextPart:
    """A pasted text, or a piece of one."""

    text: str


@dataclass(frozen=True, slots=True)
class LinkPart:
    """An address whose page is to be fetched."""

    url: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """An uploaded file.

    Attributes:
        file: by which Telegram knows it.
        name: its name.
        size: its size in bytes, 0 where Telegram does not tell.
    """

    file: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class PostPart:
    """A post of a channel.

    Attributes:
        text: its text or caption.
        channel: the channel's title.
        chat: the channel's id.
        message: the post's number in it.
        url: its public address, or None.
        day: the day on which it was posted, ISO 8601.
    """

    text: str
    channel: str
    chat: int
    message: int
    url: str | None
    day: str


Part = TextPart | LinkPart | FilePart | PostPart
_KINDS: dict[str, type[Part]] = {"text": TextPart, "link": LinkPart, "file": FilePart, "post": PostPart}


@dataclass(frozen=True, slots=True)
class Intake:
    """Something that was handed in.

    Attributes:
        target: where the answer goes.
        user: who handed it in.
        language: code of the language in which they are answered.
        parts: in the order in which they came.
    """

    id: int
    target: Target
    user: int
    language: str
    parts: tuple[Part, ...]


class Intakes:
    """Keeps intakes. Safe to use from several threads; what is written is on disk when a method returns.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def begin(self, target: Target, user: int, language: str, parts: Sequence[Part]) -> int:
        """Open an intake with its first parts; return its number."""
        with writing(self._engine) as connection:
            values = {"chat": target.chat, "message": target.reply_to or 0, "thread": target.thread}
            row = insert(desk_intakes).values(**values, user=user, language=language, at=int(self._clock()))
            number = int(connection.execute(row).lastrowid)
            connection.execute(insert(desk_parts), [{"intake": number, **_row(part)} for part in parts])
        return number

    def extend(self, number: int, parts: Sequence[Part]) -> None:
        """Put further parts into an open intake."""
        with writing(self._engine) as connection:
            connection.execute(insert(desk_parts), [{"intake": number, **_row(part)} for part in parts])

    def open(self) -> list[int]:
        """Return the numbers of the open intakes, oldest first."""
        with self._engine.connect() as connection:
            return list(connection.scalars(select(desk_intakes.c.id).order_by(desk_intakes.c.id)))

    def read(self, number: int) -> Intake | None:
        """Return an intake, or None when it is closed."""
        with self._engine.connect() as connection:
            row = connection.execute(select(desk_intakes).where(desk_intakes.c.id == number)).one_or_none()
            if row is None:
                return None
            query = select(desk_parts).where(desk_parts.c.intake == number).order_by(desk_parts.c.id)
            parts = tuple(_part(each.kind, each.content) for each in connection.execute(query))
        return Intake(row.id, Target(row.chat, row.message or None, row.thread), row.user, row.language, parts)

    def close(self, number: int) -> None:
        """Forget an intake, for it was read."""
        with writing(self._engine) as connection:
            connection.execute(delete(desk_intakes).where(desk_intakes.c.id == number))


def joined(pieces: Sequence[str]) -> str:
    """Join the pieces into which Telegram cut a text; the white space at the cuts is lost, and told by what is around.

    Args:
        pieces: in their order.
    """
    text = ""
    for piece in pieces:
        gap = "" if not text else "\n\n" if text.rstrip().endswith(_CLOSED) else " "
        text = f"{text.rstrip()}{gap}{piece.lstrip()}" if gap else piece
    return text


def _row(part: Part) -> dict[str, Any]:
    kind = next(name for name, made in _KINDS.items() if isinstance(part, made))
    return {"kind": kind, "content": json.dumps(asdict(part), ensure_ascii=False)}


def _part(kind: str, content: str) -> Part:
    return _KINDS[kind](**json.loads(content))
