"""Links to the exact words."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.links import MOST_URL_CHARS, link, text_directive


@pytest.mark.parametrize(
    ("text", "directive"),
    [
        ("The bridge will open", "The%20bridge%20will%20open"),
        ("a-b, c & d", "a%2Db%2C%20c%20%26%20d"),
        ("  one \t two ", "one%20two"),
        ("1 2 3 4 5 6 7 8 9 10", "1%202%203%204%205%206%207%208%209%2010"),
        ("1 2 3 4 5 6 7 8 9 10 11", "1%202%203%204%205,7%208%209%2010%2011"),
        ("Title\n\nSome words after it", "Title,Some%20words%20after%20it"),
        ("“Ja – wirklich?”", "%E2%80%9CJa%20%E2%80%93%20wirklich%3F%E2%80%9D"),
        ("", ""),
    ],
)
def test_text_directive(text: str, directive: str) -> None:
    """Few words of one line are given whole, more as a range of first and last words, all percent-encoded."""
    assert text_directive(text) == directive


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://gazette.example/a?x=1&y=2", "https://gazette.example/a?x=1&y=2#:~:text=hi"),
        ("http://gazette.example:8080/a", "http://gazette.example:8080/a#:~:text=hi"),
        ("https://gazette.example/a#part", "https://gazette.example/a#part:~:text=hi"),
        ("https://gazette.example/a#:~:text=other", "https://gazette.example/a#:~:text=hi"),
        ("https://gazette.example/a b\"c'd", "https://gazette.example/a%20b%22c'd#:~:text=hi"),
        ("https://gazette.example/%20é", "https://gazette.example/%20%C3%A9#:~:text=hi"),
        ("https://zeitung.beispiel.例/x", "https://zeitung.beispiel.例/x#:~:text=hi"),
        ("  https://gazette.example/a\n", "https://gazette.example/a#:~:text=hi"),
        (None, None),
        ("", None),
        ("javascript:alert(1)", None),
        ("ftp://gazette.example/a", None),
        ("https://localhost/a", None),
        ("https://user:secret@gazette.example/a", None),
        ("https://gazette.example:port/a", None),
        ("https://[::1]/a", None),
        ("gazette.example/a", None),
    ],
)
def test_link(url: str | None, expected: str | None) -> None:
    """Addresses of the web get a fragment; others make no link."""
    assert link(url, "hi") == expected


def test_address_without_words_stays_as_it_is() -> None:
    """Without words there is no fragment."""
    assert link("https://gazette.example/a") == "https://gazette.example/a"


def test_too_long_addresses_lose_the_fragment_then_the_link() -> None:
    """A link never exceeds what servers take."""
    nearly = "https://gazette.example/" + "a" * (MOST_URL_CHARS - 24)
    assert link(nearly, "hi") == nearly
    assert link(nearly + "a", "hi") is None


@given(st.text(min_size=1))
def test_directive_decodes_to_words_of_the_text(text: str) -> None:
    """A directive holds only characters that are safe in it, and its terms are words of the text."""
    terms = text_directive(text.encode("utf-8", "ignore").decode()).split(",")
    assert all(not set(term) & set("-&, \n") for term in terms)
    folded = " ".join(text.encode("utf-8", "ignore").decode().split())
    assert all(unquote(term) in folded for term in terms)
