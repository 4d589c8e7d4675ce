"""Features: what a search says about statements that may answer a question, as one matrix, a row for each of them.

Everything comes from the engines' columns, cosines and words; no database is asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.ranking import FEATURES, Candidate, Features, weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.columns import Ids, Rows
    from index.encoder import Encoder, Vectors
    from index.engine import Engine, Engines
    from index.finding import Found

COMPARED = 4096
"""Statements of one speaker that are all compared with the question; of more, the nearest and those with most words."""

DEPTH = 512
"""Length of the rankings where not all are compared."""

SHORT_LIST, LONG_LIST = 64, 128
"""Statements whose surroundings are looked at: of one speaker's, and of everybody's."""

DIGITS = 5
"""Decimals of scores: equal texts score alike, whatever the last bits of a sum of products are, and go by id."""

BESIDE = 2
"""Statements before and after one of which it is the neighbour, in the order of the text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for.

    Attributes:
        topic: the words that name it.
        vectors: of the topic and of the whole question, shape (2, dimension), unit L2 norm per row.
    """

    topic: str
    vectors: Vectors

    @classmethod
    def of(cls, encoder: Encoder, topic: str, question: str) -> Asked:
        """Embed a topic and the question that it is taken from."""
        return cls(topic, encoder.encode_questions([topic, question]))


@dataclass(frozen=True, slots=True)
class Listed:
    """Statements whose surroundings are worth a look.

    Attributes:
        ids: shape (n,), ascending.
        near: cosine with the topic, cosine with the question, share of the topic's words, shape (n, 3).
        rows: their columns, shape (n,).
    """

    ids: Ids
    near: Features
    rows: Rows


def short_list(engines: Engines, asked: Asked, among: Ids | None) -> Listed:
    """Choose the statements whose surroundings are worth a look.

    Args:
        engines: where to search.
        asked: what for.
        among: ids of the statements that may answer, ascending, unique; None for all.
    """
    depth = COMPARED if among is not None and len(among) <= COMPARED else DEPTH
    found = engines.statements.search(asked.topic, asked.vectors, among, depth)
    near = np.column_stack([found.cosines, found.words / worth(found)]).astype(np.float64)
    # What only its words brought in is taken for as near as the last of the nearest: few words are that telling.
    least = np.array([*(ranking.scores.min(initial=1.0) for ranking in found.near), 0.0] if found.near else [-1.0] * 3)
    merit = np.maximum(near, least) @ [1.0, 1 / 2, 1 / 3]
    best = np.sort(first(merit.round(DIGITS), LONG_LIST if among is None else SHORT_LIST))
    return Listed(found.ids[best], near[best], found.columns.rows(found.ids[best])[0])


def first(scores: Features, count: int) -> NDArray[np.intp]:
    """Return the positions of the highest scores, at most `count`, highest first, ties by position."""
    if len(scores) > count:
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        likely = np.flatnonzero(scores >= least)
    else:
        likely = np.arange(len(scores))
    return likely[np.argsort(-scores[likely], kind="stable")[:count]]


def worth(found: Found) -> float:
    """Return the BM25 score of a text of average length that holds each term looked for once."""
    count = len(found.columns)
    shares = (math.log(1 + (count - held + 0.5) / (held + 0.5)) for held in found.frequencies)
    return sum(max(share, 0.0) for share in shares) or 1.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The passages of the articles in which statements stand, and what they have of the topic.

    Attributes:
        articles: shape (m,), ascending: those that have passages.
        first: where an article's passages begin, shape (m,).
        ends: article by article, in text order: the article's place among `articles` and where a passage ends in its
            text, as one number, shape (p,).
        near: cosine and share of words of each passage, shape (p, 2).
        terms: number of terms looked for.
    """

    articles: Ids
    first: NDArray[np.intp]
    ends: Ids
    near: Features
    terms: int

    @classmethod
    def of(cls, passages: Engine, asked: Asked, articles: Ids) -> Surroundings:
        """Look for the topic in all passages of articles.

        Args:
            passages: the engine of passages.
            asked: what is looked for.
            articles: their ids, ascending, unique.
        """
        among = passages.columns.of_articles(articles)
        found = passages.search(asked.topic, asked.vectors[:1], among, max(1, len(among)))
        rows = found.columns.rows(found.ids)[0]
        # Passages of one article stand in the order of its text when they stand in that of their ids.
        order = np.argsort(rows["article"], kind="stable")
        known, begin, place = np.unique(rows["article"][order], return_index=True, return_inverse=True)
        near = np.column_stack([found.cosines[:, 0], found.words / worth(found)])[order].astype(np.float64)
        return cls(known, begin, _keys(place, rows["end"][order]), near, len(found.terms))

    def around(self, rows: Rows) -> Features:
        """Tell what stands around statements.

        Returns:
            Cosine and words of the passage in which each begins, the best of both in its article, and the cosine of the
            article's first passage, shape (len(rows), 5); 0 for an article without passages.
        """
        found = np.zeros((len(rows), 5), np.float64)
        if not len(self.articles):
            return found
        place = np.minimum(np.searchsorted(self.articles, rows["article"]), len(self.articles) - 1)
        here = self.articles[place] == rows["article"]
        place = place[here]
        last = np.append(self.first[1:], len(self.ends))[place] - 1
        # The first passage that ends behind the statement's beginning; behind the last one, that.
        at = np.minimum(np.searchsorted(self.ends, _keys(place, rows["start"][here]), side="right"), last)
        best = np.maximum.reduceat(self.near, self.first, axis=0)
        found[here] = np.column_stack([self.near[at], best[place], self.near[self.first[place], 0]])
        return found


def _keys(place: NDArray[np.intp], character: NDArray[np.int32]) -> Ids:
    """Return numbers that order characters of articles by article, then by character."""
    return (place.astype(np.int64) << 32) | character


def features(listed: Listed, around: Surroundings) -> Features:
    """Return the features of statements by `FEATURES`, shape (n, len(FEATURES))."""
    rows = listed.rows
    return np.column_stack(
        [
            listed.near,
            around.around(rows),
            _beside(listed),
            np.log1p(rows["letters"]),
            rows["start"] / np.maximum(1, rows["length"]),
            rows["direct"],
            rows["confidence"],
        ]
    )


def _beside(listed: Listed) -> Features:
    """Return the best of the cosines of each statement's neighbours of the same article with the topic, 0 for none."""
    articles, cosines = listed.rows["article"], listed.near[:, 0]
    best = np.full(len(cosines), -np.inf)
    for step in range(1, BESIDE + 1):
        same = articles[step:] == articles[:-step]
        np.maximum(best[step:], cosines[:-step], out=best[step:], where=same)
        np.maximum(best[:-step], cosines[step:], out=best[:-step], where=same)
    best[np.isinf(best)] = 0.0
    return best


def candidates(listed: Listed, around: Surroundings, model: str) -> tuple[Candidate, ...]:
    """Weigh statements of a short list.

    Args:
        listed: see `short_list`.
        around: their surroundings.
        model: "rank" for one speaker's, "who" for everybody's.

    Returns:
        Best first, ties by id.
    """
    found = features(listed, around)
    assert found.shape[1] == len(FEATURES)
    scores = weights(model).score(found).round(DIGITS)
    order = np.argsort(-scores, kind="stable")
    return tuple(
        Candidate(number, article, tuple(row), score)
        for number, article, row, score in zip(
            listed.ids[order].tolist(),
            listed.rows["article"][order].tolist(),
            found[order].tolist(),
            scores[order].tolist(),
            strict=True,
        )
    )
