"""How addresses and what sites answer are told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_CHARACTERS = 200
"""Characters of an address that a message shows."""


def shown_address(url: str) -> str:
    """Return an address as a message shows it: without a password, and not longer than a person reads."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    whole = f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else url
    printable = "".join(char if char.isprintable() else "\ufffd" for char in whole)
    return printable if len(printable) <= SHOWN_CHARACTERS else f"{printable[: SHOWN_CHARACTERS - 1]}…"


SERVER_ERROR = 500
PASSING = frozenset({404, 408, 423, 425, 429})
"""Statuses below 500 that may be others in an hour; 404 among them, for feeds name articles before they are there."""

REFUSALS = {
    401: Wording("the site wants a password for it"),
    403: Wording("the site does not give it to programs"),
    404: Wording("there is no such page"),
    410: Wording("the page is gone for good"),
    429: Wording("the site was asked too often"),
}


Told = tuple[Wording, Wording]
"""What is wrong, one sentence without a full stop, and what to do about it."""


def is_passing(status: int) -> bool:
    """Tell whether an HTTP status may be another one in an hour."""
    return status >= SERVER_ERROR or status in PASSING


def told_status(url: str, status: int) -> Told:
    """Say that a site answers with an HTTP status."""
    trouble = Wording("the site has trouble of its own") if is_passing(status) else Wording("the site refuses it")
    what = REFUSALS.get(status, trouble)
    fix = Wording("Check the address, or try again later.") if is_passing(status) else _paste()
    return Wording("{what}: {url} (HTTP {status})", what=what, url=shown_address(url), status=status), fix


def told_private(url: str, host: str, address: str) -> Told:
    """Say that an address leads to a private network, by its name or, where `host` is one, by its IP address."""
    known = {"url": shown_address(url), "address": address}
    problem = Wording("the address {url} is part of a private network, and only public ones are fetched", **known)
    if host != address:
        problem = Wording(
            "the address {url} leads to {address}, which is part of a private network, and only public ones are "
            "fetched",
            **known,
        )
    return problem, Wording(
        "Paste the text instead; for a newsroom's own network, VERBATIM_ALLOWED_NETWORKS makes an exception."
    )


def told_robots(url: str, robots: str, unreachable: str) -> Told:
    """Say that the robots.txt at `robots` asks to stay away, or why it could not be asked."""
    known = {"url": shown_address(url), "robots": robots, "reason": unreachable}
    if unreachable:
        return Wording("the site does not say whether programs may fetch {url} ({robots}: {reason})", **known), _paste()
    return Wording("the site asks programs not to fetch {url} ({robots})", **known), _paste()


def told_hops(hops: Sequence[str]) -> Told:
    """Say that an address leads from one to the next without an end."""
    known = {"url": shown_address(hops[0]), "number": len(hops)}
    problem = Wording("the address {url} leads on and on, over {number} addresses", **known)
    if hops[-1] in hops[:-1]:
        problem = Wording("the address {url} leads in a circle", **known)
    return problem, Wording("Open it in a browser and take the address shown there.")


def told_size(url: str, most: int) -> Told:
    """Say that what is at an address has more than `most` bytes."""
    size = f"{most >> 20} MiB" if most >= 1 << 20 else Wording("{number:,} bytes", number=most)
    known = {"url": shown_address(url), "size": size}
    problem = Wording("what is at {url} is larger than {size}, which no article is", **known)
    return problem, Wording("Give the address of the article itself.")


def _paste() -> Wording:
    return Wording("Open it in a browser and paste the text.")
