"""A page's address -> the feeds of its site: those that the page names, else those in the usual places."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from corpus.errors import FeedError, FetchError, RecordError
from corpus.feeds import parse_feed
from corpus.fetched import PAGES, text_of
from corpus.telling import shown_address
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from corpus.feeds import Feed
    from corpus.fetching import Fetched, Fetcher

log = logging.getLogger(__name__)

MOST_NAMED = 5
"""Feeds that a page names which are looked at; large sites name one for each section."""

TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json"}
)
"""Media types by which a page's links to feeds are told (WHATWG HTML, 4.6.7.1, and jsonfeed.org)."""

PLACES = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
"""Where feeds are found on sites that do not say so, most usual first."""

SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_index.xml", "/sitemap.xml")
"""Where sitemaps are found whose site's robots.txt does not say so; those of news first."""


def find_feeds(fetcher: Fetcher, url: str) -> list[Feed]:
    """Find feeds by the address of one, or of a page.

    Returns:
        Feeds, the one to take first: the one at the address itself, else up to five that the page names in its order,
        else the first in the usual places, else the first sitemap. Never empty.

    Raises:
        FetchError: the address cannot be fetched.
        FeedError: it is no feed and none was found.
    """
    fetched = fetcher.fetch(url)
    if fetched.content_type not in PAGES or _looks_like_feed(fetched):
        return [parse_feed(fetched)]
    named = [*_present(fetcher, list(_named(fetched))[:MOST_NAMED])]
    if named:
        return named
    base = fetched.final_url
    usual = [urljoin(base, place) for place in PLACES]
    sitemaps = dict.fromkeys([*fetcher.sitemaps(base), *(urljoin(base, place) for place in SITEMAPS)])
    for feed in _present(fetcher, [*usual, *sitemaps]):
        return [feed]
    raise FeedError(
        url,
        Wording("the page {url} names no feed, and none was found in the usual places", url=shown_address(url)),
        Wording("Look for a link called RSS or Feed on the site, and give its address."),
    )


def _looks_like_feed(fetched: Fetched) -> bool:
    """Tell whether what the site calls a page is a feed, as misconfigured sites have it."""
    try:
        parse_feed(fetched)
    except FeedError:
        return False
    return True


def _named(fetched: Fetched) -> Iterator[str]:
    """Give the addresses of the feeds that a page links to, those of comments left out."""
    from lxml import html  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        # As bytes, for lxml refuses a text that declares an encoding.
        page = html.document_fromstring(text_of(fetched).encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (RecordError, ValueError) as error:
        log.info("the page %s cannot be read: %s", shown_address(fetched.url), error)
        return
    base = page.find(".//base[@href]")
    root = urljoin(fetched.final_url, base.get("href")) if base is not None else fetched.final_url
    found: dict[str, None] = {}
    for link in page.iterfind(".//link[@href]"):
        is_alternate = "alternate" in (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        about = f"{link.get('href')} {link.get('title') or ''}".lower()
        if is_alternate and kind in TYPES and "comment" not in about:
            try:
                found[urljoin(root, link.get("href").strip())] = None
            except ValueError:
                continue
    yield from found


def _present(fetcher: Fetcher, urls: Iterable[str]) -> Iterator[Feed]:
    for url in urls:
        try:
            yield parse_feed(fetcher.fetch(url))
        except (FetchError, FeedError) as error:
            log.info("no feed at %s: %s", shown_address(url), error)
