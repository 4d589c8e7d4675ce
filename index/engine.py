"""The engine: passages in, hits out. `Engine` is the interface; `LocalEngine` is FAISS and Tantivy in one directory."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.dense import DenseView
from index.errors import SnapshotDamagedError
from index.fusion import reciprocal_rank
from index.lexical import Entry, LexicalIndex, LexicalSearcher
from index.questions import named
from index.records import Hit, HitKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from index.encoder import Vectors

DAMAGED = (OSError, RuntimeError, ValueError)
"""What FAISS, Tantivy and NumPy raise for files that are not theirs."""

DEPTH = 100
"""Length of the two rankings that are fused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, and how near it came.

    Attributes:
        hits: fused, best first, ties by ascending id.
        cosines: of the nearest passages, by passage id.
        terms: the terms looked for, in the question's order.
        frequencies: in how many passages each of them stands.
        unknown: names of those asked about that stand in no passage, not even nearly so.
        complete: whether one passage of all holds every term.
    """

    hits: tuple[Hit, ...]
    cosines: dict[int, float]
    terms: tuple[str, ...]
    frequencies: tuple[int, ...]
    unknown: tuple[str, ...]
    complete: bool


class Engine(Protocol):
    """An index of passages. One thread at a time changes it; any number search, each in one consistent state."""

    def replace(self, gone: Collection[int], entries: Sequence[Entry], vectors: Vectors) -> None:
        """Take out all passages of articles, then put passages in.

        Args:
            gone: ids of articles; those that are not there are passed over.
            entries: passages, whose ids were never there before.
            vectors: shape (len(entries), dimension), unit L2 norm per row.
        """
        ...

    def search(self, question: str, vector: Vectors, among: Collection[int] | None = None) -> Found:
        """Find passages by words and by meaning.

        Args:
            question: the question's text.
            vector: its embedding, shape (dimension,), unit L2 norm.
            among: passage ids to search among, a filter that comes before the search; None for all.
        """
        ...

    def counts(self) -> tuple[int, int]:
        """Return how many passages, of how many articles, there are."""
        ...

    def save(self, directory: Path) -> None:
        """Write a snapshot's files into an empty directory."""
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

    def __init__(self, dimension: int, workspace: Path, snapshot: Path | None = None) -> None:
        self._changing = threading.Lock()
        self._lexical = _lexical(workspace, snapshot)
        try:
            dense = DenseView.load(snapshot / "dense.faiss") if snapshot else DenseView.empty(dimension)
            self._view = _View(dense, self._lexical.searcher())
            if len(self._view.lexical) != len(dense):
                msg = f"it holds {len(dense)} passages by meaning and {len(self._view.lexical)} by words"
                raise ValueError(msg)
        except DAMAGED as error:
            self._lexical.close()
            raise _damaged(snapshot, error) from error

    def replace(self, gone: Collection[int], entries: Sequence[Entry], vectors: Vectors) -> None:
        """Take out all passages of articles, then put passages in; see `Engine.replace`."""
        with self._changing:
            dense = self._view.dense.without(gone) if gone else self._view.dense
            if entries:
                passages = np.array([entry.passage for entry in entries], np.int64)
                articles = np.array([entry.article for entry in entries], np.int64)
                dense = dense.added(vectors, passages, articles)
            self._lexical.change(gone, entries)
            # One assignment: whoever searches has the old pair or the new one.
            self._view = _View(dense, self._lexical.searcher())

    def search(self, question: str, vector: Vectors, among: Collection[int] | None = None) -> Found:
        """Find passages by words and by meaning; see `Engine.search`."""
        view = self._view
        chosen = None if among is None else np.fromiter(sorted(among), np.int64, len(among))
        near = view.dense.search(vector, DEPTH, chosen)
        wanted = view.lexical.question(question)
        worded = view.lexical.search(wanted, DEPTH, among)
        fused = reciprocal_rank([[number for number, _ in near], [number for number, _ in worded]])
        return Found(
            hits=tuple(Hit(HitKind.PASSAGE, number, score) for number, score in fused),
            cosines=dict(near),
            terms=tuple(wanted),
            frequencies=tuple(view.lexical.frequency(term) for term in wanted),
            unknown=tuple(name for name in named(question) if not _stands(view.lexical, name)),
            complete=view.lexical.hold_all(wanted),
        )

    def counts(self) -> tuple[int, int]:
        """Return how many passages, of how many articles, there are."""
        dense = self._view.dense
        return len(dense), len(dense.articles)

    def save(self, directory: Path) -> None:
        """Write a snapshot's files into an empty directory."""
        with self._changing:
            self._view.dense.save(directory / "dense.faiss")
            self._lexical.save(directory / "lexical")

    def close(self) -> None:
        """Remove working files."""
        self._lexical.close()


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
