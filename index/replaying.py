"""Replaying: articles as they are now, put into the engines."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.records import StatementKind
from corpus.sentences import Sentences
from index.entries import Entry
from index.errors import IndexWriteError
from index.snapshots import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.passages import Splitter
    from corpus.records import Article
    from corpus.store import Store
    from index.encoder import Encoder
    from index.engine import Engines
    from index.speakers import Speakers
    from index.vectors import VectorCache


@dataclass(frozen=True, slots=True)
class Parts:
    """What a projection works with.

    Attributes:
        store: the corpus.
        encoder: the model.
        splitter: how passages are cut; its fingerprint must be the stored passages'.
        vectors: the cache.
        speakers: who speaks in the corpus.
    """

    store: Store
    encoder: Encoder
    splitter: Splitter
    vectors: VectorCache
    speakers: Speakers

    @property
    def identity(self) -> Identity:
        """What a snapshot must share with these parts."""
        return Identity(self.encoder.fingerprint, self.encoder.dimension, self.splitter.fingerprint)


@contextmanager
def disk() -> Iterator[None]:
    """Turn what goes wrong in writing the index into an error with a message."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, sqlite3.OperationalError) as error:
        # What the file system, FAISS, Tantivy and SQLite raise when they cannot write.
        raise IndexWriteError(str(error)) from error


def replay(parts: Parts, engines: Engines, numbers: Sequence[int]) -> tuple[int, int]:
    """Make the engines hold articles as they are now.

    Returns:
        How many passages that were, and how many passages and statements were embedded.
    """
    entries = [
        Entry(
            passage.id,
            article.id,
            passage.span.of(article.text),
            start=passage.span.start,
            end=passage.span.end,
            letters=len(passage.span),
            length=len(article.text),
            day=_day(article),
        )
        for passage, article in parts.store.cited_of(numbers)
    ]
    said = _stated(parts.store, numbers)
    with disk():
        vectors, embedded = parts.vectors.encode(parts.encoder, [entry.text for entry in entries])
        saying, more = parts.vectors.encode(parts.encoder, [entry.text for entry in said])
        # Each waits for the disk most of the time.
        with ThreadPoolExecutor(1) as aside:
            statements = aside.submit(engines.statements.replace, numbers, said, saying)
            engines.passages.replace(numbers, entries, vectors)
            statements.result()
    return len(entries), embedded + more


def _stated(store: Store, numbers: Sequence[int]) -> list[Entry]:
    """Return the statements of articles as they are indexed: in their whole sentences, by statement id."""
    entries: list[Entry] = []
    for article, group in groupby(store.stated_of(numbers), key=lambda pair: pair[1]):
        sentences = Sentences(article.text)
        for statement, _ in group:
            around = sentences.around((*statement.source, *statement.cue, *statement.content))
            entries.append(
                Entry(
                    statement.id,
                    article.id,
                    around.of(article.text),
                    start=statement.content[0].start,
                    end=statement.content[0].end,
                    letters=sum(len(part) for part in statement.content),
                    length=len(article.text),
                    day=_day(article),
                    confidence=statement.confidence,
                    direct=statement.kind is StatementKind.DIRECT,
                )
            )
    return entries


def _day(article: Article) -> int:
    return article.published.toordinal() if article.published else 0
