"""Links to the exact words in an article: `#:~:text=` (https://wicg.github.io/scroll-to-text-fragment/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_URL_CHARS = 2000
"""Longer addresses are refused by some servers and browsers; the fragment is left out before the link is."""

EXACT_WORDS = 10
"""Up to so many words are given in full. More are given by their first and last few, as the specification advises:
pages differ in notes and advertisements inside long texts."""

EDGE_WORDS = 5
DIRECTIVE = ":~:"

# Reserved characters and "%" keep their meaning in an address that is one already; "'" and parentheses are legal too.
_KEPT = "%:/?#[]@!$&'()*+,;=~"


def link(url: str | None, text: str = "") -> str | None:
    """Return an address that Telegram takes as a link, leading to `text` on its page.

    Args:
        url: the article's address as it was imported.
        text: the words to lead to; empty for none.

    Returns:
        The link, or None when the address is none of the web (other scheme, no domain name, user name in it, too long).
    """
    clean = _web_address(url)
    if clean is None or len(clean) > MOST_URL_CHARS:
        return None
    if not text.strip():
        return clean
    base, _, fragment = clean.partition("#")
    pointed = f"{base}#{fragment.partition(DIRECTIVE)[0]}{DIRECTIVE}text={text_directive(text)}"
    return pointed if len(pointed) <= MOST_URL_CHARS else clean


def text_directive(text: str) -> str:
    """Return the value of a text directive: `start` or `start,end`, percent-encoded.

    A term that stands alone must lie in one block of the page, so a text of several lines is given as a range, whose
    two terms each lie in one.
    """
    lines = [words for line in text.splitlines() if (words := line.split())]
    if not lines:
        return ""
    if len(lines) == 1 and len(lines[0]) <= EXACT_WORDS:
        return _term(lines[0])
    return f"{_term(lines[0][:EDGE_WORDS])},{_term(lines[-1][-EDGE_WORDS:])}"


def _term(words: Sequence[str]) -> str:
    # "-", "," and "&" have a meaning in a directive; quote() leaves only "-" of these as it is.
    return quote(" ".join(words), safe="").replace("-", "%2D")


def _web_address(url: str | None) -> str | None:
    try:
        parts = urlsplit((url or "").strip())
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _is_domain(host):
        return None
    netloc = host if port is None else f"{host}:{port}"
    path, query, fragment = (quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def _is_domain(host: str) -> bool:
    return bool(re.fullmatch(r"[\w-]+(\.[\w-]+)+", host))
