"""Profiles of a registry as a sequence, each worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np

from corpus.records import Profile

if TYPE_CHECKING:
    from corpus.lines import Ids
    from corpus.registry import Registry


class Profiles(Sequence[Profile]):
    """Profiles of a registry, in its order, each worked out when it is asked for.

    Args:
        registry: whose they are.
        numbers: ids, ascending; most statements come first, ties by id.
    """

    def __init__(self, registry: Registry, numbers: Ids) -> None:
        self._registry = registry
        self._unordered = numbers

    @cached_property
    def _numbers(self) -> Ids:
        said = self._registry.state.said[self._unordered]
        return self._unordered[np.lexsort((self._unordered, -said))]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._unordered)

    @overload
    def __getitem__(self, at: int) -> Profile: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Profile, ...]: ...
    def __getitem__(self, at: int | slice) -> Profile | tuple[Profile, ...]:
        """Return one, or some of them."""
        if isinstance(at, slice):
            return tuple(map(self._of, self._numbers[at].tolist()))
        return self._of(int(self._numbers[at]))

    def __eq__(self, other: object) -> bool:
        """Tell whether another sequence has the same profiles."""
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def _of(self, number: int) -> Profile:
        found = self._registry.profile(number)
        assert found is not None
        return found
