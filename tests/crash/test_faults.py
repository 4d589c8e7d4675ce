"""Promise 4, nothing lost: damaged files, wrong names and a full disk end in a whole index or in a clear message."""

from __future__ import annotations

import resource
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crash.state import check_directory, check_index
from crash.worker import article_text, opened
from sqlalchemy.exc import SQLAlchemyError

from bot.commands import maintaining
from corpus.records import Draft
from index.errors import IndexWriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.app import App

ARTICLES = 30


def stored(app: App, first: int, last: int, version: int = 1) -> None:
    """Store articles as one command would, and publish."""
    with app.lock():
        app.writer.add([Draft(text=article_text(f"k{n}", version), key=f"k{n}") for n in range(first, last)])
        maintaining.update_index(app)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with two snapshots, of which the older one lacks some articles and holds removed ones."""
    directory = tmp_path_factory.mktemp("whole") / "data"
    app = opened(directory)
    stored(app, 0, ARTICLES)
    stored(app, 5, 10, version=2)
    maintaining.remove_articles(app, [1, 2])
    app.close()
    return directory


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return shutil.copytree(whole, tmp_path / "data")


def assert_whole(directory: Path, *, from_snapshot: str | None) -> None:
    """See that a directory opens from this snapshot (None: from nothing), with all articles, and mends itself."""
    app = opened(directory)
    try:
        assert app.projection.snapshot == from_snapshot
        app.projection.catch_up()
        keys = {f"k{n}" for n in range(2, ARTICLES)}
        assert {article.key for article in app.store.listing()} == keys
        check_directory(app)
    finally:
        app.close()
    again = opened(directory)
    check_index(again)
    again.close()


def snapshot_files() -> list[str]:
    """Return the kinds of files in a snapshot, by the ends of their names."""
    lexical = [".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term", "meta.json", ".managed.json"]
    forward = ["ids.npy", "articles.npy", "lengths.npy", "ends.npy", "terms.npy"]
    dense = ["vectors.npy", "0/ids.npy", "0/articles.npy"]
    return ["manifest.json", *dense, *lexical, *(f"forward/{name}" for name in forward)]


def emptied(path: Path) -> None:
    """Leave a file without bytes, as a power cut may."""
    path.write_bytes(b"")


def halved(path: Path) -> None:
    """Leave the first half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garbled(path: Path) -> None:
    """Overwrite some bytes in the middle of a file."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8] = bytes(255 - byte for byte in content[middle : middle + 8])
    path.write_bytes(content)


def garbled_head(path: Path) -> None:
    """Overwrite the beginning of a file."""
    content = bytearray(path.read_bytes())
    content[:16] = b"\xff" * len(content[:16])
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, emptied, halved, garbled, garbled_head])
@pytest.mark.parametrize("end", snapshot_files())
def test_a_damaged_file_of_the_snapshot_in_use(data: Path, end: str, damage: Callable[[Path], None]) -> None:
    """The older snapshot is used instead, the log is replayed, and the next publication is whole."""
    names = sorted((path.name for path in (data / "snapshots").iterdir() if path.is_dir()), key=int)
    (found, *_) = (path for path in (data / "snapshots" / names[-1]).rglob("*") if str(path).endswith(end))
    before = found.read_bytes()
    damage(found)
    damaged = not found.exists() or found.read_bytes() != before
    assert damaged
    assert_whole(data, from_snapshot=names[-2])


@pytest.mark.parametrize("damage", [emptied, garbled_head])
def test_all_snapshots_are_damaged(data: Path, damage: Callable[[Path], None]) -> None:
    """The index is made from the corpus."""
    for path in (data / "snapshots").rglob("vectors.npy"):
        damage(path)
    assert_whole(data, from_snapshot=None)


@pytest.mark.parametrize("gone", ["snapshots", "work", "vectors.sqlite"])
def test_projections_can_be_deleted(data: Path, gone: str) -> None:
    """Whatever is not the corpus may be deleted, and is made again."""
    if (data / gone).is_dir():
        shutil.rmtree(data / gone)
    else:
        (data / gone).unlink()
    names = sorted((path.name for path in (data / "snapshots").glob("*") if path.is_dir()), key=int)
    assert_whole(data, from_snapshot=names[-1] if names else None)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"999", b"../..", b"/", b"\xff\xfe", b"\x00", b"a" * 5000, b".new-1", b"CURRENT", b"37\n38"]
)
def test_current_names_what_is_no_snapshot(data: Path, content: bytes) -> None:
    """The newest snapshot is used."""
    newest = max(int(path.name) for path in (data / "snapshots").iterdir() if path.is_dir())
    (data / "snapshots" / "CURRENT").write_bytes(content)
    assert_whole(data, from_snapshot=str(newest))


def test_current_is_gone(data: Path) -> None:
    """The newest snapshot is used."""
    newest = max(int(path.name) for path in (data / "snapshots").iterdir() if path.is_dir())
    (data / "snapshots" / "CURRENT").unlink()
    assert_whole(data, from_snapshot=str(newest))


def test_what_dead_processes_left_is_cleared(data: Path) -> None:
    """Half-written snapshots, pending names and working copies of processes that are no more do no harm, and go."""
    snapshots = data / "snapshots"
    newest = max(int(path.name) for path in snapshots.iterdir() if path.is_dir())
    shutil.copytree(snapshots / str(newest), snapshots / ".new-4194999")
    (snapshots / "CURRENT.4194999").write_text("12")
    shutil.copytree(snapshots / str(newest) / "lexical", data / "work" / "4194999-abc")
    (data / "work" / "1-of-another-container").mkdir()
    assert_whole(data, from_snapshot=str(newest))
    assert list((data / "work").iterdir()) == []


@pytest.mark.parametrize("damage", [emptied, halved, garbled, garbled_head])
def test_a_damaged_vector_cache(data: Path, damage: Callable[[Path], None]) -> None:
    """Vectors are computed again, also for an index that is made from nothing."""
    damage(data / "vectors.sqlite")
    shutil.rmtree(data / "snapshots")
    assert_whole(data, from_snapshot=None)


def test_a_vector_cache_with_the_log_of_another(data: Path) -> None:
    """A write-ahead log that belongs to another file spoils nothing."""
    (data / "vectors.sqlite-wal").write_bytes(b"\x37\x7f\x06\x82" + b"\x00" * 5000)
    shutil.rmtree(data / "snapshots")
    assert_whole(data, from_snapshot=None)


def test_a_corpus_that_was_begun_anew(data: Path) -> None:
    """Snapshots of a deleted corpus are never taken for those of the new one, however far that has come."""
    for path in data.glob("corpus.sqlite*"):
        path.unlink()
    app = opened(data)
    stored(app, 500, 500 + 2 * ARTICLES)
    app.close()
    app = opened(data)
    check_index(app)
    (data / "snapshots" / "CURRENT").unlink()
    app.close()
    app = opened(data)
    app.projection.catch_up()
    assert app.projection.engines.passages.counts()[1] == 2 * ARTICLES
    app.close()


def test_a_corpus_restored_from_a_backup(data: Path) -> None:
    """Snapshots of changes that the backup lacks are passed over, also when new changes have the same numbers."""
    backup = {path.name: path.read_bytes() for path in data.glob("corpus.sqlite*")}
    app = opened(data)
    stored(app, 40, 45)
    app.close()
    for path in data.glob("corpus.sqlite*"):
        path.unlink()
    for name, content in backup.items():
        (data / name).write_bytes(content)
    app = opened(data)
    with app.lock():
        app.writer.add([Draft(text=article_text(f"k{n}", 7), key=f"k{n}") for n in range(60, 70)])
    app.close()
    app = opened(data)
    app.projection.catch_up()
    keys = {f"k{n}" for n in [*range(2, ARTICLES), *range(60, 70)]}
    assert {article.key for article in app.store.listing()} == keys
    assert app.projection.engines.passages.counts() == (len(app.store.cited_of(app.store.article_numbers())), len(keys))
    check_directory(app)
    app.close()
    again = opened(data)
    check_index(again)
    again.close()


@contextmanager
def small_disk(limit: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: libraries written in C see it as they see a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("limit", [0, 100, 700, 1500, 4000])
@pytest.mark.parametrize("rebuild", [False, True])
def test_the_disk_is_full_while_publishing(data: Path, limit: int, *, rebuild: bool) -> None:
    """The message names the cause and what to do; the old snapshot stays in use; with space, all goes on."""
    app = opened(data)
    name = app.projection.snapshot
    with app.lock():
        app.projection.catch_up()
        doing = app.projection.rebuild if rebuild else app.projection.publish
        with small_disk(limit), pytest.raises(IndexWriteError, match="cannot be written") as caught:
            doing()
        assert caught.value.fix.startswith("Free some space")
        assert (app.projection.snapshot, app.projection.snapshots.current()) == (name, name)
        assert app.answerer.search("chronicle")
        app.projection.publish()
    check_index_again(app)


def check_index_again(app: App) -> None:
    """Close a directory, open it again and check it."""
    directory = app.settings.data_dir
    app.close()
    again = opened(directory)
    check_index(again)
    again.close()


def test_publishing_is_optional_where_questions_are_asked(data: Path) -> None:
    """A full disk keeps nobody from asking: the index in memory is whole, and the next start replays."""
    app = opened(data)
    with app.lock():
        app.writer.add([Draft(text=article_text("new", 1), key="new")])
    app.projection.catch_up()
    with small_disk(100):
        app.projection.publish_if_possible()
    assert [citation.article.key for citation in app.answerer.search("chronicle of new as of 1", 1)] == ["new"]
    check_index_again(app)


def drafts() -> list[Draft]:
    """Return articles that are not there yet."""
    return [Draft(text=article_text(f"n{n}", 1), key=f"n{n}") for n in range(50)]


@pytest.mark.parametrize("limit", [0, 40_000])
def test_the_disk_is_full_while_storing(data: Path, limit: int) -> None:
    """What could not be stored is not there, in whole; with space, all goes on in the same process."""
    app = opened(data)
    app.projection.catch_up()
    before = app.store.generation()
    with app.lock():
        with small_disk(limit), pytest.raises(SQLAlchemyError):
            app.writer.add(drafts())
        assert app.store.generation() == before
        app.writer.add(drafts())
        maintaining.update_index(app)
    assert app.projection.engines.passages.counts()[1] == ARTICLES - 2 + 50
    check_index_again(app)


@pytest.mark.parametrize("limit", [0, 700, 4000, 40_000])
def test_the_disk_is_full_while_indexing(data: Path, limit: int) -> None:
    """The message says that no article is lost; none is; with space, all goes on in the same process."""
    app = opened(data)
    app.projection.catch_up()
    with app.lock():
        app.writer.add(drafts())
        with small_disk(limit), pytest.raises(IndexWriteError, match="no article is lost"):
            app.projection.catch_up()
        maintaining.update_index(app)
    assert app.projection.engines.passages.counts()[1] == len(app.store.article_numbers()) == ARTICLES - 2 + 50
    check_index_again(app)
