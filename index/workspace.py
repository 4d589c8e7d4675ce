"""Workspaces: the directories in which processes work on copies of their own, and how files get there.

A snapshot's directory is never changed, and may vanish while it is in use. Each process therefore works on a copy, made
of hard links, since Tantivy never changes a file of a segment that it has written.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

TRIES = 20
"""How often something is tried again that another thread may disturb."""

PAUSE_S = 0.01
"""Seconds between two tries."""


class Claim:
    """A lock on a directory, held until it is closed or its process ends.

    Raises:
        BlockingIOError: another holds it.
    """

    def __init__(self, path: Path, *, wait: bool = False) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> None:
        """Hold the lock for a block."""

    def __exit__(self, *_: object) -> None:
        """Let go."""
        self.close()

    def close(self) -> None:
        """Let go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def clear_workspace(workspace: Path) -> None:
    """Remove the working copies that processes which are no more have left behind."""
    for path in sorted(workspace.iterdir()) if workspace.is_dir() else ():
        # A lock ends with its process; a process id may be another's by now, or another container's.
        with suppress(BlockingIOError, FileNotFoundError, NotADirectoryError), Claim(path):
            shutil.rmtree(path, ignore_errors=True)


def claim(workspace: Path) -> tuple[Path, Claim]:
    """Make a directory in which nobody else works."""
    workspace.mkdir(parents=True, exist_ok=True)
    while True:
        path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=workspace))
        # Another process that is clearing may take the empty directory for an abandoned one.
        with suppress(BlockingIOError, FileNotFoundError):
            claimed = Claim(path)
            if path.is_dir():
                return path, claimed
            claimed.close()


def remove(directory: Path) -> None:
    """Remove a directory into which a thread that is being stopped may still write."""
    for _ in range(TRIES):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(PAUSE_S)


def link(source: Path, target: Path) -> None:
    """Give the files of a directory, which are immutable, a second name; the few that change are copied."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        if path.suffix == ".json":
            # Tantivy replaces its .json files by renaming, but a copy costs nothing and needs no trust.
            shutil.copy2(path, target / path.name)
        elif path.is_file() and path.suffix != ".lock":
            _link(path, target / path.name)


def link_committed(source: Path, target: Path) -> None:
    """Give the files of what Tantivy committed last a second name, while its threads go on merging.

    Its meta.json names the segments. It is replaced before a merge takes away what it merged, so that as long as it is
    the same, all files that it names have been there.

    Raises:
        OSError: the disk is full, say.
        RuntimeError: the index never stood still.
    """
    for _ in range(TRIES):
        target.mkdir(parents=True, exist_ok=True)
        meta = (source / "meta.json").read_bytes()
        with suppress(FileNotFoundError):
            names = _committed(source, json.loads(meta))
            for name in names:
                _link(source / name, target / name)
            if (source / "meta.json").read_bytes() == meta:
                (target / "meta.json").write_bytes(meta)
                (target / ".managed.json").write_text(json.dumps([*names, "meta.json"]), "utf-8")
                return
        shutil.rmtree(target)
        time.sleep(PAUSE_S)
    msg = "the index of words is being merged all the time"
    raise RuntimeError(msg)


def _committed(source: Path, meta: dict[str, list[dict[str, object]]]) -> list[str]:
    """Return the names of the files of all segments, with their newest lists of what was taken out."""
    names = []
    for segment in meta["segments"]:
        number = str(segment["segment_id"]).replace("-", "")
        deletes = segment.get("deletes")
        opstamp = deletes["opstamp"] if isinstance(deletes, dict) else None
        names += [
            path.name
            for path in source.glob(f"{number}.*")
            if path.suffix != ".del" or path.name == f"{number}.{opstamp}.del"
        ]
    return sorted(names)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # other file systems, and those without links
        shutil.copy2(source, target)
