"""Fetching, against real servers on loopback: the guard on the way, the limits, robots.txt and conditions."""

from __future__ import annotations

import gzip
import ipaddress
import itertools
import re
import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from web import Answer, Asked, Site, article, packed, serving

from corpus.addresses import Guard
from corpus.errors import (
    BadAddressError,
    ContentTypeError,
    FetchError,
    PrivateAddressError,
    RedirectError,
    RobotsError,
    StatusError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
)
from corpus.fetching import Fetcher, Limits, agent

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Answer(article().encode())
HOME = (ipaddress.ip_network("127.0.0.1/32"),)
"""The one address that tests may contact; 127.0.0.2 stays as private as it is."""

SMALL = Limits(most_bytes=100_000, seconds=10, redirects=5)


def moved(url: str, status: int = 302) -> Answer:
    """Return a redirect."""
    return Answer(status=status, headers={"Location": url})


def names(**known: str) -> Guard:
    """Return a guard that allows `HOME` and resolves the given names; `_` stands for a dot."""
    return Guard(HOME, lambda host, _port: [known[host.replace(".", "_")]])


@pytest.fixture
def site() -> Iterator[Site]:
    """A site at 127.0.0.1."""
    with serving() as made:
        made.pages["/a"] = PAGE
        yield made


@pytest.fixture
def fetcher() -> Fetcher:
    """Fetches from 127.0.0.1, and from nowhere else."""
    return Fetcher(agent("1.2", "https://example.org/us"), guard=Guard(HOME), limits=SMALL)


def test_a_page_is_fetched_under_our_name(site: Site, fetcher: Fetcher) -> None:
    """The bytes come as they were sent, with their type, and the site hears who asks, and whom to complain to."""
    site.pages["/a"] = Answer(article().encode("cp949"), type="Text/HTML; Charset=EUC-KR", headers={"ETag": '"1"'})
    fetched = fetcher.fetch(site.url("/a#part"))
    assert fetched.body == article().encode("cp949")
    assert (fetched.content_type, fetched.charset, fetched.etag) == ("text/html", "euc-kr", '"1"')
    assert (fetched.url, fetched.final_url) == (site.url("/a#part"), site.url("/a"))
    assert site.asked[-1].headers["user-agent"] == "Verbatim/1.2 (+https://example.org/us)"
    assert site.asked[-1].headers["host"] == f"127.0.0.1:{site.port}"


def test_by_default_nothing_private_is_contacted(site: Site) -> None:
    """Without an exception the server on loopback is not even connected to."""
    for host in ("127.0.0.1", "localhost", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]"):
        with pytest.raises(PrivateAddressError):
            Fetcher(agent("1")).fetch(site.url("/a", host))
    assert site.asked == []


@pytest.mark.parametrize(
    "where", ["http://127.0.0.2:{port}/", "http://2130706434/", "http://inside.example/", "//[::1]/"]
)
def test_a_redirect_to_a_private_address_is_refused(where: str, site: Site) -> None:
    """Each hop is checked like the first: by address, by number, by name."""
    with serving("127.0.0.2") as inside:
        site.pages["/a"] = moved(where.format(port=inside.port))
        guard = names(inside_example="127.0.0.2")
        with pytest.raises(PrivateAddressError):
            Fetcher(agent("1"), guard=guard).fetch(site.url("/a"))
        assert inside.asked == []


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://127.0.0.1/a", "http://ada:x@127.0.0.1/", "http://["])
def test_a_redirect_to_another_scheme_is_refused(where: str, site: Site, fetcher: Fetcher) -> None:
    """A redirect leads to http or https, without a password, or nowhere."""
    site.pages["/a"] = moved(where)
    with pytest.raises(BadAddressError):
        fetcher.fetch(site.url("/a"))


def test_a_name_that_changes_its_answer_changes_nothing(site: Site) -> None:
    """DNS rebinding: the connection goes to the address that was checked, not to what the name says a moment later."""
    with serving("127.0.0.2", site.port) as inside:
        inside.pages["/a"] = Answer(b"<html>secret</html>")
        answers: list[str] = []

        def rebinding(_host: str, _port: int) -> list[str]:
            # Public (here: allowed) when it is checked, private ever after; once for robots.txt and once for the page.
            answers.append("127.0.0.1" if len(answers) < 2 else "127.0.0.2")
            return [answers[-1]]

        fetcher = Fetcher(agent("1"), guard=Guard(HOME, rebinding))
        assert fetcher.fetch(site.url("/a", "rebind.example")).body == article().encode()
        assert site.asked[-1].headers["host"] == f"rebind.example:{site.port}"
        with pytest.raises(PrivateAddressError):
            fetcher.fetch(site.url("/a", "rebind.example"))
        assert inside.asked == []


def test_the_next_address_is_tried(site: Site) -> None:
    """Of several addresses of a name the first that answers is used."""
    networks = (ipaddress.ip_network("127.0.0.0/8"),)
    guard = Guard(networks, lambda _host, _port: ["127.0.0.3", "127.0.0.1"])  # nobody listens at the first
    assert Fetcher(agent("1"), guard=guard).fetch(site.url("/a", "two.example")).body


def test_redirects_are_followed_to_the_end(site: Site, fetcher: Fetcher) -> None:
    """Relative and absolute redirects of all kinds lead to the page, whose address is the final one."""
    site.pages |= {
        "/1": moved("2", 301),
        "/2": moved(site.url("/é?x=1"), 307),
        "/%C3%A9?x=1": moved("/a", 308),
    }
    fetched = fetcher.fetch(site.url("/1"))
    assert (fetched.final_url, site.paths) == (site.url("/a"), ["/1", "/2", "/%C3%A9?x=1", "/a"])


def test_a_circle_of_redirects_ends(site: Site, fetcher: Fetcher) -> None:
    """A loop is told as one, and redirects without end are given up."""
    site.pages |= {"/1": moved("/2"), "/2": moved("/1")}
    with pytest.raises(RedirectError, match="leads in a circle"):
        fetcher.fetch(site.url("/1"))
    site.pages |= {f"/on{at}": moved(f"/on{at + 1}") for at in range(20)}
    with pytest.raises(RedirectError, match="leads on and on, over 7 addresses"):
        fetcher.fetch(site.url("/on0"))
    assert site.paths == ["/1", "/2", *(f"/on{at}" for at in range(6))]


def test_an_endless_body_is_stopped(site: Site, fetcher: Fetcher) -> None:
    """What has no end, or says that it is too long, is refused at the limit."""
    site.pages["/endless"] = lambda _: Answer(itertools.repeat(b"x" * 10_000))
    with pytest.raises(TooLargeError, match="larger than 100,000 bytes"):
        fetcher.fetch(site.url("/endless"))
    site.pages["/long"] = Answer(b"x" * 100_001)
    with pytest.raises(TooLargeError):
        fetcher.fetch(site.url("/long"))
    site.pages["/fits"] = Answer(b"x" * 100_000)
    assert len(fetcher.fetch(site.url("/fits")).body) == 100_000


def test_a_bomb_is_stopped_at_its_unpacked_size(site: Site, fetcher: Fetcher) -> None:
    """A small body that unpacks to a large one is refused, also one that is a file packed with gzip."""
    bomb = b" " * 50_000_000
    site.pages["/bomb"] = packed(bomb)
    site.pages["/bomb.xml.gz"] = Answer(gzip.compress(bomb), type="application/gzip")
    for path in ("/bomb", "/bomb.xml.gz"):
        with pytest.raises(TooLargeError):
            fetcher.fetch(site.url(path))


def test_packed_pages_are_unpacked(site: Site, fetcher: Fetcher) -> None:
    """Gzip is undone, in one piece or several; what is damaged or packed otherwise is refused."""
    page = article().encode()
    half = len(page) // 2
    site.pages["/a"] = packed(page)
    assert fetcher.fetch(site.url("/a")).body == page
    gzipped = {"Content-Encoding": "gzip"}
    site.pages["/two"] = Answer(gzip.compress(page[:half]) + gzip.compress(page[half:]), headers=gzipped)
    assert fetcher.fetch(site.url("/two")).body == page
    site.pages["/cut"] = Answer(gzip.compress(page)[:-20], headers=gzipped)
    with pytest.raises(UnreachableError, match="damaged"):
        fetcher.fetch(site.url("/cut"))
    site.pages["/none"] = Answer(page, headers=gzipped)
    with pytest.raises(UnreachableError, match="damaged"):
        fetcher.fetch(site.url("/none"))
    site.pages["/br"] = Answer(page, headers={"Content-Encoding": "br"})
    with pytest.raises(ContentTypeError, match="packed with 'br'"):
        fetcher.fetch(site.url("/br"))


@pytest.mark.parametrize("what", ["silent", "dripping body", "slow redirects"])
def test_a_slow_site_is_not_waited_for(what: str, site: Site) -> None:
    """The time limit holds for all of it: a byte now and then does not draw it out."""

    def drip(_: Asked) -> Answer:
        if what == "silent":
            time.sleep(3)
            return PAGE
        if what == "slow redirects":
            time.sleep(0.3)
            return moved("/a", 302) if len(site.paths) > 20 else moved(f"/a?{len(site.paths)}")
        return Answer(b"x" if time.sleep(0.1) is None else b"" for _ in range(100))

    site.pages |= {"/a": drip, **{f"/a?{at}": drip for at in range(25)}}
    limits = Limits(seconds=0.7, redirects=50)
    began = time.monotonic()
    with pytest.raises(TooSlowError, match=r"within 0\.7 seconds"):
        Fetcher(agent("1"), guard=Guard(HOME), limits=limits).fetch(site.url("/a"))
    assert time.monotonic() - began < 2.5


@pytest.mark.parametrize(
    "kind", ["image/png", "video/mp4", "image/svg+xml", "application/zip", "text/css", "application/x-sh"]
)
def test_what_is_no_document_is_refused_unread(kind: str, site: Site, fetcher: Fetcher) -> None:
    """The media type decides before the body is read, and the message names it."""
    site.pages["/a"] = lambda _: Answer(itertools.repeat(b"x" * 10_000), type=kind)
    with pytest.raises(ContentTypeError, match=re.escape(kind)) as caught:
        fetcher.fetch(site.url("/a"))
    assert caught.value.seen == kind


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (article().encode(), "text/html"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><p>", "text/html"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"<?xml version='1.0'?><rss/>", "application/xml"),
        (b'{"version": ""}', "application/json"),
        (gzip.compress(b"<urlset></urlset>", mtime=0), "application/xml"),
    ],
)
@pytest.mark.parametrize("kind", [None, "application/octet-stream"])
def test_the_first_bytes_tell_where_the_site_does_not(
    body: bytes, told: str, kind: str | None, site: Site, fetcher: Fetcher
) -> None:
    """Without a media type the bytes say what it is."""
    site.pages["/a"] = Answer(body, type=kind)
    assert fetcher.fetch(site.url("/a")).content_type == told


def test_a_packed_sitemap_is_unpacked(site: Site, fetcher: Fetcher) -> None:
    """A file packed with gzip is unpacked, whatever the site calls it."""
    for kind in ("text/xml", "application/x-gzip"):
        site.pages["/sitemap.xml.gz"] = Answer(gzip.compress(b"<urlset></urlset>"), type=kind)
        assert fetcher.fetch(site.url("/sitemap.xml.gz")).body == b"<urlset></urlset>"


def test_bytes_that_tell_nothing_are_refused(site: Site, fetcher: Fetcher) -> None:
    """What neither the site nor the bytes name is not guessed at."""
    site.pages["/a"] = Answer(b"MZ\x90\x00", type="application/octet-stream")
    with pytest.raises(ContentTypeError):
        fetcher.fetch(site.url("/a"))


@pytest.mark.parametrize(
    ("status", "told", "is_lasting"),
    [
        (401, "wants a password", True),
        (403, "does not give it to programs", True),
        (404, "there is no such page", False),
        (410, "gone for good", True),
        (418, "the site refuses it", True),
        (429, "asked too often", False),
        (500, "trouble of its own", False),
        (503, "trouble of its own", False),
        (304, "refuses it", True),
        (204, "refuses it", True),
    ],
)
def test_a_refusal_is_told(status: int, told: str, is_lasting: object, site: Site, fetcher: Fetcher) -> None:
    """A status becomes a sentence, and says whether it is worth trying again."""
    site.pages["/a"] = Answer(status=status)
    with pytest.raises(StatusError, match=told) as caught:
        fetcher.fetch(site.url("/a"))
    assert (caught.value.status, caught.value.is_lasting, caught.value.retry_after_s) == (status, is_lasting, None)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("120", 120, 120), ("Fri, 31 Dec 1999 23:59:59 GMT", 0, 0), ("Wed, 01 Jan 2200 00:00:00 GMT", 1e8, 1e10)],
)
def test_a_site_says_when_to_ask_again(value: str, low: float, high: float, site: Site, fetcher: Fetcher) -> None:
    """Retry-After is read as seconds or as a date."""
    site.pages["/a"] = Answer(status=429, headers={"Retry-After": value})
    with pytest.raises(StatusError) as caught:
        fetcher.fetch(site.url("/a"))
    assert caught.value.retry_after_s is not None
    assert low <= caught.value.retry_after_s <= high


def test_nobody_there_is_told(fetcher: Fetcher) -> None:
    """A port at which nobody listens is told as unreachable, also when it is asked again at once."""
    with serving() as site:
        gone = site.url("/a")
    for _ in range(2):
        with pytest.raises(UnreachableError, match="refused") as caught:
            fetcher.fetch(gone)
        assert not caught.value.is_lasting


def test_headers_that_drip_are_not_waited_for() -> None:
    """A server that sends its headers byte by byte is left at the time limit, though each byte comes in time."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while True:
                    connection.sendall(b"x")
                    time.sleep(0.05)

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        fetcher = Fetcher(agent("1"), guard=Guard(HOME), limits=Limits(seconds=0.5))
        with pytest.raises(TooSlowError):
            fetcher.fetch(f"http://127.0.0.1:{server.getsockname()[1]}/a")
        assert time.monotonic() - began < 2.5
        thread.join()


def test_a_body_that_breaks_off_is_no_document(site: Site, fetcher: Fetcher) -> None:
    """A body shorter than it was said to be is never taken for a whole one."""
    site.pages["/a"] = Answer(iter([b"<html>half"]), headers={"Content-Length": "1000"})
    with pytest.raises(UnreachableError):
        fetcher.fetch(site.url("/a"))


def test_what_has_not_changed_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    """ETag and Last-Modified go back to the site, and a 304 keeps them."""
    day = "Fri, 03 May 2024 10:00:00 GMT"

    def page(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"v1"' and asked.headers.get("if-modified-since") == day:
            return Answer(status=304, type=None)
        return Answer(b"<rss/>", type="application/rss+xml", headers={"ETag": '"v1"', "Last-Modified": day})

    site.pages["/feed"] = page
    first = fetcher.fetch(site.url("/feed"))
    assert (first.not_modified, first.etag, first.last_modified) == (False, '"v1"', day)
    again = fetcher.fetch(site.url("/feed"), etag=first.etag, last_modified=first.last_modified)
    assert (again.not_modified, again.body, again.etag, again.last_modified) == (True, b"", '"v1"', day)


ROBOTS = b"User-agent: *\nDisallow: /private\n\nUser-agent: Verbatim\nDisallow: /secret\nCrawl-delay: 3\n"


def robots(body: bytes = ROBOTS, status: int = 200) -> Answer:
    """Return a robots.txt."""
    return Answer(body, status, "text/plain")


def test_robots_txt_is_respected(site: Site, fetcher: Fetcher) -> None:
    """What the site asks us by name counts; it is asked once."""
    site.pages |= {"/robots.txt": robots(), "/private": PAGE, "/secret": PAGE}
    assert fetcher.fetch(site.url("/private")).body
    with pytest.raises(RobotsError, match="asks programs not to fetch") as caught:
        fetcher.fetch(site.url("/secret"))
    assert caught.value.is_lasting
    assert caught.value.robots == site.url("/robots.txt")
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/private"]
    assert fetcher.delay_s(site.url("/a")) == 3


def test_robots_txt_counts_for_each_hop(site: Site, fetcher: Fetcher) -> None:
    """A redirect does not lead around robots.txt."""
    site.pages |= {"/robots.txt": robots(), "/open": moved("/secret"), "/secret": PAGE}
    with pytest.raises(RobotsError):
        fetcher.fetch(site.url("/open"))
    assert site.paths == ["/open"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429])
def test_a_site_without_rules_may_be_fetched(status: int, site: Site, fetcher: Fetcher) -> None:
    """RFC 9309, 2.3.1.3: a robots.txt that is not available allows everything."""
    site.pages["/robots.txt"] = robots(b"User-agent: *\nDisallow: /", status)
    assert fetcher.fetch(site.url("/a")).body
    assert fetcher.delay_s(site.url("/a")) == 0


@pytest.mark.parametrize("status", [500, 503])
def test_a_site_in_trouble_is_left_alone(status: int, site: Site, fetcher: Fetcher) -> None:
    """RFC 9309, 2.3.1.4: a robots.txt that is unreachable forbids everything, and the message says why."""
    site.pages["/robots.txt"] = robots(b"", status)
    with pytest.raises(RobotsError, match=rf"does not say whether programs may fetch .*HTTP {status}") as caught:
        fetcher.fetch(site.url("/a"))
    assert not caught.value.is_lasting
    assert site.paths == []


def test_a_robots_txt_may_be_elsewhere(site: Site, fetcher: Fetcher) -> None:
    """Its redirects are followed, under guard too; a circle of them counts as none."""
    site.pages |= {"/robots.txt": moved("/rules"), "/rules": robots(), "/secret": PAGE}
    with pytest.raises(RobotsError):
        fetcher.fetch(site.url("/secret"))
    with serving() as other:
        other.pages |= {"/robots.txt": moved("/robots.txt"), "/secret": PAGE}
        assert fetcher.fetch(other.url("/secret")).body
    with serving() as third:
        third.pages |= {"/robots.txt": moved("http://127.0.0.2/rules"), "/a": PAGE}
        with pytest.raises(PrivateAddressError):
            fetcher.fetch(third.url("/a"))


def test_sitemaps_are_named_by_robots_txt(site: Site, fetcher: Fetcher) -> None:
    """The sitemaps of a site are those of its robots.txt."""
    site.pages["/robots.txt"] = robots(b"Sitemap: https://example.org/s.xml\nUser-agent: *\nAllow: /\n")
    assert fetcher.sitemaps(site.url("/any")) == ["https://example.org/s.xml"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for news.example, signed by itself, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "news.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=news.example"
    options = ["-addext", "subjectAltName=DNS:news.example", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([*command.split(), *options], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def test_the_certificate_is_that_of_the_name(certificate: Path) -> None:
    """Though the connection goes to an address, TLS asks for the name and verifies it."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate)
    asked_for: list[str | None] = []
    server_side.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with serving() as site:
        site.server.socket = server_side.wrap_socket(site.server.socket, server_side=True)
        site.pages["/a"] = PAGE
        guard = names(news_example="127.0.0.1", other_example="127.0.0.1")
        https = site.url("/a", "news.example").replace("http:", "https:")
        assert Fetcher(agent("1"), guard=guard, tls=trusting).fetch(https).body == article().encode()
        assert set(asked_for) == {"news.example"}
        for fetcher, url in (
            (Fetcher(agent("1"), guard=guard, tls=trusting), https.replace("news.", "other.")),
            (Fetcher(agent("1"), guard=guard), https),
        ):
            with pytest.raises(FetchError, match=r"(?i)certificate"):
                fetcher.fetch(url)
