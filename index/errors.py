"""What can go wrong with the index, continuing the tree of `corpus.errors`.

VerbatimError
└── IndexingError
    ├── ModelError             the model's files are missing, damaged or of a kind that cannot be used
    ├── EmbeddingError         the model rejected a text
    ├── SnapshotError          a snapshot cannot be used
    │   ├── SnapshotDamagedError   its files are not what its manifest says
    │   └── SnapshotMismatchError  it was made by another model, dimension, chunking or format
    ├── ValidationError        a rebuilt index failed its checks; the old one stays
    └── IndexWriteError        the index cannot be written: the disk is full, or may not be written
"""

from __future__ import annotations

from corpus.errors import VerbatimError
from corpus.wording import Wording


class IndexingError(VerbatimError):
    """The index could not do what was asked."""


class ModelError(IndexingError):
    """The model's files are missing, damaged or of a kind that cannot be used.

    Attributes:
        model: name or path as set.
    """

    def __init__(self, model: str, problem: str, fix: str) -> None:
        self.model = model
        super().__init__(Wording("the model {model!r} {problem}", model=model, problem=problem), fix)


class EmbeddingError(IndexingError):
    """The model rejected a text.

    Attributes:
        position: position of the text in the batch, from 0.
    """

    def __init__(self, position: int, problem: str) -> None:
        self.position = position
        known = {"position": position, "problem": problem}
        super().__init__(Wording("text {position} of the batch cannot be embedded: {problem}", **known))


class SnapshotError(IndexingError):
    """A snapshot cannot be used.

    Attributes:
        snapshot: name of its directory.
    """

    def __init__(self, snapshot: str, problem: str, fix: str) -> None:
        self.snapshot = snapshot
        super().__init__(Wording("the index snapshot {snapshot} {problem}", snapshot=snapshot, problem=problem), fix)


class SnapshotDamagedError(SnapshotError):
    """A snapshot's files are not what its manifest says."""

    def __init__(self, snapshot: str, problem: str) -> None:
        fix = Wording("Run `verbatim rebuild`; no article is lost.")
        super().__init__(snapshot, Wording("is damaged: {problem}", problem=problem), fix)


class SnapshotMismatchError(SnapshotError):
    """A snapshot was made by another model, dimension, chunking or format.

    Attributes:
        what: what differs.
        seen: its value in the snapshot.
        expected: its value now.
    """

    def __init__(self, snapshot: str, what: str, seen: object, expected: object) -> None:
        self.what, self.seen, self.expected = what, seen, expected
        super().__init__(
            snapshot,
            Wording("was made with another {what} ({seen}; now {expected})", what=what, seen=seen, expected=expected),
            Wording("Run `verbatim rebuild --full`, or set back what you changed."),
        )


class ValidationError(IndexingError):
    """A rebuilt index failed its checks; the old one stays in use."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            Wording("the rebuilt index failed its check: {problem}", problem=problem),
            Wording("The old index stays in use; see `verbatim doctor`."),
        )


class IndexWriteError(IndexingError):
    """The index cannot be written: the disk is full, or may not be written."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            Wording("the index cannot be written: {problem}", problem=problem),
            Wording("Free some space, or check the permissions of the data directory; no article is lost."),
        )
