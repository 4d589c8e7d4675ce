"""Who speaks, kept from one start to the next: the same answers, with next to nothing read, and never a wrong one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from changing import WORDS, change, draft_of
from fakes import HashEncoder, PatternExtractor, small_app
from sqlalchemy import event

from corpus.corrections import Corrections
from corpus.database import open_database, sqlite_url
from corpus.keeping import opened
from corpus.passages import Splitter
from corpus.records import Draft
from corpus.registry import Registry
from corpus.store import Store
from corpus.writing import Writer
from index import speakers
from index.persons import Persons
from index.speakers import NAME, Speakers
from index.tending import tend

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.speakers import View

ASKED = (
    *WORDS, "the mayor", "former mayor", "the baker", "Mayor Tarn", "the Ferry Board", "Odlie Tarn", "Lindqvest",
    "Ann Poe", "captain", "the ferry board's captain", "bob tarn",
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A corpus with a few articles."""
    made = Store(open_database(sqlite_url(tmp_path / "corpus.sqlite")))
    yield made
    made.close()


@pytest.fixture
def writer(store: Store) -> Writer:
    """Who changes it."""
    splitter = Splitter(measure=HashEncoder().measure, window=20, target=12, name="words")
    made = Writer(store, splitter, PatternExtractor())
    made.add([draft_of(random.Random(3), at) for at in range(8)])
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where it is kept."""
    return tmp_path / NAME


def agree(view: View, store: Store) -> None:
    """Compare whom words mean with those read from nothing."""
    registry = Registry.load(store)
    fresh = Persons(tuple(registry.profiles))
    assert view.registry.stamp == registry.stamp
    assert view.publishers == registry.publishing()
    assert len(view.persons.directory) == len(fresh.directory)
    assert {words: view.persons.meant(words) for words in ASKED} == {words: fresh.meant(words) for words in ASKED}
    for profile in registry.profiles:
        assert view.persons.ids(profile) == fresh.ids(profile)


@pytest.mark.parametrize("seed", range(3))
def test_it_keeps_up(store: Store, writer: Writer, path: Path, seed: int) -> None:
    """Whatever has changed since it was written, words mean whom they would mean, read from nothing."""
    dice = random.Random(seed)
    made = Corrections(store)
    current = Speakers(store, path)
    current.keep()
    for step in range(12):
        change(dice, writer, made, step)
        agree(current.view(), store)
        agree(Speakers(store, path).view(), store)
        if dice.random() < 0.4:
            current = dice.choice((current, Speakers(store, path)))
            current.keep()
            agree(current.view(), store)


def test_a_start_reads_next_to_nothing(
    store: Store, writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are, a start works out nobody, and asks for no statement; so does one more article's."""
    Speakers(store, path).keep()
    asked: list[str] = []

    def note(*given: object) -> None:
        if (sql := str(given[2])).startswith("SELECT"):
            asked.append(sql)

    event.listen(store.engine, "before_cursor_execute", note)
    with monkeypatch.context() as patched:
        patched.setattr(Registry, "_profile", lambda *_: pytest.fail("a profile was worked out"))
        started = Speakers(store, path)
        started.view()
    assert not [sql for sql in asked if "FROM statements" in sql or "FROM voices" in sql or "FROM speakers" in sql]
    assert len(asked) <= 10
    writer.add([Draft(key="one more", text='captain Una Rusk said "One more."')])
    asked.clear()
    view = started.view()
    assert len(asked) <= 12
    event.remove(store.engine, "before_cursor_execute", note)
    assert view.persons.meant("Una Rusk").certain


@pytest.mark.parametrize("what", ["missing", "damaged", "cut", "other version", "other form"])
def test_what_is_of_no_use_is_passed_over(
    store: Store, writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A file that is missing, damaged or another version's costs time, and changes no answer; it is written anew."""
    del writer
    Speakers(store, path).keep()
    whole = path.read_bytes()
    match what:
        case "missing":
            path.unlink()
        case "damaged":
            path.write_bytes(whole.replace(b'"columns"', b'"columnS"'))
        case "cut":
            path.write_bytes(whole[: len(whole) // 2])
        case "other version":
            path.write_bytes(whole)
            monkeypatch.setattr(speakers, "source_of", lambda _package: "other")
        case _:
            path.write_bytes(b"something else altogether")
    monkeypatch.setattr(speakers, "WORTH_KEEPING", 1)
    agree(Speakers(store, path).view(), store)
    monkeypatch.setattr(Registry, "load", lambda *_: pytest.fail("everything was read"))
    assert Speakers(store, path).view()


def test_a_small_corpus_is_not_written_by_who_only_asks(store: Store, writer: Writer, path: Path) -> None:
    """Reading it takes no time; an index that is published writes it."""
    del writer
    Speakers(store, path).view()
    assert not path.exists()


def test_a_full_disk_is_no_error(
    store: Store, writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is lost is time at the next start; the old file stays, and questions are answered."""
    current = Speakers(store, path)
    current.keep()
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    writer.add([draft_of(random.Random(5), 77)])
    with monkeypatch.context() as patched:
        patched.setattr(speakers, "keep", full)
        current.keep()
    assert "No space left" in caplog.text
    assert path.read_bytes() == before
    agree(current.view(), store)
    agree(Speakers(store, path).view(), store)


def test_an_empty_corpus_is_not_kept(tmp_path: Path, path: Path) -> None:
    """There is nothing to keep; nobody is meant."""
    store = Store(open_database(sqlite_url(tmp_path / "corpus.sqlite")))
    current = Speakers(store, path)
    current.keep()
    assert not path.exists()
    assert not current.view().persons.meant("Odile Tarn").profiles
    store.close()


def test_nothing_stays_beside_what_is_mapped(
    store: Store, writer: Writer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has changed is brought into the columns when it is much, and what was there is not written before."""
    current = Speakers(store, path)
    current.keep()
    writer.add([draft_of(random.Random(5), 77)])
    current.view()
    current.tend()
    assert len(current.view().registry.state.lines.tail)
    monkeypatch.setattr(speakers, "MOST_BESIDE", 1)
    current.tend()
    state = current.view().registry.state
    assert not len(state.lines.tail)
    assert not state.lines.statement.flags.owndata
    assert not current.view().persons.directory.listing.keys.keys
    agree(current.view(), store)


def test_a_published_index_has_them(tmp_path: Path) -> None:
    """Who publishes an index, in whatever way, keeps those who speak beside it; tending keeps many changes."""
    app = small_app(tmp_path)
    app.writer.add([draft_of(random.Random(1), at) for at in range(3)])
    app.projection.catch_up()
    app.projection.publish()
    found = opened(tmp_path / NAME)
    assert found is not None
    assert found.notes["generation"] == app.projection.generation
    app.writer.add([draft_of(random.Random(2), 9)])
    app.projection.catch_up()
    tend(app.projection)
    assert opened(tmp_path / NAME).notes == found.notes  # type: ignore[union-attr]
    app.projection.rebuild()
    rebuilt = opened(tmp_path / NAME)
    assert rebuilt is not None
    assert rebuilt.notes["generation"] == app.projection.generation
    assert app.corrections.registry is app.answerer.weighing.view().registry
    app.close()
