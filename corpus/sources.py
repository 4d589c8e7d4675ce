"""Arguments of an import -> the sources that it reads, in a fixed order.

A source is one stream of records: a file, a member of a zip archive, or standard input. Nothing is read here beyond
the first bytes that tell the format (and a zip's table of contents); `corpus.readers.read` does the reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Format(StrEnum):
    """What can be imported; the value is the name a person writes."""

    TEXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    JSONL = "jsonl"


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
    """

    name: str
    format: Format | None
    size: int | None
    opener: Callable[[Source], BinaryIO] | None = field(default=None, repr=False)
    position: int = 0
    problem: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What the arguments of an import stand for.

    Attributes:
        sources: what to read, in order; the same arguments over unchanged files give the same order.
        ignored: files in folders and globs passed over because their suffix is none that can be imported, in order.
    """

    sources: tuple[Source, ...]
    ignored: tuple[str, ...]

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
        SourceError: a path is missing or cannot be read, a glob or folder holds nothing to import, an archive is broken.
        UnknownFormatError: a file named by itself is none of the known formats.
    """
    raise NotImplementedError


def stream(data: BinaryIO, name: str, *, form: Format | None = None, url: str | None = None) -> Found:
    """Turn an open stream (an upload, a fetched page) into sources: one, or the members of a zip.

    Args:
        data: the bytes; need not be seekable. A zip that is not seekable is copied to a temporary file first.
        name: what messages call it; its suffix tells the format where `form` does not, else the first bytes do.
        form: the format, if it is known.
        url: address the bytes came from.

    Raises:
        SourceError: a zip is broken.
        UnknownFormatError: the bytes are of none of the known formats.
    """
    raise NotImplementedError
