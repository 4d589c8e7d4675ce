"""Snapshots: how they get their names, what makes them unusable, and that a failure leaves the old one in use."""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from index import snapshots as module
from index import trust
from index.errors import SnapshotDamagedError, SnapshotError, SnapshotMismatchError
from index.snapshots import FORMAT, KEPT, Identity, Manifest, Snapshots

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = Identity(model="hash-32", dimension=32, chunking="v1:sentences:60")
MANIFEST = Manifest(format=FORMAT, identity=IDENTITY, generation=42, passages=7, articles=3, statements=0, files={})


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    """The snapshots of a new data directory."""
    return Snapshots(tmp_path / "snapshots")


def write(directory: Path) -> None:
    """Write what stands for an index."""
    (directory / "dense.faiss").write_bytes(b"vectors")
    (directory / "lexical").mkdir()
    (directory / "lexical" / "meta.json").write_text("{}")
    (directory / "lexical" / ".tantivy-writer.lock").write_text("")


def written(directory: Path, generation: int = 42) -> Manifest:
    """Write it, and say what it is."""
    write(directory)
    return replace(MANIFEST, generation=generation)


def publish(snapshots: Snapshots, generation: int = 42) -> str:
    """Publish a snapshot of a generation."""
    return snapshots.publish(partial(written, generation=generation))


def litter(snapshots: Snapshots) -> list[str]:
    """Return what lies among the snapshots and is none."""
    return sorted({path.name for path in snapshots.directory.iterdir()} - {*snapshots.names(), "CURRENT"})


def test_at_first_there_is_none(snapshots: Snapshots) -> None:
    """A data directory without snapshots has no names and none in use."""
    assert snapshots.names() == []
    assert snapshots.current() is None


def test_a_published_snapshot_is_the_one_in_use(snapshots: Snapshots) -> None:
    """It is named by its generation, whole, and nothing else is left beside it."""
    assert publish(snapshots) == "42"
    assert snapshots.current() == "42"
    assert snapshots.names() == ["42"]
    assert litter(snapshots) == []
    manifest = snapshots.verify("42", IDENTITY)
    assert replace(manifest, files={}) == MANIFEST
    assert {path: size for path, (size, _) in manifest.files.items()} == {"dense.faiss": 7, "lexical/meta.json": 2}


def test_names_go_by_age(snapshots: Snapshots) -> None:
    """Newest first, by number and not by letter; one made again at the same generation is newer."""
    for name in ("42", "100", "42.1", "9", "42.10", "42.2"):
        snapshots.path(name).mkdir(parents=True)
    for name in (".new-1", "notes", "7.", "1.x"):
        snapshots.path(name).mkdir()
    snapshots.path("200").write_text("no directory")
    assert snapshots.names() == ["100", "42.10", "42.2", "42.1", "42", "9"]


def test_a_generation_may_be_published_again(snapshots: Snapshots) -> None:
    """The second gets a name of its own, so that the first can be gone back to."""
    assert [publish(snapshots) for _ in range(3)] == ["42", "42.1", "42.2"]
    assert snapshots.current() == "42.2"
    assert snapshots.names() == ["42.2", "42.1", "42"]


def test_old_snapshots_are_deleted(snapshots: Snapshots) -> None:
    """The newest ones stay."""
    for generation in range(1, 7):
        publish(snapshots, generation)
    assert KEPT == 3
    assert snapshots.names() == ["6", "5", "4"]


def test_the_one_in_use_is_never_deleted(snapshots: Snapshots) -> None:
    """Pruning spares an old snapshot that was gone back to."""
    for generation in (1, 2, 3):
        publish(snapshots, generation)
    snapshots.use("1")
    for name in ("4", "5", "6"):
        snapshots.path(name).mkdir()
    snapshots.prune()
    assert snapshots.names() == ["6", "5", "4", "1"]
    assert snapshots.current() == "1"


def refuse(directory: Path) -> None:
    """Find fault with whatever was written."""
    assert (directory / "manifest.json").is_file()
    msg = "a canary is silent"
    raise LookupError(msg)


def test_a_failed_check_leaves_the_old_one_in_use(snapshots: Snapshots) -> None:
    """The check sees the whole directory; what it refuses gets no name and is cleared away."""
    publish(snapshots, 41)
    with pytest.raises(LookupError, match="a canary is silent"):
        snapshots.publish(written, refuse)
    assert snapshots.current() == "41"
    assert snapshots.names() == ["41"]
    assert litter(snapshots) == []


def test_a_failed_write_leaves_the_old_one_in_use(snapshots: Snapshots) -> None:
    """A disk that is full while writing costs nothing that was there."""
    publish(snapshots, 41)

    def fail(directory: Path) -> Manifest:
        write(directory)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        snapshots.publish(fail)
    assert snapshots.names() == ["41"]
    assert litter(snapshots) == []
    snapshots.verify("41")


def test_what_a_crash_left_is_cleared_by_the_next_publication(snapshots: Snapshots) -> None:
    """A half-written snapshot never gets a name."""
    half = snapshots.directory / ".new-12345"
    half.mkdir(parents=True)
    (half / "dense.faiss").write_bytes(b"vec")
    assert snapshots.names() == []
    publish(snapshots)
    assert litter(snapshots) == []


def test_whoever_reads_current_sees_a_whole_name(snapshots: Snapshots) -> None:
    """While two snapshots take turns, a reader sees one or the other, never nothing and never half a name."""
    publish(snapshots, 1111)
    publish(snapshots, 2222)
    seen: set[str | None] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(snapshots.current())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(50):
        snapshots.use("1111")
        snapshots.use("2222")
    done.set()
    reader.join()
    assert seen <= {"1111", "2222"}
    assert litter(snapshots) == []


@pytest.mark.parametrize(
    ("changed", "what", "seen", "expected"),
    [
        ({"model": "other-32"}, "model", "hash-32", "other-32"),
        ({"dimension": 384}, "dimension", 32, 384),
        ({"chunking": "v2"}, "chunking", "v1:sentences:60", "v2"),
    ],
)
def test_another_identity_is_refused_with_the_fix(
    snapshots: Snapshots, changed: dict[str, Any], what: str, seen: object, expected: object
) -> None:
    """The error says what differs, both values, and the command that helps."""
    publish(snapshots)
    with pytest.raises(SnapshotMismatchError) as caught:
        snapshots.manifest("42", replace(IDENTITY, **changed))
    assert (caught.value.snapshot, caught.value.what) == ("42", what)
    assert (caught.value.seen, caught.value.expected) == (seen, expected)
    assert f"another {what} ({seen}; now {expected})" in str(caught.value)
    assert "`verbatim rebuild --full`" in str(caught.value)
    assert snapshots.manifest("42").passages == 7


def test_another_format_is_refused_before_anything_else_is_read(snapshots: Snapshots) -> None:
    """A manifest of a later version, whose fields are unknown, is no damage but a mismatch."""
    snapshots.path("42").mkdir(parents=True)
    (snapshots.path("42") / "manifest.json").write_text(json.dumps({"format": FORMAT + 1, "shards": []}))
    with pytest.raises(SnapshotMismatchError, match=rf"another format \({FORMAT + 1}; now {FORMAT}\)"):
        snapshots.manifest("42")


def manifest_of(snapshots: Snapshots, change: dict[str, Any]) -> str:
    """Return the text of the manifest of 42 with some fields changed."""
    raw = json.loads((snapshots.path("42") / "manifest.json").read_text())
    return json.dumps(raw | change)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"format": 3}', '{"format": 3, "identity": [], "files": {}}', "\x00" * 20],
)
def test_a_damaged_manifest_is_noticed(snapshots: Snapshots, text: str) -> None:
    """Whatever stands in its place, it is reported as damage, with the fix."""
    publish(snapshots)
    (snapshots.path("42") / "manifest.json").write_text(text)
    with pytest.raises(SnapshotDamagedError, match=r"(?s)snapshot 42 is damaged: manifest.json .*`verbatim rebuild`"):
        snapshots.manifest("42")


@pytest.mark.parametrize(
    "change",
    [
        {"files": ["dense.faiss"]},
        {"files": {"dense.faiss": 7}},
        {"files": {"dense.faiss": [7]}},
        {"identity": {"model": "hash-32"}},
        {"surplus": 1},
    ],
)
def test_a_manifest_with_other_fields_is_damaged(snapshots: Snapshots, change: dict[str, Any]) -> None:
    """A record that is not whole is not guessed at."""
    publish(snapshots)
    (snapshots.path("42") / "manifest.json").write_text(manifest_of(snapshots, change))
    with pytest.raises(SnapshotDamagedError):
        snapshots.manifest("42")


def test_a_missing_snapshot_is_damaged(snapshots: Snapshots) -> None:
    """CURRENT may name what somebody has deleted."""
    with pytest.raises(SnapshotDamagedError, match=r"manifest\.json cannot be read"):
        snapshots.manifest("42")


@pytest.mark.parametrize("content", [None, b"vec", b"vectors and more"])
def test_a_file_of_another_size_is_noticed_at_once(snapshots: Snapshots, content: bytes | None) -> None:
    """A file that is missing, too short or too long is named, without reading any of them."""
    publish(snapshots)
    file = snapshots.path("42") / "dense.faiss"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(SnapshotDamagedError, match=r"dense\.faiss is missing or has another size than 7 bytes"):
        snapshots.manifest("42")


def test_a_file_with_other_bytes_is_noticed_by_its_checksum(snapshots: Snapshots) -> None:
    """One changed byte in a file of the right size is found when the files are read."""
    publish(snapshots)
    (snapshots.path("42") / "dense.faiss").write_bytes(b"vectorz")
    assert snapshots.manifest("42").passages == 7
    with pytest.raises(SnapshotDamagedError, match=r"dense\.faiss has another checksum"):
        snapshots.verify("42")


def read(snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch, name: str = "42") -> list[str]:
    """Start from a snapshot, and return the files that were read whole."""
    seen: list[str] = []
    digest = module._sha256

    def reading(path: Path) -> str:
        seen.append(path.name)
        return digest(path)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_sha256", reading)
        snapshots.trusted(name, IDENTITY)
    return seen


def test_files_that_look_as_they_did_are_not_read_again(snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote a snapshot has read it; a start reads none of its files, and a changed one alone."""
    publish(snapshots)
    assert read(snapshots, monkeypatch) == []
    os.utime(snapshots.path("42") / "dense.faiss", ns=(1, 1))
    assert read(snapshots, monkeypatch) == ["dense.faiss"]
    assert read(snapshots, monkeypatch) == []


def test_a_copy_is_read_once(snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup that was restored, times and all, is other files, and read before it is used."""
    publish(snapshots)
    shutil.copytree(snapshots.path("42"), snapshots.path("43"))
    assert read(snapshots, monkeypatch, "43") == ["dense.faiss", "meta.json"]
    assert read(snapshots, monkeypatch, "43") == []


@pytest.mark.parametrize("note", [None, b"", b"[]", b"{}", b"null", b'["", {}, 0]', b'["", [], 0]', b"\xff\x00"])
def test_without_a_note_all_files_are_read(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch, note: bytes | None
) -> None:
    """A note that is gone, or says nothing, or belongs to another manifest, is no reason to trust."""
    publish(snapshots)
    path = snapshots.path("42") / trust.NOTE
    path.unlink() if note is None else path.write_bytes(note)
    assert read(snapshots, monkeypatch) == ["dense.faiss", "meta.json"]
    assert read(snapshots, monkeypatch) == []
    manifest = snapshots.path("42") / "manifest.json"
    manifest.write_text(manifest.read_text() + "\n")
    assert read(snapshots, monkeypatch) == ["dense.faiss", "meta.json"]


def altered_in_secret(path: Path, at: int) -> None:
    """Change a byte as a failing disk does: neither the size nor the time tells."""
    state = path.stat()
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


@pytest.mark.parametrize("at", [0, trust.END_BYTES - 1, -1, -trust.END_BYTES])
def test_the_ends_of_files_are_looked_at_always(snapshots: Snapshots, at: int) -> None:
    """Headers and tables of contents are read at each start, whatever the file system says."""

    def large(directory: Path) -> Manifest:
        (directory / "dense.faiss").write_bytes(bytes(3 * trust.END_BYTES))
        return MANIFEST

    snapshots.publish(large)
    snapshots.trusted("42")
    altered_in_secret(snapshots.path("42") / "dense.faiss", at)
    with pytest.raises(SnapshotDamagedError, match=r"dense\.faiss has another checksum"):
        snapshots.trusted("42")


def test_what_a_disk_changed_in_secret_is_found_when_all_is_read(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a week all files are due; damage in the middle is found then, and never trusted again."""

    def large(directory: Path) -> Manifest:
        (directory / "dense.faiss").write_bytes(bytes(3 * trust.END_BYTES))
        return MANIFEST

    snapshots.publish(large)
    altered_in_secret(snapshots.path("42") / "dense.faiss", trust.END_BYTES + 5)
    assert snapshots.trusted("42").passages == 7
    assert not snapshots.is_unread("42")
    monkeypatch.setattr(trust, "OLD_S", 0.0)
    assert snapshots.is_unread("42")
    for check in (snapshots.verify, snapshots.trusted):
        with pytest.raises(SnapshotDamagedError, match=r"dense\.faiss has another checksum"):
            check("42")


def test_two_may_publish_at_a_time(snapshots: Snapshots) -> None:
    """The second waits for the first, and clears nothing of it away."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(directory: Path) -> Manifest:
        begun.set()
        go_on.wait(30)
        return written(directory, 41)

    names: list[str] = []
    first = threading.Thread(target=lambda: names.append(snapshots.publish(slow)))
    second = threading.Thread(target=lambda: names.append(publish(snapshots)))
    first.start()
    begun.wait(30)
    second.start()
    go_on.set()
    first.join()
    second.join()
    assert names == ["41", "42"]
    assert snapshots.verify("41").generation == 41


@pytest.mark.parametrize("content", [b"", b"\n", b"  "])
def test_an_empty_current_names_none(snapshots: Snapshots, content: bytes) -> None:
    """A file that a power cut emptied is as good as none."""
    publish(snapshots)
    (snapshots.directory / "CURRENT").write_bytes(content)
    assert snapshots.current() is None


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00\x00\x00", b"no such name"])
def test_a_current_that_cannot_be_read_names_a_damaged_one(snapshots: Snapshots, content: bytes) -> None:
    """Garbage is no crash: what it names is reported as damaged, and the others get their turn."""
    publish(snapshots)
    (snapshots.directory / "CURRENT").write_bytes(content)
    name = snapshots.current()
    assert name is not None
    with pytest.raises(SnapshotError):
        snapshots.manifest(name)
