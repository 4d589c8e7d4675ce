"""The engine: texts in, hits out. `Engine` is the interface; `LocalEngine` is FAISS and Tantivy in one directory.

There are two of them, side by side: one of passages and one of statements.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.dense import DenseView
from index.errors import SnapshotDamagedError
from index.fusion import reciprocal_rank
from index.lexical import Entry, LexicalIndex, LexicalSearcher
from index.questions import named
from index.records import Hit, HitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from index.encoder import Vectors

DAMAGED = (OSError, RuntimeError, ValueError)
"""What FAISS, Tantivy and NumPy raise for files that are not theirs."""

STATEMENTS = "statements"
"""Directory of the statements' files within a snapshot."""

DEPTH = 100
"""Length of the two rankings that are fused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, and how near it came.

    Attributes:
        hits: fused, best first, ties by ascending id.
        cosines: of the nearest, by id.
        words: BM25 scores of those that hold most of the terms, by id.
        terms: the terms looked for, in the question's order.
        frequencies: in how many of all texts each of them stands.
        unknown: names of those asked about that stand nowhere, not even nearly so.
        complete: whether one text of all holds every term.
    """

    hits: tuple[Hit, ...]
    cosines: dict[int, float]
    words: dict[int, float]
    terms: tuple[str, ...]
    frequencies: tuple[int, ...]
    unknown: tuple[str, ...]
    complete: bool


class Engine(Protocol):
    """An index of texts. One thread at a time changes it; any number search, each in one consistent state."""

    def replace(self, gone: Collection[int], entries: Sequence[Entry], vectors: Vectors) -> None:
        """Take out all texts of articles, then put texts in.

        Args:
            gone: ids of articles; those that are not there are passed over.
            entries: texts, whose ids were never there before.
            vectors: shape (len(entries), dimension), unit L2 norm per row.
        """
        ...

    def search(self, question: str, vector: Vectors, among: Collection[int] | None = None, depth: int = DEPTH) -> Found:
        """Find texts by words and by meaning.

        Args:
            question: the question's text.
            vector: its embedding, shape (dimension,), unit L2 norm.
            among: ids to search among, a filter that comes before the search; None for all.
            depth: length of the two rankings that are fused.
        """
        ...

    def compact(self) -> None:
        """Merge what was added and taken out into the large part, when that is due; whoever searches does not wait."""
        ...

    def counts(self) -> tuple[int, int]:
        """Return how many texts, of how many articles, there are."""
        ...

    def save(self, directory: Path) -> None:
        """Write a snapshot's files into an empty directory."""
        ...

    def saving(self, directory: Path) -> Callable[[], None]:
        """Begin to write the files of a snapshot of this moment into an empty directory, in milliseconds.

        Returns:
            What writes the rest, which takes longer; the engine may change meanwhile.
        """
        ...

    def close(self) -> None:
        """Let go of all files."""
        ...


@dataclass(frozen=True, slots=True)
class _View:
    dense: DenseView
    lexical: LexicalSearcher


class LocalEngine:
    """FAISS and Tantivy in this process."""

    def __init__(
        self, dimension: int, workspace: Path, snapshot: Path | None = None, kind: HitKind = HitKind.PASSAGE
    ) -> None:
        self._kind = kind
        self._changing = threading.Lock()
        self._lexical = _lexical(workspace, snapshot)
        try:
            dense = DenseView.load(snapshot / "dense.faiss") if snapshot else DenseView.empty(dimension)
            self._view = _View(dense, self._lexical.searcher())
            if len(self._view.lexical) != len(dense):
                msg = f"it holds {len(dense)} {kind.value}s by meaning and {len(self._view.lexical)} by words"
                raise ValueError(msg)
        except DAMAGED as error:
            self._lexical.close()
            raise _damaged(snapshot, error) from error

    def replace(self, gone: Collection[int], entries: Sequence[Entry], vectors: Vectors) -> None:
        """Take out all texts of articles, then put texts in; see `Engine.replace`."""
        with self._changing:
            dense = self._view.dense.without(gone) if gone else self._view.dense
            if entries:
                numbers = np.array([entry.id for entry in entries], np.int64)
                articles = np.array([entry.article for entry in entries], np.int64)
                dense = dense.added(vectors, numbers, articles)
            self._lexical.change(gone, entries)
            # One assignment: whoever searches has the old pair or the new one.
            self._view = _View(dense, self._lexical.searcher())

    def search(self, question: str, vector: Vectors, among: Collection[int] | None = None, depth: int = DEPTH) -> Found:
        """Find texts by words and by meaning; see `Engine.search`."""
        view = self._view
        chosen = None if among is None else np.fromiter(sorted(among), np.int64, len(among))
        near = view.dense.search(vector, depth, chosen)
        wanted = view.lexical.question(question)
        ranked = view.lexical.search(wanted, depth, chosen)
        worded = list(zip(ranked.ids.tolist(), ranked.scores.tolist(), strict=True))
        fused = reciprocal_rank([[number for number, _ in near], [number for number, _ in worded]])
        return Found(
            hits=tuple(Hit(self._kind, number, score) for number, score in fused),
            cosines=dict(near),
            words=dict(worded),
            terms=tuple(wanted),
            frequencies=tuple(view.lexical.frequency(term) for term in wanted),
            unknown=tuple(name for name in named(question) if not _stands(view.lexical, name)),
            complete=view.lexical.hold_all(wanted),
        )

    def compact(self) -> None:
        """Merge what has changed into the large part; see `Engine.compact`. Tantivy merges by itself."""
        before = self._view
        dense = before.dense.compacted()
        with self._changing:
            if self._view is before:  # else there is another time
                self._view = replace(before, dense=dense)

    def counts(self) -> tuple[int, int]:
        """Return how many texts, of how many articles, there are."""
        dense = self._view.dense
        return len(dense), len(dense.articles)

    def save(self, directory: Path) -> None:
        """Write a snapshot's files into an empty directory."""
        self.saving(directory)()

    def saving(self, directory: Path) -> Callable[[], None]:
        """Begin to write a snapshot's files; see `Engine.saving`."""
        with self._changing:
            view, words = self._view, self._lexical.saving(directory / "lexical")

        def rest() -> None:
            view.dense.save(directory / "dense.faiss")
            words()

        return rest

    def close(self) -> None:
        """Remove working files."""
        self._lexical.close()


class Engines:
    """The two engines of a corpus, changed and saved together: a snapshot's files are those of both."""

    def __init__(self, passages: Engine, statements: Engine) -> None:
        self.passages = passages
        self.statements = statements

    @classmethod
    def local(cls, dimension: int, workspace: Path, snapshot: Path | None = None) -> Engines:
        """Open both in this process, empty or from a snapshot's directory.

        Raises:
            SnapshotDamagedError: the snapshot's files are not what they were.
        """
        passages = LocalEngine(dimension, workspace, snapshot)
        try:
            inner = snapshot / STATEMENTS if snapshot else None
            return cls(passages, LocalEngine(dimension, workspace, inner, HitKind.STATEMENT))
        except BaseException:
            passages.close()
            raise

    def save(self, directory: Path) -> None:
        """Write a snapshot's files into an empty directory."""
        self.passages.save(directory)
        (directory / STATEMENTS).mkdir()
        self.statements.save(directory / STATEMENTS)

    def saving(self, directory: Path) -> Callable[[], None]:
        """Begin to write a snapshot's files into an empty directory; see `Engine.saving`."""
        (directory / STATEMENTS).mkdir()
        rests = self.passages.saving(directory), self.statements.saving(directory / STATEMENTS)

        def rest() -> None:
            for write in rests:
                write()

        return rest

    def close(self) -> None:
        """Let go of all files."""
        self.passages.close()
        self.statements.close()


def _lexical(workspace: Path, snapshot: Path | None) -> LexicalIndex:
    try:
        return LexicalIndex(workspace, snapshot / "lexical" if snapshot else None)
    except DAMAGED as error:
        raise _damaged(snapshot, error) from error


def _damaged(snapshot: Path | None, error: Exception) -> Exception:
    if snapshot is None:
        return error
    return SnapshotDamagedError(snapshot.name, str(error).splitlines()[0] if str(error) else type(error).__name__)


def _stands(searcher: LexicalSearcher, name: str) -> bool:
    found = searcher.question(name)
    return not found or any(searcher.frequency(term) for term in found)
