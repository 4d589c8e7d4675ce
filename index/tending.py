"""Tending: what an index in use needs from time to time, done aside while it answers.

What was added and taken out is merged into the large parts. After many changes a snapshot is written, so that the next
start has few to replay. And once a week the files of the snapshot in use are read for their checksums (`index.trust`):
where a disk has changed them, the index is made again from an older snapshot, or from the corpus, and that one is used.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import IndexWriteError, SnapshotDamagedError, SnapshotMismatchError

if TYPE_CHECKING:
    from index.projection import Projection

log = logging.getLogger(__name__)

PUBLISH_LEAST = 200
"""Changes of the corpus that are worth a snapshot; to replay so many takes a second or two at the next start."""

PUBLISH_SHARE = 0.02
"""Where this share of all articles is more than that, so many: a large index takes longer to write."""


@dataclass(frozen=True, slots=True)
class Tended:
    """What was done.

    Attributes:
        published: name of the snapshot that was written, if any.
        damaged: name of the snapshot in use that was found to be damaged, if it was.
    """

    published: str | None = None
    damaged: str | None = None


def tend(projection: Projection) -> Tended:
    """Do what is due; searches, and changes but for milliseconds, go on meanwhile.

    Returns:
        What was done. A disk that is full is no error: all that is lost is time at the next start.
    """
    projection.engines.compact()
    projection.parts.speakers.tend()
    damaged = _audited(projection)
    articles = projection.engines.passages.counts()[1]
    changes = projection.generation - projection.published
    if changes < max(PUBLISH_LEAST, PUBLISH_SHARE * articles):
        return Tended(damaged=damaged)
    try:
        return Tended(projection.publish(), damaged)
    except IndexWriteError as error:
        log.warning("%s", error)
        return Tended(damaged=damaged)


def _audited(projection: Projection) -> str | None:
    """Read the files of the snapshot in use, if that is due; where they are damaged, use another.

    Returns:
        The name of the damaged one.
    """
    name = projection.snapshot
    if name is None or not projection.snapshots.is_unread(name):
        return None
    try:
        projection.snapshots.verify(name)
    except SnapshotDamagedError as error:
        if name not in projection.snapshots.names():  # a newer one took its place, and it was pruned
            return None
        log.warning("%s Going on with what is left.", error)
        projection.reload()
        return name
    except SnapshotMismatchError:
        return None
    return None
