"""The tables of the bot's own database, and how its file is opened; what they are for is told in `bot.state`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text, create_engine, event, text
from sqlalchemy.exc import DatabaseError

from bot.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

VERSION = 2
BUSY_TIMEOUT_MS = 10_000
WRITES = {"verbatim_writes": True}
"""Execution options of a connection that is going to write."""

_UPGRADES = {
    1: ("ALTER TABLE questions ADD COLUMN speaker INTEGER", "ALTER TABLE citations ADD COLUMN statement INTEGER"),
}
"""What makes the tables of a version those of the next one; new tables are made anyway."""

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
followers = Table(
    "followers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job", Integer, nullable=False, index=True),
    Column("user", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("chat", Integer, nullable=False),
    Column("thread", Integer),
    Column("message", Integer),
    Column("language", Text, nullable=False),
)
canaries = Table(
    "canaries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)
tallies = Table(
    "tallies",
    metadata,
    Column("day", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
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
        for older in range(version, VERSION) if version else ():
            for statement in _UPGRADES[older]:
                connection.exec_driver_sql(statement)
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
