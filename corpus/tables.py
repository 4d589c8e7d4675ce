"""CSV -> rows by field name, streaming, and finding its feet again behind a row that is broken."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from corpus.errors import RecordError
from corpus.fields import NAMES, SYNONYMS
from corpus.streams import CHUNK, LARGEST, too_large
from corpus.wording import Wording

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

DELIMITERS = (",", ";", "\t")
"""What separates fields: the comma, what spreadsheets write where the comma is the decimal mark, and the tab."""

_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_ESCAPED = re.compile("[\udc80-\udcff]")
_TEXTS = frozenset(SYNONYMS["text"] + SYNONYMS["html"])


class _TooLargeError(Exception):
    """A row or a line has grown beyond what an article can have."""


class _Lines:
    """The lines of a stream, which can go back to the second line of the row that is being read.

    An opening quotation mark without its closing one swallows every row up to the next mark. When that shows, only the
    first line of what was swallowed is bad, and the rest is read again. Each line is read again at most once, because
    the marks behind it pair up then.
    """

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream
        self._again: list[str] = []
        self._row: list[str] = []
        self._length = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._fresh()
        if not line:
            raise StopIteration
        self._row.append(line)
        self._length += len(line)
        if self._length > LARGEST:
            raise _TooLargeError
        return line

    def _fresh(self) -> str:
        line = self._stream.readline(LARGEST + 1)
        if len(line) > LARGEST and not line.endswith(b"\n"):
            while (rest := self._stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                pass
        # A byte that is no UTF-8 is carried along as half a surrogate, so that it spoils its own row only.
        return line.decode("utf-8", "surrogateescape")

    def start_row(self) -> None:
        """Forget the lines of the row before."""
        self._row.clear()
        self._length = 0

    def back_to_second(self) -> None:
        """Give all lines of the row but its first again."""
        self._again += reversed(self._row[1:])
        self.start_row()


def rows(stream: io.BufferedReader) -> Iterator[tuple[int | None, dict[str, object] | RecordError]]:
    """Read CSV with a header row (RFC 4180; comma, semicolon or tab; quoted fields over several lines).

    Args:
        stream: UTF-8 without a byte order mark.

    Yields:
        Number of the row, from 1 behind the header, and its values by the header's names, or why it cannot be read.
        Empty lines are no rows. A header that cannot be used is the one thing yielded, without a number.
    """
    csv.field_size_limit(LARGEST)  # of the whole process; the default, 128 KiB, is less than a long article has
    lines = _Lines(stream)
    try:
        delimiter, header = _header(lines)
    except (_TooLargeError, csv.Error):
        header, delimiter = [], ","
    if not header:
        return
    if not _TEXTS & set(header):
        known = ", ".join(names[0] for names in SYNONYMS.values())
        problem = Wording("its first line names no column for the text")
        fix = Wording("Give the columns names in the first line, out of: {known}.", known=known)
        yield None, RecordError(problem, fix)
        return
    number = 0
    while True:
        lines.start_row()
        try:
            row = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
        except _TooLargeError:
            values: dict[str, object] | RecordError = too_large()
            lines.back_to_second()
        except csv.Error as error:
            values = RecordError(
                Wording("its quotation marks or line ends are not those of CSV ({error})", error=str(error)),
                Wording("Put a field that holds them into quotation marks, and double the marks inside."),
            )
            lines.back_to_second()
        else:
            if row is None:
                return
            if not row:
                continue
            values = _values(header, row)
        number += 1
        yield number, values


def _header(lines: _Lines) -> tuple[str, list[str]]:
    """Return the delimiter and the names (lower case); no names for an empty stream."""
    first = next((line for line in lines if line.strip()), "")
    if stated := _SEPARATOR_LINE.fullmatch(first):  # Excel's own line in front of the header
        return stated[1], _cells(next(lines, ""), stated[1])
    read = [(delimiter, _cells(first, delimiter)) for delimiter in DELIMITERS]
    return max(read, key=lambda pair: len(NAMES & set(pair[1])))


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip().lower() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _values(header: list[str], row: list[str]) -> dict[str, object] | RecordError:
    if any(cell.strip() for cell in row[len(header) :]):
        known = {"number": len(row), "named": len(header)}
        problem = Wording("it has {number} fields, but the header names {named}", **known)
        return RecordError(problem, Wording("Put a field that holds the separator into quotation marks."))
    if any(_ESCAPED.search(cell) for cell in row):
        return RecordError(Wording("it is not UTF-8 text"), Wording("Export it again with the encoding UTF-8."))
    return dict(zip(header, row, strict=False))  # a row may leave out its last fields
