"""Arguments of an import -> the sources that it reads, in a fixed order.

A source is one stream of records: a file, a member of a zip archive, or standard input. Nothing is read here beyond
the first bytes that tell the format (and a zip's table of contents); `corpus.readers.read` does the reading.
"""

from __future__ import annotations

import glob
import os
import stat
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from corpus.archives import Archive, spooled
from corpus.errors import SourceError, UnknownFormatError
from corpus.fields import NAMES
from corpus.streams import HEAD, SUFFIXES, ZIP, Format, Tap, document, sniff, unpacked_head
from corpus.wording import Wording, sentences

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from zipfile import ZipFile

__all__ = ["SAMPLE", "Format", "Found", "Source", "find", "stream"]

SAMPLE = Path(__file__).parent / "sample"
"""The sample collection, by which Verbatim can be tried."""

KNOWN = ".txt, .md, .html, .htm, .pdf, .csv, .jsonl and .ndjson, each also with .gz behind it, and .zip of these"


@dataclass(eq=False, slots=True)
class Source:
    """One stream of records, not yet open. `corpus.readers.read` opens and closes it.

    Attributes:
        name: what `Place.source` says: the path, "archive.zip!member.jsonl", or "stdin".
        format: how the bytes are to be read; None where `problem` says why they cannot be.
        size: bytes as they lie on disk (compressed, where they are), or None for a pipe.
        position: bytes consumed so far, in the unit of `size`; grows while the source is read, up to `size`.
        problem: why this source cannot be read; reading it gives one BadRecord with this reason. "" when it can.
        url: address the bytes came from; it is the article's URL whatever a page says about itself.
        opener: opens the bytes on disk; None where `problem` is set.
        unpacked: bytes that the opener gives in all, where that is not `size` (a member of a zip).
        stamp: a number that is another one when the bytes are: a file's time of change in ns, a zip member's CRC-32.
    """

    name: str
    format: Format | None
    size: int | None
    position: int = 0
    problem: str = ""
    url: str | None = None
    opener: Callable[[], AbstractContextManager[BinaryIO]] | None = field(default=None, repr=False)
    unpacked: int | None = field(default=None, repr=False)
    stamp: int | None = field(default=None, repr=False)

    @contextmanager
    def open(self) -> Iterator[io.BufferedReader]:
        """Open the document's bytes, unpacked, text formats as UTF-8 without a mark where they were UTF-16 with one.

        Raises:
            OSError: the file cannot be opened.
        """
        if self.opener is None or self.format is None:
            msg = f"{self.name} has a problem and cannot be opened"
            raise ValueError(msg)
        self.position = 0
        taken = 0

        def passed(count: int) -> None:
            nonlocal taken
            taken += count
            scaled = taken if not self.unpacked or self.size is None else taken * self.size // self.unpacked
            self.position = scaled if self.size is None else min(self.size, scaled)

        with document(self.opener, passed, recode=self.format is not Format.PDF) as opened:
            yield opened

    def finish(self) -> None:
        """Say that all was read: what a reader left unread because it needed no more of it counts as consumed."""
        if self.size is not None:
            self.position = self.size


@dataclass(frozen=True, slots=True)
class Found:
    """What the arguments of an import stand for.

    Attributes:
        sources: what to read, in order; the same arguments over unchanged files give the same order.
        ignored: files in folders and globs passed over because their suffix is none that can be imported, in order.
    """

    sources: tuple[Source, ...]
    ignored: tuple[str, ...] = ()

    @property
    def size(self) -> int | None:
        """Bytes of all sources together, or None when one of them does not know its size."""
        sizes = [source.size for source in self.sources]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    @property
    def position(self) -> int:
        """Bytes consumed so far, over all sources."""
        return sum(source.position for source in self.sources)


def find(arguments: Iterable[str], *, stdin: BinaryIO | None = None, form: Format | None = None) -> Found:
    """Turn what a person typed into sources.

    Args:
        arguments: files, folders (searched to any depth, in sorted order, hidden files passed over), globs (`*`, `?`,
            `[…]`, `**`), or `-` for `stdin`, in the order in which to read them. A file named twice is read once.
        stdin: the stream that `-` stands for; its format is told from its first bytes.
        form: read every source as this format, whatever its name says (compression is still recognised).

    Raises:
        SourceError: a path is missing or unreadable, a glob or folder holds nothing to import, an archive is broken.
        UnknownFormatError: a file named by itself is none of the known formats.
    """
    search = _Search(form)
    for argument in arguments:
        if argument == "-":
            if stdin is None:
                raise SourceError("-", Wording("there is no standard input here"), Wording("Name a file or a folder."))
            search.sources += stream(stdin, "stdin", form=form).sources
        else:
            search.argument(argument)
    return Found(tuple(search.sources), tuple(search.ignored))


def stream(data: BinaryIO, name: str, *, form: Format | None = None, url: str | None = None) -> Found:
    """Turn an open stream (an upload, a fetched page) into sources: one, or the members of a zip.

    Args:
        data: the bytes; need not be seekable. A zip that is not seekable is copied to a temporary file first. It is
            the caller's to close, after reading.
        name: what messages call it; its suffix tells the format where `form` does not, else the first bytes do.
        form: the format, if it is known.
        url: address the bytes came from.

    Raises:
        SourceError: a zip is broken.
        UnknownFormatError: the bytes are of none of the known formats.
    """
    head = data.read(HEAD)
    if head.startswith(ZIP):
        return Found(tuple(_members(spooled(cast("BinaryIO", Tap(data, head)), name), name, form)))
    told = form or _by_name(name) or sniff(unpacked_head(head), NAMES)
    if told is None:
        raise UnknownFormatError(name, Wording("its bytes are neither text nor PDF"), _known())
    unread = [Tap(data, head)]

    def once() -> AbstractContextManager[BinaryIO]:
        if not unread:
            msg = "a stream can be read only once"
            raise OSError(msg)
        return nullcontext(cast("BinaryIO", unread.pop()))

    return Found((Source(name, told, None, url=url, opener=once),))


class _Search:
    """The walk over arguments, folders and archives; remembers what it has seen."""

    def __init__(self, form: Format | None) -> None:
        self.sources: list[Source] = []
        self.ignored: list[str] = []
        self._form = form
        self._seen: set[str] = set()
        self._met = 0
        self._desk: dict[str, ZipFile] = {}

    def argument(self, argument: str) -> None:
        path = Path(argument).expanduser()
        if path.exists():
            self._named(path)
        elif glob.has_magic(argument):
            self._glob(argument)
        else:
            fix = Wording("Check the path, and the quotes around it.")
            raise SourceError(argument, Wording("there is no such file or folder"), fix)

    def _named(self, path: Path) -> None:
        if path.is_dir():
            before = self._met
            self._folder(path)
            if self._met == before:
                problem = Wording("the folder holds nothing that can be imported")
                raise SourceError(str(path), problem, Wording("That would be {known}.", known=KNOWN))
        elif stat.S_ISREG(path.stat().st_mode):
            self._file(path)
        else:
            self.sources += stream(path.open("rb"), str(path), form=self._form).sources

    def _glob(self, pattern: str) -> None:
        before = self._met
        for match in sorted(glob.iglob(str(Path(pattern).expanduser()), recursive=True)):  # noqa: PTH207  # Path.glob takes no absolute pattern
            self._entry(Path(match))
        if self._met == before:
            problem = Wording("no file that can be imported matches")
            raise SourceError(pattern, problem, Wording("Check the pattern; `**` searches folders to any depth."))

    def _folder(self, folder: Path) -> None:
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208  # names, not paths, are sorted and tested
        except OSError as error:
            problem = Wording("the folder cannot be read ({error})", error=error.strerror)
            self._problem(folder, sentences(problem, Wording("Check its permissions.")))
            return
        for name in names:
            if not name.startswith("."):
                self._entry(folder / name)

    def _entry(self, path: Path) -> None:
        """Take up what lies in a folder or matches a glob: here a bad file is reported, not the end of the search."""
        if path.is_dir():
            if not path.is_symlink():  # a link upwards would never end
                self._folder(path)
            return
        if self._form is None and _by_name(path.name) is None and path.suffix.lower() != ".zip":
            self.ignored.append(_shown(path))
            return
        try:
            self._file(path)
        except SourceError as error:
            self._problem(path, sentences(error.trouble, error.fix))

    def _file(self, path: Path) -> None:
        name, key = _shown(path), os.path.abspath(path)  # noqa: PTH100  # links stay what they are called
        self._met += 1
        if key in self._seen:
            return
        try:
            with path.open("rb") as opened:
                head = opened.read(4)
            status = path.stat()
        except OSError as error:
            problem = Wording("it cannot be read ({error})", error=error.strerror)
            raise SourceError(name, problem, Wording("Check its permissions.")) from error
        told = self._form or _by_name(path.name)
        if head == ZIP and (told is None or self._form):
            self.sources += _members(Archive(path, name, self._desk), name, self._form)
        elif path.suffix.lower() == ".zip" and not self._form:
            problem = Wording("it is no zip archive, or a broken one")
            raise SourceError(name, problem, Wording("Download or pack it again."))
        elif told is None:
            raise UnknownFormatError(name, _unknown(path.name), _known())
        else:
            size, changed = status.st_size, status.st_mtime_ns
            self.sources.append(Source(name, told, size, opener=lambda: path.open("rb"), stamp=changed))
        self._seen.add(key)

    def _problem(self, path: Path, problem: str) -> None:
        self._met += 1
        self.sources.append(Source(_shown(path), None, 0, problem=problem))


def _members(archive: Archive, name: str, form: Format | None) -> Iterator[Source]:
    for info in archive.members():
        told = form or _by_name(info.filename)
        problem = archive.problem(info)
        if told is None and not problem:
            problem = sentences(_unknown(info.filename), _known())
        yield Source(
            f"{name}!{info.filename}",
            None if problem else told,
            info.compress_size,
            problem=problem,
            opener=None if problem else partial(archive.open, info),
            unpacked=info.file_size,
            stamp=info.CRC,
        )


def _by_name(name: str) -> Format | None:
    return SUFFIXES.get(PurePosixPath(name.lower().removesuffix(".gz")).suffix)


def _unknown(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    if not suffix:
        return Wording("its name has no suffix that tells its format")
    return Wording("{suffix} is not a format that can be imported", suffix=suffix)


def _known() -> Wording:
    return Wording("What can be imported: {known}.", known=KNOWN)


def _shown(path: Path) -> str:
    """Return a path as text that can be printed and stored, whatever bytes its name is made of."""
    return os.fsencode(path).decode("utf-8", "replace")
