"""The database file: its schema, its settings, and what is refused."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade, upgrade
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, insert, inspect, select, text

from corpus.database import HEAD, MIGRATIONS, open_database, sqlite_url, writing
from corpus.errors import SchemaError
from corpus.schema import metadata, settings
from corpus.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "corpus.sqlite"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    """A new database."""
    made = open_database(sqlite_url(path))
    yield made
    made.dispose()


def test_migrations_make_exactly_the_schema(engine: Engine) -> None:
    """Alembic finds no difference between what the migrations made and what the code is written against."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_make_the_same_tables_as_the_schema(engine: Engine, tmp_path: Path) -> None:
    """What Alembic does not compare is equal too: autoincrement, primary keys, partial indexes, row ids."""
    plain = open_database(sqlite_url(tmp_path / "plain.sqlite"))
    with writing(plain) as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)

    def made(one: Engine) -> dict[str, tuple[object, ...]]:
        with one.connect() as connection:
            names = sorted(metadata.tables)
            return {
                name: (
                    connection.execute(text(f"PRAGMA table_xinfo({name})")).all(),
                    sorted(tuple(row)[2:] for row in connection.execute(text(f"PRAGMA foreign_key_list({name})"))),
                    sorted(tuple(row)[1:] for row in connection.execute(text(f"PRAGMA index_list({name})"))),
                    connection.scalars(
                        text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name ORDER BY name"),
                        {"name": name},
                    ).all(),
                    "AUTOINCREMENT"
                    in connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}),
                    "WITHOUT ROWID"
                    in connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}),
                )
                for name in names
            }

    assert made(engine) == made(plain)
    plain.dispose()


def test_the_code_is_written_against_the_newest_migration() -> None:
    """`HEAD` is the head of the folder with the migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_commits_survive_a_power_cut(engine: Engine) -> None:
    """Each connection writes ahead, waits for the disk, checks references, and waits for a writer."""
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_opening_again_changes_nothing(engine: Engine, path: Path) -> None:
    """What was stored is there after opening the file again."""
    with writing(engine) as connection:
        connection.execute(insert(settings).values(name="kept", value="yes"))
    engine.dispose()
    again = open_database(sqlite_url(path))
    with again.connect() as connection:
        assert connection.execute(select(settings)).all() == [("kept", "yes")]
    again.dispose()


def test_a_failed_block_writes_nothing(engine: Engine) -> None:
    """An error inside `writing` rolls everything back."""

    def fail() -> None:
        with writing(engine) as connection:
            connection.execute(insert(settings).values(name="lost", value="yes"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with engine.connect() as connection:
        assert connection.execute(select(settings)).all() == []


def test_several_may_open_a_new_database_at_once(path: Path) -> None:
    """Whoever comes second finds the tables that the first has made."""
    with ThreadPoolExecutor(6) as pool:
        engines = list(pool.map(lambda _: open_database(sqlite_url(path)), range(6)))
    for engine in engines:
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD
        engine.dispose()


def test_a_newer_database_is_refused(engine: Engine, path: Path) -> None:
    """A database of a later version is left alone, and the message says so."""
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaError, match=r"has schema 9999, .* knows up to 0003.* Update Verbatim"):
        open_database(sqlite_url(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_somebody_elses_database_is_refused(path: Path) -> None:
    """A database with other tables is left alone, and the message says so."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()
    with pytest.raises(SchemaError, match=r"holds tables of something else.* Set another data directory"):
        open_database(sqlite_url(path))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


@pytest.mark.parametrize("damage", [b"not a database, but some text " * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_refused_with_its_name(path: Path, damage: bytes) -> None:
    """A file that is no database is named in the message, with what to do."""
    path.write_bytes(damage)
    with pytest.raises(SchemaError) as caught:
        open_database(sqlite_url(path))
    assert str(path) in caught.value.problem
    assert caught.value.fix.startswith("If the file is damaged, restore a backup")
    assert path.read_bytes() == damage


def test_a_file_damaged_in_its_middle_is_refused(engine: Engine, path: Path) -> None:
    """A database whose first page is garbled is refused as damaged."""
    engine.dispose()
    data = bytearray(path.read_bytes())
    data[100:3000] = b"\x5a" * 2900
    path.write_bytes(data)
    with pytest.raises(SchemaError, match="cannot be used as a corpus"):
        open_database(sqlite_url(path))


def test_a_folder_that_is_missing_is_a_message(tmp_path: Path) -> None:
    """A database in a folder that does not exist is refused with a message."""
    with pytest.raises(SchemaError, match="cannot be used as a corpus"):
        open_database(sqlite_url(tmp_path / "missing" / "corpus.sqlite"))


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/db", "postgresql+nosuchdriver://ada:s3cret@host/db"])
def test_an_impossible_url_is_a_message_without_the_password(url: str) -> None:
    """A database URL that means nothing is refused with a message that holds no password."""
    with pytest.raises(SchemaError) as caught:
        open_database(url)
    assert "database URL" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_case_is_ignored_in_every_script(engine: Engine) -> None:
    """The database's `lower` knows more letters than those of ASCII."""
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT lower('ÖSTERREICH ΑΘΗΝΑ МОСКВА')")) == "österreich αθηνα москва"
        assert connection.scalar(text("SELECT lower(NULL)")) is None
        assert connection.scalar(text("SELECT lower(12)")) == "12"


def test_a_database_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    """Its articles are kept, and nobody has looked for their statements yet."""
    engine = create_engine(sqlite_url(path))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        upgrade(config, "0001")
        connection.execute(text("INSERT INTO articles (id, key, revision) VALUES (7, 'a', 1)"))
        connection.execute(
            text(
                "INSERT INTO revisions (article, revision, title, text, content_hash, stored_at) "
                "VALUES (7, 1, '', 'One.', 'x', '2024-05-03 00:00:00')"
            )
        )
    engine.dispose()
    store = Store(open_database(sqlite_url(path)))
    assert store.article(7).text == "One."
    assert (store.summary().articles, store.summary().unread) == (1, 1)
    assert store.unread("any") == [7]
    store.close()


def test_the_migration_can_be_taken_back(engine: Engine) -> None:
    """Downgrading leaves the tables of the first version."""
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        downgrade(config, "0001")
        names = set(inspect(connection).get_table_names())
        assert "statements" not in names
        assert "articles" in names
