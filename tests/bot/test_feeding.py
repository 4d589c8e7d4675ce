"""The commands about feeds and addresses, against a site on loopback that the settings make an exception for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from fakes import HashEncoder, PatternExtractor
from web import Answer, Site, article, serving

from bot.app import App
from bot.cli import cli
from corpus.errors import CorpusLockedError, FeedError, FeedNotFoundError, PrivateAddressError
from corpus.writing import write_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bot.config import Settings


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with two articles, a page and a feed."""
    with serving() as made:
        link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
        items = "".join(f"<item><link>{made.url(f'/{n}')}</link></item>" for n in (1, 2))
        made.pages |= {
            "/": Answer(f"<html><head>{link}</head><body>Home</body></html>".encode()),
            "/feed": Answer(
                f"<rss version='2.0'><channel><title>Gazette</title>{items}</channel></rss>".encode(), type="text/xml"
            ),
            "/1": Answer(article(1).encode()),
            "/2": Answer(b"<html><body>Subscribers only</body></html>"),
        }
        yield made


@pytest.fixture
def verbatim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on a data directory of the test's own, with small models, allowed to fetch from 127.0.0.1."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VERBATIM_ALLOWED_NETWORKS", "127.0.0.1/32")
    monkeypatch.setenv("VERBATIM_CONTACT", "desk@example.org")

    def run(*arguments: str, stdin: str | None = None) -> Result:
        def make(settings: Settings) -> App:
            return App(settings, loading=lambda _name, _directory: HashEncoder(), extracting=PatternExtractor)

        return CliRunner().invoke(cli, ["--data-dir", str(tmp_path / "data"), *arguments], obj=make, input=stdin)

    return run


def test_an_article_is_added_by_its_address(verbatim: Callable[..., Result], site: Site) -> None:
    """An address is fetched under our name, stored, and answered from; adding it again changes nothing."""
    assert verbatim("add", site.url("/1")).stdout == "1 article: 1 added.\n"
    assert site.asked[-1].headers["user-agent"].endswith("(+desk@example.org)")
    assert verbatim("add", site.url("/1"), site.url("/1")).stdout == "1 article: 1 unchanged.\n"
    answer = json.loads(verbatim("ask", "What did the council of Port Vell approve?", "--json").stdout)
    assert answer["citations"][0]["url"] == site.url("/1")


def test_files_and_addresses_are_added_together(verbatim: Callable[..., Result], site: Site, tmp_path: Path) -> None:
    """What cannot be fetched is told with its reason, the rest is stored, and the exit code says so."""
    path = tmp_path / "ferry.txt"
    path.write_text("Ferries return to the bay. Tickets cost two crowns.")
    result = verbatim("add", site.url("/2"), site.url("/gone"), str(path), site.url("/1"), "http://10.0.0.1/a")
    assert (result.exit_code, result.stdout) == (2, "5 articles: 2 added, 3 could not be read.\n")
    assert f"{site.url('/2')}: There is no article on this page" in result.stderr
    assert f"{site.url('/gone')}: There is no such page" in result.stderr
    assert "part of a private network" in result.stderr


def test_by_default_no_private_address_is_fetched(
    verbatim: Callable[..., Result], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the setting, the address of a server on loopback is refused, by address and by feed."""
    monkeypatch.delenv("VERBATIM_ALLOWED_NETWORKS")
    result = verbatim("add", site.url("/1"))
    assert (result.exit_code, result.stdout) == (2, "1 article: 1 could not be read.\n")
    assert isinstance(verbatim("feeds", "add", site.url("/feed")).exception, PrivateAddressError)
    assert site.asked == []


def test_a_feed_is_subscribed_to_and_polled(verbatim: Callable[..., Result], site: Site) -> None:
    """A page's address is enough; polling adds what is new and says what could not be added."""
    added = verbatim("feeds", "add", site.url("/"))
    assert added.stdout == f"Subscribed to 1 Gazette: RSS, {site.url('/feed')}\n"
    assert verbatim("feeds", "add", site.url("/feed")).stdout == "Already subscribed to 1 Gazette.\n"
    assert "0 articles, not read yet" in verbatim("feeds", "list").stdout
    polled = verbatim("feeds", "poll")
    assert (polled.exit_code, polled.stdout) == (2, "1 Gazette: 1 added, 1 failed.\n")
    assert f"{site.url('/2')}: there is no article on this page" in polled.stderr
    assert verbatim("feeds", "poll").stdout == "No feed is due.\n"
    assert verbatim("feeds", "poll", "1").stdout == "1 Gazette: nothing new.\n"
    answer = json.loads(verbatim("ask", "What did the council of Port Vell approve?", "--json").stdout)
    assert answer["citations"][0]["url"] == site.url("/1")
    record = json.loads(verbatim("feeds", "list", "--json").stdout)
    assert (record["id"], record["stored"], record["failed"], record["problem"]) == (1, 1, 1, None)


def test_feeds_are_paused_resumed_and_removed(verbatim: Callable[..., Result], site: Site) -> None:
    """A feed is named by number or address; removing asks first."""
    assert verbatim("feeds", "list").stdout == "No feeds yet: `verbatim feeds add ADDRESS` subscribes to one.\n"
    verbatim("feeds", "add", site.url("/feed"))
    assert verbatim("feeds", "pause", site.url("/feed")).stdout == "Paused 1 Gazette.\n"
    assert verbatim("feeds", "poll").stdout == "No feed is due.\n"
    assert "paused" in verbatim("feeds", "list").stdout
    assert verbatim("feeds", "resume", "1").stdout == "Resumed 1 Gazette.\n"
    assert verbatim("feeds", "remove", "1", stdin="n\n").exit_code == 1
    removed = verbatim("feeds", "remove", "1", stdin="y\n")
    assert removed.stdout.endswith("Unsubscribed from 1 Gazette. Its articles stay.\n")
    assert isinstance(verbatim("feeds", "pause", "1").exception, FeedNotFoundError)


def test_a_broken_feed_is_told_once(verbatim: Callable[..., Result], site: Site) -> None:
    """A feed that is gone says so with its first failure only, and when it is back."""
    verbatim("feeds", "add", site.url("/feed"))
    feed = site.pages["/feed"]
    site.pages["/feed"] = Answer(status=410)
    first, second = (verbatim("feeds", "poll", "1") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (2, 2)
    assert "gone for good" in first.stderr
    assert ("counts as broken" in first.stderr, "counts as broken" in second.stderr) == (True, False)
    assert "broken: the page is gone for good" in verbatim("feeds", "list").stdout
    site.pages["/feed"] = feed
    assert "can be read again" in verbatim("feeds", "poll", "1").stderr


def test_a_page_without_feeds_is_told(verbatim: Callable[..., Result], site: Site) -> None:
    """A page that names no feed, on a site without one in the usual places, is an error that says so."""
    del site.pages["/feed"]
    assert isinstance(verbatim("feeds", "add", site.url("/")).exception, FeedError)


def test_only_one_polls(verbatim: Callable[..., Result], site: Site, tmp_path: Path) -> None:
    """While another process polls, nothing is fetched."""
    verbatim("feeds", "add", site.url("/feed"))
    asked = len(site.asked)
    with write_lock(tmp_path / "data" / "feeds.lock"):
        assert isinstance(verbatim("feeds", "poll", "1").exception, CorpusLockedError)
    assert len(site.asked) == asked
