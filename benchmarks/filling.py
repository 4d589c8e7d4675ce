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
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from benchmarks.multiplying import Stride
from benchmarks.noise import Multiplied
from bot.app import App
from bot.config import load_settings
from corpus.sentences import Sentences
from index.engine import Engines
from index.projection import Projection
from index.replaying import replay

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from numpy.typing import NDArray

    from corpus.store import Store
    from index.encoder import Encoder, Vectors
    from index.engine import Engine
    from index.lexical import Entry
    from index.vectors import VectorCache

FOLDER = "archive"
"""Directory within the data directory for what making it, and measuring it, needs."""

ARTICLES_AT_ONCE = 1500
"""Articles in one change of the index: few changes, and little memory."""

KINDS = ("passages", "statements")


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
class Place:
    """Where the text of a passage or statement stands: in which article, from where to where."""

    number: int
    article: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Kind:
    """The passages, or the statements, of the originals.

    Attributes:
        places: by id, ascending.
        rows: shape (len(places),), the vector of each among those of the originals.
        stride: distance between the ids of an original and its copy.
    """

    places: tuple[Place, ...]
    rows: NDArray[np.int64]
    stride: int


class Sources:
    """The texts of the originals, their vectors, and the copies of these.

    Attributes:
        passages: of the originals.
        statements: of the originals.
        multiplied: their vectors: one row for each different text.
    """

    def __init__(self, app: App, made: Made, progress: Callable[[str], None]) -> None:
        """Read, and embed what the cache does not hold."""
        store, stride = app.store, made.stride
        numbers = [number for number in store.article_numbers() if number <= stride.articles]
        texts = {number: article.text for number, article in store.articles(numbers).items()}
        found = {"passages": list(_passages(store, numbers)), "statements": list(_statements(store, numbers))}
        row_of: dict[str, int] = {}
        kinds = {}
        for kind, step in (("passages", stride.passages), ("statements", stride.statements)):
            wanted = (texts[place.article][place.start : place.end] for place in found[kind])
            rows = np.array([row_of.setdefault(text, len(row_of)) for text in wanted], np.int64)
            kinds[kind] = Kind(tuple(found[kind]), rows, step)
        self.passages, self.statements = kinds["passages"], kinds["statements"]
        progress(f"{len(row_of)} texts of {len(numbers)} original articles are embedded, as far as they were not yet")
        vectors, _ = app.parts.vectors.encode(app.encoder, list(row_of))
        self.multiplied = Multiplied(vectors)
        self._places = [
            (place, int(row))
            for kind in (self.passages, self.statements)
            for place, row in zip(kind.places, kind.rows, strict=True)
        ]

    def rows(self, texts: dict[int, str]) -> dict[str, int]:
        """Return the row of each text of articles, by what it is.

        Args:
            texts: of copies of originals, by the id of the original.
        """
        return {
            texts[place.article][place.start : place.end]: row for place, row in self._places if place.article in texts
        }


class Vectored:
    """Stands where the cache of vectors stands, and embeds nothing."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._vectors: Vectors = np.zeros((0, 0), np.float32)

    def expect(self, rows: dict[str, int], vectors: Vectors) -> None:
        """Take the texts that will be asked for, with the rows of their vectors."""
        self._rows, self._vectors = rows, vectors

    def encode(
        self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> tuple[Vectors, int]:
        """Return the vectors of expected texts; see `index.vectors.VectorCache.encode`.

        Raises:
            KeyError: another text is asked for, so that texts are not cut as they were when this was written.
        """
        del encoder, progress
        return self._vectors[[self._rows[text] for text in texts]], 0


class Nothing:
    """An engine that keeps nothing: the other process has this half of the index."""

    def replace(self, gone: Collection[int], entries: Sequence[Entry], vectors: Vectors) -> None:
        """Forget what is put in."""

    def close(self) -> None:
        """Hold no files."""


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

    def close(self) -> None:
        """Hold no files."""


def build(directory: Path, models: Path | None) -> str:
    """Index all of an archive, and publish it. The caller holds the write lock.

    Returns:
        The name of the snapshot.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(len(KINDS)) as pool:
        counts = pool.starmap(_build_half, [(directory, models, kind) for kind in KINDS], chunksize=1)
    app = App(load_settings(data_dir=directory, database_url=None), models=models)
    projection = Projection(app.parts, directory, load=False)
    projection.engines.close()
    halves = [Built(directory / FOLDER / kind, count) for kind, count in zip(KINDS, counts, strict=True)]
    projection.engines = Engines(*cast("list[Engine]", halves))
    projection.generation = app.store.generation()
    name = projection.publish()
    projection.close()
    app.store.close()
    return name


def _build_half(directory: Path, models: Path | None, kind: str) -> tuple[int, int]:
    """Index the passages or the statements; return how many texts, of how many articles, they are."""
    app = App(load_settings(data_dir=directory, database_url=None), models=models)
    made = Made.load(directory)
    assert made is not None
    sources = Sources(app, made, lambda line: print(line, file=sys.stderr, flush=True) if kind == KINDS[0] else None)
    local = Engines.local(app.encoder.dimension, directory / "work")
    nothing = cast("Engine", Nothing())
    passages, statements = (getattr(local, each) if each == kind else nothing for each in KINDS)
    vectored = Vectored()
    parts = replace(app.parts, vectors=cast("VectorCache", vectored))
    numbers = app.store.article_numbers()
    done = 0
    for copy, part in _batches(numbers, made.stride.articles):
        if copy != (numbers[done - 1] - 1) // made.stride.articles or not done:
            vectors = sources.multiplied.copy(copy)
        shift = copy * made.stride.articles
        texts = {number - shift: article.text for number, article in app.store.articles(part).items()}
        vectored.expect(sources.rows(texts), vectors)
        replay(parts, Engines(passages, statements), part)
        done += len(part)
        print(f"{kind}: {done} of {len(numbers)} articles are indexed", file=sys.stderr, flush=True)
    engine: Any = getattr(local, kind)
    counts: tuple[int, int] = engine.counts()
    target = directory / FOLDER / kind
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    engine.save(target)
    local.close()
    app.close()
    return counts


def _batches(numbers: Sequence[int], stride: int) -> Iterator[tuple[int, list[int]]]:
    """Yield the number of a copy with some of its articles, all of them in order, each once."""
    part: list[int] = []
    for number in numbers:
        if part and (len(part) == ARTICLES_AT_ONCE or (part[0] - 1) // stride != (number - 1) // stride):
            yield (part[0] - 1) // stride, part
            part = []
        part.append(number)
    if part:
        yield (part[0] - 1) // stride, part


def _passages(store: Store, numbers: Sequence[int]) -> Iterator[Place]:
    for passage in store.passages_of(numbers):
        yield Place(passage.id, passage.article, passage.span.start, passage.span.end)


def _statements(store: Store, numbers: Sequence[int]) -> Iterator[Place]:
    """Yield the sentences around each statement, as `index.replaying` indexes them."""
    sentences: dict[int, Sentences] = {}
    for statement, article in store.stated_of(numbers):
        if article.id not in sentences:
            sentences[article.id] = Sentences(article.text)
        around = sentences[article.id].around((*statement.source, *statement.cue, *statement.content))
        yield Place(statement.id, article.id, around.start, around.end)
