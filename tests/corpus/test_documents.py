"""Single documents: encodings, Markdown and HTML."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from corpus.documents import decoded, from_html, from_markdown, from_page
from corpus.errors import RecordError
from corpus.records import Draft

FIRST = "The council approved the plan for the harbour on Monday — after a long debate, “at last”, said the mayor."
SECOND = "Works at the quay begin in March, and the port stays open all the year."
THIRD = '"We waited ten years for this," said Dana Ruiz, who runs a boat yard at the old quay.'


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "“naïve” — ünïcödé"),
        ("cp1252", "“It is open all year,” the mayor of the town said — how naïve."),
        ("cp1252", "Le maire a déclaré lundi que « le port » restera ouvert toute l’année – enfin."),
        ("iso-8859-1", "Der Bürgermeister sagte am Montag, der Hafen bleibe das ganze Jahr über geöffnet."),
        ("cp1250", "Burmistrz powiedział w poniedziałek, że port będzie otwarty przez cały rok."),
        ("cp1251", "Мэр сказал в понедельник, что порт останется открытым весь год."),
        ("cp949", "시장은 월요일에 항구가 일년 내내 열려 있을 것이라고 말했다."),
        ("cp932", "市長は月曜日、港は一年中開いていると述べた。"),
    ],
)
def test_a_text_in_another_encoding_is_read(encoding: str, text: str) -> None:
    """A document that is no UTF-8 is read in its own encoding, without a single character changed."""
    assert decoded(text.encode(encoding)) == text


def test_a_page_may_declare_its_encoding() -> None:
    """What the page declares goes before what would be guessed."""
    page = '<meta charset="iso-8859-2"><p>Zażółć</p>'
    assert decoded(page.encode("iso-8859-2"), html=True) == page


def test_a_wrong_declaration_does_no_harm() -> None:
    """An encoding that does not exist is passed over."""
    page = '<meta charset="utf-99"><p>Der Bürgermeister sagte am Montag, der Hafen bleibe geöffnet.</p>'
    assert decoded(page.encode("cp1252"), html=True) == page


@pytest.mark.parametrize("data", [b"a\x00b", bytes(range(256)) * 4])
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    """A file of bytes is no text, whatever it is called."""
    with pytest.raises(RecordError, match=r"bytes that are no text|no encoding that can be told"):
        decoded(data)


def test_markdown_loses_its_marks_and_nothing_else() -> None:
    """Front matter becomes fields; marks, link targets and pictures go; every paragraph, item and quotation stays."""
    source = f"""---
title: "Harbour plan approved"
url: https://harbour.example/a
publisher: The Harbour Post
date: 2024-06-24
author: [Mina Okafor, 'Dana Ruiz']
id: 17
tags:
  - port
---
# Harbour plan approved

{FIRST.replace("long debate", "*long* [debate](https://x.example)")}
![a picture](a.jpg)

## What *happens* next

> {THIRD}

- First, the quay.
- Then the crane:
  1. old
  2. new

```
port = open
```
A line\\
and another &amp; <b>more</b> of it.
"""
    draft = from_markdown(source.replace("\n", "\r\n"))
    assert draft == Draft(
        title="Harbour plan approved",
        url="https://harbour.example/a",
        publisher="The Harbour Post",
        published=date(2024, 6, 24),
        author="Mina Okafor, Dana Ruiz",
        key="17",
        text=f"{FIRST}\n\nWhat happens next\n\n{THIRD}\n\nFirst, the quay.\n\nThen the crane:\n\nold\n\nnew\n\n"
        "port = open\n\nA line\nand another & more of it.",
    )


def test_markdown_without_front_matter_takes_its_first_heading() -> None:
    """The first heading is the title; a rule and a later heading stay where they are."""
    draft = from_markdown(f"Harbour plan\n============\n\n{FIRST}\n\n---\n\n# Next\n\n{SECOND}")
    assert draft == Draft(title="Harbour plan", text=f"{FIRST}\n\nNext\n\n{SECOND}")


def test_another_heading_than_the_title_stays() -> None:
    """With a title in the front matter, a first heading that says something else is part of the text."""
    draft = from_markdown(f"---\ntitle: Harbour plan\n---\n# A long debate\n\n{FIRST}")
    assert (draft.title, draft.text) == ("Harbour plan", f"A long debate\n\n{FIRST}")


def test_a_bad_date_in_front_matter_is_refused() -> None:
    """What the author states must be readable."""
    with pytest.raises(RecordError, match="can be read as two different days"):
        from_markdown(f"---\ndate: 01/02/2024\n---\n{FIRST}")


def test_markdown_is_stored_in_nfc() -> None:
    """Composed and decomposed letters become one form."""
    assert from_markdown(unicodedata.normalize("NFD", "Café.")).text == "Café."


PAGE = f"""<!doctype html><html lang="en"><head><title>Harbour plan approved | The Harbour Post</title>
<meta property="og:title" content="Harbour plan approved"><meta property="og:site_name" content="The Harbour Post">
<meta name="author" content="Mina Okafor"><meta property="article:published_time" content="2024-06-24T23:30:00-05:00">
<link rel="canonical" href="https://harbour.example/news/plan"></head><body>
<div class="cookie-banner"><p>We use cookies to improve this site.</p></div>
<nav><a href="/">Home</a> <a href="/s">Sport</a></nav>
<article><h1>Harbour plan approved</h1><p>By Mina Okafor</p>
<figure><img src="a.jpg"><figcaption>The harbour at dawn. (Post photo)</figcaption></figure>
<p>{FIRST}</p><h2>What happens next</h2><p>{SECOND.replace("March", "<b>March</b>")}</p>
<blockquote><p>{THIRD}</p></blockquote><p>Advertisement</p>
<ul><li>First, the quay is repaired.</li><li>Then the crane is replaced.</li></ul>
<table><tr><td>Cost in millions</td><td>5</td></tr></table>
<p>Read more: <a href="/y">Port fees to rise</a></p></article>
<div id="comments"><p>Nice plan, says a reader in a long comment of many words.</p></div>
<footer>© 2024 The Harbour Post. All rights reserved.</footer></body></html>"""


def test_a_web_page_gives_its_article() -> None:
    """Metadata become fields; the text has the article's paragraphs, as they are, and nothing of the page around it."""
    assert from_html(PAGE) == Draft(
        title="Harbour plan approved",
        url="https://harbour.example/news/plan",
        publisher="The Harbour Post",
        published=date(2024, 6, 24),
        author="Mina Okafor",
        text=f"{FIRST}\n\nWhat happens next\n\n{SECOND}\n\n{THIRD}\n\n"
        "First, the quay is repaired.\n\nThen the crane is replaced.",
    )


def test_lines_of_an_old_page_are_paragraphs() -> None:
    """Where a page has line breaks for paragraphs, each line is one."""
    page = f"<html><body><article><p>{FIRST}<br><br>{SECOND}<br>{THIRD}</p></article></body></html>"
    assert from_html(page).text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


def test_a_date_in_the_footer_is_not_the_articles() -> None:
    """Without a stated date there is none: a year in the footer is no evidence."""
    assert from_html(PAGE.replace("2024-06-24T23:30:00-05:00", "")).published is None


def test_an_old_article_keeps_its_date() -> None:
    """Archives publish articles that are older than the web."""
    assert from_html(PAGE.replace("2024-06-24", "1969-07-20")).published == date(1969, 7, 20)


@pytest.mark.parametrize(
    "page",
    ["", "<<<>>>", "hello", "<html><body><nav><a href=x>Home</a><a href=y>Sport</a></nav></body></html>", "<p>Hi.</p>"],
)
def test_a_page_without_an_article_is_refused(page: str) -> None:
    """A page of links, an empty one and one that is no HTML say what to do instead."""
    with pytest.raises(RecordError, match="there is no article on this page") as caught:
        from_html(page)
    assert caught.value.fix == "Open it in a browser and paste the text instead."


def test_a_pasted_page_has_title_and_text() -> None:
    """Plain text goes through the cleaning of pasted pages."""
    assert from_page(f"Skip to content\nHarbour plan approved\nBy Mina Okafor\n{FIRST}\n{SECOND}\nShare") == Draft(
        title="Harbour plan approved", author="Mina Okafor", text=f"{FIRST}\n\n{SECOND}"
    )
