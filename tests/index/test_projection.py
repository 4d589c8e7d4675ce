"""The projection keeps the index equal to the corpus: through changes, restarts, rebuilds and damage."""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fakes import HashEncoder, small_app

from corpus.errors import ChunkingError
from corpus.records import Draft
from index.batching import BatchingEncoder
from index.building import Replayed
from index.engine import LocalEngine
from index.errors import SnapshotDamagedError, SnapshotMismatchError, ValidationError
from index.projection import Projection
from index.snapshots import FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bot.app import App
    from index.entries import Entry

WORDS = ("treaty", "ferry", "volcano", "harbour", "rents", "chess", "museum", "orchard", "comet", "glacier")


def draft(number: int, text: str | None = None) -> Draft:
    """Return an article about one thing that no other is about."""
    words = text or f"Senator Roe spoke about the {WORDS[number]}. Number {number} was not discussed."
    return Draft(text=words, title=f"On the {WORDS[number]}", key=f"a{number}")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., App]]:
    """How to start a process on one data directory: a restart is another call."""
    apps: list[App] = []

    def start(**options: Any) -> App:
        apps.append(small_app(tmp_path / "data", **options))
        return apps[-1]

    yield start
    for app in apps:
        app.close()


@pytest.fixture
def app(opened: Callable[..., App]) -> App:
    """A process with five articles, which it has published."""
    started = opened(encoder=HashEncoder())
    started.writer.add([draft(number) for number in range(5)])
    started.projection.catch_up()
    started.projection.publish()
    return started


def found(projection: Projection, words: str) -> set[str | None]:
    """Return the keys of the articles whose words those are."""
    encoder, store = projection.parts.encoder, projection.parts.store
    result = projection.engines.passages.search(words, encoder.encode_questions([words]))
    frequent = [term for term, count in zip(result.terms, result.frequencies, strict=True) if count]
    cited = store.cited([hit.id for hit in result.hits])
    return {article.key for passage, article in cited.values() if frequent and words in passage.span.of(article.text)}


def batches(app: App) -> list[int]:
    """Return how many texts the model embedded, call by call."""
    batching = app.encoder
    assert isinstance(batching, BatchingEncoder)
    encoder = batching._encoder
    assert isinstance(encoder, HashEncoder)
    return encoder.batches


def test_catching_up_brings_in_what_was_added(app: App) -> None:
    """Every article of the corpus is found, and nothing is left to do."""
    assert all(found(app.projection, WORDS[number]) == {f"a{number}"} for number in range(5))
    assert app.projection.engines.passages.counts() == (5, 5)
    assert app.projection.generation == app.store.generation() == 5
    assert not app.projection.is_behind()
    assert app.projection.catch_up() == Replayed()


def test_catching_up_brings_in_changes_and_takes_out_what_is_gone(app: App) -> None:
    """A changed article is found by its new words only, a removed one by none, one that came and went never was."""
    app.writer.add([draft(1, "Senator Roe spoke about the comet."), draft(7)])
    app.writer.remove([3, 6])
    assert app.projection.is_behind()
    assert app.projection.catch_up() == Replayed(articles=3, passages=1, embedded=1)
    assert found(app.projection, "comet") == {"a1"}
    for gone in ("ferry", "volcano", "orchard"):
        assert found(app.projection, gone) == set()
    assert app.projection.engines.passages.counts() == (4, 4)


def test_an_article_that_comes_back_is_a_new_one(app: App) -> None:
    """Removed and imported again, it is found once, under ids that were never used before."""
    app.writer.remove([2])
    app.projection.catch_up()
    (stored,) = app.writer.add([draft(1)])
    assert stored.article == 6
    app.projection.catch_up()
    assert found(app.projection, "ferry") == {"a1"}
    assert {passage.id for passage in app.store.passages_of([6])} == {6}


def test_a_restart_loads_the_snapshot_and_replays_nothing(app: App, opened: Callable[..., App]) -> None:
    """What was published is there at once, without the model or the cache being asked."""
    app.close()
    again = opened(encoder=HashEncoder())
    assert again.projection.snapshot == "5"
    assert again.projection.catch_up() == Replayed()
    assert found(again.projection, "volcano") == {"a2"}
    assert batches(again) == []


def test_a_restart_replays_only_what_is_new(app: App, opened: Callable[..., App]) -> None:
    """Changes after the snapshot, and no others, are read and embedded."""
    app.writer.add([draft(5), draft(6)])
    app.writer.remove([1])
    app.close()
    again = opened(encoder=HashEncoder())
    assert again.projection.generation == 5
    assert again.projection.catch_up() == Replayed(articles=3, passages=2, embedded=2)
    assert batches(again) == [2]
    assert found(again.projection, "chess") == {"a5"}
    assert found(again.projection, "treaty") == set()


def test_without_a_snapshot_all_is_replayed_from_the_cache(
    app: App, opened: Callable[..., App], tmp_path: Path
) -> None:
    """The index can be deleted: it is made again from the corpus, and no text is embedded twice."""
    app.close()
    for path in sorted((tmp_path / "data" / "snapshots").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    again = opened(encoder=HashEncoder())
    assert again.projection.snapshot is None
    assert again.projection.catch_up() == Replayed(articles=5, passages=5, embedded=0)
    assert batches(again) == []
    assert found(again.projection, "volcano") == {"a2"}


def test_a_new_title_embeds_nothing(app: App) -> None:
    """When only metadata changed, the vectors come from the cache, and the passages stay findable."""
    before = list(batches(app))
    app.writer.add([Draft(text=draft(2).text, title="Another title", key="a2")])
    assert app.projection.catch_up() == Replayed(articles=1, passages=1, embedded=0)
    assert batches(app) == before
    assert found(app.projection, "volcano") == {"a2"}


def test_progress_counts_articles(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener hears how many of how many are done, after each step."""
    monkeypatch.setattr("index.building.ARTICLES_AT_ONCE", 2)
    app.writer.add([draft(number) for number in range(5, 10)])
    told: list[tuple[int, int]] = []
    app.projection.catch_up(lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_a_failure_while_catching_up_is_made_good_by_the_next_try(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay that was broken off in the middle has lost nothing, and doubles nothing when it is done again."""
    monkeypatch.setattr("index.building.ARTICLES_AT_ONCE", 1)
    app.writer.add([draft(number) for number in range(5, 8)])
    calls: list[int] = []

    def fail(done: int, _total: int) -> None:
        calls.append(done)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        app.projection.catch_up(fail)
    assert app.projection.generation == 5
    assert app.projection.catch_up() == Replayed(articles=3, passages=3, embedded=1)
    assert app.projection.engines.passages.counts() == (8, 8)
    assert all(found(app.projection, WORDS[number]) == {f"a{number}"} for number in range(8))


# Rebuilding and going back


def test_a_rebuild_embeds_nothing_that_is_known(app: App) -> None:
    """Vectors come from the cache; the new snapshot is the one in use, and the old one stays for going back."""
    before = list(batches(app))
    assert app.projection.rebuild() == Replayed(articles=5, passages=5, embedded=0)
    assert batches(app) == before
    assert app.projection.snapshot == app.projection.snapshots.current() == "5.1"
    assert app.projection.snapshots.names() == ["5.1", "5"]
    assert found(app.projection, "volcano") == {"a2"}


def test_a_rebuild_embeds_what_is_new(app: App) -> None:
    """What was never embedded is, and what was changed or removed since is as the corpus has it."""
    app.writer.add([draft(5)])
    app.writer.remove([1])
    assert app.projection.rebuild() == Replayed(articles=5, passages=5, embedded=1)
    assert app.projection.generation == 7
    assert not app.projection.is_behind()
    assert found(app.projection, "chess") == {"a5"}
    assert found(app.projection, "treaty") == set()


def test_the_old_index_answers_during_a_rebuild(app: App) -> None:
    """Until the switch, searches get what they always got; after it, the engine is another."""
    old = app.projection.engines.passages
    during: list[set[str | None]] = []
    app.projection.rebuild(lambda _done, _total: during.append(found(app.projection, "volcano")))
    assert during == [{"a2"}]
    assert app.projection.engines.passages is not old
    assert found(app.projection, "volcano") == {"a2"}


def test_searching_never_stops_while_the_index_is_switched(app: App) -> None:
    """Threads that ask during several rebuilds never get an error or an empty answer."""
    done = threading.Event()
    problems: list[object] = []

    def search() -> None:
        while not done.is_set():
            try:
                if found(app.projection, "volcano") != {"a2"}:
                    problems.append("nothing found")
            except Exception as error:  # noqa: BLE001  (whatever it is, it is the test's result)
                problems.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        app.projection.rebuild()
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []


def assert_unchanged(app: App, engine: object, tmp_path: Path) -> None:
    """Check that a failed rebuild has changed nothing, and left nothing."""
    assert app.projection.engines.passages is engine
    assert app.projection.snapshot == app.projection.snapshots.current() == "5"
    assert app.projection.snapshots.names() == ["5"]
    assert found(app.projection, "volcano") == {"a2"}
    assert {path.name for path in (tmp_path / "data" / "snapshots").iterdir()} == {"5", "CURRENT"}
    assert len(list((tmp_path / "data" / "work").iterdir())) == 2  # of passages, and of statements


def test_a_rebuild_that_lost_passages_is_not_used(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the written index does not hold what it should, the old one stays in use."""
    engine = app.projection.engines.passages
    save = LocalEngine.save

    def lossy(self: LocalEngine, directory: Path) -> None:
        self.replace([2], [], np.zeros((0, 32), np.float32))
        save(self, directory)

    with monkeypatch.context() as patch:
        patch.setattr(LocalEngine, "save", lossy)
        with pytest.raises(ValidationError, match="it holds 4 passages, not 5") as caught:
            app.projection.rebuild()
    assert "The old index stays in use" in caught.value.fix
    assert_unchanged(app, engine, tmp_path)


def test_a_rebuild_that_finds_the_wrong_passages_is_not_used(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the counts are right and yet a passage is not found by its own words, the old index stays in use."""
    engine = app.projection.engines.passages
    replace = LocalEngine.replace

    def renumbered(self: LocalEngine, gone: Sequence[int], entries: Sequence[Entry], vectors: Any) -> None:
        replace(self, gone, [type(entry)(entry.id + 1000, entry.article, entry.text) for entry in entries], vectors)

    with monkeypatch.context() as patch:
        patch.setattr(LocalEngine, "replace", renumbered)
        with pytest.raises(ValidationError, match=r"passage \d is not found in it"):
            app.projection.rebuild()
    assert_unchanged(app, engine, tmp_path)


def test_a_rebuild_that_was_broken_off_changes_nothing(app: App, tmp_path: Path) -> None:
    """Neither does one that a person interrupts."""
    engine = app.projection.engines.passages

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        app.projection.rebuild(interrupt)
    assert_unchanged(app, engine, tmp_path)


def test_going_back_uses_the_snapshot_before(app: App, opened: Callable[..., App]) -> None:
    """The older index is loaded and in use, also after a restart, and replays what it does not know."""
    app.writer.add([draft(5)])
    app.projection.catch_up()
    app.projection.publish()
    assert app.projection.snapshots.names() == ["6", "5"]
    assert app.projection.rollback() == "5"
    assert app.projection.snapshot == app.projection.snapshots.current() == "5"
    assert app.projection.is_behind()
    assert found(app.projection, "chess") == set()
    assert app.projection.catch_up() == Replayed(articles=1, passages=1, embedded=0)
    assert found(app.projection, "chess") == {"a5"}
    app.close()
    assert opened(encoder=HashEncoder()).projection.snapshot == "5"


def test_there_may_be_nothing_to_go_back_to(app: App) -> None:
    """With one snapshot, going back is refused, and it stays in use."""
    with pytest.raises(ValidationError, match="there is no older snapshot to go back to"):
        app.projection.rollback()
    assert found(app.projection, "volcano") == {"a2"}


def test_a_snapshot_of_an_earlier_form_costs_a_replay(
    app: App, opened: Callable[..., App], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After an update, what an earlier version wrote is passed over, and nothing is asked of anybody."""
    app.close()
    manifest = tmp_path / "data" / "snapshots" / "5" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": FORMAT - 1}))
    again = opened()
    again.projection.catch_up()
    assert again.projection.engines.passages.counts() == (5, 5)
    assert f"another format ({FORMAT - 1}; now {FORMAT})" in caplog.text


def test_going_back_to_a_damaged_snapshot_is_refused(app: App, tmp_path: Path) -> None:
    """The one in use stays in use."""
    app.projection.rebuild()
    (tmp_path / "data" / "snapshots" / "5" / "dense" / "0" / "vectors.npy").write_bytes(b"broken")
    with pytest.raises(SnapshotDamagedError):
        app.projection.rollback()
    assert app.projection.snapshots.current() == "5.1"
    assert found(app.projection, "volcano") == {"a2"}


# Damage and mismatch


def flip(path: Path) -> None:
    """Change one bit in the middle of a file, so that only its checksum differs."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", ["flip", "truncate", "delete", "manifest", "current"])
def test_a_damaged_snapshot_is_passed_over_for_an_older_one(
    app: App, opened: Callable[..., App], tmp_path: Path, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    """Whatever is broken, the older snapshot is loaded with a warning, and the rest replayed."""
    app.writer.add([draft(5)])
    app.projection.catch_up()
    app.projection.publish()
    app.close()
    snapshots = tmp_path / "data" / "snapshots"
    if harm == "flip":
        flip(snapshots / "6" / "dense" / "0" / "vectors.npy")
    elif harm == "truncate":
        (snapshots / "6" / "dense" / "0" / "vectors.npy").write_bytes(b"")
    elif harm == "delete":
        (snapshots / "6" / "lexical" / "meta.json").unlink()
    elif harm == "manifest":
        (snapshots / "6" / "manifest.json").write_text(f'{{"format": {FORMAT}}}')
    else:
        (snapshots / "CURRENT").write_text("5000\n")
        (snapshots / "6").rename(snapshots / "elsewhere")
    with caplog.at_level(logging.WARNING):
        again = opened(encoder=HashEncoder())
        assert again.projection.snapshot == "5"
    assert "is damaged" in caplog.text
    assert "Going on with an older one." in caplog.text
    assert again.projection.catch_up() == Replayed(articles=1, passages=1, embedded=0)
    assert found(again.projection, "chess") == {"a5"}


def test_when_all_snapshots_are_damaged_the_log_is_replayed_from_its_beginning(
    app: App, opened: Callable[..., App], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It costs time, and no article."""
    app.close()
    for path in (tmp_path / "data" / "snapshots" / "5" / "lexical").glob("*.idx"):
        flip(path)
    again = opened(encoder=HashEncoder())
    assert again.projection.snapshot is None
    assert "snapshot 5 is damaged" in caplog.text
    assert again.projection.catch_up() == Replayed(articles=5, passages=5, embedded=0)
    assert again.projection.engines.passages.counts() == (5, 5)
    again.projection.publish()
    assert again.projection.snapshot == "5.1"


def test_a_snapshot_that_knows_more_than_the_corpus_is_not_used(
    app: App, opened: Callable[..., App], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """After an older database was put back, the index is made from that, and cites nothing that it does not hold."""
    app.close()
    data = tmp_path / "data"
    for path in data.glob("corpus.sqlite*"):
        path.unlink()
    again = opened(encoder=HashEncoder())
    again.writer.add([draft(9)])
    assert again.projection.snapshot is None
    assert "it knows change 5, which the corpus does not have" in caplog.text
    again.projection.catch_up()
    assert found(again.projection, "glacier") == {"a9"}
    assert again.projection.engines.passages.counts() == (1, 1)


def test_another_model_is_refused_with_the_fix(app: App, opened: Callable[..., App]) -> None:
    """Vectors of two models never meet: the index is refused by a message that names the command."""
    app.close()
    other = opened(encoder=HashEncoder(name="other"))
    with pytest.raises((SnapshotMismatchError, ChunkingError), match="`verbatim rebuild --full`"):
        _ = other.projection


def test_another_model_with_the_same_passages_is_refused_by_the_snapshot(app: App) -> None:
    """Even if passages would be cut alike, the model's fingerprint is checked for itself."""
    parts = app.parts
    other = type(parts)(parts.store, HashEncoder(name="other"), parts.splitter, parts.vectors, parts.speakers)
    with pytest.raises(SnapshotMismatchError, match=r"another model \(hash-32; now other-32\).*rebuild --full"):
        Projection(other, app.settings.data_dir)


def test_a_full_rebuild_begins_without_the_old_snapshot(app: App) -> None:
    """With `load=False` the other model's snapshot is not in the way."""
    parts = app.parts
    other = type(parts)(parts.store, HashEncoder(name="other"), parts.splitter, parts.vectors, parts.speakers)
    projection = Projection(other, app.settings.data_dir, load=False)
    assert projection.generation == 0
    assert projection.rebuild() == Replayed(articles=5, passages=5, embedded=5)
    assert projection.snapshot == "5.1"
    assert found(projection, "volcano") == {"a2"}
    projection.close()


def test_closing_leaves_no_working_files(app: App, tmp_path: Path) -> None:
    """A process that ends in good order takes its working copies with it, those of rebuilds included."""
    app.projection.rebuild()
    app.projection.rollback()
    app.close()
    assert list((tmp_path / "data" / "work").iterdir()) == []


def test_publishing_waits_for_nobody(app: App) -> None:
    """While another process writes, its turn to publish comes; ours is passed over in silence."""
    app.writer.add([draft(5)])
    app.projection.catch_up()
    with app.lock():
        app.projection.publish_if_possible()
        assert app.projection.snapshots.names() == ["5"]
    app.projection.publish_if_possible()
    assert app.projection.snapshots.names() == ["6", "5"]
