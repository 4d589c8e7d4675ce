"""What the commands about feeds work with: the subscriptions of a data directory, discovery, and polls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from corpus.discovering import find_feeds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.app import App
    from corpus.entries import Entries
    from corpus.feeds import Feed
    from corpus.polling import PollSummary
    from corpus.subscriptions import Subscription, Subscriptions


class Feeding(Protocol):
    """Knows the feeds of a corpus and polls them. All methods block, and are called in threads."""

    @property
    def subscriptions(self) -> Subscriptions:
        """The feeds."""
        ...

    @property
    def entries(self) -> Entries:
        """What they have named."""
        ...

    def discover(self, address: str) -> list[Feed]:
        """Find feeds by the address of one, or of a page; see `corpus.discovering.find_feeds`.

        Raises:
            FetchError: the address cannot be fetched.
            FeedError: it is no feed and none was found.
        """
        ...

    def subscribe(self, feed: Feed) -> tuple[Subscription, bool]:
        """Subscribe to a feed; return it, and whether it is new."""
        ...

    def poll(self, number: int, stop: Callable[[], bool], seen: Callable[[PollSummary], None]) -> PollSummary:
        """Poll a feed; see `corpus.polling.Poller.poll`.

        Raises:
            FeedNotFoundError: there is no such feed.
            CorpusLockedError: another process is polling or writing.
        """
        ...

    def titles(self, articles: Sequence[int]) -> list[str]:
        """Return the titles of articles, in their order; those without one, or that are gone, are left out."""
        ...

    def halt(self) -> None:
        """Let polls end, and begin none any more; returns when the article that is being stored is stored."""
        ...


class Subscribed:
    """The feeds of a data directory.

    Args:
        app: the data directory.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def subscriptions(self) -> Subscriptions:
        """The feeds."""
        return self._app.poller.subscriptions

    @property
    def entries(self) -> Entries:
        """What they have named."""
        return self._app.poller.entries

    def discover(self, address: str) -> list[Feed]:
        """Find feeds; see `Feeding.discover`."""
        return find_feeds(self._app.fetcher, address)

    def subscribe(self, feed: Feed) -> tuple[Subscription, bool]:
        """Subscribe to a feed; see `Feeding.subscribe`."""
        known = {each.id for each in self.subscriptions.all()}
        added = self.subscriptions.add(feed)
        return added, added.id not in known

    def poll(self, number: int, stop: Callable[[], bool], seen: Callable[[PollSummary], None]) -> PollSummary:
        """Poll a feed; see `Feeding.poll`."""
        with self._app.polling():
            return self._app.poller.poll(number, lambda: stop() or self._app.halt.is_called, seen)

    def titles(self, articles: Sequence[int]) -> list[str]:
        """Return the titles of articles; see `Feeding.titles`."""
        found = self._app.store.articles(articles)
        return [found[number].title for number in articles if number in found and found[number].title]

    def halt(self) -> None:
        """Let polls end; see `Feeding.halt`."""
        self._app.halt.call()
