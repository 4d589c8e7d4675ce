"""What the bot remembers: a small SQLite database of its own, beside the corpus.

It holds what a restart must not lose, and nothing more about people than that needs:

- updates: numbers of the updates that were taken in, so that none is handled twice; kept for two days (Telegram itself
  keeps updates for one).
- questions: those that are not answered yet. A question is "accepted" from before Telegram is told that it arrived,
  "sending" from right before its answer leaves, and is deleted when it is answered. After a crash, accepted questions
  are answered; of a question found "sending" nobody can know whether its answer arrived, so it is not answered again,
  and the person is told to ask again if they see none.
- answers and citations: which passages were shown under which answer, as places in articles, for the buttons; kept for
  30 days. The words themselves are not stored here, only a digest that tells whether they still stand there.
- counters: how often something happened that should not.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DatabaseError

from bot.errors import StateError
from bot.schema import answers, citations, counters, metadata, questions, updates
from corpus.records import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.records import Citation

FILE = "bot.sqlite"
VERSION = 1
KEEP_UPDATES_S = 2 * 86_400
KEEP_ANSWERS_S = 30 * 86_400
BUSY_TIMEOUT_MS = 10_000
ACCEPTED, SENDING = "accepted", "sending"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came in.

    Attributes:
        id: number of its update.
        chat: where it was asked.
        message: the message that holds it, to be replied to.
        thread: topic of a forum, or None.
        text: the question.
    """

    id: int
    chat: int
    message: int
    thread: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A citation as it is remembered: where it stands, and what its words were.

    Attributes:
        digest: first 16 bytes of the SHA-256 of the words.
    """

    article: int
    span: Span
    digest: bytes

    def fits(self, words: str) -> bool:
        """Tell whether these are the words that were shown."""
        return digest(words) == self.digest


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given.

    Attributes:
        message: the message that asked.
        nearest: whether its citations were offered as the nearest, not as an answer.
        shown: position of the first citation that was not shown yet.
        numbered: the last number that was given to a citation.
        citations: all of them, in order.
    """

    id: int
    chat: int
    message: int
    thread: int | None
    nearest: bool
    shown: int
    numbered: int
    citations: tuple[Kept, ...]


def digest(words: str) -> bytes:
    """Return the first 16 bytes of the SHA-256 of the words."""
    return hashlib.sha256(words.encode()).digest()[:16]


class State:
    """The bot's memory. Safe to use from several threads; every method is one transaction, on disk when it returns.

    Raises:
        StateError: the file cannot be used.
    """

    def __init__(self, directory: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._path = directory / FILE
        directory.mkdir(parents=True, exist_ok=True)
        # The questions in it are nobody else's business.
        self._path.touch(mode=0o600)
        self._engine = create_engine(f"sqlite:///{self._path}", hide_parameters=True)
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
        try:
            self._prepare(self._engine)
        except DatabaseError as error:
            self._engine.dispose()
            raise StateError(str(self._path), f"cannot be used: {error.orig}") from error

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def take(self, number: int, question: Asked | None = None) -> bool:
        """Take an update in, and its question with it; return False if it was taken before."""
        with self._writing() as connection:
            row = sqlite_insert(updates).values(id=number, at=self._now()).on_conflict_do_nothing()
            if connection.execute(row).rowcount == 0:
                return False
            if question is not None:
                values = {name: getattr(question, name) for name in question.__slots__}
                connection.execute(insert(questions).values(**values, state=ACCEPTED))
        return True

    def sending(self, question: Asked) -> None:
        """Write down that the answer leaves now."""
        self._mark(question, SENDING)

    def held_back(self, question: Asked) -> None:
        """Write down that the answer did not leave after all."""
        self._mark(question, ACCEPTED)

    def done(self, question: Asked) -> None:
        """Forget a question that was answered, or of which nothing more can be known."""
        with self._writing() as connection:
            connection.execute(delete(questions).where(questions.c.id == question.id))

    def unanswered(self) -> tuple[list[Asked], list[Asked]]:
        """Return the questions found accepted and those found sending, in the order in which they came."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(questions).order_by(questions.c.id)).mappings().all()
        found: dict[str, list[Asked]] = {ACCEPTED: [], SENDING: []}
        for row in rows:
            found[row["state"]].append(Asked(**{name: row[name] for name in Asked.__slots__}))
        return found[ACCEPTED], found[SENDING]

    def keep(self, question: Asked, shown: Sequence[Citation], *, nearest: bool) -> int:
        """Keep an answer's citations for its buttons; return the answer's number."""
        with self._writing() as connection:
            values = {"chat": question.chat, "message": question.message, "thread": question.thread}
            row = insert(answers).values(**values, nearest=nearest, shown=0, numbered=0, at=self._now())
            number = int(connection.execute(row).lastrowid)
            if shown:
                rows = [
                    {
                        "answer": number,
                        "position": position,
                        "article": citation.article.id,
                        "start": citation.span.start,
                        "end": citation.span.end,
                        "digest": digest(citation.text),
                    }
                    for position, citation in enumerate(shown)
                ]
                connection.execute(insert(citations), rows)
        return number

    def given(self, answer: int, chat: int) -> Given | None:
        """Return an answer that was given in a chat, or None when it is not known (any more)."""
        with self._engine.connect() as connection:
            found = select(answers).where(answers.c.id == answer, answers.c.chat == chat)
            row = connection.execute(found).mappings().one_or_none()
            if row is None:
                return None
            places = select(citations).where(citations.c.answer == answer).order_by(citations.c.position)
            kept = connection.execute(places).mappings().all()
        places_kept = tuple(Kept(each["article"], Span(each["start"], each["end"]), each["digest"]) for each in kept)
        values = {name: row[name] for name in Given.__slots__ if name not in {"citations", "nearest"}}
        return Given(**values, nearest=bool(row["nearest"]), citations=places_kept)

    def show(self, answer: int, was: int, shown: int) -> bool:
        """Move the mark of what was shown, unless somebody else moved it from where it `was`."""
        with self._writing() as connection:
            moved = update(answers).where(answers.c.id == answer, answers.c.shown == was).values(shown=shown)
            return connection.execute(moved).rowcount == 1

    def number(self, answer: int, numbered: int) -> None:
        """Write down the last number given to a citation of an answer."""
        with self._writing() as connection:
            connection.execute(update(answers).where(answers.c.id == answer).values(numbered=numbered))

    def move(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup with another id."""
        with self._writing() as connection:
            for table in (questions, answers):
                connection.execute(update(table).where(table.c.chat == old).values(chat=new))

    def count(self, name: str, by: int = 1) -> None:
        """Add to a counter."""
        with self._writing() as connection:
            row = sqlite_insert(counters).values(name=name, value=by)
            added = {"value": counters.c.value + row.excluded.value}
            connection.execute(row.on_conflict_do_update(index_elements=[counters.c.name], set_=added))

    def counters(self) -> dict[str, int]:
        """Return all counters by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(counters).order_by(counters.c.name)).all()
        return {row.name: row.value for row in rows}

    def prune(self) -> None:
        """Forget what is too old to be of use."""
        with self._writing() as connection:
            connection.execute(delete(updates).where(updates.c.at < self._now() - KEEP_UPDATES_S))
            connection.execute(delete(answers).where(answers.c.at < self._now() - KEEP_ANSWERS_S))

    def _mark(self, question: Asked, state: str) -> None:
        with self._writing() as connection:
            connection.execute(update(questions).where(questions.c.id == question.id).values(state=state))

    def _now(self) -> int:
        return int(self._clock())

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(verbatim_writes=True) as connection, connection.begin():
            yield connection

    def _prepare(self, engine: Engine) -> None:
        with engine.connect() as connection:
            version = connection.scalar(text("PRAGMA user_version"))
        if version not in (0, VERSION):
            raise StateError(str(self._path), f"was written by another version ({version}; this one writes {VERSION})")
        with self._writing() as connection:
            metadata.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")


def _configure(connection: Any, _record: object) -> None:
    # Python's driver would begin transactions by itself, too late for BEGIN IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # What was accepted is accepted even if the power fails.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten, too.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("verbatim_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
