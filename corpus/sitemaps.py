"""Sitemaps (sitemaps.org, with Google's extension for news) -> the addresses that they name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b")
"""How the root element of a sitemap begins."""


@dataclass(frozen=True, slots=True)
class Located:
    """An address with what a sitemap says of it, as it is written there; None where it says nothing."""

    url: str
    title: str | None = None
    published: str | None = None
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap: addresses of pages, or, for an index, of sitemaps, in its order."""

    is_index: bool
    located: tuple[Located, ...]


def read_sitemap(data: bytes) -> Sitemap | None:
    """Read a sitemap; one that breaks off or is faulty as far as it can be read, None where that is not at all."""
    # 0.1 s to import, needed for sitemaps only.
    from lxml.etree import QName, XMLParser, XMLSyntaxError, fromstring  # noqa: PLC0415

    # Nothing is loaded or expanded, and lxml's own limits of depth and size hold.
    parser = XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = fromstring(data, parser)
    except XMLSyntaxError:
        return None
    if root is None:
        return None
    located = (_located(child) for child in root.iterchildren("{*}url", "{*}sitemap"))
    return Sitemap(QName(root).localname == "sitemapindex", tuple(one for one in located if one.url))


def _located(element: _Element) -> Located:
    news = element.find("{*}news")
    return Located(
        _text(element, "{*}loc") or "",
        _text(news, "{*}title") if news is not None else None,
        _text(news, "{*}publication_date") if news is not None else None,
        _text(element, "{*}lastmod"),
    )


def _text(element: _Element, path: str) -> str | None:
    text = element.findtext(path)
    return text.strip() if text else None
