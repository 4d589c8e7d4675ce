"""The tables of the bot's own database, and how its file is opened; what they are for is told in `bot.chat.state`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import DatabaseError

from bot.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

VERSION = 3
BUSY_TIMEOUT_MS = 10_000
WRITES = {"verbatim_writes": True}
"""Execution options of a connection that is going to write."""

_LANGUAGE = "language TEXT NOT NULL DEFAULT 'en'"
_UPGRADES = {
    1: (("questions", "speaker INTEGER"), ("citations", "statement INTEGER")),
    2: (
        ("questions", _LANGUAGE),
        ("choices", _LANGUAGE),
        ("questions", "user INTEGER"),
        ("choices", "user INTEGER"),
    ),
}
"""Columns (table, definition) that make the tables of a version those of the next one; new tables are made anyway."""

metadata = MetaData()
updates = Table("updates", metadata, Column("id", Integer, primary_key=True), Column("at", Integer, nullable=False))
questions = Table(
    "questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("thread", Integer),
    Column("text", Text, nullable=False),
    Column("speaker", Integer),
    Column("language", Text, nullable=False, server_default="en"),
    Column("user", Integer),
    Column("state", Text, nullable=False),
)
answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("thread", Integer),
    Column("nearest", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("numbered", Integer, nullable=False),
    Column("at", Integer, nullable=False, index=True),
    sqlite_autoincrement=True,
)
citations = Table(
    "citations",
    metadata,
    Column("answer", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("article", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("statement", Integer),
)
choices = Table(
    "choices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("thread", Integer),
    Column("text", Text, nullable=False),
    Column("words", Text),
    Column("assumed", Integer, nullable=False),
    Column("language", Text, nullable=False, server_default="en"),
    Column("user", Integer),
    Column("at", Integer, nullable=False, index=True),
    sqlite_autoincrement=True,
)
candidates = Table(
    "candidates",
    metadata,
    Column("choice", ForeignKey("choices.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("speaker", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("chosen", Integer, nullable=False),
)
lookups = Table(
    "lookups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Integer, nullable=False, index=True),
    sqlite_autoincrement=True,
)
audits = Table(
    "audits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Integer, nullable=False, index=True),
    Column("user", Integer),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    sqlite_autoincrement=True,
)
repeats = Table(
    "repeats",
    metadata,
    Column("entry", ForeignKey("audits.id", ondelete="CASCADE"), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last", Integer, nullable=False),
)
members = Table(
    "members",
    metadata,
    Column("role", Text, primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("by", Integer, nullable=False),
    Column("at", Integer, nullable=False),
)
people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("username", Text, index=True),
    Column("language", Text),
    Column("at", Integer, nullable=False, index=True),
    Column("reachable", Integer, nullable=False),
)
buckets = Table(
    "buckets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("level", Float, nullable=False),
    Column("at", Float, nullable=False, index=True),
    Column("told", Integer, nullable=False),
)
notices = Table(
    "notices",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("until", Float, nullable=False, index=True),
)


def _places() -> tuple[Column[Any], ...]:
    """Return the columns that say where the words of a citation stand."""
    return (
        Column("position", Integer, primary_key=True),
        Column("article", Integer, nullable=False),
        Column("start", Integer, nullable=False),
        Column("end", Integer, nullable=False),
        Column("digest", LargeBinary, nullable=False),
        Column("statement", Integer),
    )


turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chat", Integer, nullable=False),
    Column("user", Integer, nullable=False),
    Column("message", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text),
    Column("speaker", Integer),
    Column("topic", Text, nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("publisher", Text),
    Column("answer", Integer, index=True),
    Column("at", Integer, nullable=False, index=True),
    Index("turns_by_whom", "chat", "user"),
)
appearances = Table(
    "appearances",
    metadata,
    Column("chat", Integer, primary_key=True),
    Column("message", Integer, primary_key=True),
    Column("answer", ForeignKey("answers.id", ondelete="CASCADE"), nullable=False, index=True),
)
rated = Table(
    "rated",
    metadata,
    Column("answer", Integer, primary_key=True),
    Column("question", Text),
    Column("nearest", Integer, nullable=False),
    Column("at", Integer, nullable=False, index=True),
)
rated_places = Table(
    "rated_places",
    metadata,
    Column("answer", ForeignKey("rated.answer", ondelete="CASCADE"), primary_key=True),
    *_places(),
)
votes = Table(
    "votes",
    metadata,
    Column("answer", ForeignKey("rated.answer", ondelete="CASCADE"), primary_key=True),
    Column("user", Integer, primary_key=True),
    Column("up", Integer, nullable=False),
    Column("at", Integer, nullable=False),
)
shares = Table(
    "shares",
    metadata,
    Column("token", Text, primary_key=True),
    Column("answer", Integer, nullable=False, unique=True),
    Column("user", Integer, nullable=False),
    Column("question", Text),
    Column("nearest", Integer, nullable=False),
    Column("at", Integer, nullable=False, index=True),
)
shared_places = Table(
    "shared_places",
    metadata,
    Column("token", ForeignKey("shares.token", ondelete="CASCADE"), primary_key=True),
    *_places(),
)
counters = Table("counters", metadata, Column("name", Text, primary_key=True), Column("value", Integer))


def open_file(path: Path) -> Engine:
    """Open the bot's database, made or upgraded where needed; only its owner may read it.

    Raises:
        StateError: it cannot be used.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The questions in it are nobody else's business.
    path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    try:
        _prepare(engine, path)
    except DatabaseError as error:
        engine.dispose()
        raise StateError(str(path), f"cannot be used: {error.orig}") from error
    except StateError:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold a transaction that writes; it is on disk when the block ends without an error."""
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        yield connection


def _prepare(engine: Engine, path: Path) -> None:
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        version = connection.scalar(text("PRAGMA user_version")) or 0
        if version > VERSION:
            raise StateError(str(path), f"was written by another version ({version}; this one writes {VERSION})")
        # A new file has version 0, and all tables as they are now.
        # One that skips versions lacks tables to which they added columns.
        tables = inspect(connection).get_table_names()
        for older in range(version, VERSION) if version else ():
            for table, column in _UPGRADES[older]:
                if table in tables:
                    connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column}")
        # Their tables belong to the file, and they need `metadata`.
        from bot.care import schema_care  # noqa: F401, PLC0415
        from bot.desk import schema_desk  # noqa: F401, PLC0415
        from bot.feeds import schema_feeds  # noqa: F401, PLC0415

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
