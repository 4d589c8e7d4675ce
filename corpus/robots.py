"""What a site's robots.txt says (RFC 9309), kept for a day."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from corpus.errors import (
    FetchError,
    PrivateAddressError,
    RedirectError,
    RobotsError,
    StatusError,
    TooSlowError,
    UnreachableError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.connecting import Deadline

DAY_S = 24 * 3600
UNREACHABLE_S = 600
"""Seconds for which a site that could not be asked is not asked again."""

MOST_SITES = 1000
"""Sites that are remembered; beyond that the one asked longest ago is forgotten."""

MOST_BYTES = 500 << 10
"""Bytes of a robots.txt that must be read (RFC 9309, 2.5)."""

CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a site said, and until when that counts (seconds of the clock)."""

    rules: Protego | None
    failure: FetchError | None
    until: float


class Robots:
    """The rules of sites. Safe to share between threads.

    Args:
        name: by which robots.txt calls us.
        load: fetches a robots.txt under guard; raises FetchError.
        clock: seconds that only grow.
    """

    def __init__(
        self, name: str, load: Callable[[str, Deadline], bytes], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._load = load
        self._clock = clock
        self._known: OrderedDict[str, _Rules] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, url: str, deadline: Deadline) -> None:
        """Ask whether a URL may be fetched.

        Raises:
            RobotsError: it may not, or the site has trouble and cannot say.
            PrivateAddressError: the site leads to a private network by now.
            TooSlowError: it took too long to ask, or did so a moment ago.
            UnreachableError: the site cannot be reached, or could not a moment ago.
        """
        known = self._rules(url, deadline)
        if known.rules is None:
            match known.failure:
                case UnreachableError(reason=reason):
                    raise UnreachableError(url, reason)
                case TooSlowError(seconds=seconds):
                    raise TooSlowError(url, seconds)
                case failure:
                    raise RobotsError(url, robots_url(url), _seen(failure))
        if not known.rules.can_fetch(url, self._name):
            raise RobotsError(url, robots_url(url))

    def delay_s(self, url: str, deadline: Deadline) -> float:
        """Return the seconds that a site wants between two requests; 0 where it does not say."""
        known = self._rules(url, deadline)
        return float(known.rules.crawl_delay(self._name) or 0.0) if known.rules else 0.0

    def sitemaps(self, url: str, deadline: Deadline) -> list[str]:
        """Return the sitemaps that a site names, in its order."""
        known = self._rules(url, deadline)
        return list(known.rules.sitemaps) if known.rules else []

    def _rules(self, url: str, deadline: Deadline) -> _Rules:
        address = robots_url(url)
        with self._lock:
            known = self._known.get(address)
        if known is None or known.until <= self._clock():
            known = self._ask(address, deadline)
            with self._lock:
                self._known[address] = known
                self._known.move_to_end(address)
                while len(self._known) > MOST_SITES:
                    self._known.popitem(last=False)
        return known

    def _ask(self, address: str, deadline: Deadline) -> _Rules:
        try:
            text = self._load(address, deadline)[:MOST_BYTES].decode("utf-8", "replace")
        except PrivateAddressError:
            raise
        except StatusError as error:
            if error.status not in CLIENT_ERRORS:
                return self._unreachable(error)
            text = ""
        except RedirectError:  # RFC 9309, 2.3.1.2: as if there were none
            text = ""
        except FetchError as error:
            return self._unreachable(error)
        return _Rules(Protego.parse(text.removeprefix("\ufeff")), None, self._clock() + DAY_S)

    def _unreachable(self, error: FetchError) -> _Rules:
        return _Rules(None, error, self._clock() + UNREACHABLE_S)


def _seen(failure: FetchError | None) -> str:
    if isinstance(failure, StatusError):
        return f"HTTP {failure.status}"
    return failure.problem if failure else ""


def robots_url(url: str) -> str:
    """Return where a site's robots.txt is."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"
