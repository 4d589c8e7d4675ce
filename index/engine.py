"""The engine: texts in, hits out. `Engine` is the interface; `LocalEngine` is FAISS and Tantivy in one directory.

There are two of them, side by side: one of passages and one of statements.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.columns import Columns
from index.dense import DenseView
from index.errors import SnapshotDamagedError
from index.finding import Found
from index.lexical import LexicalIndex
from index.records import HitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from index.columns import Ids
    from index.encoder import Vectors
    from index.entries import Entry
    from index.fusion import Ranked
    from index.lexical import LexicalSearcher

DAMAGED = (OSError, RuntimeError, ValueError)
"""What FAISS, Tantivy and NumPy raise for files that are not theirs."""

STATEMENTS = "statements"
"""Directory of the statements' files within a snapshot."""

COLUMNS = "columns"
"""Directory of the columns' files beside the vectors'."""

DEPTH = 100
"""Length of the rankings that are fused."""


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

    def search(self, question: str, vectors: Vectors, among: Ids | None = None, depth: int = DEPTH) -> Found:
        """Find texts by words and by meaning.

        Args:
            question: the question's text.
            vectors: its embedding, and others of what it asks for, shape (q, dimension), unit L2 norm per row.
            among: ids to search among, ascending, unique: a filter that comes before the search; None for all.
            depth: length of the rankings that are fused.
        """
        ...

    @property
    def columns(self) -> Columns:
        """What is known of the texts as they are now."""
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
    columns: Columns


class LocalEngine:
    """FAISS and Tantivy in this process."""

    def __init__(
        self, dimension: int, workspace: Path, snapshot: Path | None = None, kind: HitKind = HitKind.PASSAGE
    ) -> None:
        self._kind = kind
        self._workspace = workspace
        self._changing = threading.Lock()
        self._lexical = _lexical(workspace, snapshot)
        try:
            dense = DenseView.load(snapshot / "dense") if snapshot else DenseView.empty(dimension)
            columns = Columns.load(snapshot / COLUMNS) if snapshot else Columns.empty()
            self._view = _View(dense, self._lexical.searcher(), columns)
            if not len(self._view.lexical) == len(dense) == len(columns):
                by = f"{len(dense)} {kind.value}s by meaning and {len(self._view.lexical)} by words"
                msg = f"it holds {by}, and knows where {len(columns)} stand"
                raise ValueError(msg)
        except DAMAGED as error:
            self._lexical.close()
            raise _damaged(snapshot, error) from error

    def replace(self, gone: Collection[int], entries: Sequence[Entry], vectors: Vectors) -> None:
        """Take out all texts of articles, then put texts in; see `Engine.replace`."""
        with self._changing:
            dense, columns = self._view.dense, self._view.columns
            if gone:
                dense, columns = dense.without(gone), columns.without(gone)
            if entries:
                numbers = np.array([entry.id for entry in entries], np.int64)
                articles = np.array([entry.article for entry in entries], np.int64)
                dense = dense.added(vectors, numbers, articles)
                columns = columns.added(entries)
            self._lexical.change(gone, entries)
            # One assignment: whoever searches has all of the old state or all of the new one.
            self._view = _View(dense, self._lexical.searcher(), columns)

    def search(self, question: str, vectors: Vectors, among: Ids | None = None, depth: int = DEPTH) -> Found:
        """Find texts by words and by meaning; see `Engine.search`."""
        view = self._view
        wanted = view.lexical.question(question)
        worded = view.lexical.search(wanted, depth, among)
        near: tuple[Ranked, ...] = ()
        if among is not None and len(among) <= depth:
            # All of them would stand in the rankings: they need no search, only their cosines.
            ids = among[view.columns.known(among)]
        else:
            near = view.dense.search(vectors, depth, among)
            ids = np.unique(np.concatenate([*(ranking.ids for ranking in near), worded.ids]))
        words = np.zeros(len(ids), np.float32)
        words[np.searchsorted(ids, worded.ids)] = worded.scores
        return Found(
            kind=self._kind,
            question=question,
            ids=ids,
            cosines=view.dense.cosines(ids, vectors),
            words=words,
            terms=tuple(wanted),
            columns=view.columns,
            depth=depth,
            lexical=view.lexical,
            near=near,
            worded=worded,
        )

    @property
    def columns(self) -> Columns:
        """What is known of the texts as they are now."""
        return self._view.columns

    def compact(self) -> None:
        """Merge what has changed into the large part; see `Engine.compact`. Tantivy merges by itself."""
        while (begun := self._view.dense).due:
            done = begun.compacted(self._workspace)
            with self._changing:
                now = self._view
                dense = done.rebased(begun, now.dense)
                self._view = replace(now, dense=dense)
            if dense is now.dense:  # somebody else did it meanwhile
                return

    def counts(self) -> tuple[int, int]:
        """Return how many texts, of how many articles, there are."""
        columns = self._view.columns
        return len(columns), columns.articles

    def save(self, directory: Path) -> None:
        """Write a snapshot's files into an empty directory."""
        self.saving(directory)()

    def saving(self, directory: Path) -> Callable[[], None]:
        """Begin to write a snapshot's files; see `Engine.saving`."""
        with self._changing:
            view, words = self._view, self._lexical.saving(directory / "lexical")

        def rest() -> None:
            view.dense.save(directory / "dense")
            view.columns.save(directory / COLUMNS)
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

    def compact(self) -> None:
        """Merge what has changed in both; see `Engine.compact`."""
        self.passages.compact()
        self.statements.compact()

    def close(self) -> None:
        """Let go of all files."""
        self.passages.close()
        self.statements.close()


def structure(snapshot: Path) -> dict[str, dict[str, Any]]:
    """Tell how the vectors of a snapshot are searched, by "passages" and "statements"; see `index.dense.Described`.

    Nothing of a snapshot that cannot be read: whoever loads it says why.
    """
    try:
        return {
            "passages": asdict(DenseView.load(snapshot / "dense").describe()),
            "statements": asdict(DenseView.load(snapshot / STATEMENTS / "dense").describe()),
        }
    except DAMAGED:
        return {}


def _lexical(workspace: Path, snapshot: Path | None) -> LexicalIndex:
    try:
        return LexicalIndex(workspace, snapshot / "lexical" if snapshot else None)
    except DAMAGED as error:
        raise _damaged(snapshot, error) from error


def _damaged(snapshot: Path | None, error: Exception) -> Exception:
    if snapshot is None:
        return error
    return SnapshotDamagedError(snapshot.name, str(error).splitlines()[0] if str(error) else type(error).__name__)
