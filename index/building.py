"""Building an index aside: the one in use answers meanwhile, and the new one is checked before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from corpus.wording import Wording
from index.engine import Engines
from index.errors import ValidationError
from index.replaying import replay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.replaying import Parts
    from index.snapshots import Manifest

ARTICLES_AT_ONCE = 256
"""Articles replayed in one step, about 2,000 passages: bounds memory, and is what a search may lag behind."""

CANARIES = 20
"""Passages that a rebuilt index must find by their own words and vectors before it is used."""

CANARY_COSINE = 0.99
"""Cosine of a stored vector with itself: 1 but for rounding."""


class Indexed(Protocol):
    """An index of a corpus, in use or not: what questions are answered from."""

    @property
    def parts(self) -> Parts:
        """What it is made from."""
        ...

    @property
    def engines(self) -> Engines:
        """The engines, as they are now."""
        ...

    @property
    def generation(self) -> int:
        """The change of the corpus up to which it goes."""
        ...


@dataclass(frozen=True, slots=True)
class Replayed:
    """What replaying articles did.

    Attributes:
        articles: articles that were added, changed or removed.
        passages: passages put in.
        embedded: passages and statements whose vectors were not in the cache.
    """

    articles: int = 0
    passages: int = 0
    embedded: int = 0


class Fresh:
    """An index that was built aside and is not in use. Whoever has one closes it, or switches to it.

    Attributes:
        parts: what it is made from.
        engines: its engines.
        generation: the change of the corpus up to which it goes.
        replayed: what building it did.
    """

    def __init__(self, parts: Parts, engines: Engines, generation: int = 0) -> None:
        self.parts = parts
        self.engines = engines
        self.generation = generation
        self.replayed = Replayed()

    def fill(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Bring in all articles that there are. What is raised in between leaves it half filled."""
        generation = self.parts.store.generation()
        self.replayed = replayed(self.parts, self.engines, self.parts.store.article_numbers(), progress)
        self.engines.compact()
        self.generation = generation

    def catch_up(self) -> None:
        """Replay what has changed in the corpus since it was filled."""
        self.generation, _ = caught_up(self)

    def close(self) -> None:
        """Let go of all files."""
        self.engines.close()


def replayed(
    parts: Parts, engines: Engines, numbers: Sequence[int], progress: Callable[[int, int], None] | None = None
) -> Replayed:
    """Make engines hold articles as they are now.

    Args:
        parts: what to work with.
        engines: where the articles go.
        numbers: their ids.
        progress: told how many of how many articles are done.
    """
    total = Replayed()
    for at in range(0, len(numbers), ARTICLES_AT_ONCE):
        part = numbers[at : at + ARTICLES_AT_ONCE]
        passages, embedded = replay(parts, engines, part)
        total = Replayed(total.articles + len(part), total.passages + passages, total.embedded + embedded)
        if progress is not None:
            progress(total.articles, len(numbers))
    return total


def caught_up(indexed: Indexed, progress: Callable[[int, int], None] | None = None) -> tuple[int, Replayed]:
    """Make an index hold what has changed in the corpus since its generation; return the one it is at then."""
    store = indexed.parts.store
    target = store.generation()
    changes = store.changes_since(indexed.generation)
    numbers = sorted({change.article for change in changes if change.generation <= target})
    return max(indexed.generation, target), replayed(indexed.parts, indexed.engines, numbers, progress)


def miscounted(engines: Engines, manifest: Manifest) -> str:
    """Say where engines hold another number than a manifest counts; "" where they do not."""
    passages, articles = engines.passages.counts()
    if (passages, articles) != (manifest.passages, manifest.articles):
        return Wording("it holds {seen} passages, not {expected}", seen=passages, expected=manifest.passages)
    statements = engines.statements.counts()[0]
    if statements != manifest.statements:
        return Wording("it holds {seen} statements, not {expected}", seen=statements, expected=manifest.statements)
    return ""


def validate(parts: Parts, workspace: Path, directory: Path, manifest: Manifest) -> None:
    """Look at a written snapshot as a reader will.

    Args:
        parts: what it was made from.
        workspace: where working copies go.
        directory: its files.
        manifest: what it should hold.

    Raises:
        ValidationError: it does not hold what the corpus holds.
    """
    store = parts.store
    written = Engines.local(parts.encoder.dimension, workspace, directory)
    try:
        if problem := miscounted(written, manifest):
            raise ValidationError(problem)
        numbers = store.article_numbers()
        sample = numbers[:: max(1, len(numbers) // CANARIES)]
        for passage in store.passages_of(sample)[:: max(1, len(sample) // CANARIES)][:CANARIES]:
            cited = store.cited([passage.id])
            if passage.id not in cited:
                continue
            text = cited[passage.id][0].span.of(cited[passage.id][1].text)
            vectors = parts.vectors.encode(parts.encoder, [text])[0]
            asked = np.array([passage.id], np.int64)
            if not (written.passages.search(text, vectors, asked).cosines >= CANARY_COSINE).any():
                raise ValidationError(Wording("passage {number} is not found in it", number=passage.id))
    finally:
        written.close()
