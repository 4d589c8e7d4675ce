"""What was fetched -> a draft for the store, under the address that the article is to be known by."""

from __future__ import annotations

import codecs
import logging
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from corpus.documents import decoded, from_html, from_markdown, from_page
from corpus.errors import RecordError
from corpus.fetching import HTML, PDF, TEXT
from corpus.languages import detect
from corpus.pdf import from_pdf
from corpus.telling import shown_address
from corpus.wording import Wording

if TYPE_CHECKING:
    from corpus.fetching import Fetched
    from corpus.records import Draft

log = logging.getLogger(__name__)

PAGES = frozenset({HTML, "application/xhtml+xml"})


def draft_of(fetched: Fetched) -> Draft:
    """Read a fetched document as one article.

    Returns:
        Draft with the canonical address that its page names, where that is one of the same site, else the address at
        which it was found; the publisher is the site's name where the page does not say.

    Raises:
        RecordError: there is no article in it; the message says what there is.
    """
    try:
        draft = _read(fetched)
    except RecordError:
        raise
    except Exception as error:
        # A page or a PDF may be broken in a way that its library did not foresee.
        log.exception("what is at %s could not be read", shown_address(fetched.final_url))
        problem = Wording("the article could not be read ({error})", error=f"{type(error).__name__}: {error}")
        raise RecordError(problem, Wording("Paste the text instead.")) from error
    if not draft.text.strip():
        raise RecordError(Wording("there is no text at that address"), Wording("Paste the text instead."))
    url = _address(fetched, draft.url)
    publisher = draft.publisher
    if publisher is None or (draft.url and publisher == urlsplit(draft.url).hostname):
        publisher = _host(url)  # a page without a name is read as published by the host of its canonical address
    return replace(draft, url=url, publisher=publisher, language=detect(draft.text))


def text_of(fetched: Fetched) -> str:
    """Return the text of a fetched document as it was sent, tags and all.

    Raises:
        RecordError: its bytes are no text in any encoding.
    """
    if fetched.body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return fetched.body.decode("utf-16", "replace")
    text = decoded(fetched.body, html=fetched.content_type in PAGES, charset=fetched.charset)
    return text.removeprefix("\ufeff")


def _read(fetched: Fetched) -> Draft:
    kind = fetched.content_type
    if kind in PAGES:
        return from_html(text_of(fetched))
    if kind == PDF:
        return replace(from_pdf(fetched.body), url=None)
    if kind == TEXT:
        return replace(from_page(text_of(fetched)), url=None)
    if kind == "text/markdown":
        return replace(from_markdown(text_of(fetched)), url=None)
    raise RecordError(
        Wording("what is at that address is data ({kind}), no article", kind=kind),
        Wording("A feed is subscribed to with `feeds add`; otherwise give the address of the article itself."),
    )


def _address(fetched: Fetched, canonical: str | None) -> str:
    """Return the address to know an article by.

    A page may name any address as its canonical one, by mistake or to pass for another's: only one of the same site
    counts, and a site's front page only for itself.
    """
    from courlan import extract_domain  # noqa: PLC0415  (it loads a table of domains)

    found = urldefrag(fetched.final_url).url
    if canonical is None:
        return found
    domain = extract_domain(found)  # None for a name without one, such as an IP address
    is_same_site = _host(canonical) == _host(found) or (domain is not None and extract_domain(canonical) == domain)
    if not is_same_site:
        return found
    is_front = not urlsplit(canonical).path.strip("/") and not urlsplit(canonical).query
    return found if is_front and urlsplit(found).path.strip("/") else canonical


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
