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
    from collections.abc import Sequence

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

WORDS = FEATURES.index("words")
LEAST_NAMING = 3
"""Statements that hold a topic of one word, beside which those that do not are left out."""

MOST_WORDS = 0.6
"""Share of a topic's words, rare ones counting more, that a statement holds which surely is about it."""

MARGIN = 3.0
"""Logits by which a statement may be less likely to answer than the best, to be shown beside it."""

DOUBT = 1.0
"""Logits by which one of everybody's statements that is unlikely to answer may be below the best, to be shown too."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that may answer a question.

    Attributes:
        statement: its id.
        article: id of its article.
        features: by `FEATURES`.
        score: the higher, the likelier it answers.
    """

    statement: int
    article: int
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
    return tuple(sorted(holding, key=lambda each: (-each.features[WORDS], each.statement)))


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
