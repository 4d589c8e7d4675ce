"""One document that is one article -> draft: a pasted page, Markdown, HTML."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from corpus.cleaning import INVISIBLE, clean, is_sentence
from corpus.dates import parse_day
from corpus.errors import RecordError
from corpus.fields import Fields, check, line
from corpus.languages import detect
from corpus.pages import byline, read_page
from corpus.records import Draft
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from lxml.etree import _Element  # type: ignore[import-untyped]
    from markdown_it.tree import SyntaxTreeNode

WESTERN = frozenset(
    {None, "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "no", "nb", "nn", "fi", "is", "ca", "gl"}
)
"""Languages that Windows-1252 covers; None is a text too short to tell."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?P<lines>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)(?P<body>.*)", re.DOTALL)
_FIELD = re.compile(r"(?P<name>\w[\w -]*?)\s*:(?:\s+(?P<value>.*))?")

_BREAK = "\x1e"
_BLANKS = re.compile(r"[ \t\r\n]+")
_BLOCKS = frozenset({"p", "head", "item", "quote", "list", "code", "row", "cell", "table", "div", "ab", "figure"})
"""Elements of trafilatura's tree that stand apart from their neighbours."""


_WIDER = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
"""Declared encoding -> the larger one that is meant by it on the web (WHATWG Encoding Standard)."""


def decoded(data: bytes, *, html: bool = False, charset: str | None = None) -> str:
    """Turn the bytes of a document into text.

    UTF-8 first; then what is declared; then what charset-normalizer takes it for. That cannot tell one Latin code
    page from another by a few accents (it reads "naïve" as "naďve"), so a Western language is read as Windows-1252.

    Args:
        data: the bytes.
        html: whether the document is a page, which may declare its encoding.
        charset: encoding that the site declares, which goes before what the page declares.

    Raises:
        RecordError: the bytes are no text in any encoding.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        found = _META_CHARSET.search(data, 0, 4096) if html else None  # HTML wants it within the first 1024 bytes
        declared = _declared(data, charset) or _declared(data, found[1].decode() if found else None)
        text = declared or _guessed(data)
    if "\x00" in text:
        fix = Wording("Check that it is the kind of file that its name says.")
        raise RecordError(Wording("it holds bytes that are no text"), fix)
    return text


def _declared(data: bytes, charset: str | None) -> str:
    name = (charset or "").lower()
    try:
        return data.decode(_WIDER.get(name, name)) if name else ""
    except (LookupError, UnicodeError):  # an encoding that does not exist, or not the one it is in
        return ""


def _guessed(data: bytes) -> str:
    import charset_normalizer  # noqa: PLC0415  # needed by few documents; 0.03 s

    guess = charset_normalizer.from_bytes(data).best()
    if guess is None:
        raise RecordError(Wording("its text is in no encoding that can be told"), Wording("Save it as UTF-8."))
    text = str(guess)
    try:
        western = data.decode("cp1252")
    except UnicodeDecodeError:
        return text
    letters = [char for char in western if char.isalpha()]
    is_latin = 5 * sum(char.isascii() for char in letters) > 4 * len(letters)  # other scripts come out as accents only
    return western if is_latin and detect(text) in WESTERN else text


def from_page(text: str) -> Draft:
    """Read a plain text: a news page as people paste it, or an article with or without its headline."""
    page = read_page(text)
    return Draft(text=page.text, title=page.title, url=page.url, author=page.author, published=page.published)


def from_markdown(text: str) -> Draft:
    """Read Markdown: front matter, the first heading as title if the front matter has none, and the text without marks.

    Raises:
        RecordError: a field of the front matter cannot be read.
    """
    fields, body = _front_matter(text.replace("\r\n", "\n"))
    paragraphs = list(_rendered(body))
    title = fields.title
    if paragraphs and paragraphs[0][0] and (title is None or line(paragraphs[0][1]) == title):
        title = line(paragraphs.pop(0)[1])
    return Draft(
        text=unicodedata.normalize("NFC", "\n\n".join(paragraph for _, paragraph in paragraphs).translate(INVISIBLE)),
        title=title or "",
        key=fields.id,
        url=fields.url,
        publisher=fields.publisher,
        published=fields.date,
        author=fields.author,
    )


def _front_matter(text: str) -> tuple[Fields, str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        return Fields(), text
    values: dict[str, object] = {}
    for row in match["lines"].split("\n"):
        if field := _FIELD.fullmatch(row.rstrip()):  # lists and comments are passed over: no field of ours has them
            values[field["name"]] = _unquoted(field["value"] or "")
    return check({name: value for name, value in values.items() if name.lower() not in {"text", "html"}}), match["body"]


def _unquoted(value: str) -> object:
    value = value.strip()
    if value.startswith("[") and value.endswith("]"):
        return [_unquoted(item) for item in value[1:-1].split(",")]
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _rendered(body: str) -> Iterator[tuple[bool, str]]:
    """Give the paragraphs of Markdown without its marks, and whether each is a heading of the first level."""
    # 0.07 s to import, needed for Markdown only.
    from markdown_it import MarkdownIt  # noqa: PLC0415
    from markdown_it.tree import SyntaxTreeNode  # noqa: PLC0415

    for node in SyntaxTreeNode(MarkdownIt("commonmark").parse(body)).walk():
        if node.type == "inline":
            text = "\n".join(part.strip() for part in _plain(node).split("\n")).strip()
            if text:
                yield node.parent is not None and node.parent.tag == "h1", text
        elif node.type in {"fence", "code_block"} and node.content.strip():
            yield False, node.content.rstrip()


def _plain(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image" | "html_inline":  # the description of a picture is not said in the article
            return ""
        case _:
            return "".join(map(_plain, node.children))


def from_html(page: str) -> Draft:
    """Read a web page: its article's paragraphs, without comments, tables and navigation.

    Raises:
        RecordError: there is no article on the page.
    """
    # 0.3 s to import, needed for HTML only.
    from trafilatura import bare_extraction  # noqa: PLC0415

    found = bare_extraction(
        page,
        with_metadata=True,
        output_format="python",
        include_comments=False,
        include_tables=False,
        # Not the extensive search: it takes any date in the page for the article's, and no date is better than that.
        date_extraction_params={"original_date": True, "extensive_search": False, "min_date": "1900-01-01"},
    )
    assert not isinstance(found, dict)  # that needs another option
    lines = clean("\n\n".join(_paragraphs(found.body))).split("\n\n") if found and found.body is not None else []
    if found is None or not any(map(is_sentence, lines)):
        fix = Wording("Open it in a browser and paste the text instead.")
        raise RecordError(Wording("there is no article on this page"), fix)
    about = found.as_dict()
    title = line(about.get("title") or "")
    author = ", ".join(name.strip() for name in (about.get("author") or "").split(";"))
    return Draft(
        text="\n\n".join(paragraph for at, paragraph in enumerate(lines) if at > 1 or not _is_top(paragraph, title)),
        title=title,
        url=about.get("url") or None,
        publisher=about.get("sitename") or about.get("hostname") or None,
        published=_day(about.get("date")),
        author=author or None,
    )


def _is_top(paragraph: str, title: str) -> bool:
    return line(paragraph) == title or byline(paragraph) is not None


def _day(text: str | None) -> date | None:
    try:
        return parse_day(text) if text else None
    except RecordError:  # what a page says of itself by mistake is no reason to refuse its article
        return None


def _paragraphs(body: _Element) -> Iterator[str]:
    """Give the text of trafilatura's tree, one piece per block; line breaks inside a block stay."""
    from lxml.etree import iterwalk  # noqa: PLC0415  # comes with trafilatura, which is imported with the first page

    pieces: list[str] = []

    def flushed() -> Iterator[str]:
        text = "\n".join(_BLANKS.sub(" ", part).strip(" ") for part in "".join(pieces).split(_BREAK))
        pieces.clear()
        if text.strip():
            yield text.strip("\n")

    for event, element in iterwalk(body, events=("start", "end")):
        if element.tag in _BLOCKS:
            yield from flushed()
        if event == "start":
            pieces.append(_BREAK if element.tag == "lb" else "")
            pieces.append(element.text or "")
        elif element is not body:
            pieces.append(element.tail or "")
    yield from flushed()
