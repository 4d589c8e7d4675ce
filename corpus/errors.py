"""Everything that can go wrong with the corpus, as one tree.

    VerbatimError                  anything Verbatim reports to a person: what was seen, what was expected, what to do
    ├── CorpusError
    │   ├── SourceError            a file, folder or stream cannot be read at all
    │   │   └── UnknownFormatError its kind is none that can be imported
    │   ├── RecordError            one record of a source is bad; the others go on
    │   ├── ArticleNotFoundError   no article has that id, key or URL
    │   ├── ArticleReplacedError   a removed article cannot come back: another stands in its place
    │   ├── SpeakerNotFoundError   no speaker has that name or number, or several have
    │   ├── CorrectionError        a correction cannot be made or taken back
    │   ├── SchemaError            the database was written by another version
    │   ├── ChunkingError          the stored passages were cut for another model
    │   ├── FetchError             an address could not be fetched
    │   │   ├── BadAddressError    it is none that may be fetched: not of the web, with a password, at another port
    │   │   ├── PrivateAddressError  it leads to a private network
    │   │   ├── RobotsError        the site's robots.txt asks programs to stay away, or cannot be asked
    │   │   ├── RedirectError      it leads in a circle, or too often somewhere else
    │   │   ├── StatusError        the site answers that it does not give it
    │   │   ├── ContentTypeError   what is there is neither a page nor a text, PDF or feed
    │   │   ├── TooLargeError      what is there is larger than any article
    │   │   ├── TooSlowError       the site takes longer than anybody waits
    │   │   └── UnreachableError   the site cannot be reached, or breaks off
    │   ├── FeedError              what is there is no feed, and leads to none
    │   ├── FeedNotFoundError      no feed is subscribed to under that number or address
    │   └── CorpusLockedError      another process is writing
    └── (index.errors and bot.errors continue the tree)

Every error carries its parts as fields, and its message is one that can be shown to the person in front of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.telling import shown_address, told_private, told_status
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Sequence

_IN_A_BROWSER = Wording("Open it in a browser and paste the text.")
_CHECK = Wording("Check the address, or try again later.")
_THE_ARTICLE = Wording("Give the address of the article itself.")


class VerbatimError(Exception):
    """An error with a message for a person.

    Attributes:
        problem: what was seen and what was expected, one sentence without a full stop.
        fix: what to do about it, one sentence; empty when nothing can be done.
    """

    def __init__(self, problem: str, fix: str = "") -> None:
        self.problem = problem
        self.fix = fix
        super().__init__(f"{problem}. {fix}" if fix else problem)

    @property
    def told(self) -> str:
        """The whole message, as a sentence that can be said in another language where its parts can."""
        return Wording("{problem}. {fix}", problem=self.problem, fix=self.fix) if self.fix else self.problem


class CorpusError(VerbatimError):
    """The corpus could not do what was asked."""


class SourceError(CorpusError):
    """A file, folder or stream cannot be read at all.

    Attributes:
        source: the path or name as the person gave it.
    """

    def __init__(self, source: str, problem: str, fix: str = "") -> None:
        self.source = source
        super().__init__(f"{source}: {problem}", fix)


class UnknownFormatError(SourceError):
    """A source whose kind is none that can be imported."""


class RecordError(CorpusError):
    """One record of a source is bad.

    Raised while a record is read; the import catches it, reports it with its place and goes on.
    """


class ArticleNotFoundError(CorpusError):
    """No article has that id, key or URL.

    Attributes:
        wanted: what was looked for.
    """

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        super().__init__(
            f"no article is called {wanted!r}",
            "`verbatim list` shows the articles with their ids.",
        )


class ArticleReplacedError(CorpusError):
    """A removed article cannot be taken back, because another one stands in its place.

    Attributes:
        number: id of the removed article.
        instead: id of the other one.
    """

    def __init__(self, number: int, instead: int) -> None:
        self.number, self.instead = number, instead
        super().__init__(
            f"article {number} cannot be taken back: article {instead} has its id, URL or text now",
            f"Remove article {instead} first, if it is the wrong one.",
        )


class SchemaError(CorpusError):
    """The database was written by another version of Verbatim."""


class ChunkingError(CorpusError):
    """The stored passages were cut for another model.

    Attributes:
        seen: fingerprint of the splitter that cut them.
        expected: fingerprint of the splitter as it is now.
    """

    def __init__(self, seen: str, expected: str) -> None:
        self.seen, self.expected = seen, expected
        super().__init__(
            f"the stored passages were cut for another model or setting ({seen}; now {expected})",
            "Run `verbatim rebuild --full`, which cuts and embeds all articles again, or set back what you changed.",
        )


class CorpusLockedError(CorpusError):
    """Another process is writing to the corpus.

    Attributes:
        lock: path of the lock file.
    """

    def __init__(self, lock: str) -> None:
        self.lock = lock
        super().__init__(
            f"another process is changing this corpus (it holds {lock})",
            "Wait until it has finished, or end it, and try again.",
        )


class SpeakerNotFoundError(CorpusError):
    """No speaker has that name or number, or several have.

    Attributes:
        wanted: what was looked for.
        near: names that come nearest, or that all fit, best first.
    """

    def __init__(self, wanted: str, near: Sequence[str] = (), *, several: bool = False) -> None:
        self.wanted, self.near = wanted, tuple(near)
        names = ", ".join(self.near)
        if several:
            super().__init__(f"{wanted!r} may be any of {names}", "Give the full name, or the number.")
        elif near:
            super().__init__(f"no speaker is called {wanted!r}", f"Those with the nearest names: {names}.")
        else:
            super().__init__(f"no speaker is called {wanted!r}", "`verbatim speakers` lists them.")


class CorrectionError(CorpusError):
    """A correction that cannot be made, or is not there to be taken back."""


class FetchError(CorpusError):
    """An address could not be fetched.

    Attributes:
        url: the address, as `shown_address` gives it; after redirects, the one that failed.
        is_lasting: whether it will not be otherwise in an hour, so that trying again is of no use.
        retry_after_s: seconds after which the site wants to be asked again, or None where it does not say.
    """

    def __init__(self, url: str, problem: str, fix: str = "", *, is_lasting: bool = True) -> None:
        self.url = shown_address(url)
        self.is_lasting = is_lasting
        self.retry_after_s: float | None = None
        super().__init__(problem, fix)


class BadAddressError(FetchError):
    """An address that is none that may be fetched."""


class PrivateAddressError(FetchError):
    """An address that leads to a private network.

    Attributes:
        host: the name in the address, in ASCII.
        address: the IP address it leads to.
    """

    def __init__(self, url: str, host: str, address: str) -> None:
        self.host, self.address = host, address
        problem = told_private(url, None if host == address else address)
        fix = Wording(
            "Paste the text instead; for a newsroom's own network, VERBATIM_ALLOWED_NETWORKS makes an exception."
        )
        super().__init__(url, problem, fix)


class RobotsError(FetchError):
    """The site's `robots` asks programs to stay away from the address, or cannot be asked (RFC 9309)."""

    def __init__(self, url: str, robots: str, unreachable: str = "") -> None:
        self.robots = robots
        seen = {"url": shown_address(url), "robots": robots, "reason": unreachable}
        problem = (
            Wording("the site does not say whether programs may fetch {url} ({robots}: {reason})", **seen)
            if unreachable
            else Wording("the site asks programs not to fetch {url} ({robots})", **seen)
        )
        super().__init__(url, problem, _IN_A_BROWSER, is_lasting=not unreachable)


class RedirectError(FetchError):
    """An address leads in a circle, or from one to the next more often than is sensible.

    Attributes:
        hops: addresses that were followed, in order.
    """

    def __init__(self, hops: Sequence[str]) -> None:
        self.hops = tuple(hops)
        first = shown_address(hops[0])
        problem = (
            Wording("the address {url} leads in a circle", url=first)
            if hops[-1] in hops[:-1]
            else Wording("the address {url} leads on and on, over {count} addresses", url=first, count=len(hops))
        )
        super().__init__(hops[0], problem, Wording("Open it in a browser and take the address shown there."))


class StatusError(FetchError):
    """The site answers that it does not give what is at the address.

    Attributes:
        status: the HTTP status.
    """

    def __init__(self, url: str, status: int, retry_after_s: float | None = None) -> None:
        self.status = status
        what, is_passing = told_status(status)
        problem = Wording("{what}: {url} (HTTP {status})", what=what, url=shown_address(url), status=status)
        super().__init__(url, problem, _CHECK if is_passing else _IN_A_BROWSER, is_lasting=not is_passing)
        self.retry_after_s = retry_after_s


class ContentTypeError(FetchError):
    """What is at the address is no page, text, PDF or feed.

    Attributes:
        seen: its media type, or how it is packed.
    """

    def __init__(self, url: str, seen: str) -> None:
        self.seen = seen
        problem = Wording(
            "what is at {url} is {seen}, and only pages, texts, PDFs and feeds are fetched",
            url=shown_address(url),
            seen=seen,
        )
        super().__init__(url, problem, _THE_ARTICLE)


class TooLargeError(FetchError):
    """What is at the address is larger than any article.

    Attributes:
        most: bytes that are allowed, unpacked.
    """

    def __init__(self, url: str, most: int) -> None:
        self.most = most
        size = f"{most >> 20} MiB" if most >= 1 << 20 else Wording("{count} bytes", count=f"{most:,}")
        seen = {"url": shown_address(url), "size": size}
        super().__init__(
            url, Wording("what is at {url} is larger than {size}, which no article is", **seen), _THE_ARTICLE
        )


class TooSlowError(FetchError):
    """The site takes longer than anybody waits.

    Attributes:
        seconds: how long was waited, from the first redirect to the last byte.
    """

    def __init__(self, url: str, seconds: float) -> None:
        self.seconds = seconds
        seen = {"seconds": f"{seconds:g}", "url": shown_address(url)}
        problem = Wording("the site did not finish within {seconds} seconds: {url}", **seen)
        super().__init__(url, problem, Wording("Try again later, or paste the text instead."), is_lasting=False)


class UnreachableError(FetchError):
    """The site cannot be reached, or breaks off.

    Attributes:
        reason: what was seen.
    """

    def __init__(self, url: str, reason: str) -> None:
        self.reason = reason
        problem = Wording("the site cannot be reached at {url} ({reason})", url=shown_address(url), reason=reason)
        super().__init__(url, problem, _CHECK, is_lasting=False)


class FeedError(CorpusError):
    """What is at an address is no feed, and leads to none.

    Attributes:
        url: the address.
    """

    def __init__(self, url: str, problem: str, fix: str = "") -> None:
        self.url = shown_address(url)
        super().__init__(problem, fix)


class FeedNotFoundError(CorpusError):
    """No feed is subscribed to that `wanted` names, by its number or address."""

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted
        super().__init__(f"no feed is called {shown_address(wanted)!r}", "`verbatim feeds list` shows them.")
