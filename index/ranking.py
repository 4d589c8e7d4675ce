"""Ranking statements by topic: what a search says about each of them, weighed by a small learned model.

The weights (`ranking.json`) are those of logistic regressions, made by `training/ranker.py` on labelled questions: two
for "does this statement answer the question", by which one speaker's statements ("rank") and everybody's ("who") are
ordered, and one for "is the best of them an answer at all" ("decide"), by which the question is answered or not.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from corpus.records import Passage, Span, Statement
    from index.encoder import Encoder, Vectors
    from index.engine import Engines, Found

Features = NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "ranking.json"

FEATURES = (
    "topic",  # cosine of statement and topic
    "question",  # cosine of statement and whole question
    "words",  # share of the topic's words in the statement (BM25 over its sum for a text that holds each once)
    "passage",  # cosine of the statement's passage and topic
    "passage words",
    "article",  # the best of the article's passages
    "article words",
    "lead",  # cosine of the article's first passage and topic
    "near",  # the best of its neighbours' cosines with the topic
    "length",  # logarithm of characters
    "place",  # where in the article it stands, 0 to 1
    "direct",
    "confidence",
)

DEPTH = 4096
"""Statements of one speaker that are looked at; beyond these the words and vectors of a million decide."""

WORDS = FEATURES.index("words")
LEAST_NAMING = 3
"""Statements that hold a topic of one word, beside which those that do not are left out."""

MOST_WORDS = 0.6
"""Share of a topic's words, rare ones counting more, that a statement holds which surely is about it."""

MARGIN = 3.0
"""Logits by which a statement may be less likely to answer than the best, to be shown beside it."""

DOUBT = 1.0
"""Logits by which one of everybody's statements that is unlikely to answer may be below the best, to be shown too."""

SHORT_LIST, LONG_LIST = 64, 128
"""Statements whose surroundings are looked at: of one speaker's, and of everybody's."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may answer a question.

    Attributes:
        features: by `FEATURES`.
        score: the higher, the likelier it answers.
    """

    statement: Statement
    features: tuple[float, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression.

    Attributes:
        mean: shape (n,), taken off each feature.
        scale: shape (n,), by which it is divided then.
        weight: shape (n,).
        bias: added at last.
    """

    mean: Features
    scale: Features
    weight: Features
    bias: float

    def score(self, rows: Features) -> Features:
        """Return the logits of rows, shape (rows, n) -> (rows,)."""
        logits: Features = ((rows - self.mean) / self.scale) @ self.weight + self.bias
        return logits


@cache
def weights(name: str) -> Weights:
    """Read a model: "rank", "who" or "decide"."""
    raw = json.loads(WEIGHTS.read_text("utf-8"))[name]
    mean, scale, weight = (np.array(raw[part], np.float64) for part in ("mean", "scale", "weight"))
    return Weights(mean, scale, weight, float(raw["bias"]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for.

    Attributes:
        topic: the words that name it.
        vectors: unit vectors of the topic and of the whole question.
    """

    topic: str
    vectors: tuple[Vectors, Vectors]

    @classmethod
    def of(cls, encoder: Encoder, topic: str, question: str) -> Asked:
        """Embed a topic and the question that it is taken from."""
        first, second = encoder.encode_questions([topic, question])
        return cls(topic, (first, second))


def short_list(engines: Engines, asked: Asked, among: Collection[int] | None) -> dict[int, tuple[float, float, float]]:
    """Choose the statements whose surroundings are worth a look.

    Args:
        engines: where to search.
        asked: what for.
        among: ids of the statements that may answer; None for all.

    Returns:
        For each by id: cosine with the topic, cosine with the question, share of words; best first, ties by id.
    """
    depth = min(DEPTH, len(among)) if among is not None else DEPTH // 8
    found = engines.statements.search(asked.topic, asked.vectors[0], among, depth)
    whole = engines.statements.search(asked.topic, asked.vectors[1], among, depth)
    total = worth(found, engines.statements.counts()[0])
    numbers = sorted(set(found.cosines) | set(whole.cosines) | set(found.words))
    low = min(found.cosines.values(), default=0.0), min(whole.cosines.values(), default=0.0)
    rows = {
        number: (
            found.cosines.get(number, low[0]),
            whole.cosines.get(number, low[1]),
            found.words.get(number, 0.0) / total,
        )
        for number in numbers
    }
    best = sorted(rows, key=lambda number: (-(rows[number][0] + rows[number][1] / 2 + rows[number][2] / 3), number))
    return {number: rows[number] for number in best[: LONG_LIST if among is None else SHORT_LIST]}


def worth(found: Found, count: int) -> float:
    """Return the BM25 score of a text of average length that holds each term looked for once."""
    shares = (math.log(1 + (count - held + 0.5) / (held + 0.5)) for held in found.frequencies)
    return sum(max(share, 0.0) for share in shares) or 1.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The passages of the articles in which candidates stand, and what they have of the topic.

    Attributes:
        passages: of each article, in text order.
        found: a search among all of them.
        total: `worth` of the search.
    """

    passages: Mapping[int, Sequence[Passage]]
    found: Found
    total: float

    def of(self, article: int, span: Span) -> tuple[float, float, float, float, float]:
        """Return cosine and words of the passage at a span, the best of both in its article, and the lead's cosine."""
        rows = [
            (self.found.cosines.get(each.id, 0.0), self.found.words.get(each.id, 0.0) / self.total)
            for each in self.passages.get(article, ())
        ]
        if not rows:
            return 0.0, 0.0, 0.0, 0.0, 0.0
        spans = [each.span for each in self.passages[article]]
        here = next((row for each, row in zip(spans, rows, strict=True) if each.end > span.start), rows[-1])
        return *here, max(row[0] for row in rows), max(row[1] for row in rows), rows[0][0]


def candidates(
    listed: Mapping[int, tuple[float, float, float]],
    statements: Mapping[int, tuple[Statement, int]],
    around: Surroundings,
    model: str,
) -> list[Candidate]:
    """Weigh statements of a short list.

    Args:
        listed: see `short_list`.
        statements: by id, with the length of the article.
        around: their surroundings.
        model: "rank" for one speaker's, "who" for everybody's.

    Returns:
        Best first, ties by id.
    """
    order = sorted(number for number in listed if number in statements)
    rows = []
    for at, number in enumerate(order):
        statement, length = statements[number]
        beside = [
            listed[other][0]
            for other in order[max(0, at - 2) : at + 3]
            if other != number and statements[other][0].article == statement.article
        ]
        span = statement.content[0]
        rows.append(
            (
                *listed[number],
                *around.of(statement.article, span),
                max(beside, default=0.0),
                math.log(1 + sum(len(part) for part in statement.content)),
                span.start / max(1, length),
                float(statement.kind == "direct"),
                statement.confidence,
            )
        )
    if not rows:
        return []
    scores = weights(model).score(np.array(rows))
    made = [
        Candidate(statements[number][0], row, float(score))
        for number, row, score in zip(order, rows, scores, strict=True)
    ]
    return sorted(made, key=lambda each: (-each.score, each.statement.id))


def evidence(ranked: Sequence[Candidate], count: int) -> Features:
    """Return what the decision is made on.

    Args:
        ranked: candidates, best first; at least one.
        count: of how many statements they were chosen.

    Returns:
        Shape (len(FEATURES) + 3,): the maxima of the features over all candidates, the best score, how far it stands
        above the next three, and the root of the count.
    """
    most = np.array([each.features for each in ranked], np.float64).max(axis=0)
    rest = [each.score for each in ranked[1:4]]
    ahead = ranked[0].score - (sum(rest) / len(rest) if rest else ranked[0].score)
    return np.concatenate([most, [ranked[0].score, ahead, math.sqrt(count)]])


def answers(ranked: Sequence[Candidate], count: int) -> bool:
    """Decide whether the best candidate is an answer at all."""
    return bool(ranked) and bool(weights("decide").score(evidence(ranked, count)[None, :])[0] >= 0)


def telling(ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Keep those of everybody's statements that tell who said something.

    Args:
        ranked: best first.

    Returns:
        Where the best is likely enough, those likelier than not to tell it, or hardly less likely than the best; else
        those that hold most of the topic's words, the most first; or none.
    """
    if ranked and ranked[0].score >= _least():
        least = min(0.0, ranked[0].score - DOUBT)
        return tuple(each for each in ranked if each.score >= least)
    if max((each.features[WORDS] for each in ranked), default=0.0) < MOST_WORDS:
        return ()
    holding = [each for each in ranked if each.features[WORDS] >= MOST_WORDS / 2]
    return tuple(sorted(holding, key=lambda each: (-each.features[WORDS], each.statement.id)))


@cache
def _least() -> float:
    return float(json.loads(WEIGHTS.read_text("utf-8"))["who"]["least"])


def close(ranked: Sequence[Candidate], asked: int) -> tuple[Candidate, ...]:
    """Keep the candidates that are nearly as likely to answer as the best: beside an answer, others are noise.

    Args:
        ranked: best first.
        asked: number of the topic's words. One ("the US") is a name more often than not: where enough statements hold
            it, the others are about something else.
    """
    best = max((each.score for each in ranked), default=0.0)
    kept = tuple(each for each in ranked if each.score >= best - MARGIN)
    naming = tuple(each for each in kept if each.features and each.features[WORDS] > 0)
    return naming if asked == 1 and len(naming) >= LEAST_NAMING else kept
