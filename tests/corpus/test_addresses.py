"""Which addresses may be fetched, and what is said of those that may not."""

from __future__ import annotations

import ipaddress
import threading
import time

import pytest

from corpus.addresses import Guard
from corpus.connecting import Deadline
from corpus.errors import BadAddressError, FetchError, PrivateAddressError, TooSlowError, UnreachableError

PUBLIC = "93.184.216.34"


def guard(*addresses: str, allowed: str | None = None) -> Guard:
    """Return a guard whose resolver knows one answer."""
    networks = (ipaddress.ip_network(allowed),) if allowed else ()
    return Guard(networks, lambda _host, _port: addresses)


def refusal(url: str, *addresses: str) -> FetchError:
    """Return the error with which a URL is refused."""
    with pytest.raises(FetchError) as caught:
        guard(*addresses).target(url, Deadline(5))
    return caught.value


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://１２７。０。０。１/",
        "http://0/",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://192.0.2.1/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[64:ff9b::127.0.0.1]/",
        "http://[64:ff9b:1::127.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
        "http://[2001:db8::1]/",
        "http://[2606:4700::5efe:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fe80::1%25eth0]/",
        "http://[fc00::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[4000::1]/",
        "http://localhost/",
        "http://localhost./",
        "http://LOCALHOST/",
        "http://ⓛocalhost/",
        "http://news.localhost/",
    ],
)
def test_no_notation_of_a_private_address_is_fetched(url: str) -> None:
    """Loopback, private, link-local and other addresses that are not public are refused however they are written."""
    assert isinstance(refusal(url, PUBLIC), PrivateAddressError)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::7", "::ffff:a00:7", "64:ff9b::a00:7"]
)
def test_a_name_that_resolves_to_a_private_address_is_refused(address: str) -> None:
    """What a name resolves to is checked, and the message says where it leads and what to do."""
    error = refusal("https://intranet.example/a", address)
    assert isinstance(error, PrivateAddressError)
    assert (error.host, error.address) == ("intranet.example", address)
    assert f"leads to {address}, which is part of a private network" in str(error)
    assert "Paste the text instead" in error.fix


def test_every_address_of_a_name_is_checked() -> None:
    """One private address among public ones is enough to refuse a name."""
    assert isinstance(refusal("https://mixed.example/", PUBLIC, "192.168.0.9"), PrivateAddressError)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("file:///etc/passwd", "file:// is not fetched"),
        ("ftp://example.org/a", "ftp:// is not fetched"),
        ("gopher://example.org/", "gopher:// is not fetched"),
        ("javascript:alert(1)", "javascript:// is not fetched"),
        ("example.org/a", "this is no web address"),
        ("//example.org/a", "this is no web address"),
        ("", "this is no web address"),
        ("https://ada:s3cret@example.org/", "carries a user name or password"),
        ("https://example.org@127.0.0.1/", "carries a user name or password"),
        ("https://example.org:8443/", "names port 8443"),
        ("https://example.org:22/", "names port 22"),
        ("https://example.org:0/", "names port 0"),
        ("https://example.org:99999/", "this is no address"),
        ("https://example.org:ssh/", "this is no address"),
        ("https://", "is no name of a site"),
        ("https://a..b/", "is no name of a site"),
        ("https://exa mple.org/", "blanks or backslashes"),
        ("https://example.org\\@127.0.0.1/", "blanks or backslashes"),
        ("https://example.org/\r\nHost: evil", "blanks or backslashes"),
        ("https://[::1/", "this is no address"),
        ("https://[::zz]/", "this is no address"),
        ("https://" + "a" * 300 + ".org/", "is no name of a site"),
        ("https://example.org/" + "a" * 3000, "3,020 characters"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url: str, told: str) -> None:
    """Other schemes, passwords, other ports and malformed addresses are refused, each with what is wrong."""
    error = refusal(url, PUBLIC)
    assert isinstance(error, BadAddressError)
    assert told in str(error)
    assert error.fix


def test_a_password_is_never_repeated() -> None:
    """An address with a password is refused without showing the password to the chat or the log."""
    error = refusal("https://ada:s3cret@example.org/", PUBLIC)
    assert "s3cret" not in f"{error} {error.url}"


@pytest.mark.parametrize(
    ("url", "asked", "host"),
    [
        ("https://example.org", "https://example.org/", "example.org"),
        ("HTTPS://Example.ORG:443/A?b=c#d", "https://example.org/A?b=c", "example.org"),
        ("http://example.org./a", "http://example.org/a", "example.org"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe", "xn--mnchen-3ya.example"),
        ("https://예시.한국/기사?a=한", "https://xn--vv4b11d.xn--3e0b707e/%EA%B8%B0%EC%82%AC?a=%ED%95%9C", None),
        ("https://a_b.example.org/%2e%2F", "https://a_b.example.org/%2e%2F", "a_b.example.org"),
        ("https://[2606:2800:220:1::1]/a", "https://[2606:2800:220:1::1]/a", "2606:2800:220:1::1"),
    ],
)
def test_public_addresses_are_fetched_as_browsers_do(url: str, asked: str, host: str | None) -> None:
    """Names and paths are put into ASCII, fragments and default ports go, escapes stay as they are."""
    target = guard(PUBLIC).target(url, Deadline(5))
    assert target.url == asked
    assert host is None or target.host == host
    assert target.addresses in {(PUBLIC,), ("2606:2800:220:1::1",)}


def test_a_network_may_be_allowed() -> None:
    """A newsroom's own network is an exception that is made by name, at any port, and for nothing else."""
    allowing = guard("10.20.0.5", allowed="10.20.0.0/16")
    assert allowing.target("http://cms.example:8080/a", Deadline(5)).port == 8080
    assert guard("::ffff:10.20.0.5", allowed="10.20.0.0/16").target("http://cms.example/", Deadline(5)).addresses
    with pytest.raises(PrivateAddressError):
        guard("10.21.0.5", allowed="10.20.0.0/16").target("http://cms.example/", Deadline(5))
    with pytest.raises(BadAddressError):
        guard("10.20.0.5", PUBLIC, allowed="10.20.0.0/16").target("http://cms.example:8080/", Deadline(5))


def test_a_name_without_an_address_is_told() -> None:
    """A misspelt name says that there is no such site, and may be tried again."""

    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(UnreachableError, match=r"there is no site called nosuch\.example") as caught:
        Guard(resolve=unknown).target("https://nosuch.example/", Deadline(5))
    assert not caught.value.is_lasting
    assert isinstance(refusal("https://empty.example/"), UnreachableError)


def test_a_slow_resolver_is_not_waited_for() -> None:
    """Resolving counts towards the time limit, though the system's resolver knows none."""
    release = threading.Event()

    def slow(_host: str, _port: int) -> list[str]:
        release.wait(10)
        return [PUBLIC]

    began = time.monotonic()
    with pytest.raises(TooSlowError):
        Guard(resolve=slow).target("https://slow.example/", Deadline(0.1))
    release.set()
    assert time.monotonic() - began < 5
