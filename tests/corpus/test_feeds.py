"""Feeds of every kind, whole and broken, and how they are found from a page."""

from __future__ import annotations

import ipaddress
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from web import Answer, Site, article, serving

from corpus.addresses import Guard
from corpus.discovering import find_feeds
from corpus.errors import FeedError, StatusError
from corpus.feeds import Entry, Feed, FeedKind, parse_feed
from corpus.fetching import Fetched, Fetcher, agent

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "https://news.example.org/feeds/all"
EIGHT = datetime(2024, 5, 3, 8, tzinfo=UTC)
NINE = datetime(2024, 5, 3, 9, tzinfo=UTC)

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Harbour &amp; Gazette</title>
<link>https://news.example.org/</link><atom:link rel="self" href="https://news.example.org/feeds/all"/>
<item><title>Plan &lt;i&gt;approved&lt;/i&gt; &amp;amp; paid</title><link>/2024/plan#top</link>
<pubDate>Fri, 03 May 2024 10:00:00 +0200</pubDate><guid isPermaLink="false">x1</guid></item>
<item><title>Only a guid</title><guid>https://news.example.org/2024/guid</guid></item>
<item><title>Twice</title><link>https://news.example.org/2024/plan</link></item>
<item><title>No address</title></item>
<item><title>Mail</title><link>mailto:desk@example.org</link></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example.org/"><title>Atom</title>
<entry><title type="html">A &lt;b&gt;title&lt;/b&gt;</title><link rel="self" href="self"/><link href="a"/>
<published>2024-05-03T08:00:00Z</published><updated>2024-05-03T09:00:00Z</updated></entry>
<entry><title>Only updated</title><link href="b"/><updated>2024-05-03T10:00:00+01:00</updated></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Old</title></channel>
<item rdf:about="https://news.example.org/a"><title>A</title><link>https://news.example.org/a</link>
<dc:date>2024-05-03T08:00:00Z</dc:date></item></rdf:RDF>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "JSON",
        "items": [
            {"id": "1", "url": "/a", "title": "A", "date_published": "2024-05-03T10:00:00+02:00"},
            {"id": "2", "external_url": "https://other.example/b", "date_modified": "2024-05-03T09:00:00Z"},
            {"id": "3", "url": 7},
            "nonsense",
        ],
    }
)

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://news.example.org/a </loc><lastmod>2024-05-03T09:00:00Z</lastmod><news:news>
<news:publication><news:name>Gazette</news:name></news:publication>
<news:publication_date>2024-05-03T10:00:00+02:00</news:publication_date>
<news:title>A &amp; B</news:title></news:news></url>
<url><loc>https://news.example.org/b</loc><lastmod>2024-05-03</lastmod></url>
<url><lastmod>2024-05-03</lastmod></url></urlset>"""

SITEMAP_INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://news.example.org/old.xml</loc><lastmod>2020-01-01</lastmod></sitemap>
<sitemap><loc>https://news.example.org/undated.xml</loc></sitemap>
<sitemap><loc>/new.xml</loc><lastmod>2024-05-03T08:00:00Z</lastmod></sitemap></sitemapindex>"""


def parsed(body: bytes | str, kind: str = "application/xml", charset: str | None = None) -> Feed:
    """Read a feed as if it had been fetched from `BASE`."""
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(Fetched(url=BASE, final_url=BASE, content_type=kind, charset=charset, body=data))


@pytest.mark.parametrize("kind", ["application/rss+xml", "text/xml", "text/html", "text/plain", ""])
def test_rss_is_read(kind: str) -> None:
    """Addresses are made absolute, each once; titles lose their markup; the media type makes no difference."""
    assert parsed(RSS, kind) == Feed(
        url=BASE,
        kind=FeedKind.RSS,
        title="Harbour & Gazette",
        entries=(
            Entry(url="https://news.example.org/2024/plan", title="Plan approved & paid", published=EIGHT),
            Entry(url="https://news.example.org/2024/guid", title="Only a guid"),
        ),
    )


def test_atom_is_read() -> None:
    """The link to the article is taken, under the feed's base; what was only updated has no day of publication."""
    found = parsed(ATOM, "application/atom+xml")
    assert (found.kind, found.title) == (FeedKind.ATOM, "Atom")
    assert found.entries == (
        Entry(url="https://base.example.org/a", title="A title", published=EIGHT, updated=NINE),
        Entry(url="https://base.example.org/b", title="Only updated", updated=NINE),
    )


def test_rss_of_the_first_version_is_read() -> None:
    """RSS 1.0, which is RDF, is read too."""
    (entry,) = parsed(RDF).entries
    assert (entry.url, entry.title, entry.published or entry.updated) == ("https://news.example.org/a", "A", EIGHT)


def test_json_feed_is_read() -> None:
    """Items without an address are left out."""
    found = parsed("\ufeff" + JSON_FEED, "application/feed+json")
    assert (found.kind, found.title) == (FeedKind.JSON, "JSON")
    assert found.entries == (
        Entry(url="https://news.example.org/a", title="A", published=EIGHT),
        Entry(url="https://other.example/b", updated=NINE),
    )


def test_a_sitemap_of_news_is_read() -> None:
    """News have a title and a time of publication; of other pages only the last change is known."""
    found = parsed(NEWS)
    assert found.kind is FeedKind.SITEMAP
    assert found.entries == (
        Entry(url="https://news.example.org/a", title="A & B", published=EIGHT, updated=NINE),
        Entry(url="https://news.example.org/b", updated=datetime(2024, 5, 3, tzinfo=UTC)),
    )


def test_a_sitemap_index_names_its_sitemaps() -> None:
    """Those changed last come first, those without a date last."""
    found = parsed(SITEMAP_INDEX)
    assert (found.kind, found.entries) == (FeedKind.INDEX, ())
    assert found.children == tuple(f"https://news.example.org/{name}.xml" for name in ("new", "old", "undated"))


@pytest.mark.parametrize(
    ("encoding", "charset", "declared"),
    [("cp949", "euc-kr", ""), ("utf-8", None, ""), ("euc-kr", None, '<?xml version="1.0" encoding="euc-kr"?>')],
)
def test_feeds_in_other_encodings_are_read(encoding: str, charset: str | None, declared: str) -> None:
    """The encoding is that which the site or the feed declares."""
    feed = f"{declared}<rss version='2.0'><channel><title>항구 신문</title></channel></rss>"
    assert parsed(feed.encode(encoding), "application/rss+xml", charset).title == "항구 신문"


def test_what_breaks_off_is_read_as_far_as_it_goes() -> None:
    """A feed that is not well-formed gives the entries that can be told."""
    assert parsed(RSS[: RSS.index("<item><title>Twice")]).entries[0].title == "Plan approved & paid"
    assert len(parsed(NEWS[: NEWS.index("<url><loc>https://news.example.org/b")]).entries) == 1
    assert parsed("<rss version='2.0'><channel><title>A & B</title></channel></rss>").kind is FeedKind.RSS


def test_a_feed_may_be_empty() -> None:
    """A feed without entries is a feed."""
    assert parsed("<rss version='2.0'><channel><title>x</title></channel></rss>").entries == ()


BOMB = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("", "is no feed"),
        ("hello", "is no feed"),
        (article(), "is no feed"),
        (b"\x00\xff\x13", "is no feed"),
        ("[1, 2]", "is no feed"),
        ('{"a": 1}', "is JSON, but no feed"),
        ('{"version": "https://jsonfeed.org/version/1"}', "is JSON, but no feed"),
        ('{"a": ', "is no JSON"),
        ('{"a":' * 100_000, "is no JSON"),
        (
            f'<!DOCTYPE rss [<!ENTITY l0 "x">{BOMB}]><rss version="2.0"><channel>&l9;</channel></rss>',
            "entities of its own",
        ),
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"/>', "entities of its own"),
        (f'<!DOCTYPE x [<!ENTITY l0 "x">{BOMB}]><urlset><url><loc>&l9;</loc></url></urlset>', "entities of its own"),
    ],
)
def test_what_is_no_feed_is_told(body: bytes | str, told: str) -> None:
    """Pages, other data and feeds that would expand or open something are refused with what is wrong."""
    with pytest.raises(FeedError, match=told) as caught:
        parsed(body)
    assert caught.value.fix


def test_no_file_is_opened() -> None:
    """A body that looks like a path or an address is text, and nothing is opened."""
    for body in ("/etc/passwd", "http://127.0.0.1/feed", "<http://127.0.0.1/feed>"):
        with pytest.raises(FeedError):
            parsed(body)


@pytest.fixture
def site() -> Iterator[Site]:
    """A site at 127.0.0.1."""
    with serving() as made:
        yield made


@pytest.fixture
def fetcher() -> Fetcher:
    """Fetches from 127.0.0.1."""
    return Fetcher(agent("1"), guard=Guard((ipaddress.ip_network("127.0.0.1/32"),)))


def feed(body: str = RSS, kind: str = "application/rss+xml") -> Answer:
    """Return a feed."""
    return Answer(body.encode(), type=kind)


def test_a_feed_is_found_at_its_own_address(site: Site, fetcher: Fetcher) -> None:
    """The address of a feed is enough, also where the site calls it a page."""
    site.pages |= {"/feed": feed(), "/odd": feed(kind="text/html")}
    for path in ("/feed", "/odd"):
        (found,) = find_feeds(fetcher, site.url(path))
        assert (found.url, found.kind, len(found.entries)) == (site.url(path), FeedKind.RSS, 3)


def test_feeds_are_found_on_a_page(site: Site, fetcher: Fetcher) -> None:
    """What a page names is taken in its order; comments, other links and what is not there are left out."""
    links = (
        '<base href="/sub/"><link rel="alternate" type="application/rss+xml" href="../comments/feed">'
        '<link rel="Alternate" type="application/atom+xml" title="News" href="atom.xml">'
        '<link rel="alternate" type="application/rss+xml" href="/gone"><link rel="stylesheet" href="/style.css">'
        '<link rel="alternate" type="text/html" hreflang="ko" href="/ko">'
        '<link rel="alternate home" type="application/rss+xml; charset=utf-8" href="/rss">'
    )
    site.pages |= {"/": Answer(article(head=links).encode()), "/sub/atom.xml": feed(ATOM), "/rss": feed()}
    assert [found.url for found in find_feeds(fetcher, site.url("/"))] == [site.url("/sub/atom.xml"), site.url("/rss")]
    assert site.paths == ["/", "/sub/atom.xml", "/gone", "/rss"]


@pytest.mark.parametrize("place", ["/feed", "/atom.xml", "/news-sitemap.xml", "/sitemap.xml"])
def test_feeds_are_found_in_the_usual_places(place: str, site: Site, fetcher: Fetcher) -> None:
    """A page that names none is helped by where others have theirs."""
    site.pages |= {"/2024/a": Answer(article().encode()), place: feed(NEWS if "sitemap" in place else RSS)}
    assert [found.url for found in find_feeds(fetcher, site.url("/2024/a"))] == [site.url(place)]


def test_a_sitemap_is_found_by_robots_txt(site: Site, fetcher: Fetcher) -> None:
    """The sitemaps of robots.txt go before those in the usual places."""
    site.pages |= {
        "/": Answer(article().encode()),
        "/robots.txt": Answer(f"Sitemap: {site.url('/maps/today.xml')}\n".encode(), type="text/plain"),
        "/maps/today.xml": feed(NEWS),
        "/sitemap.xml": feed(NEWS),
    }
    assert [found.url for found in find_feeds(fetcher, site.url("/"))] == [site.url("/maps/today.xml")]


def test_a_site_without_feeds_is_told(site: Site, fetcher: Fetcher) -> None:
    """No feed is an error that says what to look for; an address that is not there is that error."""
    site.pages["/"] = Answer(article().encode())
    with pytest.raises(FeedError, match="names no feed"):
        find_feeds(fetcher, site.url("/"))
    with pytest.raises(StatusError):
        find_feeds(fetcher, site.url("/gone"))
