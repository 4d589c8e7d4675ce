"""A registry in a file: opened again, and brought up to date, it is what it would be, read from nothing."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from changing import agree, change, draft_of
from sqlalchemy import event, update

from corpus import keeping, kept
from corpus.corrections import Corrections
from corpus.keeping import Kept, keep, opened
from corpus.registry import Registry
from corpus.schema import changes, corrections

if TYPE_CHECKING:
    from pathlib import Path

    from corpus.store import Store
    from corpus.writing import Writer

ENDS = (0, 66, -1, -33, -50)
"""Places of a file: what it is, its columns, its description's checksum, length and text."""


def written(registry: Registry, store: Store, path: Path) -> Registry:
    """Keep a registry, and return it settled."""
    settled = registry.settled()
    packed = kept.packed(settled, store)
    assert packed is not None
    keep(path, packed)
    return settled


def again(path: Path, store: Store) -> Registry | None:
    """Return what was kept, brought up to date."""
    found = opened(path)
    known = kept.unpacked(found, store) if found is not None else None
    return known.refreshed(store) if known is not None else None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where it is kept."""
    return tmp_path / "speakers.columns"


@pytest.fixture
def filled(store: Store, writer: Writer, path: Path) -> Registry:
    """The registry of a few articles, which was kept."""
    dice = random.Random(7)
    writer.add([draft_of(dice, at) for at in range(8)])
    made = Registry.load(store)
    written(made, store, path)
    return made


@pytest.mark.parametrize("seed", range(4))
def test_it_keeps_up(store: Store, writer: Writer, path: Path, seed: int) -> None:
    """Whatever has changed since it was kept, all answers are as read from nothing; so are those of one settled."""
    dice = random.Random(seed)
    writer.add([draft_of(dice, at) for at in range(6)])
    made = Corrections(store)
    current = written(Registry.load(store), store, path)
    for step in range(16):
        change(dice, writer, made, step)
        current = current.refreshed(store)
        found = again(path, store)
        fresh = Registry.load(store)
        assert found is not None
        agree(found, fresh, store)
        agree(current, fresh, store)
        if dice.random() < 0.4:
            # What is kept comes of what was kept, again and again.
            current = written(dice.choice((current, found)), store, path)


def test_only_what_changed_is_read(store: Store, writer: Writer, path: Path, filled: Registry) -> None:
    """A start reads no statement where nothing has changed, and later those of the articles that have."""
    read: list[str] = []

    def note(*given: object) -> None:
        if "statements" in (sql := str(given[2])):
            read.append(sql)

    event.listen(store.engine, "before_cursor_execute", note)
    assert again(path, store) is not None
    assert read == []
    writer.add([draft_of(random.Random(1), 99)])
    read.clear()
    found = again(path, store)
    event.remove(store.engine, "before_cursor_execute", note)
    assert len(read) == 1
    assert found is not None
    assert found.stamp.generation == filled.stamp.generation + 1


def test_nobody_is_described(store: Store, path: Path, filled: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start works out no profile."""
    monkeypatch.setattr(Registry, "_profile", lambda *_: pytest.fail("a profile was worked out"))
    found = again(path, store)
    assert found is not None
    assert len(found.profiles) == len(filled.profiles)


def test_it_is_mapped(path: Path, store: Store, filled: Registry) -> None:
    """Columns are read-only views of the file."""
    del filled
    found = opened(path)
    assert found is not None
    state = kept.unpacked(found, store)
    assert state is not None
    assert not state.state.lines.statement.flags.writeable
    assert not state.state.lines.statement.flags.owndata


@pytest.mark.parametrize("at", ENDS)
def test_damage_is_noticed(path: Path, store: Store, filled: Registry, at: int) -> None:
    """A changed byte, wherever it is in a small file, makes it none; so does a missing one."""
    whole = bytearray(path.read_bytes())
    whole[at] ^= 1
    path.write_bytes(whole)
    assert opened(path) is None
    assert kept.load(store, opened(path)).profiles == filled.profiles


@pytest.mark.parametrize("size", [0, 1, 39, 500, -1])
def test_what_is_cut_off_is_noticed(path: Path, filled: Registry, size: int) -> None:
    """A file that is shorter than it was is none."""
    del filled
    whole = path.read_bytes()
    path.write_bytes(whole[:size])
    assert opened(path) is None


def test_a_missing_one_is_none(path: Path) -> None:
    """As is a directory in its place."""
    assert opened(path) is None
    path.mkdir()
    assert opened(path) is None


def test_another_version_is_passed_over(
    path: Path, store: Store, filled: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What other modules have worked out may not be what these would."""
    monkeypatch.setattr(kept, "source_of", lambda _package: "other")
    assert again(path, store) is None
    assert kept.load(store, opened(path)).profiles == filled.profiles


def test_another_corpus_is_passed_over(path: Path, store: Store, filled: Registry) -> None:
    """A corpus that has come as far, at another time, is another one; one that has not come so far is too."""
    found = opened(path)
    assert found is not None
    with store.engine.begin() as connection:
        connection.execute(changes.delete().where(changes.c.generation == filled.stamp.generation))
    assert kept.unpacked(found, store) is None
    assert kept.packed(filled.settled(), store) is None


def test_columns_of_another_kind_are_passed_over(path: Path, store: Store, filled: Registry) -> None:
    """As are those that lack one."""
    del filled
    found = opened(path)
    assert found is not None
    for other in ({"state.said": np.zeros((2, 2), np.int32)}, {"state.said": np.zeros(2, np.int64)}):
        assert kept.unpacked(Kept({**found.columns, **other}, found.notes), store) is None
    less = {name: column for name, column in found.columns.items() if name != "state.said"}
    assert kept.unpacked(Kept(less, found.notes), store) is None
    assert kept.unpacked(Kept(found.columns, {**found.notes, "amended": {"names": 3}}), store) is None


def test_corrections_are_compared(path: Path, store: Store, filled: Registry) -> None:
    """As many corrections with the same numbers, as in a corpus restored from a backup, may say anything else."""
    made = Corrections(store)
    one, other = filled.profiles[0].speaker, filled.profiles[1].speaker
    made.rename(one.id, "Una Rusk")
    written(Registry.load(store), store, path)
    with store.engine.begin() as connection:
        payload = made.all()[0].payload | {"name": "Wen Salter"}
        connection.execute(update(corrections).values(payload=keeping.json.dumps(payload)))
    found = again(path, store)
    assert found is not None
    assert [each.speaker.name for each in map(found.profile, (one.id, other.id)) if each] == ["Wen Salter", other.name]
    agree(found, Registry.load(store), store)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_leaves_the_old_one(
    path: Path, store: Store, filled: Registry, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Whoever is cut off while writing leaves what there was, and the next removes what is left."""
    before = path.read_bytes()
    left = path.with_name(f"{path.name}.new-1")
    left.write_bytes(b"left")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os if step == "fsync" else type(path), step, full)
        with pytest.raises(OSError, match="No space"):
            written(filled, store, path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.glob(f"{path.name}*")] == [path.name]
    written(filled, store, path)
    assert again(path, store) is not None
