"""The newsroom: reading what may become articles, keeping, changing and removing them. It knows nothing of Telegram.

Its methods take their time (models, disk, other sites), so they are called in threads. What changes the corpus holds
its lock, and waits for it only shortly: whoever asked is told who is at it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from bot.desk.drafts import Piece
from corpus.copies import likeness
from corpus.documents import from_page
from corpus.errors import ArticleNotFoundError, RecordError
from corpus.languages import detect
from corpus.readers import read
from corpus.records import GoodRecord
from corpus.revising import merged
from corpus.saying import Found
from corpus.sources import stream
from corpus.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bot.app import App
    from bot.desk.intakes import PostPart
    from corpus.records import Article, BadRecord, Draft
    from corpus.store import Store
    from corpus.writing import Stored, Writer

LOCK_WAIT_S = 5.0
"""How long to wait for another process before its being there is told: most changes are done sooner."""

MOST_READ = 100
"""Articles of one upload that are read for a preview; more are a case for an import."""

UNDO_FOR = timedelta(days=1)
"""How long a removed article can be taken back from its button."""


Page = TypeVar("Page")
Page_co = TypeVar("Page_co", covariant=True)


class Fetcher(Protocol[Page_co]):
    """Fetches pages of the web, guarded; safe to use from several threads."""

    def fetch(self, url: str) -> Page_co:
        """Fetch a page.

        Raises:
            VerbatimError: it cannot or must not be fetched.
        """
        ...


@dataclass(frozen=True, slots=True)
class Pages(Generic[Page]):
    """Articles on pages of the web.

    Attributes:
        fetcher: who fetches the pages.
        reading: makes an article of what was fetched; raises a VerbatimError where it holds none.
    """

    fetcher: Fetcher[Page]
    reading: Callable[[Page], Draft]

    def article(self, url: str) -> Draft:
        """Return the article on a page.

        Raises:
            VerbatimError: the page cannot or must not be fetched, or holds no article.
        """
        draft = self.reading(self.fetcher.fetch(url))
        return replace(draft, url=draft.url or url, language=draft.language or detect(draft.text))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a file.

    Attributes:
        drafts: the articles in it, in order, at most `MOST_READ`.
        bad: what could not be read.
        more: whether it holds more than that.
    """

    drafts: tuple[Draft, ...]
    bad: tuple[BadRecord, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Refetched:
    """What became of an article whose page was fetched again.

    Attributes:
        before: the article as it was.
        after: as it is now.
    """

    before: Article
    after: Article


class Newsroom:
    """Reads and changes the corpus of one data directory.

    Args:
        app: the data directory.
        pages: who fetches pages, if there is somebody.
    """

    def __init__(self, app: App, pages: Pages[Any] | None = None) -> None:
        self.app = app
        self.pages = pages
        self._loading = threading.Lock()

    @property
    def store(self) -> Store:
        """The corpus, for reading."""
        return self.app.store

    @contextmanager
    def writing(self, wait_s: float = LOCK_WAIT_S) -> Iterator[Writer]:
        """Hold the corpus's lock.

        Raises:
            CorpusLockedError: another process holds it, also after `wait_s` seconds.
        """
        with self._loading:
            # Several threads would load the models several times.
            writer = self.app.writer
        with self.app.lock(wait_s):
            yield writer

    def read_text(self, text: str) -> Draft:
        """Read a pasted text.

        Raises:
            RecordError: it is none.
        """
        draft = from_page(text)
        if not draft.text.strip():
            raise RecordError(Wording("it holds no text"), Wording("Send the text of the article."))
        return replace(draft, language=detect(draft.text))

    def read_post(self, post: PostPart) -> Draft:
        """Read a post of a channel.

        Raises:
            RecordError: it holds no text.
        """
        draft = self.read_text(post.text)
        # A public post is known by its address; what nobody can look up gets a key of its own.
        key = None if post.url else f"t.me/c/{str(post.chat).removeprefix('-100')}/{post.message}"
        return replace(
            draft, url=post.url, key=key, publisher=post.channel, published=datetime.fromisoformat(post.day).date()
        )

    def read_file(self, path: Path, name: str) -> Reading:
        """Read an uploaded file of any kind that can be imported.

        Args:
            path: where it lies.
            name: what it is called; its suffix tells its format.

        Raises:
            SourceError: it cannot be read at all.
        """
        drafts: list[Draft] = []
        bad: list[BadRecord] = []
        with path.open("rb") as file:
            records = (record for source in stream(file, name).sources for record in read(source))
            for record in islice(records, MOST_READ):
                if isinstance(record, GoodRecord):
                    drafts.append(record.draft)
                else:
                    bad.append(record)
            return Reading(tuple(drafts), tuple(bad), more=next(records, None) is not None)

    def piece(self, draft: Draft, article: int | None = None) -> Piece:
        """Tell of a draft how many statements it has, and what it has in common with stored articles.

        Args:
            draft: the draft.
            article: id of the stored article that it changes, to which it is not compared.
        """
        with self._loading:
            extractor = self.app.extractor
        found = Found(extractor).of(draft.text, draft.author)
        count = len(found.said) if found else 0
        if article is not None:
            return Piece(draft, count)
        like = likeness(self.store.engine, draft)
        return Piece(draft, count, like.same.id if like.same else None, like.near)

    def keep(self, drafts: Sequence[Draft]) -> list[Stored]:
        """Store drafts, all of them or none.

        Raises:
            CorpusLockedError: another process is changing the corpus.
            ChunkingError: the corpus was cut for another model.
        """
        with self.writing() as writer:
            return writer.add(drafts)

    def edit(self, number: int, draft: Draft) -> Stored:
        """Let an article be as a draft says, also where it says nothing.

        Raises:
            ArticleNotFoundError: it is not there (any more).
            CorpusLockedError: another process is changing the corpus.
            ChunkingError: the corpus was cut for another model.
        """
        with self.writing() as writer:
            return writer.edit(number, draft, whole=True)

    def remove(self, numbers: Sequence[int]) -> list[int]:
        """Remove articles; return those that were there.

        Raises:
            CorpusLockedError: another process is changing the corpus.
        """
        with self.writing() as writer:
            return writer.remove(numbers)

    def removed(self, number: int) -> Article | None:
        """Return a removed article that can still be taken back, or None."""
        found = self.store.removed(number)
        return found[0] if found and datetime.now(UTC) - found[1] <= UNDO_FOR else None

    def restore(self, number: int) -> Article:
        """Take a removed article back as it was.

        Raises:
            ArticleNotFoundError: it was removed too long ago, or never there.
            ArticleReplacedError: another article stands in its place.
            CorpusLockedError: another process is changing the corpus.
        """
        if number not in self.store.articles([number]) and self.removed(number) is None:
            raise ArticleNotFoundError(str(number))
        with self.writing() as writer:
            writer.restore(number)
        return self.store.article(number)

    def refetch(self, number: int) -> Refetched:
        """Fetch an article's page again, and store what changed there as a revision.

        Title, publisher, date and author that the page does not tell stay as they are.

        Raises:
            ArticleNotFoundError: the article is not there (any more).
            RecordError: it has no address.
            VerbatimError: the page cannot be fetched, or the corpus not be changed now.
        """
        before = self.store.article(number)
        if self.pages is None or not before.url:
            problem = Wording("article {number} has no page that can be fetched", number=number)
            raise RecordError(problem, Wording("Give it a URL first."))
        draft = self.pages.article(before.url)
        with self.writing() as writer:
            # Where the page led elsewhere, the article still keeps the address under which it is known.
            writer.edit(number, replace(merged(before, draft), url=before.url))
        return Refetched(before, self.store.article(number))
