"""PDF: lines become paragraphs again, what repeats on every page goes, and what cannot be read says why."""

from __future__ import annotations

import pytest
from fpdf import FPDF

from corpus.errors import RecordError
from corpus.pdf import from_pdf

TITLE = "Harbour plan approved after a long debate in the town hall of the old port city"
PARAGRAPHS = [
    f"Paragraph {number}: the council approved the harbour plan on Monday after a long debate, said the mayor. The "
    f"works will begin in March, and the port remains open all year, which is what {number} boat yards had hoped for."
    for number in range(14)
]


class Paper(FPDF):
    """A paper with a header and a page number on every page."""

    def header(self) -> None:
        """Print the name of the paper."""
        self.set_font("Helvetica", size=8)
        self.cell(0, 8, "The Harbour Post - Monday edition", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        """Print the number of the page."""
        self.set_y(-15)
        self.set_font("Helvetica", size=8)
        self.cell(0, 8, f"Page {self.page_no()} of 2")


def paper(title: str = "") -> bytes:
    """Return an article of two pages."""
    document = Paper()
    document.set_title(title)
    document.add_page()
    document.set_font("Helvetica", size=18)
    document.multi_cell(0, 9, TITLE, new_x="LMARGIN", new_y="NEXT")
    document.set_font("Helvetica", size=11)
    document.multi_cell(0, 9, "By Mina Okafor", new_x="LMARGIN", new_y="NEXT")
    for paragraph in PARAGRAPHS:
        document.set_font("Helvetica", size=12)
        document.multi_cell(0, 6, paragraph, new_x="LMARGIN", new_y="NEXT")
        document.ln(4)
    assert document.page_no() == 2
    return bytes(document.output())


def lines_of(*lines: str, step: float = 6, title: str = "") -> bytes:
    """Return a PDF with these lines as they are."""
    document = FPDF()
    document.set_title(title)
    document.add_page()
    document.set_font("Helvetica", size=12)
    for line in lines:
        document.cell(0, step, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def test_an_article_of_two_pages_is_put_together() -> None:
    """Title, byline and paragraphs are as they were set, over the page break too, without header and page number."""
    draft = from_pdf(paper())
    assert (draft.title, draft.author) == (TITLE, "Mina Okafor")
    assert draft.text.split("\n\n") == PARAGRAPHS


@pytest.mark.parametrize(
    ("metadata", "title"),
    [
        ("Council votes for the new harbour", "Council votes for the new harbour"),
        ("Harbour plan approved", TITLE),
        ("Microsoft Word - plan_final.docx", TITLE),
        ("untitled", TITLE),
        ("", TITLE),
    ],
)
def test_the_metadata_may_know_the_title(metadata: str, title: str) -> None:
    """A title in the metadata counts, unless it is a file's name or a part of the printed headline."""
    draft = from_pdf(paper(metadata))
    assert draft.title == title
    assert (TITLE in draft.text) == (title != TITLE)


def test_the_date_of_the_file_is_not_the_articles() -> None:
    """A PDF printed today says nothing about the day of publication."""
    assert from_pdf(paper()).published is None


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (
            "The council met for a long debate about the har-",
            "bour plan that the town had wanted for years.",
            "harbour",
        ),
        (
            "The council called the plan an act of self-",
            "defense, which the town had wanted for years.",
            "self-defense",
        ),
        (
            "Of a boat-yard the council said that the boat-",
            "yard stays where it was in all of these years.",
            "boat-yard stays",
        ),
        ("The council gave the plan to Mina Okafor-", "Ruiz, who has been the mayor for many years.", "Okafor-Ruiz"),
        ("The council has met in the years from 1990-", "1995 and then not again for very many years.", "1990- 1995"),
    ],
)
def test_a_divided_word_is_put_together(first: str, second: str, word: str) -> None:
    """A hyphen at the end of a line goes, unless it is the word's own."""
    assert word in from_pdf(lines_of(first, second)).text


def test_a_short_last_line_ends_its_paragraph() -> None:
    """Without distance between paragraphs, a sentence that ends early in its line ends one."""
    first = ["The council approved the harbour plan on Monday after a long debate, said", "the mayor of the town."]
    second = [
        "The works will begin in March, and the port remains open all year, which",
        "the boat yards had hoped for.",
    ]
    assert from_pdf(lines_of(*first, *second)).text == f"{' '.join(first)}\n\n{' '.join(second)}"


def test_a_pdf_without_text_asks_for_text_recognition() -> None:
    """Pictures of pages cannot be read, and the reason says what to do."""
    document = FPDF()
    document.add_page()
    document.rect(10, 10, 50, 50)
    with pytest.raises(RecordError, match=r"only pictures of pages\. Run it through text recognition"):
        from_pdf(bytes(document.output()))


def test_an_encrypted_pdf_says_so() -> None:
    """A PDF that asks for a password is named as such."""
    document = FPDF()
    document.add_page()
    document.set_encryption(owner_password="o", user_password="u")
    with pytest.raises(RecordError, match="the PDF is encrypted"):
        from_pdf(bytes(document.output()))


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", b"", paper()[:400]])
def test_a_broken_pdf_says_so(data: bytes) -> None:
    """A PDF cut off is broken, not empty."""
    with pytest.raises(RecordError, match=r"the PDF is broken, or no PDF at all\. Download it again\."):
        from_pdf(data)


def test_a_book_is_no_article(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF of too many pages is refused before its text is read."""
    monkeypatch.setattr("corpus.pdf.MOST_PAGES", 1)
    with pytest.raises(RecordError, match="the PDF has 2 pages, which no article has"):
        from_pdf(paper())
