"""Snapshots: an index on disk. One directory, one manifest, and CURRENT, which names the one in use.

    snapshots/
    ├── CURRENT            name of the snapshot in use, replaced atomically
    ├── 42/                the corpus as of generation 42
    │   ├── manifest.json  format, model, chunking, generation, counts, and size and SHA-256 of every file
    │   ├── verified.json  what the files looked like when all had been read (see `index.trust`)
    │   ├── dense/, columns/, lexical/
    │   └── statements/    the same files for statements
    └── 42.1/              made again at the same generation

A snapshot is written aside and gets its name when it is whole, so that a crash leaves the old one in use.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from corpus.wording import Wording
from index import trust
from index.errors import SnapshotDamagedError, SnapshotMismatchError
from index.workspace import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

FORMAT = 3
"""Raised when the files of a snapshot change their form."""

KEPT = 3
"""Snapshots that stay on disk: the one in use and those for rollback."""

SYNCED_AT_ONCE = 8
"""Files that are written to the disk at a time: the file system does so with many almost as fast as with one."""

_ASIDE, _GONE = ".new-", ".old-"


@dataclass(frozen=True, slots=True)
class Identity:
    """What an index must share with whoever uses it.

    Attributes:
        model: fingerprint of the encoder.
        dimension: length of a vector.
        chunking: fingerprint of the splitter.
    """

    model: str
    dimension: int
    chunking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The record beside a snapshot's files.

    Attributes:
        format: version of the snapshot's form.
        identity: model, dimension and chunking.
        generation: the change of the corpus up to which it goes.
        passages: number of passages.
        articles: number of articles with passages.
        statements: number of statements.
        files: `relative path: [bytes, SHA-256]`.
        changed_at: when that change of the corpus was made (ISO 8601). Tells the corpus from one that was begun anew,
            or restored from a backup, and has come as far since.
    """

    format: int
    identity: Identity
    generation: int
    passages: int
    articles: int
    statements: int
    files: dict[str, tuple[int, str]]
    changed_at: str = ""


class Snapshots:
    """The snapshots of one data directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def names(self) -> list[str]:
        """Return the snapshots there are, newest first."""
        if not self.directory.is_dir():
            return []
        found = [path.name for path in self.directory.iterdir() if _order(path.name) and path.is_dir()]
        return sorted(found, key=_order, reverse=True)

    def current(self) -> str | None:
        """Return the name of the snapshot in use, or None when there is none."""
        try:
            # A name that cannot be read is that of no snapshot, and those that there are get their turn.
            name = (self.directory / "CURRENT").read_text("utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        return name or None

    def path(self, name: str) -> Path:
        """Return a snapshot's directory."""
        return self.directory / name

    def manifest(self, name: str, expected: Identity | None = None) -> Manifest:
        """Read a snapshot's manifest, and check that its files are there in their sizes.

        Raises:
            SnapshotDamagedError: the manifest or a file is missing or has another size.
            SnapshotMismatchError: it was made by another model, dimension, chunking or format.
        """
        try:
            raw = json.loads((self.path(name) / "manifest.json").read_text("utf-8"))
            seen_format = raw["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            problem = Wording("manifest.json cannot be read ({error})", error=str(error))
            raise SnapshotDamagedError(name, problem) from error
        if seen_format != FORMAT:
            raise SnapshotMismatchError(name, "format", seen_format, FORMAT)
        try:
            manifest = Manifest(
                **{
                    **raw,
                    "identity": Identity(**raw["identity"]),
                    "files": {path: (size, digest) for path, (size, digest) in raw["files"].items()},
                }
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problem = Wording("manifest.json is not whole ({error})", error=str(error))
            raise SnapshotDamagedError(name, problem) from error
        if expected is not None:
            for what in ("model", "dimension", "chunking"):
                seen, wanted = getattr(manifest.identity, what), getattr(expected, what)
                if seen != wanted:
                    raise SnapshotMismatchError(name, what, seen, wanted)
        for path, (size, _) in manifest.files.items():
            file = self.path(name) / path
            if not file.is_file() or file.stat().st_size != size:
                problem = Wording("{path} is missing or has another size than {size} bytes", path=path, size=size)
                raise SnapshotDamagedError(name, problem)
        return manifest

    def verify(self, name: str, expected: Identity | None = None) -> Manifest:
        """Read a snapshot's manifest, and check its files against their checksums, which reads all of them.

        Raises:
            SnapshotDamagedError: the manifest or a file is not what it was.
            SnapshotMismatchError: it was made by another model, dimension, chunking or format.
        """
        manifest = self.manifest(name, expected)
        self._read(name, manifest, manifest.files)
        return manifest

    def trusted(self, name: str, expected: Identity | None = None) -> Manifest:
        """Read a snapshot's manifest, and check those files that do not look as they did when all had been read.

        Without any such, which is as a rule, it takes milliseconds; see `index.trust` for what it guarantees.

        Raises:
            SnapshotDamagedError: the manifest or a file is not what it was.
            SnapshotMismatchError: it was made by another model, dimension, chunking or format.
        """
        manifest = self.manifest(name, expected)
        try:
            doubts = trust.doubted(self.path(name), manifest.files)
        except OSError:
            doubts = list(manifest.files)
        if doubts:
            self._read(name, manifest, doubts)
        return manifest

    def is_unread(self, name: str) -> bool:
        """Tell whether a snapshot's files have not been read for a long time; see `index.trust`."""
        note = trust.noted(self.path(name))
        return note is None or note.is_old

    def _read(self, name: str, manifest: Manifest, paths: Iterable[str]) -> None:
        """Read files for their checksums, and note what they look like."""
        directory = self.path(name)
        paths = list(paths)
        try:
            # What they look like is looked at first: what changes meanwhile is then read again.
            note = trust.Note.of(directory, manifest.files)
            for path in paths:
                if _sha256(directory / path) != manifest.files[path][1]:
                    trust.forget(directory)
                    raise SnapshotDamagedError(name, Wording("{path} has another checksum", path=path))
        except OSError as error:
            raise SnapshotDamagedError(name, str(error)) from error
        if len(paths) < len(manifest.files) and (earlier := trust.noted(directory)):
            # What was not read is noted as it was when it had been.
            files = earlier.files | {path: note.files[path] for path in paths}
            note = replace(note, files=files, read_at=earlier.read_at)
        note.write(directory)

    def publish(self, write: Callable[[Path], Manifest], check: Callable[[Path], None] | None = None) -> str:
        """Write a snapshot aside, check it, give it its name, and make it the one in use.

        Whoever else publishes into the same directory waits meanwhile.

        Args:
            write: writes the files into the directory that it is given, and returns what they are, without `files`.
            check: looks at the written directory, and raises what stops the switch.

        Returns:
            The snapshot's name.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        with Claim(self.directory, wait=True):
            return self._publish(write, check)

    def _publish(self, write: Callable[[Path], Manifest], check: Callable[[Path], None] | None) -> str:
        for left in (*self.directory.glob(f"{_ASIDE}*"), *self.directory.glob(f"{_GONE}*")):
            shutil.rmtree(left, ignore_errors=True)
        for left in self.directory.glob("CURRENT.*"):
            left.unlink(missing_ok=True)
        aside = self.directory / f"{_ASIDE}{os.getpid()}"
        aside.mkdir()
        try:
            manifest = write(aside)
            paths = [path for path in sorted(aside.rglob("*")) if path.is_file() and path.suffix != ".lock"]
            with ThreadPoolExecutor(SYNCED_AT_ONCE) as pool:
                sealed = list(pool.map(_sealed, paths))
            files = {path.relative_to(aside).as_posix(): seal for path, seal in zip(paths, sealed, strict=True)}
            whole = asdict(manifest) | {"files": files}
            (aside / "manifest.json").write_text(json.dumps(whole, indent=1), "utf-8")
            _sync(aside / "manifest.json")
            trust.Note.of(aside, files).write(aside)
            if check is not None:
                check(aside)
            for directory in (path for path in aside.rglob("*") if path.is_dir()):
                _sync(directory)
            _sync(aside)
            name = self._free_name(manifest.generation)
            aside.rename(self.path(name))
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        self.use(name)
        self.prune()
        return name

    def use(self, name: str) -> None:
        """Make a snapshot the one in use; whoever reads CURRENT sees the old name or the new one."""
        pending = self.directory / f"CURRENT.{os.getpid()}"
        pending.write_text(name + "\n", "utf-8")
        _sync(pending)
        pending.replace(self.directory / "CURRENT")
        _sync(self.directory)

    def prune(self) -> None:
        """Delete all but the newest snapshots and the one in use."""
        current = self.current()
        for name in self.names()[KEPT:]:
            if name != current:
                # Deleting takes a while; what has a name is whole until then.
                gone = self.path(name).rename(self.directory / f"{_GONE}{name}")
                shutil.rmtree(gone, ignore_errors=True)

    def _free_name(self, generation: int) -> str:
        name, number = str(generation), 0
        while self.path(name).exists():
            number += 1
            name = f"{generation}.{number}"
        return name


def _order(name: str) -> tuple[int, ...]:
    """Return a key by which names sort by age; empty for what is no snapshot's name."""
    parts = name.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sealed(path: Path) -> tuple[int, str]:
    """Have a file written to the disk; return its bytes and SHA-256."""
    _sync(path)
    return path.stat().st_size, _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
