"""Reading: every format in every packing, in order, streaming, resumable, and never stopped by one bad record."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
import zipfile
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import readers
from corpus.readers import read
from corpus.records import BadRecord, Draft, GoodRecord, Place
from corpus.sources import Format, find, stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SENTENCE = "The council approved the plan for the harbour on Monday after a long debate."
OTHER = "Works at the quay begin in March, and the port stays open all the year."


def pdf(text: str) -> bytes:
    """Return a PDF of one page."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.multi_cell(0, 6, text)
    return bytes(document.output())


def results(data: bytes, name: str, **options: int) -> list[Draft | str]:
    """Read bytes as the file `name`; return drafts and reasons, in order."""
    (source,) = stream(io.BytesIO(data), name).sources
    return [record.draft if isinstance(record, GoodRecord) else record.reason for record in read(source, **options)]


def reasons(data: bytes, name: str) -> list[str]:
    """Return the reasons of bad records and the texts of good ones, in order."""
    return [result.text if isinstance(result, Draft) else result for result in results(data, name)]


DOCUMENTS = {
    "a.txt": SENTENCE.encode(),
    "a.md": SENTENCE.encode(),
    "a.html": f"<html><body><article><p>{SENTENCE}</p></article></body></html>".encode(),
    "a.pdf": pdf(SENTENCE),
    "a.csv": f"title,text\n,{SENTENCE}\n".encode(),
    "a.jsonl": json.dumps({"text": SENTENCE}).encode(),
    "a.ndjson": json.dumps({"text": SENTENCE}).encode(),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("packing", ["plain", "gz", "zip", "gz in zip", "stdin", "gz on stdin", "zip on stdin"])
def test_every_format_is_read_in_every_packing(tmp_path: Path, name: str, packing: str) -> None:
    """The same article comes out of each format, plain, in gzip, in a zip, and through a pipe, and all is consumed."""
    data = DOCUMENTS[name]
    if "gz" in packing:
        data, name = gzip.compress(data), f"{name}.gz"
    if "zip" in packing:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        data, name = buffer.getvalue(), "all.zip"
    path = tmp_path / name
    path.write_bytes(data)
    (source,) = find(["-" if "stdin" in packing else str(path)], stdin=io.BytesIO(data)).sources
    (record,) = read(source)
    assert isinstance(record, GoodRecord)
    assert (record.draft.text, record.draft.language) == (SENTENCE, "en")
    assert record.place.source == source.name
    assert source.size in {None, source.position}


def test_a_record_of_jsonl_arrives_whole() -> None:
    """All fields of a line reach the draft, and the place names its line."""
    fields = {
        "id": "a-1",
        "url": "https://harbour.example/a",
        "title": "Harbour plan",
        "publisher": "The Harbour Post",
        "date": "2024-06-24",
        "author": "Mina Okafor",
        "text": SENTENCE + "\r\n\r\n" + OTHER,
    }
    (source,) = stream(io.BytesIO(json.dumps(fields).encode()), "a.jsonl").sources
    assert list(read(source)) == [
        GoodRecord(
            Place("a.jsonl", 1),
            Draft(
                key="a-1",
                url="https://harbour.example/a",
                title="Harbour plan",
                publisher="The Harbour Post",
                published=date(2024, 6, 24),
                author="Mina Okafor",
                text=SENTENCE + "\n\n" + OTHER,
                language="en",
            ),
        )
    ]


BAD_LINES = [
    (b'{"text": "One."', "It is not valid JSON (Expecting ',' delimiter at character 16). Each line must hold"),
    (b"<p>", "It is not valid JSON (Expecting value at character 1). Each line must hold one whole JSON object."),
    (b'["One."]', "It is JSON, but not an object with fields."),
    (b"null", "It is JSON, but not an object with fields."),
    (b'{"title": "One"}', 'It has no text. Give the article in the field "text", or a whole page in "html".'),
    (b'{"text": "  "}', "It has no text."),
    (b'{"text": {"a": 1}}', "Its text is an object, where text is expected. Correct the field."),
    (b'{"text": "\xff\xfe"}', "It is not UTF-8 text. Export it again with the encoding UTF-8."),
    (b'{"text": "One.", "date": "01/02/2024"}', "The date '01/02/2024' can be read as two different days."),
    (b'{"text": "One.", "date": "31 June 2024"}', "The date '31 June 2024' is not one that can be read."),
    (b'{"text": "a\\ud800b"}', "It holds the character U+D800, which is no text."),
    (b'{"html": "<nav>Home</nav>"}', "There is no article on this page."),
    (b'{"id": ' + b"9" * 5000 + b"}", "It is not JSON that can be read"),
    (b"[" * 100_000, "It is not JSON that can be read"),
    (b"\x00", "It is not valid JSON"),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_bad_line_gives_its_reason_and_the_next_is_read(line: bytes, reason: str) -> None:
    """Each kind of bad line is one bad record with a sentence that says why, and costs nothing else."""
    first, second, third = reasons(b'{"text": "A."}\n' + line + b'\n{"text": "B."}\n', "a.jsonl")
    assert (first, third) == ("A.", "B.")
    assert second.startswith(reason)


def test_blank_lines_are_no_records_but_count_as_lines() -> None:
    """A blank line gives nothing; the place of the next record is its line, as an editor shows it."""
    (source,) = stream(io.BytesIO(b'\xef\xbb\xbf{"text": "A."}\r\n\n  \t\r\n{"text": "B."}'), "a.jsonl").sources
    assert [record.place for record in read(source)] == [Place("a.jsonl", 1), Place("a.jsonl", 4)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str, name: str) -> None:
    """Text in UTF-8 or UTF-16 with a byte order mark is read as what it is, in every text format."""
    accented = SENTENCE.replace("harbour", "hafenstraße")
    text = DOCUMENTS[name].decode().replace(SENTENCE, accented)
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    assert reasons((mark + text).encode(encoding), name) == [accented]


def test_a_line_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line beyond the limit is one bad record, is never held whole, and the next line is read."""
    monkeypatch.setattr(readers, "LARGEST", 1000)
    data = b'{"text": "A."}\n{"text": "' + b"x" * 200_000 + b'"}\n{"text": "B."}\n'
    first, second, third = reasons(data, "a.jsonl")
    assert (first, third) == ("A.", "B.")
    assert second.startswith("It is larger than 64 MiB")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.pdf"])
def test_a_document_too_large_is_not_read_whole(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A bomb of gzip is refused at the limit: what it would unpack to is never in memory."""
    monkeypatch.setattr(readers, "LARGEST", 1 << 20)
    bomb = gzip.compress(b"a" * (64 << 20), compresslevel=1)
    tracemalloc.start()
    try:
        (reason,) = reasons(bomb, f"{name}.gz")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert reason.startswith("It is larger than 64 MiB, which no article is. Split it")
    assert peak < 8 << 20


def write_big(path: Path, header: str, row: str, rows: int) -> None:
    """Write a gzip of many equal rows."""
    with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as out:
        out.write(header)
        for start in range(0, rows, 1000):
            out.writelines([row] * min(1000, rows - start))


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("big.jsonl.gz", "", json.dumps({"text": "x " * 1000}) + "\n"),
        ("big.csv.gz", "id,text\n", "1," + "x " * 1000 + "\n"),
    ],
)
@pytest.mark.parametrize("in_zip", [False, True])
def test_a_large_source_streams(tmp_path: Path, name: str, header: str, row: str, *, in_zip: bool) -> None:
    """20 MB of records pass through 2 MB of memory, packed or not, while the position grows towards the size."""
    write_big(tmp_path / name, header, row, 10_000)
    path = tmp_path / name
    if in_zip:
        path = tmp_path / "big.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(tmp_path / name, name)
    (source,) = find([str(path)]).sources
    records = read(source, skip=9_990)  # skipping reads all the same, and is quick
    tracemalloc.start()
    try:
        first = next(records)
        assert source.size is not None
        assert 0 < source.position <= source.size
        rest = list(records)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(first, GoodRecord)
    assert (first.place.record, len(rest)) == (9_991, 9)
    assert source.position == source.size
    assert peak < 2 << 20


def test_the_position_grows_with_the_records(tmp_path: Path) -> None:
    """In the middle of a file about half of its bytes are consumed."""
    path = tmp_path / "a.jsonl"
    path.write_bytes((json.dumps({"text": "x" * 1000}) + "\n").encode() * 2000)
    (source,) = find([str(path)]).sources
    positions = [source.position for _ in read(source)]
    assert source.size is not None
    assert positions == sorted(positions)
    assert 0.4 < positions[1000] / source.size < 0.6


LINES = st.sampled_from(
    ['{"text": "A."}', '{"text": "B."}', "", "  ", "nope", "[1]", '{"title": "x"}', '{"text": "C.", "date": "x"}']
)
ROWS = st.sampled_from(["1,A", '2,"B\nb"', "", "3", "4,C,extra", '5,"open', '6,"x"y', '"7","a ""b"" c"', "8,ö"])


@settings(deadline=None)
@given(st.lists(LINES, max_size=12), st.integers(0, 14))
def test_resuming_jsonl_gives_the_tail(lines: list[str], skip: int) -> None:
    """Passing over n records gives exactly what a full read gives behind its first n, bad records included."""
    data = "\n".join(lines).encode()
    assert results(data, "a.jsonl", skip=skip) == results(data, "a.jsonl")[skip:]


@settings(deadline=None)
@given(st.lists(ROWS, max_size=12), st.integers(0, 14))
def test_resuming_csv_gives_the_tail(rows: list[str], skip: int) -> None:
    """Passing over n rows gives the tail, although rows span lines and broken ones are read again."""
    data = "\n".join(["id,text", *rows]).encode()
    assert results(data, "a.csv", skip=skip) == results(data, "a.csv")[skip:]


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.pdf"])
def test_a_document_is_one_record_to_skip(name: str) -> None:
    """Passing over one record of a document leaves nothing."""
    assert results(DOCUMENTS[name], name, skip=1) == []


def test_a_gzip_cut_off_ends_with_a_bad_record(tmp_path: Path) -> None:
    """What was whole is read; then one bad record says that the file breaks off."""
    path = tmp_path / "a.jsonl.gz"
    whole = b"".join(
        json.dumps({"text": f"{number:06} {number * 7919 % 1_000_003}"}).encode() + b"\n" for number in range(5000)
    )
    data = gzip.compress(whole)
    path.write_bytes(data[: len(data) // 2])
    (source,) = find([str(path)]).sources
    records = list(read(source))
    assert len(records) > 1000
    assert all(isinstance(record, GoodRecord) for record in records[:-1])
    last = records[-1]
    assert isinstance(last, BadRecord)
    assert last.reason.startswith("It cannot be read any further (the packed data end too early)")
    assert list(read(source, skip=len(records))) == []


def test_a_file_that_vanished_is_a_bad_record(tmp_path: Path) -> None:
    """A file deleted between finding and reading does not stop the import."""
    (tmp_path / "a.txt").write_text(SENTENCE)
    (source,) = find([str(tmp_path)]).sources
    (tmp_path / "a.txt").unlink()
    assert [record.reason for record in read(source) if isinstance(record, BadRecord)] == [
        "It cannot be read any further (No such file or directory). Copy, download or pack it again."
    ]


def test_a_source_with_a_problem_is_one_bad_record(tmp_path: Path) -> None:
    """What the search could not open is reported in its place by the reading."""
    (tmp_path / "a.zip").write_bytes(b"no zip")
    (tmp_path / "b.txt").write_text(SENTENCE)
    first, second = (list(read(source)) for source in find([str(tmp_path)]).sources)
    assert first == [
        BadRecord(Place(str(tmp_path / "a.zip")), "It is no zip archive, or a broken one. Download or pack it again.")
    ]
    assert isinstance(second[0], GoodRecord)


def test_a_file_can_be_read_again_but_a_pipe_cannot(tmp_path: Path) -> None:
    """A second reading of a file gives the same; that of a pipe says why it gives nothing."""
    (tmp_path / "a.jsonl").write_text('{"text": "A."}\n')
    (source,) = find([str(tmp_path)]).sources
    assert list(read(source)) == list(read(source))
    (pipe,) = stream(io.BytesIO(b'{"text": "A."}\n'), "stdin").sources
    assert [type(record) for record in (*read(pipe), *read(pipe))] == [GoodRecord, BadRecord]


def test_closing_early_closes_the_file(tmp_path: Path) -> None:
    """A reader that is closed after one record leaves no open file behind (an open one would be a ResourceWarning)."""
    (tmp_path / "a.jsonl").write_text('{"text": "A."}\n' * 3)
    (source,) = find([str(tmp_path)]).sources
    with closing(read(source)) as records:  # type: ignore[type-var]
        next(records)


def test_the_address_of_a_fetched_page_is_its_url() -> None:
    """Where the bytes came from is a fact; what a page says of itself is not."""
    page = DOCUMENTS["a.html"].replace(
        b"<body>", b'<head><link rel="canonical" href="https://other.example/x"></head><body>'
    )
    (source,) = stream(io.BytesIO(page), "page", url="https://harbour.example/a").sources
    (record,) = read(source)
    assert isinstance(record, GoodRecord)
    assert record.draft.url == "https://harbour.example/a"


def test_fields_beside_html_go_before_what_the_page_says() -> None:
    """A record with a page takes its text from the page, and its title from the record."""
    line = json.dumps({"html": DOCUMENTS["a.html"].decode(), "title": "Mine", "id": 3})
    assert results(line.encode(), "a.jsonl") == [Draft(text=SENTENCE, title="Mine", key="3", language="en")]


def test_a_library_that_fails_costs_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a library raises over one page is the reason of that record, and the next is read."""

    def broken(_: str) -> Draft:
        raise ZeroDivisionError("odd page")

    monkeypatch.setattr(readers, "from_html", broken)
    first, second = reasons(b'{"html": "x"}\n{"text": "B."}\n', "a.jsonl")
    assert first == "It could not be read (ZeroDivisionError: odd page). Check that it opens elsewhere."
    assert second == "B."


@pytest.mark.parametrize("data", [b"", b" \n ", b"\xef\xbb\xbf"])
def test_an_empty_text_is_a_bad_record_but_empty_lines_are_none(data: bytes) -> None:
    """An empty file of text holds no text; an empty file of records holds no records."""
    assert reasons(data, "a.txt") == ["It holds no text. Leave it out, or give the text of the article."]
    assert reasons(data, "a.jsonl") == []
    assert reasons(data, "a.csv") == []


def table(rows: Iterable[Iterable[str]], delimiter: str) -> bytes:
    """Return rows as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('\n",;\t'), min_size=1)
    ),
    st.sampled_from(",;\t"),
)
@settings(deadline=None)
def test_csv_comes_back_as_it_was_written(texts: list[str], delimiter: str) -> None:
    """Whatever a text holds, quotation marks and line ends too, the reader gives it back, with each separator."""
    texts = [text for text in texts if text.strip()]
    drafts = results(table([["id", "text"], *(["1", text] for text in texts)], delimiter), "a.csv")
    want = json.loads(json.dumps(texts))
    got = [draft.text for draft in drafts if isinstance(draft, Draft)]
    assert got == [readers.check({"text": text}).text for text in want]


def iterated(records: Iterator[GoodRecord | BadRecord]) -> list[int | None]:
    """Return the numbers of records."""
    return [record.place.record for record in records]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "2,b,c",
            "It has 3 fields, but the header names 2. Put a field that holds the separator into quotation marks.",
        ),
        ('2,"open', "Its quotation marks or line ends are not those of CSV"),
        ('2,"a"b', "Its quotation marks or line ends are not those of CSV"),
        ("2,", "It has no text."),
        ("2,\udcff", "It is not UTF-8 text. Export it again with the encoding UTF-8."),
    ],
)
def test_a_bad_row_gives_its_reason_and_the_next_is_read(row: str, reason: str) -> None:
    """Each kind of bad row is one bad record; a mark that is never closed swallows no other row."""
    data = f'id,text\n1,A.\n{row}\n3,"C, ""c""\nc."\n4,D.\n'.encode("utf-8", "surrogateescape")
    first, second, third, fourth = reasons(data, "a.csv")
    assert (first, third, fourth) == ("A.", 'C, "c"\nc.', "D.")
    assert second.startswith(reason)


def test_rows_are_numbered_from_behind_the_header() -> None:
    """The first row behind the header is 1; empty lines are no rows; a row may leave out its last fields."""
    (source,) = stream(io.BytesIO(b"text,title\nA.,x\n\nB.\n"), "a.csv").sources
    assert iterated(read(source)) == [1, 2]


def test_a_mark_open_to_the_limit_swallows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that grows beyond the limit is given up, and the lines it had taken are read as rows."""
    monkeypatch.setattr("corpus.tables.LARGEST", 500)
    data = b'text\n"open\n' + b"".join(b"row %d.\n" % number for number in range(200))
    first, *others = reasons(data, "a.csv")
    assert first.startswith("It is larger than")
    assert others == [f"row {number}." for number in range(200)]


def test_a_spreadsheet_may_name_its_separator() -> None:
    """Excel's line `sep=;` in front of the header is understood, and a long text is no error."""
    assert reasons(b"sep=;\r\nid;text\r\n1;" + b"x" * 200_000 + b"\r\n", "a.csv") == ["x" * 200_000]


def test_a_header_without_a_text_is_told_once() -> None:
    """A table without a column for the text is one bad record, not one per row."""
    (reason,) = reasons(b"a,b\n1,2\n3,4\n", "a.csv")
    assert reason == (
        "Its first line names no column for the text. Give the columns names in the first line, out of: "
        "id, url, title, publisher, date, author, text, html."
    )


def test_a_stated_format_is_used(tmp_path: Path) -> None:
    """A file of records called .txt is read as records when told so."""
    (tmp_path / "a.txt").write_text('{"text": "A."}\n{"text": "B."}\n')
    (source,) = find([str(tmp_path / "a.txt")], form=Format.JSONL).sources
    assert len(list(read(source))) == 2
