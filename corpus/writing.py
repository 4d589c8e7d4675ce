"""Changing the corpus: one writer at a time, one transaction a batch, one row of the change log an article.

What `Writer` has returned is on disk: a crash afterwards loses none of it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, delete, insert, select, update

from corpus.copies import insert_bands, original, relink, same_article
from corpus.database import writing
from corpus.duplicates import band_hashes, canonical_url, content_hash, shingles
from corpus.errors import ArticleNotFoundError, ArticleReplacedError, ChunkingError, CorpusLockedError
from corpus.queries import BATCH, article_query, as_article
from corpus.records import ChangeKind, Span
from corpus.removing import log_change, removed, take_out
from corpus.revising import METADATA, as_draft, merged
from corpus.saying import Found, replace_statements
from corpus.schema import articles, passages, revisions, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from corpus.passages import Splitter
    from corpus.records import Article, Draft
    from corpus.statements import Extractor
    from corpus.store import Store

SPLITTER = "splitter"
"""Name of the setting that holds the fingerprint of the splitter by which all stored passages were cut."""

READ_AT_ONCE = 16
"""Articles whose statements are found between two commits: what a crash can make us find again."""


class Outcome(StrEnum):
    """What became of a draft."""

    ADDED = "added"
    COPY = "copy"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Stored:
    """A draft's outcome, and the article that now holds it (for an unchanged one: that held it already)."""

    outcome: Outcome
    article: int


@contextmanager
def write_lock(path: Path, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock that makes its holder the only writer of a data directory.

    Raises:
        CorpusLockedError: another process holds it, also after `wait_s` seconds.
    """
    try:
        with FileLock(path, timeout=wait_s):
            yield
    except Timeout:
        raise CorpusLockedError(str(path)) from None


class Writer:
    """Changes the corpus. Its caller holds the write lock."""

    def __init__(self, store: Store, splitter: Splitter, extractor: Extractor) -> None:
        self.store = store
        self.splitter = splitter
        self.extractor = extractor

    def add(
        self, drafts: Sequence[Draft], also: Callable[[Connection, Sequence[Stored]], None] | None = None
    ) -> list[Stored]:
        """Store drafts, all of them or, on an error, none.

        A draft is the same article as a stored one that has its key, or, where one of the two has no key, its
        canonical URL; without either, one that has its text. A new text or new metadata then becomes a new revision;
        a field that the draft leaves out keeps its value.

        Args:
            drafts: what to store.
            also: writes in the same transaction what has to be there if, and only if, the drafts are.

        Returns:
            One outcome a draft, in their order.

        Raises:
            ChunkingError: the stored passages were cut by another splitter.
        """
        found = self._read(drafts)
        with writing(self.store.engine) as connection:
            self._claim_splitter(connection)
            stored = [self._store(connection, draft, found) for draft in drafts]
            if also:
                also(connection, stored)
            return stored

    def edit(self, number: int, draft: Draft, *, whole: bool = False) -> Stored:
        """Give an article the text and metadata of a draft; its key, and what the draft leaves out, stay as they are.

        Args:
            number: id of the article.
            draft: its new text and metadata.
            whole: whether the draft is all there is, so that what it leaves out is taken away.

        Raises:
            ArticleNotFoundError: there is no such article.
            ChunkingError: the stored passages were cut by another splitter.
        """
        found = Found(self.extractor)
        known = self.store.article(number)
        if self.store.setting(SPLITTER) == self.splitter.fingerprint:
            found.of(draft.text, draft.author if whole else draft.author or known.author)
        with writing(self.store.engine) as connection:
            self._claim_splitter(connection)
            row = connection.execute(article_query().where(articles.c.id == number)).first()
            if row is None:
                raise ArticleNotFoundError(str(number))
            article = as_article(row)
            given = draft if whole else merged(article, draft)
            return self._revise(connection, article, replace(given, key=article.key), found)

    def remove(self, numbers: Sequence[int]) -> list[int]:
        """Take articles out of the corpus, passages, statements and all; copies of them become articles of their own.

        Their revisions stay in the database, marked as removed.

        Returns:
            Ids of the articles that were removed, ascending; those that were not there are left out.
        """
        with writing(self.store.engine) as connection:
            present: set[int] = set()
            for at in range(0, len(numbers), BATCH):
                wanted = articles.c.id.in_(numbers[at : at + BATCH])
                present |= set(connection.scalars(select(articles.c.id).where(wanted, articles.c.removed_at.is_(None))))
            for number in sorted(present):
                take_out(connection, number)
            return sorted(present)

    def restore(self, number: int) -> Stored:
        """Take a removed article back as it was; one that is present stays as it is.

        Raises:
            ArticleNotFoundError: there never was such an article.
            ArticleReplacedError: another article stands in its place meanwhile.
            ChunkingError: the stored passages were cut by another splitter.
        """
        found = Found(self.extractor)
        with self.store.engine.connect() as connection:
            gone = removed(connection, number)
        if gone is not None:
            found.of(gone.text, gone.author)
        with writing(self.store.engine) as connection:
            self._claim_splitter(connection)
            gone = removed(connection, number)
            if gone is None:
                if connection.execute(article_query().where(articles.c.id == number)).first() is None:
                    raise ArticleNotFoundError(str(number))
                return Stored(Outcome.UNCHANGED, number)
            instead = same_article(connection, as_draft(gone))
            if instead is not None:
                raise ArticleReplacedError(number, instead.id)
            return self._take_in(connection, number, gone, found)

    def resplit(self) -> Iterator[int]:
        """Cut all articles again, as this writer's splitter does; a batch is a transaction.

        A run that is broken off is begun again by calling it again.

        Yields:
            The number of articles done so far, after each batch.
        """
        numbers = self.store.article_numbers()
        if self.store.setting(SPLITTER) != self.splitter.fingerprint:
            with writing(self.store.engine) as connection:
                # Until all are cut anew, nothing may be added that would look as if it were.
                _set(connection, SPLITTER, f"unfinished {self.splitter.fingerprint}")
        for at in range(0, len(numbers), BATCH):
            with writing(self.store.engine) as connection:
                for row in connection.execute(article_query().where(articles.c.id.in_(numbers[at : at + BATCH]))).all():
                    if not self._is_cut(connection, row.id, row.text):
                        self._replace_passages(connection, row.id, row.text)
                        log_change(connection, ChangeKind.UPDATE, row.id)
            yield min(at + BATCH, len(numbers))
        with writing(self.store.engine) as connection:
            _set(connection, SPLITTER, self.splitter.fingerprint)

    def restate(self, *, failed: bool = False) -> Iterator[int]:
        """Find the statements of all articles that have none by this writer's extractor; a batch is a transaction.

        A run that is broken off is gone on with by calling it again.

        Args:
            failed: also of those where this extractor has failed before.

        Yields:
            The number of articles done so far, after each batch; `Store.unread` tells of how many.
        """
        numbers = self.store.unread(self.extractor.fingerprint, failed=failed)
        for at in range(0, len(numbers), READ_AT_ONCE):
            # Before anything is locked, for that is slow.
            found = Found(self.extractor)
            part = list(self.store.articles(numbers[at : at + READ_AT_ONCE]).values())
            found.read((article.text, article.author) for article in part)
            with writing(self.store.engine) as connection:
                for article in sorted(part, key=lambda one: one.id):
                    same = article_query().where(articles.c.id == article.id, articles.c.revision == article.revision)
                    if connection.execute(same).first() and self._restate(connection, article.id, article, found):
                        log_change(connection, ChangeKind.UPDATE, article.id)
            yield min(at + READ_AT_ONCE, len(numbers))

    def _read(self, drafts: Sequence[Draft]) -> Found:
        """Find the statements of those drafts that bring a new text, before anything is locked."""
        found = Found(self.extractor)
        if self.store.setting(SPLITTER) in {None, self.splitter.fingerprint}:
            with self.store.engine.connect() as connection:
                known = [same_article(connection, draft) for draft in drafts]
            pairs = list(zip(drafts, known, strict=True))
            asked = [(each.text, each.author or (before.author if before else None)) for each, before in pairs]
            stored = [(before.text, before.author) if before else None for before in known]
            found.read(new for new, old in zip(asked, stored, strict=True) if new != old)
        return found

    def _restate(self, connection: Connection, number: int, article: Draft | Article, found: Found) -> bool:
        extraction = found.of(article.text, article.author)
        return replace_statements(connection, number, extraction, self.extractor.fingerprint)

    def _claim_splitter(self, connection: Connection) -> None:
        used = connection.scalar(select(settings.c.value).where(settings.c.name == SPLITTER))
        if used is None:
            _set(connection, SPLITTER, self.splitter.fingerprint)
        elif used != self.splitter.fingerprint:
            raise ChunkingError(used, self.splitter.fingerprint)

    def _store(self, connection: Connection, draft: Draft, found: Found) -> Stored:
        known = same_article(connection, draft)
        return (
            self._insert(connection, draft, found)
            if known is None
            else self._revise(connection, known, merged(known, draft), found)
        )

    def _insert(self, connection: Connection, draft: Draft, found: Found) -> Stored:
        row = connection.execute(
            insert(articles).values(
                key=draft.key, canonical_url=canonical_url(draft.url) if draft.url else None, revision=1
            )
        ).inserted_primary_key
        assert row is not None
        number: int = row[0]
        self._insert_revision(connection, number, 1, draft)
        return self._take_in(connection, number, draft, found)

    def _take_in(self, connection: Connection, number: int, article: Draft | Article, found: Found) -> Stored:
        """Give an article that becomes part of the corpus all that belongs to its text."""
        pieces = shingles(article.text)
        signature = band_hashes(pieces)
        source = original(connection, pieces, signature)
        connection.execute(update(articles).where(articles.c.id == number).values(removed_at=None, copy_of=source))
        self._replace_passages(connection, number, article.text)
        self._restate(connection, number, article, found)
        insert_bands(connection, number, signature)
        log_change(connection, ChangeKind.ADD, number)
        return Stored(Outcome.ADDED if source is None else Outcome.COPY, number)

    def _revise(self, connection: Connection, known: Article, draft: Draft, found: Found) -> Stored:
        """Store what an article is now, if that is anything new."""
        if draft == as_draft(known):
            return Stored(Outcome.UNCHANGED, known.id)
        values: dict[str, Any] = {
            "key": draft.key,
            "canonical_url": canonical_url(draft.url) if draft.url else None,
            "revision": known.revision + 1,
        }
        if draft.text != known.text:
            values["copy_of"] = relink(connection, known.id, shingles(draft.text))
            self._replace_passages(connection, known.id, draft.text)
        if (draft.text, draft.author) != (known.text, known.author):
            self._restate(connection, known.id, draft, found)
        connection.execute(update(articles).where(articles.c.id == known.id).values(**values))
        self._insert_revision(connection, known.id, known.revision + 1, draft)
        log_change(connection, ChangeKind.UPDATE, known.id)
        return Stored(Outcome.UPDATED, known.id)

    def _insert_revision(self, connection: Connection, number: int, revision: int, draft: Draft) -> None:
        connection.execute(
            insert(revisions).values(
                article=number,
                revision=revision,
                text=draft.text,
                content_hash=content_hash(draft.text),
                stored_at=datetime.now(UTC),
                **{name: getattr(draft, name) for name in METADATA},
            )
        )

    def _replace_passages(self, connection: Connection, number: int, text: str) -> None:
        """Give an article the passages of its text, under new ids: an id never stands for two texts."""
        connection.execute(delete(passages).where(passages.c.article == number))
        spans = self.splitter.split(text)
        if spans:
            rows = [{"article": number, "start": span.start, "end": span.end} for span in spans]
            connection.execute(insert(passages), rows)

    def _is_cut(self, connection: Connection, number: int, text: str) -> bool:
        """Tell whether the stored passages of an article are those that its text would get."""
        query = select(passages.c.start, passages.c.end).where(passages.c.article == number).order_by(passages.c.id)
        stored = [Span(*row) for row in connection.execute(query)]
        return stored == self.splitter.split(text)


def _set(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(settings).where(settings.c.name == name))
    connection.execute(insert(settings).values(name=name, value=value))
