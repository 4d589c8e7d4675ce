"""The index of an archive: built by the engine's own code, from vectors that no model has to make.

The texts of the originals are embedded, or come from the cache; those of their copies get copies of these vectors.
Passages and statements are indexed in a process each, side by side.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sys
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.multiplying import Stride
from benchmarks.noise import Multiplied
from bot.app import App
from bot.config import load_settings
from corpus.sentences import Sentences
from index.engine import Engines
from index.projection import Projection
from index.replaying import replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from corpus.records import Article, Passage, Statement
    from corpus.store import Store
    from index.encoder import Encoder, Vectors
    from index.engine import Engine
    from index.vectors import VectorCache

    Opening = Callable[[Path], App]

FOLDER = "archive"
"""Directory within the data directory for what making it, and measuring it, needs."""

ARTICLES_AT_ONCE = 1500
"""Articles in one change of the index: few changes, and little memory."""

KINDS = ("passages", "statements")

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Made:
    """What an archive was made from.

    Attributes:
        stride: of its originals.
        generation: the last change of the originals.
        copies: how many times as large as the originals it is to become.
    """

    stride: Stride
    generation: int
    copies: float

    def save(self, directory: Path) -> None:
        """Keep it in a data directory."""
        (directory / FOLDER).mkdir(exist_ok=True)
        (directory / FOLDER / "made.json").write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def load(cls, directory: Path) -> Made | None:
        """Read it from a data directory; None where there is none."""
        path = directory / FOLDER / "made.json"
        if not path.is_file():
            return None
        raw = json.loads(path.read_text("utf-8"))
        return cls(Stride(**raw["stride"]), raw["generation"], raw["copies"])


@dataclass(frozen=True, slots=True)
class Kind:
    """The passages, or the statements, of the originals.

    Attributes:
        ids: shape (n,), ascending.
        rows: shape (n,), the vector of each among those of the originals.
        stride: distance between the ids of an original and its copy.
    """

    ids: Ids
    rows: Ids
    stride: int

    def row(self, number: int, copy: int) -> int:
        """Return the row of the vector of which a passage or statement of a copy has a copy."""
        return int(self.rows[np.searchsorted(self.ids, number - copy * self.stride)])


@dataclass(frozen=True)
class Sources:
    """The vectors of the originals: one row for each different text.

    Attributes:
        passages: of the originals.
        statements: of the originals.
        multiplied: their vectors, and the copies of these.
    """

    passages: Kind
    statements: Kind
    multiplied: Multiplied

    @cached_property
    def _copy(self) -> Callable[[int], Vectors]:
        """Makes the vectors of a copy, and keeps those of the last one."""
        return lru_cache(1)(self.multiplied.copy)

    @classmethod
    def make(cls, app: App, made: Made) -> Sources:
        """Read the originals, and embed what the cache does not hold."""
        numbers = [number for number in app.store.article_numbers() if number <= made.stride.articles]
        row_of: dict[str, int] = {}
        kinds = []
        for found, stride in (
            (list(_passages(app.store, numbers)), made.stride.passages),
            (list(_statements(app.store, numbers)), made.stride.statements),
        ):
            rows = [row_of.setdefault(text, len(row_of)) for _, text in found]
            kinds.append(Kind(np.array([number for number, _ in found], np.int64), np.array(rows, np.int64), stride))
        vectors, _ = app.parts.vectors.encode(app.encoder, list(row_of))
        passages, statements = kinds
        return cls(passages, statements, Multiplied(vectors))

    def save(self, directory: Path) -> None:
        """Keep them in a data directory."""
        for kind in KINDS:
            found: Kind = getattr(self, kind)
            np.save(directory / FOLDER / f"{kind}.npy", np.stack([found.ids, found.rows]))
        np.save(directory / FOLDER / "vectors.npy", self.multiplied.origin)

    @classmethod
    def load(cls, directory: Path) -> Sources:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: the directory holds no archive.
        """
        made = Made.load(directory)
        if made is None:
            raise FileNotFoundError(directory / FOLDER / "made.json")
        kinds = []
        for kind in KINDS:
            ids, rows = np.load(directory / FOLDER / f"{kind}.npy")
            kinds.append(Kind(ids, rows, getattr(made.stride, kind)))
        passages, statements = kinds
        return cls(passages, statements, Multiplied(np.load(directory / FOLDER / "vectors.npy")))

    def vectors(self, name: str, store: Store, numbers: Sequence[int], copy: int) -> dict[str, Vectors]:
        """Return the vectors of the passages or statements of some articles of one copy, by their texts."""
        kind: Kind = getattr(self, name)
        texts = {"passages": _passages, "statements": _statements}[name](store, numbers)
        copied = self._copy(copy)
        return {text: copied[kind.row(number, copy)] for number, text in texts}


class Vectored:
    """Stands where the cache of vectors stands, and embeds nothing."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._known: dict[str, Vectors] = {}

    def expect(self, known: dict[str, Vectors]) -> None:
        """Take the texts that will be asked for, with their vectors."""
        self._known = known

    def encode(
        self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> tuple[Vectors, int]:
        """Return the vectors of expected texts; see `index.vectors.VectorCache.encode`.

        Raises:
            KeyError: another text is asked for, so that texts are not cut as they were when this was written.
        """
        del encoder, progress
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._known[text]
        return vectors, 0


class Half:
    """A corpus of which only the passages, or only the statements, are seen: the other process has the others."""

    def __init__(self, store: Store, kind: str) -> None:
        self._store = store
        self._kind = kind

    def __getattr__(self, name: str) -> Any:
        """Everything else is as it is."""
        return getattr(self._store, name)

    def cited_of(self, numbers: Sequence[int]) -> list[tuple[Passage, Article]]:
        """Return the passages; see `corpus.store.Store.cited_of`."""
        return self._store.cited_of(numbers) if self._kind == "passages" else []

    def stated_of(self, numbers: Sequence[int]) -> list[tuple[Statement, Article]]:
        """Return the statements; see `corpus.saying.StatementReader.stated_of`."""
        return self._store.stated_of(numbers) if self._kind == "statements" else []


class Built:
    """An engine that was built by another process: its files, and how much they hold."""

    def __init__(self, directory: Path, counts: tuple[int, int]) -> None:
        self._directory = directory
        self._counts = counts

    def counts(self) -> tuple[int, int]:
        """Return how many texts, of how many articles, there are."""
        return self._counts

    def save(self, directory: Path) -> None:
        """Move the files into a snapshot."""
        for path in sorted(self._directory.iterdir()):
            shutil.move(path, directory / path.name)

    def saving(self, directory: Path) -> Callable[[], None]:
        """Move them later: when what is returned is called."""
        return partial(self.save, directory)

    def close(self) -> None:
        """Hold no files."""


def opened(directory: Path) -> App:
    """Open a data directory as the bot does, on a corpus of its own, whatever the environment says."""
    return App(load_settings(data_dir=directory, database_url=None))


def build(directory: Path, opening: Opening = opened) -> str:
    """Index all of an archive, and publish it. The caller holds the write lock.

    Args:
        directory: the data directory.
        opening: opens it; a function at the top of a module, for other processes call it too.

    Returns:
        The name of the snapshot.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(len(KINDS)) as pool:
        counts = pool.starmap(_build_half, [(directory, kind, opening) for kind in KINDS], chunksize=1)
    app = opening(directory)
    projection = Projection(app.parts, directory, load=False)
    projection.engines.close()
    halves = [Built(directory / FOLDER / kind, count) for kind, count in zip(KINDS, counts, strict=True)]
    projection.engines = Engines(*cast("list[Engine]", halves))
    projection.generation = app.store.generation()
    name = projection.publish()
    projection.close()
    app.store.close()
    return name


def _build_half(directory: Path, kind: str, opening: Opening) -> tuple[int, int]:
    """Index the passages or the statements; return how many texts, of how many articles, they are."""
    app = opening(directory)
    sources = Sources.load(directory)
    made = Made.load(directory)
    assert made is not None
    local = Engines.local(app.encoder.dimension, directory / "work")
    vectored = Vectored(app.encoder.dimension)
    parts = replace(app.parts, store=cast("Store", Half(app.store, kind)), vectors=cast("VectorCache", vectored))
    numbers = app.store.article_numbers()
    for at in range(0, len(numbers), ARTICLES_AT_ONCE):
        part = numbers[at : at + ARTICLES_AT_ONCE]
        known: dict[str, Vectors] = {}
        for copy, group in groupby(part, key=lambda number: (number - 1) // made.stride.articles):
            known |= sources.vectors(kind, app.store, list(group), copy)
        vectored.expect(known)
        replay(parts, local, part)
        print(f"{kind}: {at + len(part)} of {len(numbers)} articles are indexed", file=sys.stderr, flush=True)
    engine: Engine = getattr(local, kind)
    counts = engine.counts()
    target = directory / FOLDER / kind
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    engine.save(target)
    local.close()
    app.store.close()
    return counts


def _passages(store: Store, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the passages of articles, by id, as they are indexed."""
    for passage, article in store.cited_of(numbers):
        yield passage.id, passage.span.of(article.text)


def _statements(store: Store, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the statements of articles, by id, as `index.replaying` indexes them: in their whole sentences."""
    for article, group in groupby(store.stated_of(numbers), key=lambda pair: pair[1]):
        sentences = Sentences(article.text)
        for statement, _ in group:
            around = sentences.around((*statement.source, *statement.cue, *statement.content))
            yield statement.id, around.of(article.text)
