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

from corpus.telling import is_passing, shown_address, told_hops, told_private, told_robots, told_size, told_status
from corpus.wording import Wording, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence


class VerbatimError(Exception):
    """An error with a message for a person.

    Attributes:
        problem: what was seen and what was expected, one sentence without a full stop.
        fix: what to do about it, one sentence; empty when nothing can be done.

    Both are a `Wording`, unless they come from elsewhere, so that they can be said in another language.
    """

    def __init__(self, problem: str, fix: str = "") -> None:
        self.problem = problem
        self.fix = fix
        super().__init__(str(sentences(problem, fix)))

    @property
    def told(self) -> str:
        """The whole message, as sentences that can be said in another language where their parts can."""
        return sentences(self.problem, self.fix)


class CorpusError(VerbatimError):
    """The corpus could not do what was asked."""


class SourceError(CorpusError):
    """A file, folder or stream cannot be read at all.

    Attributes:
        source: the path or name as the person gave it.
        trouble: the problem without it.
    """

    def __init__(self, source: str, problem: str, fix: str = "") -> None:
        self.source, self.trouble = source, problem
        super().__init__(Wording("{source}: {problem}", source=source, problem=problem), fix)


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
            Wording("no article is called {wanted!r}", wanted=wanted),
            Wording("`verbatim list` shows the articles with their ids."),
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
            Wording(
                "article {number} cannot be taken back: article {instead} has its id, URL or text now",
                number=number,
                instead=instead,
            ),
            Wording("Remove article {instead} first, if it is the wrong one.", instead=instead),
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
            Wording(
                "the stored passages were cut for another model or setting ({seen}; now {expected})",
                seen=seen,
                expected=expected,
            ),
            Wording("Run `verbatim rebuild --full`, which cuts and embeds all again, or set back what you changed."),
        )


class CorpusLockedError(CorpusError):
    """Another process is writing to the corpus.

    Attributes:
        lock: path of the lock file.
    """

    def __init__(self, lock: str) -> None:
        self.lock = lock
        super().__init__(
            Wording("another process is changing this corpus (it holds {lock})", lock=lock),
            Wording("Wait until it has finished, or end it, and try again."),
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
        problem, fix = (
            Wording("no speaker is called {wanted!r}", wanted=wanted),
            Wording("`verbatim speakers` lists them."),
        )
        if several:
            problem = Wording("{wanted!r} may be any of {names}", wanted=wanted, names=names)
            fix = Wording("Give the full name, or the number.")
        elif near:
            fix = Wording("Those with the nearest names: {names}.", names=names)
        super().__init__(problem, fix)


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
        super().__init__(url, *told_private(url, host, address))


class RobotsError(FetchError):
    """The site's `robots` asks programs to stay away from the address, or cannot be asked (RFC 9309)."""

    def __init__(self, url: str, robots: str, unreachable: str = "") -> None:
        self.robots = robots
        super().__init__(url, *told_robots(url, robots, unreachable), is_lasting=not unreachable)


class RedirectError(FetchError):
    """An address leads in a circle, or from one to the next more often than is sensible.

    Attributes:
        hops: addresses that were followed, in order.
    """

    def __init__(self, hops: Sequence[str]) -> None:
        self.hops = tuple(hops)
        super().__init__(hops[0], *told_hops(hops))


class StatusError(FetchError):
    """The site answers that it does not give what is at the address.

    Attributes:
        status: the HTTP status.
    """

    def __init__(self, url: str, status: int, retry_after_s: float | None = None) -> None:
        self.status = status
        super().__init__(url, *told_status(url, status), is_lasting=not is_passing(status))
        self.retry_after_s = retry_after_s


class ContentTypeError(FetchError):
    """What is at the address is no page, text, PDF or feed.

    Attributes:
        seen: its media type, or how it is packed.
    """

    def __init__(self, url: str, seen: str) -> None:
        self.seen = seen
        known = {"url": shown_address(url), "seen": seen}
        problem = Wording("what is at {url} is {seen}, and only pages, texts, PDFs and feeds are fetched", **known)
        super().__init__(url, problem, Wording("Give the address of the article itself."))


class TooLargeError(FetchError):
    """What is at the address is larger than any article.

    Attributes:
        most: bytes that are allowed, unpacked.
    """

    def __init__(self, url: str, most: int) -> None:
        self.most = most
        super().__init__(url, *told_size(url, most))


class TooSlowError(FetchError):
    """The site takes longer than anybody waits.

    Attributes:
        seconds: how long was waited, from the first redirect to the last byte.
    """

    def __init__(self, url: str, seconds: float) -> None:
        self.seconds = seconds
        known = {"url": shown_address(url), "seconds": seconds}
        problem = Wording("the site did not finish within {seconds:g} seconds: {url}", **known)
        super().__init__(url, problem, Wording("Try again later, or paste the text instead."), is_lasting=False)


class UnreachableError(FetchError):
    """The site cannot be reached, or breaks off.

    Attributes:
        reason: what was seen.
    """

    def __init__(self, url: str, reason: str) -> None:
        self.reason = reason
        problem = Wording("the site cannot be reached at {url} ({reason})", url=shown_address(url), reason=reason)
        super().__init__(url, problem, Wording("Check the address, or try again later."), is_lasting=False)


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
        problem = Wording("no feed is called {wanted!r}", wanted=shown_address(wanted))
        super().__init__(problem, Wording("`verbatim feeds list` shows them."))
