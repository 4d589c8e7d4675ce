"""Decoding: from the tagger's scores to spans, and from spans to attributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Scores = NDArray[np.float32]

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
ROLES = ("source", "cue", "content")
FORBIDDEN = -1e4


def penalties() -> Scores:
    """Return a (7, 7) array that forbids I-x behind anything but B-x and I-x."""
    found = np.zeros((len(TAGS), len(TAGS)), np.float32)
    for at, before in enumerate(TAGS):
        for to, after in enumerate(TAGS):
            if after.startswith("I-") and before[2:] != after[2:]:
                found[at, to] = FORBIDDEN
    return found


def best_tags(scores: Scores, lengths: Sequence[int], transitions: Scores, first: Scores) -> list[NDArray[np.intp]]:
    """Find the likeliest tags of a linear-chain conditional random field (Viterbi), row by row.

    Args:
        scores: shape (rows, longest, 7).
        lengths: tokens of each row, at least 1.
        transitions: shape (7, 7), from a tag to the next.
        first: shape (7,), of the first tag.

    Returns:
        For each row an array of shape (length,) of tag numbers.
    """
    rows, longest, count = scores.shape
    steps = transitions + penalties()
    best = first + scores[:, 0]
    came = np.zeros((longest, rows, count), np.intp)
    kept = [best]
    for at in range(1, longest):
        ways = best[:, :, None] + steps
        came[at] = ways.argmax(axis=1)
        best = np.take_along_axis(ways, came[at][:, None, :], axis=1)[:, 0] + scores[:, at]
        kept.append(best)
    found = []
    for row, length in enumerate(lengths):
        tag = int(kept[length - 1][row].argmax())
        tags = np.empty(length, np.intp)
        for at in range(length - 1, -1, -1):
            tags[at] = tag
            if at:
                tag = int(came[at, row, tag])
        found.append(tags)
    return found


def spans(tags: Sequence[int]) -> list[tuple[str, int, int]]:
    """Return the spans that tags name: role, first token and last token, in text order.

    A row may begin inside a span; that too is one.
    """
    found: list[tuple[str, int, int]] = []
    inside = ""
    for at, number in enumerate(tags):
        tag = TAGS[number]
        role = tag[2:]
        if tag.startswith("I-") and inside == role:
            found[-1] = (role, found[-1][1], at)
        elif role:
            found.append((role, at, at))
        inside = role
    return found


def confidence(scores: Scores, tags: Sequence[int], first: int, last: int) -> float:
    """Return the mean probability, by the scores alone, of a span's role over its tokens."""
    part = scores[first : last + 1].astype(np.float64)
    shares = np.exp(part - part.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    role = TAGS[tags[first]][2:]
    columns = [number for number, tag in enumerate(TAGS) if tag[2:] == role]
    return float(shares[:, columns].sum(axis=1).mean())
