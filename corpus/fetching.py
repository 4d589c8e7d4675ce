"""Fetching from the web, under guard: public addresses only, within limits, as robots.txt allows, by an honest name.

Redirects are followed by hand, and each address on the way is checked like the first. The connection goes to the IP
addresses that were checked (`corpus.addresses`), past any proxy of the environment, which would resolve names itself.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

from corpus.addresses import Guard
from corpus.connecting import Deadline
from corpus.errors import ContentTypeError, RedirectError, StatusError
from corpus.exchanges import OK, Response, Terms, get, gunzip, retry_after_s
from corpus.robots import MOST_BYTES as MOST_ROBOTS_BYTES
from corpus.robots import Robots
from corpus.streams import GZIP
from corpus.wording import Wording

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

NAME = "Verbatim"
"""By which robots.txt calls us."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_MODIFIED = 304

HTML = "text/html"
PDF = "application/pdf"
XML = "application/xml"
JSON = "application/json"
TEXT = "text/plain"
PACKED = frozenset({"application/gzip", "application/x-gzip"})
UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream", *PACKED})
"""Media types that say nothing about what it is; the first bytes do."""

KNOWN = frozenset({HTML, "application/xhtml+xml", TEXT, "text/markdown", PDF, XML, "text/xml", JSON, "text/json"})
"""Media types that are fetched, beside those that end in `+xml` or `+json`."""

NOT_TEXT = ("image/", "audio/", "video/", "font/", "model/")
"""Beginnings of media types that are not fetched though they may end in `+xml`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be fetched.

    Attributes:
        most_bytes: of one document, packed and unpacked.
        seconds: for one document, from the first redirect to the last byte.
        redirects: followed from one address.
    """

    most_bytes: int = 20 << 20
    seconds: float = 30.0
    redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What was fetched.

    Attributes:
        url: the address that was asked for.
        final_url: the address that it was found at, after redirects.
        content_type: media type in lower case; told from the first bytes where the site does not tell.
        charset: as the site declares it, in lower case, or None.
        body: unpacked; empty when it was not modified.
        etag: as the site gave it, for the next time.
        last_modified: likewise.
        not_modified: whether it is what it was, by `etag` or `last_modified`.
    """

    url: str
    final_url: str
    content_type: str
    charset: str | None
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    not_modified: bool = False


def agent(version: str, contact: str | None = None) -> str:
    """Return what we call ourselves: "Verbatim/1.0 (+https://example.org/about)".

    Args:
        version: of Verbatim.
        contact: address of a page or a mailbox of those who run it.
    """
    return f"{NAME}/{version} (+{contact})" if contact else f"{NAME}/{version}"


class Fetcher:
    """Fetches documents. Safe to share between threads; a call blocks until it is done.

    Args:
        user_agent: what we call ourselves, from `agent`.
        guard: decides what may be contacted; by default public addresses only.
        limits: how much may be fetched.
        tls: how certificates are verified; by default as httpx does.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        guard: Guard | None = None,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._guard = guard or Guard()
        self._headers = {"User-Agent": user_agent, "Accept": "*/*"}
        self._tls = tls or httpx.create_ssl_context()
        self._robots = Robots(NAME, self._load_robots)

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetch a document.

        Args:
            url: its address, with its scheme.
            etag: as it was the last time; the document is not sent again when it has not changed.
            last_modified: likewise.

        Raises:
            FetchError: it cannot or may not be fetched; the subclass says why.
        """
        url = url.strip()
        deadline = Deadline(self.limits.seconds)
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        asked = {name: value for name, value in conditions.items() if value}
        response = self._follow(url, asked, self._terms(deadline), lambda hop: self._robots.check(hop, deadline))
        is_same = response.status == NOT_MODIFIED and bool(asked)
        if response.status != OK and not is_same:
            raise StatusError(response.url, response.status, retry_after_s(response.headers))
        declared, charset = _content_type(response)
        body = response.body
        if body.startswith(GZIP):  # a file that was packed, such as sitemap.xml.gz, whatever the site calls it
            body = gunzip(response.url, body, self.limits.most_bytes)
        if declared in UNTOLD and not is_same:
            declared = _sniffed(body)
            if not declared:
                raise ContentTypeError(response.url, Wording("of no kind that can be told"))
        return Fetched(
            url=url,
            final_url=response.url,
            content_type=declared,
            charset=charset,
            body=body,
            etag=response.headers.get("etag") or (etag if is_same else None),
            last_modified=response.headers.get("last-modified") or (last_modified if is_same else None),
            not_modified=is_same,
        )

    def delay_s(self, url: str) -> float:
        """Return the seconds that a site wants between two requests, by its robots.txt; 0 where it does not say.

        Raises:
            PrivateAddressError: the site leads to a private network.
        """
        return self._robots.delay_s(url, Deadline(self.limits.seconds))

    def sitemaps(self, url: str) -> list[str]:
        """Return the sitemaps that a site's robots.txt names, in its order.

        Raises:
            PrivateAddressError: the site leads to a private network.
        """
        return self._robots.sitemaps(url, Deadline(self.limits.seconds))

    def _terms(self, deadline: Deadline) -> Terms:
        return Terms(deadline=deadline, most_bytes=self.limits.most_bytes, tls=self._tls, accepts=_accept)

    def _follow(self, url: str, asked: dict[str, str], terms: Terms, permit: Callable[[str], None]) -> Response:
        """Ask for an address, and for those that it leads to, each checked anew."""
        hops: list[str] = []
        while True:
            target = self._guard.target(url, terms.deadline)
            hops.append(target.url)
            if target.url in hops[:-1] or len(hops) > self.limits.redirects + 1:
                raise RedirectError(hops)
            permit(target.url)
            response = get(target, {**self._headers, **asked}, terms)
            location = response.headers.get("location")
            if response.status not in REDIRECTS or not location:
                return response
            url = _joined(target.url, location)

    def _load_robots(self, url: str, deadline: Deadline) -> bytes:
        terms = Terms(deadline=deadline, most_bytes=self.limits.most_bytes, tls=self._tls)
        response = self._follow(url, {}, terms, lambda _: None)
        if response.status != OK:
            raise StatusError(response.url, response.status, retry_after_s(response.headers))
        return response.body[:MOST_ROBOTS_BYTES]


def _joined(base: str, location: str) -> str:
    # A server writes its header in Latin-1 or, against the standard, in UTF-8.
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()
    try:
        return urljoin(base, location.strip())
    except ValueError:  # the guard says what is wrong with it
        return location


def _content_type(response: Response) -> tuple[str, str | None]:
    value = response.headers.get("content-type", "").strip()
    message = Message()
    message["Content-Type"] = value
    charset = message.get_content_charset()
    return (message.get_content_type() if value else ""), charset


def _accept(response: Response) -> None:
    seen, _ = _content_type(response)
    is_known = seen in KNOWN or (seen.endswith(("+xml", "+json")) and not seen.startswith(NOT_TEXT))
    if not is_known and seen not in UNTOLD:
        raise ContentTypeError(response.url, seen[:80])


def _sniffed(body: bytes) -> str:
    """Return what bytes are by their beginning: a media type, or "" where that cannot be told."""
    head = body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"%pdf-"):
        return PDF
    if head.startswith((b"<!doctype html", b"<html")):
        return HTML
    if head.startswith((b"<?xml", b"<rss", b"<feed", b"<urlset", b"<sitemapindex")):
        return XML
    return JSON if head.startswith((b"{", b"[")) else ""
