"""Opening the corpus database: SQLite in WAL mode by default, PostgreSQL by URL; migrations are run on opening."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError

from corpus.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config

HEAD = "0003"
"""The migration that this version of the code is written against (a test compares it with the folder)."""

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 30_000


def sqlite_url(path: Path) -> str:
    """Return the database URL of a SQLite file."""
    return f"sqlite:///{path}"


def open_database(url: str) -> Engine:
    """Open a database and bring its tables up to date.

    Raises:
        SchemaError: it was written by a newer version, is no corpus database, or `url` means nothing.
    """
    try:
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, ImportError) as error:
        # The URL itself is not shown: what cannot be parsed may hold a password anywhere.
        raise SchemaError(
            f"the database URL cannot be used: {error}",
            "Write it as SQLAlchemy does (sqlite:///corpus.sqlite, postgresql+psycopg://user:password@host/name), "
            "and install its driver.",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin)
    try:
        _migrate(engine)
    except DatabaseError as error:
        engine.dispose()
        shown = make_url(url).render_as_string(hide_password=True)
        raise SchemaError(
            f"{shown} cannot be used as a corpus: {error.orig}",
            "If the file is damaged, restore a backup; if it is something else, set another data directory.",
        ) from error
    except SchemaError:
        engine.dispose()
        raise
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes; it commits at the end of the block and rolls back on an error."""
    with engine.connect().execution_options(verbatim_writes=True) as connection, connection.begin():
        yield connection


def _configure_sqlite(connection: Any, _record: object) -> None:
    # Python's driver would begin transactions by itself, too late for BEGIN IMMEDIATE.
    connection.isolation_level = None
    # SQLite's own knows the letters of ASCII only, and would not find "Österreich" by its name.
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL makes every commit survive a power cut; NORMAL could lose an acknowledged article.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _lower(value: object) -> str | None:
    return None if value is None else str(value).lower()


def _begin(connection: Connection) -> None:
    # A reader that turns writer may fail with "database is locked"; writers therefore say so from the start.
    writes = connection.get_execution_options().get("verbatim_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    # Alembic takes longer to import than a look at its table, and nearly always there is nothing to do.
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        version = None
        if "alembic_version" in tables:
            version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if version == HEAD:
        return
    if version is None and tables:
        raise SchemaError("the database holds tables of something else", "Set another data directory or database.")
    from alembic import command  # noqa: PLC0415  (see above)
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util.exc import CommandError  # noqa: PLC0415

    config: Config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SchemaError(
                f"the database has schema {version}, and this version of Verbatim knows up to {HEAD}",
                "Update Verbatim, or use the version that wrote the database.",
            ) from error
