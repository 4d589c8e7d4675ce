"""A small corpus: a database in a temporary directory, and a writer that measures texts in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEncoder, PatternExtractor

from corpus.database import open_database, sqlite_url
from corpus.passages import Splitter
from corpus.store import Store
from corpus.writing import Writer


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty corpus."""
    made = Store(open_database(sqlite_url(tmp_path / "corpus.sqlite")))
    yield made
    made.close()


@pytest.fixture
def splitter() -> Splitter:
    """A splitter that measures texts in words."""
    return Splitter(measure=HashEncoder().measure, window=20, target=12, name="words")


@pytest.fixture
def extractor() -> PatternExtractor:
    """Finds `Name said "words"`."""
    return PatternExtractor()


@pytest.fixture
def writer(store: Store, splitter: Splitter, extractor: PatternExtractor) -> Writer:
    """Who changes that corpus."""
    return Writer(store, splitter, extractor)
