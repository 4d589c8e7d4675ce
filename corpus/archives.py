"""Zip archives as sources: their members in order, read one after another straight from the archive."""

from __future__ import annotations

import shutil
import tempfile
import weakref
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from corpus.errors import SourceError
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

IN_MEMORY = 16 << 20
"""Bytes of a zip from a pipe that are held in memory; a larger one goes to a temporary file."""

ENCRYPTED = 0x1
"""Bit of a member's flags (APPNOTE.TXT 4.4.4): a password is needed."""

PACKED = frozenset({".zip", ".tar", ".tgz", ".7z", ".rar", ".bz2", ".xz", ".zst"})
"""Suffixes of archives that are not opened inside an archive: a bomb can nest them without end."""


class Archive:
    """The members of one zip, each opened when its turn comes.

    A zip's table of contents can be large, so it is not read again for each member; but only one archive of a search
    stays open, because a folder may hold more archives than a process may open files.
    """

    def __init__(self, place: Path | IO[bytes], name: str, desk: dict[str, zipfile.ZipFile]) -> None:
        self._place = place
        self._name = name
        self._desk = desk

    def members(self) -> Iterator[zipfile.ZipInfo]:
        """Give the files in the archive in its order, without folders and hidden files.

        Raises:
            SourceError: the archive is broken.
        """
        try:
            listed = self._opened().infolist()
        except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
            problem = Wording("the zip archive cannot be read ({error})", error=str(error))
            raise SourceError(self._name, problem, Wording("Download or pack it again.")) from error
        for info in listed:
            parts = PurePosixPath(info.filename).parts
            if not info.is_dir() and not any(part.startswith(".") or part == "__MACOSX" for part in parts):
                yield info

    def problem(self, info: zipfile.ZipInfo) -> str:
        """Say why a member cannot be read, as a sentence with what to do; "" when it can."""
        if PurePosixPath(info.filename.lower()).suffix in PACKED:
            return Wording("An archive inside an archive is not opened. Unpack it and import what it holds.")
        if info.flag_bits & ENCRYPTED:
            return Wording("It is protected with a password. Unpack the archive and import the files.")
        return ""

    def open(self, info: zipfile.ZipInfo) -> AbstractContextManager[BinaryIO]:
        """Open a member's bytes, unpacked.

        Raises:
            OSError: the archive is gone.
            zipfile.BadZipFile: it was replaced by something broken.
        """
        return cast("AbstractContextManager[BinaryIO]", self._opened().open(info))

    def _opened(self) -> zipfile.ZipFile:
        key = str(id(self)) if not isinstance(self._place, Path) else str(self._place)
        if key not in self._desk:
            opened = zipfile.ZipFile(self._place)
            for other in self._desk.values():
                other.close()  # a member that is still being read keeps its own hold on the file
            self._desk.clear()
            self._desk[key] = opened
        return self._desk[key]


def spooled(data: IO[bytes], name: str) -> Archive:
    """Take in a zip that comes through a pipe: its table of contents stands at its end, so all of it is needed.

    The copy lives as long as the archive does.
    """
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed with the archive, below
    shutil.copyfileobj(data, spool)
    archive = Archive(cast("IO[bytes]", spool), name, {})
    weakref.finalize(archive, spool.close)
    return archive
