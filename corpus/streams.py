"""Bytes on disk -> bytes of a document: counting, gzip, byte order marks and UTF-16, and what the first bytes tell."""

from __future__ import annotations

import codecs
import io
import lzma
import re
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO, cast

from corpus.errors import RecordError
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from _typeshed import WriteableBuffer

HEAD = 8192
"""Bytes looked at to tell a format; more than any header row of CSV or declaration of HTML needs."""

CHUNK = 1 << 16
"""Bytes read at once: one system call of the usual size, and the coarsest step of a progress bar."""

DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)
"""What reading a broken stream raises: disk errors and bad gzip checksums, a stream cut off, bad packed data, a bad
zip, a member packed with a method that the standard library does not know."""

LARGEST = 64 << 20
"""Bytes of one document, one line of JSONL or one row of CSV. The longest articles have 1 MiB, PDFs with pictures tens;
what is larger is no article, or packed so that it fills the memory."""

GZIP = b"\x1f\x8b"
WITH_GZIP_HEADER = 31
"""Window size by which zlib knows that a gzip header is expected (zlib manual, inflateInit2)."""
ZIP = b"PK\x03\x04"


class Format(StrEnum):
    """What can be imported; the value is the name a person writes."""

    TEXT = "txt"
    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    CSV = "csv"
    JSONL = "jsonl"


SUFFIXES = {
    ".txt": Format.TEXT,
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".pdf": Format.PDF,
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}


def too_large() -> RecordError:
    """Return the reason why a record beyond `LARGEST` is not read."""
    problem = Wording("it is larger than {number} MiB, which no article is", number=LARGEST >> 20)
    return RecordError(problem, Wording("Split it into one document per article."))


class Tap(io.RawIOBase):
    """A raw stream that gives some bytes back first, and reports how many have passed.

    Args:
        data: where the bytes come from; it is not closed here.
        head: bytes already taken from `data`.
        passed: told the number of bytes of each read.
    """

    def __init__(self, data: BinaryIO, head: bytes = b"", passed: Callable[[int], None] = lambda _: None) -> None:
        super().__init__()
        self._data = data
        self._head = head
        self._passed = passed

    def readable(self) -> bool:
        """Return True, as io asks before it buffers."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` as far as one read goes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        if self._head:
            chunk, self._head = self._head[: len(view)], self._head[len(view) :]
        else:
            chunk = self._data.read(len(view))
        view[: len(chunk)] = chunk
        self._passed(len(chunk))
        return len(chunk)


class Utf16(io.RawIOBase):
    """A raw stream of UTF-8 made from one of UTF-16 with its byte order mark.

    Half a pair or a lone surrogate becomes U+FFFD, so that one bad character costs one record, not the stream.
    """

    def __init__(self, data: BinaryIO) -> None:
        super().__init__()
        self._data = data
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._ready = b""

    def readable(self) -> bool:
        """Return True, as io asks before it buffers."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` with recoded bytes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        while not self._ready:
            chunk = self._data.read(CHUNK)
            self._ready = self._decoder.decode(chunk, final=not chunk).encode()
            if not chunk:
                break
        piece, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def _buffered(raw: io.RawIOBase) -> io.BufferedReader:
    return io.BufferedReader(raw, CHUNK)


class Gunzip(io.RawIOBase):
    """A raw stream that unpacks gzip (RFC 1952), and gives all that is whole before it reports what is damaged.

    The standard library's `GzipFile` loses up to a buffer of good records in front of the damage.
    """

    def __init__(self, data: BinaryIO) -> None:
        super().__init__()
        self._data = data
        self._packed = b""
        self._unpacker = zlib.decompressobj(WITH_GZIP_HEADER)

    def readable(self) -> bool:
        """Return True, as io asks before it buffers."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` with unpacked bytes; 0 at the end.

        Raises:
            EOFError: the stream is cut off.
            zlib.error: it is damaged.
        """
        view = memoryview(buffer).cast("B")
        piece = b""
        while not piece:
            if self._unpacker.eof:  # another member may follow, or the zeros of a tape's block
                self._packed = (self._unpacker.unused_data or self._data.read(CHUNK)).lstrip(b"\0")
                if not self._packed:
                    return 0
                self._unpacker = zlib.decompressobj(WITH_GZIP_HEADER)
            self._packed = self._packed or self._data.read(CHUNK)
            is_end = not self._packed
            piece = self._unpacker.decompress(self._packed, len(view))
            self._packed = self._unpacker.unconsumed_tail
            if is_end and not piece and not self._unpacker.eof:
                msg = "the packed data end too early"
                raise EOFError(msg)
        view[: len(piece)] = piece
        return len(piece)


@contextmanager
def document(
    opener: Callable[[], AbstractContextManager[BinaryIO]], passed: Callable[[int], None], *, recode: bool
) -> Iterator[io.BufferedReader]:
    """Open a stream for reading: unpacked if it is gzip, counted as it lies on disk.

    Args:
        opener: opens the bytes on disk.
        passed: told the number of bytes on disk of each read.
        recode: give UTF-8 without a byte order mark, from UTF-16 as well.
    """
    with ExitStack() as stack:
        disk = stack.enter_context(opener())
        stream = stack.enter_context(_buffered(Tap(disk, passed=passed)))
        # The first bytes decide, not the name: browsers unpack .gz on download, and servers pack what is not called so.
        if stream.peek(2)[:2] == GZIP:
            stream = stack.enter_context(_buffered(Gunzip(cast("BinaryIO", stream))))
        if recode:
            mark = stream.peek(3)[:3]
            if mark == codecs.BOM_UTF8:
                stream.read(3)
            elif mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                stream = stack.enter_context(_buffered(Utf16(cast("BinaryIO", stream))))
        yield stream


def unpacked_head(head: bytes) -> bytes:
    """Return the first bytes of what `head` holds: unpacked if it is gzip, UTF-8 if it is UTF-16, without its mark."""
    if head.startswith(GZIP):
        try:
            head = zlib.decompressobj(WITH_GZIP_HEADER).decompress(head, HEAD)
        except zlib.error:
            return b""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return codecs.getincrementaldecoder("utf-16")("ignore").decode(head).encode()
    return head.removeprefix(codecs.BOM_UTF8)


_FRONT_MATTER = re.compile(rb"---[ \t]*\r?\n\w[\w -]*:")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(head: bytes, fields: frozenset[str]) -> Format | None:
    """Tell the format from the first bytes (unpacked).

    Args:
        head: first bytes of the document.
        fields: names of known fields; a first line that holds two of them is the header of CSV.

    Returns:
        The format, or None for bytes that are no text and no PDF.
    """
    if head.lstrip().startswith(b"%PDF-"):
        return Format.PDF
    if _BINARY.search(head):
        return None
    text = head.lstrip()
    if text.startswith(b"{"):
        return Format.JSONL
    if text.startswith(b"<"):
        return Format.HTML
    if _FRONT_MATTER.match(text):
        return Format.MARKDOWN
    first = text.split(b"\n", 1)[0].decode("utf-8", "replace")
    cells = {cell.strip().strip('"').lower() for cell in re.split("[,;\t]", first)}
    return Format.CSV if len(cells & fields) > 1 else Format.TEXT
