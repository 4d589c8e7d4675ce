"""Arguments of an import: what is found, in which order, and what is said where nothing can be."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from corpus.errors import SourceError, UnknownFormatError
from corpus.sources import Format, Found, find, stream

if TYPE_CHECKING:
    from pathlib import Path

RECORD = b'{"text": "One."}\n'


def names(found: Found, folder: Path) -> list[str]:
    """Return the sources' names, relative to `folder`."""
    return [os.path.relpath(source.name, folder) for source in found.sources]


def make(folder: Path, *paths: str) -> None:
    """Write files, each of which holds one record."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(RECORD)


def packed(members: dict[str, bytes]) -> bytes:
    """Return a zip of `members`, in order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.txt", Format.TEXT),
        ("a.md", Format.MARKDOWN),
        ("a.html", Format.HTML),
        ("a.HTM", Format.HTML),
        ("a.pdf", Format.PDF),
        ("a.csv", Format.CSV),
        ("a.jsonl", Format.JSONL),
        ("a.ndjson", Format.JSONL),
        ("a.b.jsonl.gz", Format.JSONL),
        ("A.TXT.GZ", Format.TEXT),
    ],
)
def test_the_suffix_tells_the_format(tmp_path: Path, name: str, form: Format) -> None:
    """Each suffix is its format, in any case, also with .gz behind it; the size is that of the file."""
    make(tmp_path, name)
    (source,) = find([str(tmp_path / name)]).sources
    assert (source.format, source.size, source.position) == (form, len(RECORD), 0)


def test_a_folder_is_searched_in_order(tmp_path: Path) -> None:
    """A folder gives its files to any depth, sorted by name; hidden ones are passed over, unknown ones are told."""
    make(tmp_path, "b.txt", "a/z.jsonl", "a/k/m.csv", ".hidden.txt", ".git/x.txt", "c.docx", "B.md", "a/Thumbs.db")
    found = find([str(tmp_path)])
    assert names(found, tmp_path) == ["B.md", "a/k/m.csv", "a/z.jsonl", "b.txt"]
    assert [os.path.relpath(path, tmp_path) for path in found.ignored] == ["a/Thumbs.db", "c.docx"]
    assert found.size == 4 * len(RECORD)


def test_a_glob_is_searched_in_order(tmp_path: Path) -> None:
    """A quoted glob works as in a shell, and `**` reaches any depth; nothing is read twice."""
    make(tmp_path, "b.txt", "a/z.txt", "a/k/m.txt", "a/n.jsonl", "x.docx")
    assert names(find([str(tmp_path / "**" / "*.txt")]), tmp_path) == ["a/k/m.txt", "a/z.txt", "b.txt"]
    assert names(find([str(tmp_path / "a" / "[n-z].*")]), tmp_path) == ["a/n.jsonl", "a/z.txt"]
    assert len(find([str(tmp_path / "**"), str(tmp_path), str(tmp_path / "b.txt")]).sources) == 4


def test_a_file_named_like_a_glob_is_a_file(tmp_path: Path) -> None:
    """Brackets in the name of a file that exists are no pattern."""
    make(tmp_path, "a[1].txt")
    assert names(find([str(tmp_path / "a[1].txt")]), tmp_path) == ["a[1].txt"]


def test_arguments_keep_their_order(tmp_path: Path) -> None:
    """Sources come in the order of the arguments, not of their names."""
    make(tmp_path, "b.txt", "a.txt")
    assert names(find([str(tmp_path / "b.txt"), str(tmp_path / "a.txt")]), tmp_path) == ["b.txt", "a.txt"]


def test_a_link_that_leads_upwards_ends(tmp_path: Path) -> None:
    """A folder that contains a link to itself is searched once."""
    make(tmp_path, "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert names(find([str(tmp_path)]), tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    ("argument", "error", "problem"),
    [
        ("missing.txt", SourceError, "there is no such file or folder"),
        ("empty", SourceError, "the folder holds nothing that can be imported"),
        ("*.pdf", SourceError, "no file that can be imported matches"),
        ("a.docx", UnknownFormatError, ".docx is not a format that can be imported"),
        ("a.json.gz", UnknownFormatError, "is not a format that can be imported"),
        ("LICENSE", UnknownFormatError, "its name has no suffix that tells its format"),
        ("broken.zip", SourceError, "it is no zip archive, or a broken one"),
        ("cut.zip", SourceError, "the zip archive cannot be read"),
        ("-", SourceError, "there is no standard input here"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_a_fix(
    tmp_path: Path, argument: str, error: type[SourceError], problem: str
) -> None:
    """What a person names by itself must be readable; the error names it, the problem and what to do."""
    make(tmp_path, "a.docx", "a.json.gz", "LICENSE", "broken.zip")
    (tmp_path / "empty").mkdir()
    (tmp_path / "cut.zip").write_bytes(packed({"a.txt": RECORD})[:-30])
    with pytest.raises(error) as caught:
        find(["-" if argument == "-" else str(tmp_path / argument)])
    assert problem in caught.value.problem
    assert caught.value.fix
    assert argument in caught.value.source


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    """A file without permission to read is named as such."""
    make(tmp_path, "a.txt")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(SourceError, match="it cannot be read"):
        find([str(tmp_path / "a.txt")])


def test_a_broken_archive_in_a_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    """In a folder a broken file becomes a source with a problem, in its place."""
    make(tmp_path, "a.txt", "b.zip", "c.txt")
    found = find([str(tmp_path)])
    assert names(found, tmp_path) == ["a.txt", "b.zip", "c.txt"]
    assert found.sources[1].problem == "it is no zip archive, or a broken one. Download or pack it again."


def test_members_of_a_zip_are_sources_in_order(tmp_path: Path) -> None:
    """Each member is a source of its own; what cannot be read is reported in its place; hidden ones are passed over."""
    inner = packed({"x.txt": RECORD})
    members = {
        "b.jsonl": RECORD,
        "a/c.txt.gz": gzip.compress(b"x"),
        "d.zip": inner,
        "e.png": b"x",
        "__MACOSX/b.txt": b"x",
    }
    (tmp_path / "all.zip").write_bytes(packed(members))
    found = find([str(tmp_path / "all.zip")])
    assert names(found, tmp_path) == ["all.zip!b.jsonl", "all.zip!a/c.txt.gz", "all.zip!d.zip", "all.zip!e.png"]
    assert [source.format for source in found.sources] == [Format.JSONL, Format.TEXT, None, None]
    assert "archive inside an archive" in found.sources[2].problem
    assert ".png is not a format" in found.sources[3].problem


def test_an_encrypted_member_says_so() -> None:
    """A member with a password is a source with that problem."""
    data = bytearray(packed({"a.txt": RECORD}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # APPNOTE.TXT 4.3.7 and 4.3.12
        data[data.index(mark) + flags] |= 1
    (source,) = stream(io.BytesIO(bytes(data)), "up.zip").sources
    assert "protected with a password" in source.problem


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b'{"text": "One."}\n', Format.JSONL),
        (b'\xef\xbb\xbf \n{"text": "One."}', Format.JSONL),
        ('{"text": "One."}'.encode("utf-16"), Format.JSONL),
        (b"<!doctype html><p>One.", Format.HTML),
        (b"\n<html>", Format.HTML),
        (b"%PDF-1.7\n%\xe2\xe3", Format.PDF),
        (b"title,text\nA,B\n", Format.CSV),
        (b'"Title";"Text"\r\n', Format.CSV),
        (b"date\ttext\tx\n", Format.CSV),
        (b"---\ntitle: A\n---\n", Format.MARKDOWN),
        (b"The text, of a title\n", Format.TEXT),
        (b"", Format.TEXT),
        ("Größe".encode("cp1252"), Format.TEXT),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_the_first_bytes_tell_the_format_of_a_pipe(data: bytes, form: Format, *, is_packed: bool) -> None:
    """Standard input needs no name: its first bytes tell what it is, also inside gzip; its size is unknown."""
    found = find(["-"], stdin=io.BytesIO(gzip.compress(data) if is_packed else data))
    assert [(source.name, source.format, source.size) for source in found.sources] == [("stdin", form, None)]
    assert found.size is None


def test_bytes_of_no_known_kind_are_refused() -> None:
    """A picture on standard input is an error that lists what can be imported."""
    with pytest.raises(UnknownFormatError, match="neither text nor PDF") as caught:
        find(["-"], stdin=io.BytesIO(b"\x89PNG\r\n\x1a\n\x00\x00"))
    assert ".jsonl" in caught.value.fix


def test_a_zip_may_come_through_a_pipe() -> None:
    """A zip on standard input gives its members, although a pipe cannot seek."""
    found = find(["-"], stdin=io.BytesIO(packed({"a.txt": RECORD, "b.txt": RECORD})))
    assert [source.name for source in found.sources] == ["stdin!a.txt", "stdin!b.txt"]


def test_the_name_of_a_stream_tells_its_format() -> None:
    """An upload called .md is Markdown whatever it starts with, and a stated format goes before the name."""
    assert stream(io.BytesIO(b"One."), "a.md").sources[0].format is Format.MARKDOWN
    assert stream(io.BytesIO(b"One."), "a.md", form=Format.HTML).sources[0].format is Format.HTML


def test_a_stated_format_goes_before_every_name(tmp_path: Path) -> None:
    """With a stated format any file is read, whatever its suffix."""
    make(tmp_path, "a.export", "b.txt")
    found = find([str(tmp_path / "a.export"), str(tmp_path)], form=Format.JSONL)
    assert [source.format for source in found.sources] == [Format.JSONL, Format.JSONL]
