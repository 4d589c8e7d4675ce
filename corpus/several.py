"""Groups of several numbers, by the smallest of each, as mapped arrays with what is new beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Several:
    """Groups of two numbers and more; immutable.

    Attributes:
        heads: the smallest number of each group, ascending, int32.
        starts: where the members of each begin in `members`, int32; one more at the end.
        members: of all groups, in each ascending, int32.
        new: groups that the arrays do not have, or have otherwise; () where there is none any more.
    """

    heads: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    starts: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    members: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    new: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def of(self, number: int) -> tuple[int, ...]:
        """Return the members of the group that has a number as its smallest; that number alone where there is none."""
        if (found := self.new.get(number)) is None:
            found = self._kept(number)
        return found or (number,)

    def _kept(self, number: int) -> tuple[int, ...]:
        at = int(self.heads.searchsorted(np.int32(number)))
        if at == len(self.heads) or self.heads[at] != number:
            return ()
        return tuple(self.members[self.starts[at] : self.starts[at + 1]].tolist())

    def renewed(self, gone: Collection[int], found: Mapping[int, tuple[int, ...]]) -> Several:
        """Return the groups without those of some smallest numbers, and with others."""
        numbers = np.fromiter(gone, np.int64, len(gone))
        known = numbers[np.isin(numbers, self.heads)].tolist()
        kept = {number: those for number, those in self.new.items() if number not in gone}
        return Several(self.heads, self.starts, self.members, kept | dict.fromkeys(known, ()) | dict(found))

    def settled(self) -> Several:
        """Return the same groups with all of them in the arrays."""
        if not self.new:
            return self
        mine = np.repeat(self.heads, np.diff(self.starts))
        kept = ~np.isin(mine, np.fromiter(self.new, np.int32, len(self.new)))
        new = np.array([(head, each) for head, those in self.new.items() for each in those], np.int32).reshape(-1, 2)
        owner = np.concatenate((mine[kept], new[:, 0]))
        members = np.concatenate((self.members[kept], new[:, 1]))
        order = np.lexsort((members, owner))
        heads, counts = np.unique(owner, return_counts=True)
        starts = np.zeros(len(heads) + 1, np.int32)
        np.cumsum(counts, out=starts[1:])
        return Several(heads, starts, members[order])
