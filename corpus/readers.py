"""Sources -> drafts: bytes of any known format become records, in order, one bad record never stopping the others."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from corpus.documents import decoded, from_html, from_markdown, from_page
from corpus.errors import RecordError
from corpus.fields import Fields, check
from corpus.languages import detect
from corpus.pdf import from_pdf
from corpus.records import BadRecord, Draft, GoodRecord, Place
from corpus.streams import CHUNK, DAMAGED, LARGEST, Format, too_large
from corpus.tables import rows
from corpus.wording import Wording, opened, sentences

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

    from corpus.sources import Source

    Raw = bytes | dict[str, object] | RecordError

LOGGER = logging.getLogger(__name__)


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
    for number, raw in islice(_raws(source), skip, None):
        yield _record(source, Place(source.name, number), raw)
    source.finish()


def _raws(source: Source) -> Iterator[tuple[int | None, Raw]]:
    """Cut a source into records that are not looked into yet: skipping costs no more than finding their ends."""
    if source.problem:
        yield None, RecordError(source.problem)
        return
    try:
        with source.open() as stream:
            match source.format:
                case Format.JSONL:
                    yield from _lines(stream)
                case Format.CSV:
                    yield from rows(stream)
                case _:
                    data = stream.read(LARGEST + 1)
                    yield None, data if len(data) <= LARGEST else too_large()
    except DAMAGED as error:
        LOGGER.info("%s breaks off", source.name, exc_info=True)
        seen = getattr(error, "strerror", None) or str(error) or type(error).__name__
        problem = Wording("it cannot be read any further ({error})", error=seen)
        yield None, RecordError(problem, Wording("Copy, download or pack it again."))


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, Raw]]:
    number = 0
    while line := stream.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST and not line.endswith(b"\n"):
            while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield number, too_large()
        elif not line.isspace():
            yield number, line


def _record(source: Source, place: Place, raw: Raw) -> GoodRecord | BadRecord:
    try:
        return GoodRecord(place, _draft(source, raw))
    except RecordError as error:
        reason = sentences(error.problem, error.fix)
    except Exception as error:
        # A page, a PDF or a number may be broken in a way that its library did not foresee. That is one record's
        # trouble: the reason names it, the log has the trace, and the import goes on.
        LOGGER.exception("%s could not be read", place)
        problem = Wording("it could not be read ({error})", error=f"{type(error).__name__}: {error}")
        reason = sentences(problem, Wording("Check that it opens elsewhere."))
    return BadRecord(place, opened(reason))


def _draft(source: Source, raw: Raw) -> Draft:
    if isinstance(raw, RecordError):
        raise raw
    match source.format:
        case Format.JSONL if isinstance(raw, bytes):
            draft = _from_fields(check(_json_object(raw)))
        case Format.CSV if isinstance(raw, dict):
            draft = _from_fields(check(raw))
        case _:
            assert isinstance(raw, bytes)
            draft = _document(source.format, raw)
            if source.url:
                draft = replace(draft, url=source.url)
    if not draft.text.strip():
        raise RecordError(Wording("it holds no text"), Wording("Leave it out, or give the text of the article."))
    return replace(draft, language=detect(draft.text))


def _document(form: Format | None, data: bytes) -> Draft:
    match form:
        case Format.PDF:
            return from_pdf(data)
        case Format.HTML:
            return from_html(decoded(data, html=True))
        case Format.MARKDOWN:
            return from_markdown(decoded(data))
        case _:
            return from_page(decoded(data))


def _json_object(line: bytes) -> dict[str, object]:
    whole = Wording("Each line must hold one whole JSON object.")
    try:
        value = json.loads(line.decode().strip())
    except UnicodeDecodeError as error:
        fix = Wording("Export it again with the encoding UTF-8.")
        raise RecordError(Wording("it is not UTF-8 text"), fix) from error
    except json.JSONDecodeError as error:
        known = {"error": error.msg, "at": error.pos + 1}
        raise RecordError(Wording("it is not valid JSON ({error} at character {at})", **known), whole) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets nested without end
        raise RecordError(Wording("it is not JSON that can be read ({error})", error=str(error)), whole) from error
    if not isinstance(value, dict):
        raise RecordError(Wording("it is JSON, but not an object with fields"), whole)
    return value


def _from_fields(fields: Fields) -> Draft:
    if fields.text is not None:
        page = Draft(text=fields.text)
    elif fields.html is not None:
        page = from_html(fields.html)
    else:
        fix = Wording('Give the article in the field "text", or a whole page in "html".')
        raise RecordError(Wording("it has no text"), fix)
    return replace(
        page,
        title=fields.title or page.title,
        key=fields.id,
        url=fields.url or page.url,
        publisher=fields.publisher or page.publisher,
        published=fields.date or page.published,
        author=fields.author or page.author,
    )
