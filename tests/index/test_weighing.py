"""Which statements may answer, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from index.ranking import Candidate
from index.weighing import Weighed, attributed_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.registry import Registry


class Spoken(dict[int, tuple[int, ...]]):
    """Who speaks in statements, by their ids."""

    def speakers_of(self, statements: Sequence[int]) -> list[tuple[int, ...]]:
        """Return their speakers."""
        return [self.get(number, ()) for number in statements]


def test_statements_of_unknown_speakers_come_last() -> None:
    """Who is asked about cannot be told to have said them; in each part the better one stays first."""
    weighed = Weighed(tuple(Candidate(number, 1, (), 1.0 / number) for number in (1, 2, 3, 4)), 4)
    registry = cast("Registry", Spoken({2: (7,), 4: (8,)}))
    assert [each.statement for each in attributed_first(weighed, registry).ranked] == [2, 4, 1, 3]
