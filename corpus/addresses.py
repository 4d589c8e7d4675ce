"""Which addresses of the web may be fetched: a URL -> the IP addresses to connect to, each of them checked.

The name is resolved here, once, and the connection goes to exactly the addresses that were checked; a name that gives
another answer the second time (DNS rebinding) therefore changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

import idna

from corpus.errors import BadAddressError, PrivateAddressError, TooSlowError, UnreachableError
from corpus.telling import shown_address
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.connecting import Deadline

    IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
    IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
    Resolver = Callable[[str, int], Sequence[str]]

PORTS = {"http": 80, "https": 443}
"""Scheme -> its port. Other ports are for networks that are allowed by name only."""

LONGEST_URL = 2048
"""Characters of a URL; what is longer breaks servers and browsers."""

LOOPBACK = ("127.0.0.1", "::1")

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")
_IPV4_TRANSLATED = ipaddress.ip_network("::ffff:0:0:0/96")
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_KEPT = "%/:=&?~#+!$,;'@()*[]"
"""Characters that quoting leaves as they are in a path: those that mean something there, and "%" of what is quoted."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be fetched.

    Attributes:
        url: the URL in ASCII, without a fragment.
        host: its name in ASCII, or its IP address.
        port: the port to connect to.
        addresses: IP addresses to connect to, in the resolver's order; each may be contacted.
    """

    url: str
    host: str
    port: int
    addresses: tuple[str, ...]


def ask_system(host: str, port: int) -> list[str]:
    """Resolve a name as the system does.

    Raises:
        OSError: it has no address.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """Decides what may be contacted. Safe to share between threads.

    Args:
        allowed: networks that are contacted though they are not public, and at any port; by default none.
        resolve: gives a name's IP addresses.
    """

    def __init__(self, allowed: Sequence[IPNetwork] = (), resolve: Resolver = ask_system) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve

    def target(self, url: str, deadline: Deadline) -> Target:
        """Check a URL and every address that its name resolves to.

        Raises:
            BadAddressError: it is not of the web, carries a password, or names a port that is not the web's.
            PrivateAddressError: it leads, also among other addresses, to one that is not public.
            TooSlowError: its name was not resolved by the deadline.
            UnreachableError: its name has no address.
        """
        clean, host, port = _parsed(url)
        found = _literal(host) or self._resolved(url, host, port, deadline)
        for address in found:
            if not self._is_allowed(address) and not all(map(_is_public, _meant(address))):
                raise PrivateAddressError(url, host, str(address))
        if port not in PORTS.values() and not all(map(self._is_allowed, found)):
            known = {"url": shown_address(url), "port": port}
            problem = Wording("the address {url} names port {port}, and only the web's own are fetched", **known)
            raise BadAddressError(url, problem, Wording("Leave the port out."))
        return Target(clean, host, port, tuple(map(str, found)))

    def _resolved(self, url: str, host: str, port: int, deadline: Deadline) -> list[IPAddress]:
        """Ask the resolver, which knows no time limit of its own, in a thread that may be left behind."""
        if host == "localhost" or host.endswith(".localhost"):  # RFC 6761: never asked of anybody
            return [ipaddress.ip_address(address) for address in LOOPBACK]
        told: SimpleQueue[list[IPAddress] | OSError] = SimpleQueue()

        def ask() -> None:
            try:
                told.put([ipaddress.ip_address(address) for address in self._resolve(host, port)])
            except (OSError, UnicodeError) as error:
                told.put(error if isinstance(error, OSError) else OSError(str(error)))

        threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
        try:
            answer = told.get(timeout=max(0.0, deadline.left_s))
        except Empty:
            raise TooSlowError(url, deadline.seconds) from None
        if isinstance(answer, OSError) or not answer:
            raise UnreachableError(url, Wording("there is no site called {host}", host=host))
        return answer

    def _is_allowed(self, address: IPAddress) -> bool:
        mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        return any((mapped or address) in network for network in self._allowed)


def _parsed(url: str) -> tuple[str, str, int]:
    """Return a URL in ASCII without its fragment, its host in ASCII, and its port."""
    if len(url) > LONGEST_URL:
        raise BadAddressError(url, Wording("the address has {number:,} characters", number=len(url)), _copied())
    if _FORBIDDEN.search(url):
        raise BadAddressError(url, Wording("the address holds blanks or backslashes"), _copied())
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddressError(url, Wording("this is no address ({error})", error=str(error)), _copied()) from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        seen = Wording("this is no web address")
        if scheme:
            seen = Wording("{scheme}:// is not fetched, only http:// and https:// are", scheme=scheme)
        raise BadAddressError(url, seen, Wording("Write it with https:// in front."))
    if "@" in parts.netloc:
        problem = Wording("the address carries a user name or password, and with those nothing is fetched")
        raise BadAddressError(url, problem, Wording("Leave them out, or paste the text instead."))
    host = _ascii(url, parts.hostname or "")
    port = PORTS[scheme] if port is None else port
    written = f"[{host}]" if ":" in host else host
    netloc = written if port == PORTS[scheme] else f"{written}:{port}"
    path, query = (quote(part, safe=_KEPT) for part in (parts.path or "/", parts.query))
    return urlunsplit((scheme, netloc, path, query, "")), host, port


def _copied() -> Wording:
    return Wording("Check that it was copied rightly.")


def _ascii(url: str, host: str) -> str:
    if ":" in host:  # urlsplit has seen the brackets
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise BadAddressError(url, Wording("[{host}] is no IP address", host=host), _copied()) from None
    try:
        # What looks like letters, digits and dots is turned into them first, as browsers do (UTS 46).
        name = host if host.isascii() else idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        name = ""
    name = name.lower().removesuffix(".")
    if not _HOST.fullmatch(name) or len(name) > 253:  # noqa: PLR2004  # RFC 1035, in characters
        raise BadAddressError(url, Wording("{host!r} is no name of a site", host=host), _copied())
    return name


def _literal(host: str) -> list[IPAddress]:
    """Read a host that is an IP address, also as the C library knows them: 2130706433, 0177.0.0.1, 0x7f.1."""
    if ":" in host:
        return [ipaddress.IPv6Address(host)]
    try:
        return [ipaddress.IPv4Address(socket.inet_aton(host))]
    except OSError:
        return []


def _meant(address: IPAddress) -> list[IPAddress]:
    """Return an address and those of IPv4 that it stands for, where it is one of IPv6 made for that."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    last = ipaddress.IPv4Address(address.packed[12:])
    if address in _NAT64 or address in _IPV4_TRANSLATED:
        return [last]
    inner: list[IPAddress] = [address]
    if address.sixtofour:
        inner.append(address.sixtofour)
    if address.teredo:
        inner += address.teredo
    if address in _IPV4_COMPATIBLE or address.packed[8:12] in _ISATAP:
        inner.append(last)
    return inner


def _is_public(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False  # Python calls addresses global that nobody has assigned
    return address.is_global and not address.is_multicast and not address.is_reserved
