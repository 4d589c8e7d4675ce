"""Feeds -> entries: RSS and Atom, JSON Feed, sitemaps with their indexes and news.

Whatever a site calls it, the bytes decide what it is. Nothing outside of them is read: no external entity, no address.
"""

from __future__ import annotations

import calendar
import html
import io
import json
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin, urlsplit

from corpus.errors import FeedError, RecordError
from corpus.fields import line
from corpus.sitemaps import SITEMAP, Located, read_sitemap
from corpus.telling import shown_address
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.fetching import Fetched

log = logging.getLogger(__name__)

MOST_ENTRIES = 50_000
"""Entries of one feed that are read: as many as the sitemap protocol allows."""

LONGEST_TITLE = 300
"""Characters of an entry's or feed's title that are kept."""

_ROOT = re.compile(rb"<[A-Za-z]")
_TAG = re.compile(r"<[^<>]+>")
_GIVE_FEED = Wording("Give the address of an RSS, Atom or JSON feed, of a sitemap, or of a page that names one.")


class FeedKind(StrEnum):
    """What a feed is; the value is the name a person reads."""

    RSS = "RSS"
    ATOM = "Atom"
    JSON = "JSON Feed"
    SITEMAP = "sitemap"
    INDEX = "sitemap index"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article that a feed names.

    Attributes:
        url: absolute, http or https, without a fragment.
        title: one line, "" where the feed gives none.
        published: when the article was published, UTC, or None.
        updated: when it was last changed, UTC, or None.
    """

    url: str
    title: str = ""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it was at one time.

    Attributes:
        url: the address that was asked for.
        title: one line, "" where it has none.
        entries: in the feed's order, no address twice.
        children: addresses of the sitemaps of an index, those changed last first, those without a date last.
    """

    url: str
    kind: FeedKind
    title: str = ""
    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()


def parse_feed(fetched: Fetched) -> Feed:
    """Read a fetched document as a feed.

    Raises:
        FeedError: it is none.
    """
    body = fetched.body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body.startswith(b"{"):
        return _json(fetched, body)
    root = _ROOT.search(body)
    if root is None:
        raise _no_feed(fetched)
    if b"<!ENTITY" in body[: root.start()]:
        url = shown_address(fetched.url)
        problem = Wording("the feed at {url} defines entities of its own, which none needs", url=url)
        raise FeedError(url, problem, Wording("Take another feed of the site."))
    if SITEMAP.match(body, root.start()):
        return _sitemap(fetched, body)
    return _syndicated(fetched, body)


def _no_feed(fetched: Fetched) -> FeedError:
    problem = Wording("what is at {url} is no feed", url=shown_address(fetched.url))
    return FeedError(fetched.url, problem, _GIVE_FEED)


def _syndicated(fetched: Fetched, body: bytes) -> Feed:
    """Read RSS or Atom of any version."""
    import feedparser  # noqa: PLC0415  # 0.1 s to import, needed for feeds only

    about = {"content-location": fetched.final_url}
    if fetched.content_type:
        charset = f"; charset={fetched.charset}" if fetched.charset else ""
        about["content-type"] = f"{fetched.content_type}{charset}"
    # As a stream: a string would be opened as an address or a file, should it look like one.
    try:
        found = feedparser.parse(
            io.BytesIO(body), response_headers=about, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        # A feed may be broken in a way that the library did not foresee; it must not stop the others.
        log.exception("the feed %s could not be read", shown_address(fetched.url))
        known = {"url": shown_address(fetched.url), "error": f"{type(error).__name__}: {error}"}
        problem = Wording("the feed at {url} could not be read ({error})", **known)
        raise FeedError(fetched.url, problem, Wording("Take another feed of the site.")) from error
    version = found.get("version") or ""
    if not version:
        raise _no_feed(fetched)
    entries = (
        _entry(
            fetched,
            entry.get("link"),
            entry.get("title"),
            _from_parsed(entry.get("published_parsed")),
            # Without this test feedparser gives the publication instead, and warns of it.
            _from_parsed(entry["updated_parsed"]) if "updated_parsed" in entry else None,
        )
        for entry in found.entries[:MOST_ENTRIES]
    )
    kind = FeedKind.ATOM if version.startswith("atom") else FeedKind.RSS
    return Feed(url=fetched.url, kind=kind, title=_title(found.feed.get("title")), entries=_once(entries))


def _json(fetched: Fetched, body: bytes) -> Feed:
    """Read a JSON Feed (jsonfeed.org, versions 1 and 1.1)."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        problem = Wording("what is at {url} is no JSON ({error})", url=shown_address(fetched.url), error=str(error))
        raise FeedError(fetched.url, problem, _GIVE_FEED) from None
    items = value.get("items")
    if not str(value.get("version", "")).startswith("https://jsonfeed.org/version/") or not isinstance(items, list):
        problem = Wording("what is at {url} is JSON, but no feed", url=shown_address(fetched.url))
        raise FeedError(fetched.url, problem, _GIVE_FEED)
    entries = (
        _entry(
            fetched,
            item.get("url") or item.get("external_url"),
            item.get("title"),
            moment(item.get("date_published")),
            moment(item.get("date_modified")),
        )
        for item in items[:MOST_ENTRIES]
        if isinstance(item, dict)
    )
    return Feed(url=fetched.url, kind=FeedKind.JSON, title=_title(value.get("title")), entries=_once(entries))


def _sitemap(fetched: Fetched, body: bytes) -> Feed:
    found = read_sitemap(body)
    if found is None:
        problem = Wording("the sitemap at {url} is broken", url=shown_address(fetched.url))
        raise FeedError(fetched.url, problem, Wording("Try again later, or take another feed of the site."))
    located = found.located[:MOST_ENTRIES]
    if found.is_index:
        return Feed(url=fetched.url, kind=FeedKind.INDEX, children=_children(fetched, located))
    entries = (_entry(fetched, one.url, one.title, moment(one.published), moment(one.updated)) for one in located)
    return Feed(url=fetched.url, kind=FeedKind.SITEMAP, entries=_once(entries))


def _children(fetched: Fetched, located: Iterable[Located]) -> tuple[str, ...]:
    dated = [(moment(one.updated), _absolute(fetched, one.url)) for one in located]
    known = sorted(((at, url) for at, url in dated if at and url), key=lambda pair: pair[0], reverse=True)
    return tuple(dict.fromkeys([*(url for _, url in known), *(url for at, url in dated if url and at is None)]))


def _entry(
    fetched: Fetched, url: object, title: object, published: datetime | None, updated: datetime | None
) -> Entry | None:
    address = _absolute(fetched, url)
    if address is None:
        return None
    return Entry(url=address, title=_title(title), published=published, updated=updated)


def _absolute(fetched: Fetched, url: object) -> str | None:
    if not isinstance(url, str) or not url.strip():
        return None
    try:
        address = urldefrag(urljoin(fetched.final_url, url.strip())).url
        return address if urlsplit(address).scheme.lower() in {"http", "https"} else None
    except ValueError:
        return None


def _once(entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry is not None:
            found.setdefault(entry.url, entry)
    return tuple(found.values())


def _title(value: object) -> str:
    if not isinstance(value, str):
        return ""
    try:
        return line(html.unescape(_TAG.sub("", value)))[:LONGEST_TITLE]
    except RecordError:  # a character that no database can store
        return ""


def moment(value: object) -> datetime | None:
    """Read a time as JSON Feed and sitemaps write it (RFC 3339, or a day); None where it cannot be read."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _from_parsed(value: Any) -> datetime | None:
    """Read a time as feedparser gives it: a tuple in UTC."""
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC) if value else None
    except (ValueError, OverflowError, OSError):
        return None
