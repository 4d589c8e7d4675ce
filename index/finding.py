"""Finding: what a search gives back. What is asked for seldom is worked out only when it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.fusion import reciprocal_rank
from index.questions import named
from index.records import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.columns import Columns, Ids
    from index.encoder import Vectors
    from index.fusion import Ranked
    from index.records import HitKind


class Words(Protocol):
    """What an engine tells of terms; see `index.lexical.LexicalSearcher`."""

    def question(self, text: str) -> list[str]:
        """Return the terms for which a question looks."""
        ...

    def frequency(self, term: str) -> int:
        """Return how many texts hold a term."""
        ...

    def hold_all(self, wanted: Sequence[str]) -> bool:
        """Tell whether one text holds every term."""
        ...


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found, and how near it came. What is asked for seldom is worked out only then.

    Attributes:
        kind: of what was found.
        question: what was asked.
        ids: of all that the search came upon, shape (n,), ascending: all texts that were searched among, where these
            were not more than the depth, else what stands in any of the rankings.
        cosines: of each of them with each of the vectors, shape (n, q).
        words: BM25 scores, shape (n,); 0 for those that are not among the best by words.
        terms: the terms looked for, in the question's order.
        columns: what is known of texts in the state that was searched.
        depth: length of the rankings.
        lexical: the words of that state.
        near: the rankings by meaning, one a vector; empty where all texts were compared.
        worded: the ranking by words.
    """

    kind: HitKind
    question: str
    ids: Ids
    cosines: Vectors
    words: NDArray[np.float32]
    terms: tuple[str, ...]
    columns: Columns
    depth: int
    lexical: Words
    near: tuple[Ranked, ...]
    worded: Ranked

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """The rankings fused: best first, ties by ascending id."""
        near = [ranking.ids for ranking in self.near] or [
            self.ids[np.argsort(-column, kind="stable")[: self.depth]] for column in self.cosines.T
        ]
        fused = reciprocal_rank([ids.tolist() for ids in (*near, self.worded.ids)])
        return tuple(Hit(self.kind, number, score) for number, score in fused)

    @cached_property
    def nearest(self) -> float:
        """The highest cosine with the first vector, 0 where nothing was found."""
        return float(self.cosines[:, 0].max(initial=0.0))

    @cached_property
    def frequencies(self) -> tuple[int, ...]:
        """In how many of all texts each of the terms stands."""
        return tuple(self.lexical.frequency(term) for term in self.terms)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Names of those asked about that stand nowhere, not even nearly so."""
        return tuple(name for name in named(self.question) if not _stands(self.lexical, name))

    @cached_property
    def complete(self) -> bool:
        """Whether one text of all holds every term."""
        return self.lexical.hold_all(self.terms)


def _stands(words: Words, name: str) -> bool:
    found = words.question(name)
    return not found or any(words.frequency(term) for term in found)
