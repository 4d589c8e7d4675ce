"""The projection: keeps an engine equal to the corpus as of its last generation.

Starting loads the snapshot in use and replays the change log from its generation on. A snapshot that is damaged is
passed over for an older one, or for an empty index, and the log is replayed from there: it costs time, never articles.
One made by another model or chunking is refused with a message that names the fix.
"""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import TYPE_CHECKING

from corpus.errors import ChunkingError, CorpusLockedError
from corpus.wording import Wording
from corpus.writing import SPLITTER, write_lock
from index.building import Fresh, Replayed, caught_up, miscounted, validate
from index.engine import Engines
from index.errors import IndexWriteError, SnapshotDamagedError, SnapshotMismatchError, ValidationError
from index.replaying import Parts, disk
from index.snapshots import FORMAT, Manifest, Snapshots
from index.workspace import clear_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)


class Projection:
    """The engines, and the generation of the corpus that they stand for.

    Attributes:
        parts: what it works with.
        engines: the engines, as they are now.
        generation: the change of the corpus up to which they go.
        snapshot: name of the snapshot in use, if there is one.
        published: the change of the corpus up to which that goes.
    """

    def __init__(self, parts: Parts, directory: Path, *, load: bool = True) -> None:
        """Load the snapshot in use; `catch_up` then replays what has changed since.

        Args:
            parts: what to work with.
            directory: data directory, for the snapshots and their lock.
            load: False begins with an empty index, whatever snapshot there is: for a full rebuild.

        Raises:
            SnapshotMismatchError: the snapshot was made by another model or chunking.
            ChunkingError: so were the stored passages.
        """
        self.parts = parts
        self.snapshots = Snapshots(directory / "snapshots")
        self.lock_path = directory / "write.lock"
        self._workspace = directory / "work"
        self._catching_up = threading.Lock()
        clear_workspace(self._workspace)
        self.snapshot: str | None = None
        self.engines: Engines
        if load:
            _check_passages(parts)
            self.engines, self.generation, self.snapshot = self._load()
        else:
            self.engines, self.generation = self._empty(), 0
        self.published = self.generation

    def close(self) -> None:
        """Let go of all files."""
        self.engines.close()

    def is_behind(self) -> bool:
        """Tell whether the corpus has changed since."""
        return self.parts.store.generation() > self.generation

    def catch_up(self, progress: Callable[[int, int], None] | None = None) -> Replayed:
        """Replay what has changed in the corpus. Searches go on meanwhile.

        Args:
            progress: told how many of how many articles are done.

        Raises:
            IndexWriteError: what was not replayed will be by the next call.
        """
        with self._catching_up:
            self.generation, total = caught_up(self, progress)
            return total

    def publish(self) -> str:
        """Write the index as it is now as a snapshot, and make it the one in use. The index may change meanwhile.

        Raises:
            IndexWriteError: the index in memory, and the old snapshot, stay in use.
        """

        def write(directory: Path) -> Manifest:
            with self._catching_up:  # what the manifest counts is what is saved
                manifest, rest = self._manifest(self.engines, self.generation), self.engines.saving(directory)
            rest()
            return manifest

        with disk():
            name = self.snapshots.publish(write)
            self.snapshot, self.published = name, self.snapshots.manifest(name).generation
        self.parts.speakers.keep()
        return name

    def publish_if_possible(self) -> None:
        """Publish unless another process is writing (that one will) or the disk is full (the next start replays)."""
        try:
            with write_lock(self.lock_path):
                self.publish()
        except CorpusLockedError:
            log.info("not publishing: another process is writing")
        except IndexWriteError as error:
            log.warning("%s", error)

    def build(self, progress: Callable[[int, int], None] | None = None) -> Fresh:
        """Build the index anew, aside, from all articles that there are; vectors come from the cache.

        The index in use answers meanwhile, and the corpus may change: `switch` brings in what has.

        Args:
            progress: told how many of how many articles are done; what it raises ends the building.

        Raises:
            ChunkingError: the stored passages were cut by another splitter.
            IndexWriteError: it cannot be written.
        """
        _check_passages(self.parts)
        fresh = Fresh(self.parts, self._empty())
        try:
            fresh.fill(progress)
        except BaseException:
            fresh.close()
            raise
        return fresh

    def switch(self, fresh: Fresh) -> str:
        """Check an index that was built aside, write it, and use it from now on. The caller holds the write lock.

        Until the switch all searches are answered by the old index, and when anything fails, that one stays, and the
        fresh one is closed.

        Returns:
            The name of the snapshot now in use.

        Raises:
            ChunkingError: the passages were cut by another splitter meanwhile.
            ValidationError: the new index does not hold what the corpus holds.
            IndexWriteError: it cannot be written.
        """
        try:
            _check_passages(self.parts)
            fresh.catch_up()
            manifest = self._manifest(fresh.engines, fresh.generation)
            check = partial(validate, self.parts, self._workspace, manifest=manifest)

            def write(directory: Path) -> Manifest:
                fresh.engines.save(directory)
                return manifest

            with disk():
                name = self.snapshots.publish(write, check)
        except BaseException:
            fresh.close()
            raise
        self._use(fresh.engines, fresh.generation, name)
        self.parts.speakers.keep()
        return name

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> Replayed:
        """Build the index anew, and switch to it; see `build` and `switch`. The caller holds the write lock."""
        fresh = self.build(progress)
        self.switch(fresh)
        return fresh.replayed

    def rollback(self) -> str:
        """Go back to the snapshot before the one in use, and replay from there. The caller holds the write lock.

        Returns:
            The name of the snapshot now in use.

        Raises:
            SnapshotMismatchError: it was made by another model or chunking.
            SnapshotDamagedError: its files are not what they were.
            ValidationError: there is none to go back to.
        """
        name = self.older()
        if name is None:
            raise ValidationError(Wording("there is no older snapshot to go back to"))
        engines, generation = self._open(name)
        self.snapshots.use(name)
        self._use(engines, generation, name)
        return name

    def reload(self) -> None:
        """Use from now on what a start would load, brought up to date before; the snapshot in use was damaged.

        Raises:
            IndexWriteError: it cannot be written; the index in memory stays in use.
        """
        engines, generation, name = self._load()
        fresh = Fresh(self.parts, engines, generation)
        try:
            fresh.catch_up()
        except BaseException:
            fresh.close()
            raise
        self._use(engines, fresh.generation, name, published=generation)

    def _use(self, engines: Engines, generation: int, name: str | None, published: int | None = None) -> None:
        with self._catching_up:
            # The generation first: whoever looks at both may take the index for older than it is, never for newer.
            old, self.generation, self.engines, self.snapshot = self.engines, generation, engines, name
            self.published = generation if published is None else published
        old.close()

    def older(self) -> str | None:
        """Return the name of the snapshot before the one in use, or None when there is none."""
        current, names = self.snapshots.current(), self.snapshots.names()
        at = names.index(current) if current in names else -1
        return next(iter(names[at + 1 :]), None)

    def _load(self) -> tuple[Engines, int, str | None]:
        current = self.snapshots.current()
        candidates = [current] if current else []
        candidates += [name for name in self.snapshots.names() if name != current]
        for name in candidates:
            try:
                engines, generation = self._open(name)
            except SnapshotDamagedError as error:
                log.warning("%s Going on with an older one.", error)
                continue
            except SnapshotMismatchError as error:
                # A form of an earlier version costs a replay; another model's vectors are a decision of the person's.
                if error.what == "format":
                    log.warning("%s Until then it is made again at each start.", error.problem)
                elif name == current:
                    raise
                continue
            return engines, generation, name
        return self._empty(), 0, None

    def _open(self, name: str) -> tuple[Engines, int]:
        # FAISS and Tantivy crash, or answer wrongly, on damaged files.
        manifest = self.snapshots.trusted(name, self.parts.identity)
        if manifest.generation > self.parts.store.generation():
            ahead = Wording("it knows change {number}, which the corpus does not have", number=manifest.generation)
            raise SnapshotDamagedError(name, ahead)
        if manifest.changed_at != self._changed_at(manifest.generation):
            other = Wording("its change {number} is not the corpus's", number=manifest.generation)
            raise SnapshotDamagedError(name, other)
        engines = Engines.local(self.parts.encoder.dimension, self._workspace, self.snapshots.path(name))
        if problem := miscounted(engines, manifest):
            engines.close()
            raise SnapshotDamagedError(name, problem)
        return engines, manifest.generation

    def _empty(self) -> Engines:
        with disk():
            return Engines.local(self.parts.encoder.dimension, self._workspace)

    def _changed_at(self, generation: int) -> str:
        changed = self.parts.store.changed_at(generation)
        return changed.isoformat() if changed else ""

    def _manifest(self, engines: Engines, generation: int) -> Manifest:
        passages, articles = engines.passages.counts()
        return Manifest(
            format=FORMAT,
            identity=self.parts.identity,
            generation=generation,
            passages=passages,
            articles=articles,
            statements=engines.statements.counts()[0],
            files={},
            changed_at=self._changed_at(generation),
        )


def _check_passages(parts: Parts) -> None:
    stored = parts.store.setting(SPLITTER)
    if stored is not None and stored != parts.splitter.fingerprint:
        raise ChunkingError(stored, parts.splitter.fingerprint)
