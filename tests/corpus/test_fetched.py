"""Fetched documents as articles: under which address, by whom, in which encoding."""

from __future__ import annotations

import codecs
from datetime import date

import pytest
from fpdf import FPDF
from web import article

from corpus.errors import RecordError
from corpus.fetched import draft_of
from corpus.fetching import Fetched

TEXT = (
    "Harbour plan approved\n\nBy Mina Okafor\n\n"
    "The council of Port Vell approved the plan for the harbour on Monday.\n\n"
    "“We waited ten years for this,” said Dana Ruiz, who runs a boat yard at the old quay of the town."
)


def fetched(
    body: bytes | str,
    kind: str = "text/html",
    url: str = "https://news.example.org/2024/plan",
    charset: str | None = None,
) -> Fetched:
    """Return a document as it is fetched."""
    data = body.encode() if isinstance(body, str) else body
    return Fetched(url=url, final_url=url, content_type=kind, charset=charset, body=data)


def canonical(href: str) -> str:
    """Return a page with an article that names its canonical address."""
    return article(head=f'<link rel="canonical" href="{href}">')


def test_a_page_becomes_a_draft() -> None:
    """Title, text, publisher, date, author and language come from the page, the address from where it was found."""
    head = (
        '<meta property="og:site_name" content="Harbour Gazette"><meta name="author" content="Mina Okafor">'
        '<meta property="article:published_time" content="2024-05-03T08:00:00+02:00">'
    )
    draft = draft_of(fetched(article(head=head)))
    assert (draft.title, draft.publisher, draft.author) == ("Harbour plan 1", "Harbour Gazette", "Mina Okafor")
    assert (draft.published, draft.language, draft.key) == (date(2024, 5, 3), "en", None)
    assert draft.url == "https://news.example.org/2024/plan"
    assert draft.text.startswith("The council of Port Vell approved the plan")
    assert "“We waited ten years for this,” said Dana Ruiz" in draft.text


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://news.example.org/2024/plan-final", "https://news.example.org/2024/plan-final"),
        ("https://www.example.org/plan", "https://www.example.org/plan"),
        ("https://evil.example.com/plan", "https://news.example.org/2024/plan"),
        ("https://news.example.org/", "https://news.example.org/2024/plan"),
        ("javascript:alert(1)", "https://news.example.org/2024/plan"),
    ],
)
def test_a_canonical_address_counts_within_its_site(href: str, url: str) -> None:
    """A page names its address, but cannot pass for another site's or for the front page."""
    assert draft_of(fetched(canonical(href))).url == url


def test_an_ip_address_is_no_site_of_another() -> None:
    """Addresses without a domain are of one site only when they are the same."""
    url = "http://93.184.216.34/plan"
    assert draft_of(fetched(canonical("http://93.184.216.35/plan"), url=url)).url == url


def test_without_a_name_the_host_is_the_publisher() -> None:
    """The publisher is never the host of an address that was not believed."""
    assert draft_of(fetched(article(), url="https://www.example.org/a#x")).publisher == "example.org"
    assert draft_of(fetched(article(), url="https://www.example.org/a#x")).url == "https://www.example.org/a"
    assert draft_of(fetched(canonical("https://evil.example.com/plan"))).publisher == "news.example.org"


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("utf-8", None),
        ("utf-8", "iso-8859-1"),
        ("cp1252", "iso-8859-1"),
        ("cp1250", "windows-1250"),
        ("cp1252", "utf-99"),
    ],
)
def test_the_site_says_its_encoding(encoding: str, charset: str | None) -> None:
    """The encoding in the header counts, except that what is UTF-8 is UTF-8."""
    page = article().replace("“", "»").replace("”", "«").replace("Dana Ruiz", "Zoë Bürger")
    draft = draft_of(fetched(page.encode(encoding), charset=charset))
    assert "»We waited ten years for this,« said Zoë Bürger" in draft.text


@pytest.mark.parametrize("declared", ["header", "page"])
def test_korean_pages_are_read(declared: str) -> None:
    """EUC-KR means the larger Windows-949 on the web: syllables outside of EUC-KR are read too."""
    sentence = "펩시콜라를 마신 시장은 월요일에 항구가 일년 내내 열려 있을 것이라고 똠방각하에게 말했다."
    head = '<meta charset="euc-kr">' if declared == "page" else ""
    page = f"<html><head>{head}</head><body><article>{f'<p>{sentence}</p>' * 5}</article></body></html>"
    draft = draft_of(fetched(page.encode("cp949"), charset="euc-kr" if declared == "header" else None))
    assert sentence in draft.text
    assert draft.language == "ko"


def test_plain_text_and_markdown_are_read() -> None:
    """A text is read like a pasted page; an address in it is not its own."""
    draft = draft_of(fetched(TEXT + "\n\nhttps://other.example/x", "text/plain"))
    assert (draft.title, draft.author) == ("Harbour plan approved", "Mina Okafor")
    assert (draft.url, draft.publisher) == ("https://news.example.org/2024/plan", "news.example.org")
    marked = draft_of(fetched("# Plan\n\nThe council of *Port Vell* met on Monday.", "text/markdown"))
    assert (marked.title, marked.text) == ("Plan", "The council of Port Vell met on Monday.")
    assert draft_of(fetched(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "text/plain")).text == draft.text


def test_a_pdf_is_read() -> None:
    """A PDF is an article under the address at which it lies."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.multi_cell(0, 6, "The council of Port Vell approved the plan for the harbour on Monday.")
    draft = draft_of(fetched(bytes(pdf.output()), "application/pdf", "https://example.org/plan.pdf"))
    assert draft.text == "The council of Port Vell approved the plan for the harbour on Monday."
    assert draft.url == "https://example.org/plan.pdf"


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ("<html><body><nav>Home</nav><p>Subscribe</p></body></html>", "text/html", "there is no article on this page"),
        ("", "text/html", "there is no article on this page"),
        ("  \n", "text/plain", "there is no text"),
        ("<rss/>", "application/rss+xml", r"is data \(application/rss\+xml\), no article"),
        ("{}", "application/json", "no article"),
        ("not a pdf", "application/pdf", "the PDF is broken"),
        (b"\x00\x01", "text/plain", "bytes that are no text"),
    ],
)
def test_what_holds_no_article_is_refused(body: bytes | str, kind: str, told: str) -> None:
    """A page without an article, a feed or a broken file is an error that says so and what to do."""
    with pytest.raises(RecordError, match=told) as caught:
        draft_of(fetched(body, kind))
    assert caught.value.fix
