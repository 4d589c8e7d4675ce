"""How addresses and what sites answer are told to a person."""

from __future__ import annotations

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
    401: "the site wants a password for it",
    403: "the site does not give it to programs",
    404: "there is no such page",
    410: "the page is gone for good",
    429: "the site was asked too often",
}


def told_status(status: int) -> tuple[str, bool]:
    """Return an HTTP status in words, without a full stop, and whether it may be another one in an hour."""
    is_passing = status >= SERVER_ERROR or status in PASSING
    trouble = "the site has trouble of its own" if is_passing else "the site refuses it"
    return REFUSALS.get(status, trouble), is_passing
