"""Drafts that wait for an admin's word: what was read, what it would be, and which question about it is open.

They are rows, so that their buttons work after a restart; a day later they are forgotten.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.chat.schema import writing
from bot.desk.schema_desk import desk_drafts, desk_prompts, desk_texts
from corpus.records import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from sqlalchemy import Engine

    from bot.chat.sending import Target

KEEP_DRAFTS_S = 86_400


@dataclass(frozen=True, slots=True)
class Piece:
    """One article that may be kept.

    Attributes:
        draft: what it would be.
        statements: how many statements were found in it.
        same: id of the stored article of which it is another version, or None.
        near: id of the stored article of which it is a near copy, or None.
    """

    draft: Draft
    statements: int = 0
    same: int | None = None
    near: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for an admin's word.

    Attributes:
        chat: where it was handed in; its buttons work there only.
        message: the card that shows it, or None while there is none.
        thread: topic of a forum, or None.
        article: id of the stored article that it changes, or None for new ones.
        count: how many pieces it has.
        kept: ids of the articles that keeping it added; None while it waits.
    """

    id: int
    chat: int
    message: int | None
    thread: int | None
    article: int | None
    count: int
    kept: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question that the bot asked an admin.

    Attributes:
        draft: id of what it is about; 0 where it is about nothing that is there yet.
        field: what the answer is.
    """

    draft: int
    field: str


class Drafts:
    """Keeps drafts and prompts. Safe to use from several threads; what is written is on disk when a method returns.

    Args:
        engine: the bot's own database.
        clock: seconds since 1970.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, target: Target, pieces: Sequence[Piece], article: int | None = None) -> Pending:
        """Keep what waits for an admin's word.

        Args:
            target: where its card is going to stand.
            pieces: at least one.
            article: id of the stored article that it changes.
        """
        with writing(self._engine) as connection:
            values = {"chat": target.chat, "thread": target.thread, "article": article}
            number = int(connection.execute(insert(desk_drafts).values(**values, at=self._now())).lastrowid)
            rows = [{"draft": number, "position": at, **_row(piece)} for at, piece in enumerate(pieces)]
            connection.execute(insert(desk_texts), rows)
        return Pending(number, target.chat, None, target.thread, article, len(pieces), None)

    def pending(self, number: int, chat: int) -> Pending | None:
        """Return what waits (or was kept) in a chat, or None when it is not known (any more)."""
        count = select(func.count()).where(desk_texts.c.draft == desk_drafts.c.id).scalar_subquery()
        mine = desk_drafts.c.id == number, desk_drafts.c.chat == chat, desk_drafts.c.at > self._now() - KEEP_DRAFTS_S
        with self._engine.connect() as connection:
            row = connection.execute(select(desk_drafts, count.label("pieces")).where(*mine)).one_or_none()
        if row is None:
            return None
        kept = None if row.kept is None else tuple(json.loads(row.kept))
        return Pending(row.id, row.chat, row.message, row.thread, row.article, row.pieces, kept)

    def pieces(self, number: int, start: int = 0, most: int | None = None) -> list[Piece]:
        """Return pieces in their order, from position `start` on, at most so many."""
        query = select(desk_texts).where(desk_texts.c.draft == number).order_by(desk_texts.c.position)
        with self._engine.connect() as connection:
            rows = connection.execute(query.offset(start).limit(-1 if most is None else most)).all()
        return [Piece(_draft(row.content), row.statements, row.same, row.near) for row in rows]

    def change(self, number: int, piece: Piece) -> None:
        """Put another piece in the place of the first."""
        with writing(self._engine) as connection:
            first = desk_texts.c.draft == number, desk_texts.c.position == 0
            connection.execute(update(desk_texts).where(*first).values(**_row(piece)))

    def shown(self, number: int, message: int) -> None:
        """Write down which message shows it."""
        with writing(self._engine) as connection:
            connection.execute(update(desk_drafts).where(desk_drafts.c.id == number).values(message=message))

    def keep(self, number: int, kept: Sequence[int]) -> None:
        """Write down that it was kept, and which articles that added."""
        with writing(self._engine) as connection:
            values = {"kept": json.dumps(list(kept))}
            connection.execute(update(desk_drafts).where(desk_drafts.c.id == number).values(**values))
            # Its words stand in the corpus now.
            connection.execute(delete(desk_texts).where(desk_texts.c.draft == number))

    def discard(self, number: int) -> None:
        """Forget it."""
        with writing(self._engine) as connection:
            connection.execute(delete(desk_drafts).where(desk_drafts.c.id == number))

    def ask(self, chat: int, user: int, prompt: Prompt) -> None:
        """Write down that a question is about to be asked; an open one of the same person in the chat is forgotten."""
        values = {"message": None, "draft": prompt.draft, "field": prompt.field, "at": self._now()}
        with writing(self._engine) as connection:
            row = sqlite_insert(desk_prompts).values(chat=chat, user=user, **values)
            connection.execute(row.on_conflict_do_update(index_elements=["chat", "user"], set_=values))

    def asked(self, chat: int, user: int, message: int) -> None:
        """Write down which message asks it."""
        with writing(self._engine) as connection:
            mine = desk_prompts.c.chat == chat, desk_prompts.c.user == user, desk_prompts.c.message.is_(None)
            connection.execute(update(desk_prompts).where(*mine).values(message=message))

    def prompt(self, chat: int, user: int, message: int) -> Prompt | None:
        """Return the question that a message of the bot asked somebody, or None.

        Somebody may answer before it was written down which message asks, so that then any counts.
        """
        mine = desk_prompts.c.chat == chat, desk_prompts.c.user == user
        which = or_(desk_prompts.c.message == message, desk_prompts.c.message.is_(None))
        fresh = desk_prompts.c.at > self._now() - KEEP_DRAFTS_S
        with self._engine.connect() as connection:
            row = connection.execute(select(desk_prompts).where(*mine, which, fresh)).one_or_none()
        return None if row is None else Prompt(row.draft, row.field)

    def answered(self, chat: int, user: int) -> None:
        """Forget a question, for it was answered."""
        with writing(self._engine) as connection:
            connection.execute(delete(desk_prompts).where(desk_prompts.c.chat == chat, desk_prompts.c.user == user))

    def prune(self) -> None:
        """Forget what is older than a day."""
        with writing(self._engine) as connection:
            for table in (desk_drafts, desk_prompts):
                connection.execute(delete(table).where(table.c.at <= self._now() - KEEP_DRAFTS_S))

    def _now(self) -> int:
        return int(self._clock())


def packed(draft: Draft) -> str:
    """Return a draft as JSON."""
    values: dict[str, object] = {name: value for name, value in asdict(draft).items() if value is not None}
    if draft.published is not None:
        values["published"] = draft.published.isoformat()
    return json.dumps(values, ensure_ascii=False)


def _draft(content: str) -> Draft:
    values = json.loads(content)
    if "published" in values:
        values["published"] = date.fromisoformat(values["published"])
    return Draft(**values)


def _row(piece: Piece) -> dict[str, Any]:
    return {
        "content": packed(piece.draft),
        "statements": piece.statements,
        "same": piece.same,
        "near": piece.near,
    }
