"""Whom a pronoun or a bare description refers to: what stands before it, weighed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.records import SpeakerKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.figures import Figure
    from corpus.ground import Ground

WEIGHTS = {
    "same sentence": 1.90,
    "sentence before": 1.59,
    "two before": 1.17,
    "sentences": -3.10,
    "subject": 1.07,
    "possessive": -1.01,
    "quoted": -1.32,
    "spoke here": 1.49,
    "spoke before": 1.68,
    "spoke": 0.82,
    "mentions": 0.05,
    "told": -0.23,
    "unknown": -2.12,
    "paragraph": 0.53,
    "headline": 0.56,
    "nearest": -0.36,
    "pronoun": -0.15,
    "topic": 0.76,
    "unnamed": -1.62,
    "asked": 0.5,
    "goes on": 0.5,
    "closing spoke": 0.3,
    "closing topic": 0.3,
    "chain": 0.77,
}
"""What a feature adds to a candidate's score. See `features`.

An early fit of `training/antecedents.py` on all its articles, when there were fewer features; "asked", "goes on"
and the two of "closing" came later and were set by hand. How well these weights do on articles that did not fit
them is unknown; the script's folds tell it for a new fit.
"""

REACH = 24
"""Sentences that a pronoun reaches back, at most."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Something in the text that refers to a figure.

    Attributes:
        subject: it is the first person of its sentence, outside quotations, or the source of a statement.
        spoke: it is the source of a statement.
        asked: it was asked something.
    """

    at: int
    figure: Figure
    subject: bool = False
    possessive: bool = False
    quoted: bool = False
    spoke: bool = False
    pronoun: bool = False
    asked: bool = False


def features(
    ground: Ground, at: int, figure: Figure, before: Sequence[Reference], speaker: Reference | None
) -> dict[str, float]:
    """Describe a candidate for a pronoun.

    Args:
        ground: the article.
        at: where the pronoun stands.
        figure: the candidate.
        before: references to the candidate before the pronoun, in text order; at least one.
        speaker: the last source of a statement before the pronoun, of whichever figure.

    Returns:
        Values by the names of `WEIGHTS`, without "nearest", which needs all candidates.
    """
    last = max(before[-3:], key=lambda r: (not r.quoted, r.at))
    distance = ground.sentence(at) - ground.sentence(last.at)
    apart = ground.paragraph(at) - ground.paragraph(speaker.at) if speaker and speaker.figure is figure else None
    return {
        "same sentence": float(distance == 0),
        "sentence before": float(distance == 1),
        "two before": float(distance == 2),  # noqa: PLR2004 - as it is called
        "sentences": min(distance, 12) / 12,
        "subject": float(last.subject),
        "possessive": float(last.possessive),
        "quoted": float(last.quoted),
        "spoke here": float(apart == 0),
        "spoke before": float(apart == 1),
        "spoke": float(apart is not None and apart > 1),
        "mentions": math.log1p(len(before)),
        "told": float(figure.certain),
        "unknown": float(figure.gender is None),
        "paragraph": float(ground.paragraph(at) == ground.paragraph(last.at)),
        "headline": float(ground.paragraph(before[0].at) <= 0),
        "pronoun": float(last.pronoun),
        "asked": float(last.asked and distance <= 2),  # noqa: PLR2004 - an answer follows soon
    }


def ranked(
    ground: Ground, at: int, references: Sequence[Reference], fits: Sequence[Figure], *, goes_on: bool = False
) -> list[tuple[float, Figure, dict[str, float]]]:
    """Rank the figures that a pronoun may refer to.

    Args:
        ground: the article.
        at: where the pronoun stands.
        references: all references before it, in text order.
        fits: the figures that agree with it in gender and number.
        goes_on: the words behind it say that somebody goes on speaking ("added").

    Returns:
        (score, figure, features), best first; ties go to who was referred to last.
    """
    sentence = ground.sentence(at)
    wanted = {id(f) for f in fits}
    before: dict[int, list[Reference]] = {}
    speaker: Reference | None = None
    for reference in references:
        if reference.spoke:
            speaker = reference
        if id(reference.figure) in wanted:
            before.setdefault(id(reference.figure), []).append(reference)
    subject = next((r for r in reversed(references) if r.subject and not r.quoted and id(r.figure) in wanted), None)
    chain = next((r for r in reversed(references) if r.pronoun and id(r.figure) in wanted), None)
    nearest = max((r[-1].at for r in before.values()), default=-1)
    start = ground.sentences[sentence]
    closing = ground.quote(max(start, at - 3)) is not None or ground.quote(start) is not None
    scored: list[tuple[float, int, Figure, dict[str, float]]] = []
    for group in before.values():
        if sentence - ground.sentence(group[-1].at) > REACH:
            continue
        figure = group[0].figure
        values = features(ground, at, figure, group, speaker)
        values["nearest"] = float(group[-1].at == nearest)
        values["topic"] = float(subject is not None and subject.figure is figure)
        near = chain is not None and ground.paragraph(chain.at) == ground.paragraph(at)
        values["chain"] = float(near and chain is not None and chain.figure is figure)
        spoke = float(speaker is not None and speaker.figure is figure)
        values["goes on"] = spoke * goes_on
        values["closing spoke"] = spoke * closing
        values["closing topic"] = values["topic"] * closing
        values["unnamed"] = float(figure.kind is SpeakerKind.UNNAMED)
        score = sum(WEIGHTS[name] * value for name, value in values.items())
        scored.append((score, group[-1].at, figure, values))
    scored.sort(key=lambda s: (-s[0], -s[1]))
    return [(score, figure, values) for score, _, figure, values in scored]


def sure(order: Sequence[tuple[float, Figure, dict[str, float]]]) -> float:
    """Return how much of the weight lies on the first of a ranking, 0 to 1 (a softmax)."""
    if not order:
        return 0.0
    return 1 / sum(math.exp(max(score - order[0][0], -50)) for score, _, _ in order)
