"""Tending: snapshots after many changes, and damage that a disk has done in secret."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from fakes import small_app

from corpus.records import Draft
from index import tending, trust
from index.engine import LocalEngine
from index.tending import Tended, tend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.app import App


def draft(number: int) -> Draft:
    """Return an article that has a word of its own."""
    return Draft(text=f"The word of this article is lantern{number}.", title=f"{number}", key=f"a{number}")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A process with five articles, which it has published."""
    started = small_app(tmp_path)
    started.writer.add([draft(number) for number in range(5)])
    started.projection.catch_up()
    started.projection.publish()
    yield started
    started.close()


def keys(app: App) -> set[str | None]:
    """Return the keys of the articles that are found."""
    engines = app.projection.engines.passages
    question = " ".join(f"lantern{number}" for number in range(9))
    found = engines.search(question, app.encoder.encode_questions([question]))
    return {article.key for _, article in app.store.cited([hit.id for hit in found.hits]).values()}


def test_nothing_is_done_where_nothing_is_due(app: App) -> None:
    """A few changes are replayed at the next start, and worth no snapshot."""
    app.writer.add([draft(5)])
    app.projection.catch_up()
    assert tend(app.projection) == Tended()
    assert app.projection.snapshots.names() == ["5"]


def test_a_snapshot_is_written_after_many_changes(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next start replays none of them; the write lock is not needed, and what is asked is answered meanwhile."""
    monkeypatch.setattr(tending, "PUBLISH_LEAST", 3)
    app.writer.add([draft(number) for number in range(5, 8)])
    app.projection.catch_up()
    with app.lock():
        assert tend(app.projection) == Tended(published="8")
    assert tend(app.projection) == Tended()
    assert (app.projection.snapshot, app.projection.published) == ("8", 8)
    again = small_app(app.settings.data_dir)
    assert again.projection.generation == 8
    again.close()


def test_a_large_index_waits_for_more_changes(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is worth a snapshot is a share of the articles."""
    monkeypatch.setattr(tending, "PUBLISH_LEAST", 1)
    monkeypatch.setattr(tending, "PUBLISH_SHARE", 0.5)
    app.writer.add([draft(number) for number in range(5, 8)])
    app.projection.catch_up()
    assert tend(app.projection) == Tended()
    app.writer.add([draft(8), draft(9)])
    app.projection.catch_up()
    assert tend(app.projection) == Tended(published="10")


def test_articles_are_brought_in_while_a_snapshot_is_written(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds an article does not wait for the disk; the snapshot is of the moment at which it was begun."""
    writing, go_on = threading.Event(), threading.Event()
    saving = LocalEngine.saving

    def slow(self: LocalEngine, directory: Path) -> Callable[[], None]:
        rest = saving(self, directory)

        def write() -> None:
            writing.set()
            assert go_on.wait(60)
            rest()

        return write

    monkeypatch.setattr(LocalEngine, "saving", slow)
    thread = threading.Thread(target=app.projection.publish)
    thread.start()
    assert writing.wait(60)
    app.writer.add([draft(5)])
    app.projection.catch_up()
    assert "a5" in keys(app)
    go_on.set()
    thread.join()
    assert (app.projection.snapshot, app.projection.published, app.projection.generation) == ("5.1", 5, 6)
    assert app.projection.snapshots.verify("5.1").passages == 5
    again = small_app(app.settings.data_dir)
    assert "a5" not in keys(again)
    again.projection.catch_up()
    assert "a5" in keys(again)
    again.close()


def test_damage_that_nothing_tells_is_found_in_time(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The index is made again from the snapshot before, is up to date, and the damaged one is never used again."""
    app.writer.add([draft(5)])
    app.projection.catch_up()
    app.projection.publish()
    app.writer.add([draft(6)])
    app.projection.catch_up()
    path = app.projection.snapshots.path("6") / "dense/0/vectors.npy"
    content = bytearray(path.read_bytes())
    state = path.stat()
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert tend(app.projection) == Tended()
    monkeypatch.setattr(trust, "OLD_S", 0.0)
    assert tend(app.projection) == Tended(damaged="6")
    assert "snapshot 6 is damaged" in caplog.text
    assert (app.projection.snapshot, app.projection.published, app.projection.generation) == ("5", 5, 7)
    assert keys(app) == {f"a{number}" for number in range(7)}
    again = small_app(app.settings.data_dir)
    assert again.projection.snapshot == "5"
    again.close()


def test_files_that_are_well_are_read_once_a_week(app: App) -> None:
    """Reading them starts the week anew."""
    note = trust.noted(app.projection.snapshots.path("5"))
    assert note is not None
    trust.Note(note.manifest, note.files, note.read_at - 8 * 24 * 3600).write(app.projection.snapshots.path("5"))
    assert app.projection.snapshots.is_unread("5")
    engines = app.projection.engines
    assert tend(app.projection) == Tended()
    assert not app.projection.snapshots.is_unread("5")
    assert app.projection.engines is engines


def test_a_full_disk_is_no_error(app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """What is lost is time at the next start; answers go on."""
    monkeypatch.setattr(tending, "PUBLISH_LEAST", 0)
    monkeypatch.setattr(tending, "PUBLISH_SHARE", 0.0)

    def full(_self: LocalEngine, _directory: Path) -> Callable[[], None]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LocalEngine, "saving", full)
    assert tend(app.projection) == Tended()
    assert "the index cannot be written" in caplog.text
    assert app.projection.snapshots.names() == ["5"]
    assert keys(app) == {f"a{number}" for number in range(5)}
