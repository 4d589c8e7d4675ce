"""PDF -> draft: lines of pages back into the paragraphs they were set from."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.cleaning import is_headline
from corpus.errors import RecordError
from corpus.fields import line as one_line
from corpus.pages import byline, read_page
from corpus.records import Draft
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pypdfium2 import PdfDocument

MOST_PAGES = 500
"""Pages of one article; a longer file is a book or an archive, not an article."""

DIVIDED = "\ufffe\x02"
"""What PDFium puts, in place of hyphen and line end, where a line ends with a hyphen."""

SELF_STANDING = frozenset(
    {
        "self",
        "non",
        "anti",
        "ex",
        "co",
        "pre",
        "post",
        "semi",
        "cross",
        "well",
        "half",
        "mid",
        "all",
        "vice",
        "pro",
        "multi",
    }
)
"""First parts after which a hyphen at the end of a line was most likely the word's own ("self-defense")."""

SAME_HEIGHT = 3.0
"""Points within which two lines stand at the same height of their pages."""

RIM = 2
"""Lines at the top and the bottom of a page among which headers, footers and page numbers are looked for."""

FULL = 0.75
"""Share of the longest lines' length below which a line that ends like a sentence ends its paragraph."""

WIDE = 1.3
"""Distance of two lines, in that of most lines, from which they belong to different paragraphs."""

OTHER_SIZE = 0.15
"""Relative difference in the size of the letters from which two lines belong to different paragraphs (a headline)."""

INDENT = 0.8
"""Indent of a paragraph's first line, in heights of a letter."""

_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|s\.|pagina|página)?\s*[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:/|of|von|de|di)\s*\d{1,4})?"
)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?…。][\"'”’»)\]]*$")
_HYPHEN = re.compile(r"(?P<part>[^\W\d_]+)[-\u2010]$")
_LINE_END = re.compile("\r?\n|[\ufffe\x02]")
_NO_TITLE = re.compile(
    r"untitled|microsoft word|\.(?:docx?|indd|pdf|odt|rtf|qxd|pages)$|^document\s*\d*$", re.IGNORECASE
)


def from_pdf(data: bytes) -> Draft:
    """Read a PDF as one article.

    Returns:
        Draft with the title from the metadata, where it is one, else from the first lines, as author and date are.

    Raises:
        RecordError: it is encrypted or broken, has no text (scanned pages), or too many pages.
    """
    # 0.1 s to import, needed for PDF only.
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise RecordError(Wording("the PDF is encrypted"), Wording("Save it without a password.")) from error
        raise RecordError(Wording("the PDF is broken, or no PDF at all"), Wording("Download it again.")) from error
    with document:
        if len(document) > MOST_PAGES:
            problem = Wording("the PDF has {number} pages, which no article has", number=len(document))
            raise RecordError(problem, Wording("Import one PDF per article."))
        pages = [list(_lines(document, number)) for number in range(len(document))]
        about = document.get_metadata_dict()
    if not any(pages):
        problem = Wording("the PDF has no text, only pictures of pages")
        raise RecordError(problem, Wording("Run it through text recognition (OCR) first."))
    page = read_page("\n\n".join(_paragraphs(list(_without_rims(pages)))))
    title = one_line("".join(char for char in about.get("Title", "") if char.isprintable()))
    if _NO_TITLE.search(title) or not is_headline(title):
        title = page.title
    elif page.title.startswith(title) or title.startswith(page.title or title):
        title = max(title, page.title, key=len)
        page = replace(page, title=title)
    # Not the metadata's date: it is that of the file, which may have been printed years after the article was.
    text = page.text if title == page.title or not page.title else f"{page.title}\n\n{page.text}"
    return Draft(text=text, title=title, author=page.author, published=page.published)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as it stands on the page; lengths in points, `bottom` upwards from the foot of the page."""

    text: str
    left: float
    bottom: float
    height: float


def _lines(document: PdfDocument, number: int) -> Iterator[_Line]:
    page = document[number]
    text_page = page.get_textpage()
    at, last = 0, text_page.count_chars() - 1
    for ending in (*_LINE_END.finditer(text := text_page.get_text_range()), None):
        line = text[at : ending.start() if ending else len(text)]
        if line.strip():
            first = min(last, at + len(line) - len(line.lstrip()))
            left, bottom, _, top = text_page.get_charbox(first, loose=True)
            is_divided = ending is not None and ending[0] in DIVIDED
            yield _Line(line.strip() + "-" * is_divided, left, bottom, top - bottom)
        at = ending.end() if ending else at
    text_page.close()
    page.close()


def _without_rims(pages: list[list[_Line]]) -> Iterator[list[_Line]]:
    """Drop page numbers, and lines that come again at the top or the bottom of half of the pages."""
    seen = Counter(
        shape
        for page in pages
        for shape in {_shape(line) for line in (*page[:RIM], *page[max(RIM, len(page) - RIM) :])}
    )
    repeated = {shape for shape, count in seen.items() if count > 1 and 2 * count >= len(pages)}
    for page in pages:
        yield [
            line
            for at, line in enumerate(page)
            if RIM <= at < len(page) - RIM
            or not (_PAGE_NUMBER.fullmatch(line.text.lower()) or _shape(line) in repeated)
        ]


def _shape(line: _Line) -> tuple[str, int]:
    """Return what a line has in common with its like on other pages: its words but for numbers, and its height."""
    return _DIGITS.sub("#", line.text), round(line.bottom / SAME_HEIGHT)


def _paragraphs(pages: Iterable[list[_Line]]) -> Iterator[str]:
    """Join lines into paragraphs by their distance in heights of a letter, their size, indents and short last lines."""
    lines = [line for page in pages for line in page]
    text = " ".join(line.text for line in lines).lower()
    lengths = sorted(len(line.text) for line in lines)
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    steps = [
        (before.bottom - line.bottom) / line.height for before, line in pairwise(lines) if before.bottom > line.bottom
    ]
    step = statistics.median_low(steps) if steps else 0.0
    paragraph = ""
    for before, line in pairwise([None, *lines]):
        if before and line and not _is_break(before, line, step, usual):
            paragraph = _joined(paragraph, line.text, text)
        elif line:
            if paragraph:
                yield paragraph
            paragraph = line.text
    if paragraph:
        yield paragraph


def _is_break(before: _Line, line: _Line, step: float, usual: float) -> bool:
    if abs(before.height - line.height) > OTHER_SIZE * max(before.height, line.height):
        return True
    if before.bottom - line.bottom > WIDE * step * line.height or byline(before.text):
        return True
    if not _SENTENCE_END.search(before.text):
        return False
    is_indented = before.bottom - line.bottom > 0 and line.left - before.left > INDENT * line.height
    return is_indented or len(before.text) < FULL * usual


def _joined(paragraph: str, line: str, text: str) -> str:
    """Join a line to the paragraph before it; a word that was divided is put together.

    Whether a hyphen belongs to the word ("self-defense") shows elsewhere in the document, else from its first part.
    """
    if paragraph.endswith("\u00ad"):  # a soft hyphen is never the word's own
        return paragraph[:-1] + line
    divided = _HYPHEN.search(paragraph)
    rest = re.match(r"[^\W\d_]+", line)
    if not divided or not rest:
        return f"{paragraph} {line}"
    part, end = divided["part"].lower(), rest[0].lower()
    is_own = f"{part}-{end}" in text or (f"{part}{end}" not in text and part in SELF_STANDING)
    return paragraph + line if is_own or not rest[0][0].islower() else paragraph[:-1] + line
