"""Trust: which files of a snapshot need not be read again before they are used.

FAISS and Tantivy crash, or answer wrongly, on damaged files, and reading gigabytes for their checksums takes seconds.
Once all of them have been read and were what the manifest says, a note beside it keeps what each looked like: its size,
its time of modification, its inode and a checksum of its two ends. As long as a file looks the same, it is trusted.

What is guaranteed: whatever is written through the file system after that (by a program, a restored backup, a copy, a
repair after a power cut) changes the size, the time or the inode, and the file is read whole before it is used. Damage
to the two ends, where the headers, the tables of contents and most small files lie, is noticed however it came about.
What is not: bits in the middle of a large file that a disk changes by itself. For these all files are read again in the
background once a week (`Note.is_old`), while questions are answered.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NOTE = "verified.json"
"""Name of the file within a snapshot's directory; it is none of the snapshot's files."""

END_BYTES = 65_536
"""So much of each end of a file is always read."""

OLD_S = 7 * 24 * 3600.0
"""Seconds after which all files are read again."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the files of a snapshot looked like when all of them had been read.

    Attributes:
        manifest: SHA-256 of the manifest's bytes.
        files: `relative path: [bytes, nanoseconds of modification, inode, SHA-256 of both ends]`.
        read_at: when that was, in seconds since 1970.
    """

    manifest: str
    files: dict[str, tuple[int, int, int, str]]
    read_at: float

    @classmethod
    def of(cls, directory: Path, paths: Iterable[str]) -> Note:
        """Note what files look like now.

        Raises:
            OSError: one cannot be read.
        """
        manifest = hashlib.sha256((directory / "manifest.json").read_bytes()).hexdigest()
        return cls(manifest, {path: _look(directory / path) for path in paths}, time.time())

    @property
    def is_old(self) -> bool:
        """Whether it is time to read all files again; a clock that was set back makes it so too."""
        return not 0 <= time.time() - self.read_at < OLD_S

    def write(self, directory: Path) -> None:
        """Keep the note; where nothing may be written, the files are read again at the next start."""
        pending = directory / f".{NOTE}"
        with suppress(OSError):
            pending.write_text(json.dumps([self.manifest, self.files, self.read_at]), "utf-8")
            pending.replace(directory / NOTE)


def noted(directory: Path) -> Note | None:
    """Return the note of a snapshot, or None where there is none that can be read."""
    try:
        manifest, files, read_at = json.loads((directory / NOTE).read_text("utf-8"))
        return Note(
            str(manifest),
            {path: (int(s), int(m), int(i), str(d)) for path, (s, m, i, d) in files.items()},
            float(read_at),
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def forget(directory: Path) -> None:
    """Drop the note, so that all files are read before they are used again."""
    with suppress(OSError):
        (directory / NOTE).unlink(missing_ok=True)


def doubted(directory: Path, paths: Iterable[str]) -> list[str]:
    """Return those of a snapshot's files that do not look as they were noted, and have to be read.

    Raises:
        OSError: one cannot be read.
    """
    note = noted(directory)
    if note is None or note.manifest != hashlib.sha256((directory / "manifest.json").read_bytes()).hexdigest():
        return list(paths)
    return [path for path in paths if note.files.get(path) != _look(directory / path)]


def _look(path: Path) -> tuple[int, int, int, str]:
    state = path.stat()
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(END_BYTES))
        if state.st_size > END_BYTES:
            file.seek(max(END_BYTES, state.st_size - END_BYTES))
            digest.update(file.read(END_BYTES))
    return state.st_size, state.st_mtime_ns, state.st_ino, digest.hexdigest()
