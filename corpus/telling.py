"""How addresses and what sites answer are told to a person."""

from __future__ import annotations

from corpus.wording import Wording

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


def told_status(status: int) -> tuple[str, bool]:
    """Return an HTTP status in words, without a full stop, and whether it may be another one in an hour."""
    is_passing = status >= SERVER_ERROR or status in PASSING
    trouble = Wording("the site has trouble of its own") if is_passing else Wording("the site refuses it")
    return REFUSALS.get(status, trouble), is_passing


def told_private(url: str, address: str | None) -> Wording:
    """Say that an address, or the other one that it leads to, is part of a private network."""
    if address is None:
        told = Wording(
            "the address {url} is part of a private network, and only public ones are fetched", url=shown_address(url)
        )
    else:
        told = Wording(
            "the address {url} leads to {address}, which is part of a private network, and only public ones are "
            "fetched",
            url=shown_address(url),
            address=address,
        )
    return told
