"""Sources -> drafts: bytes of any known format become records, in order, one bad record never stopping the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.records import BadRecord, GoodRecord
    from corpus.sources import Source


def read(source: Source, *, skip: int = 0) -> Iterator[GoodRecord | BadRecord]:
    """Read the records of one source, in order, without holding more than one of them in memory.

    Never raises because of what a source holds or because it cannot be opened: that becomes a BadRecord. Closing the
    iterator closes the source. A source can be read again (from its start), except a pipe.

    Args:
        source: from `corpus.sources`; its `position` follows the reading.
        skip: number of records (good or bad) to pass over cheaply, as many as an interrupted import has already dealt
            with. This counts yielded records; it is not `Place.record`, which is the line of JSONL (blank lines count
            there) or the row of CSV.

    Yields:
        One record per line of JSONL that is not blank, per row of CSV, per document of any other format. A stream that
        breaks off (damaged gzip, disk error) ends with a BadRecord that says so.
    """
    raise NotImplementedError
