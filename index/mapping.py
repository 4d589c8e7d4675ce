"""Mapped arrays: what the system is told of how their files are read."""

from __future__ import annotations

import mmap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

HELD = 64
"""Rows read from a file until its pages are let go of. With each the system maps the 64 KiB around it, and more, if
these are in its cache, so that without an end all of a file would count as this process's memory; 64 are some 10 MB
a file."""


@dataclass(slots=True)
class Reading:
    """Counts rows that are read from a mapped array, and lets go of its pages from time to time.

    Threads may lose a count to each other, which costs nothing: it is a measure, not a limit.
    """

    rows: int = field(default=0)

    def of(self, array: NDArray[Any], rows: int) -> None:
        """Count rows that were read from an array, mapped or not."""
        self.rows += rows
        if self.rows >= HELD:
            self.rows = 0
            advise(array, "MADV_DONTNEED")  # from this process; they stay in the system's cache


def advise(array: NDArray[Any], advice: str) -> None:
    """Tell the system how the file of an array is read, if it is mapped and the system knows the advice."""
    base: Any = array.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, advice):
        base.madvise(getattr(mmap, advice))
