"""Decoding: from the tagger's scores to spans, and from spans to attributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpus.tokens import Quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.tokens import Token

Scores = NDArray[np.float32]

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
FORBIDDEN = -1e4
CONTENT = (TAGS.index("B-content"), TAGS.index("I-content"))

LEAST_WHOLE, WHOLE_SHARE = 8, 0.35
"""A quotation of at least so many tokens is content when this share of them is, though its beginning is not."""


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


def marginals(scores: Scores, lengths: Sequence[int], transitions: Scores, first: Scores) -> Scores:
    """Return the probability of each tag at each token, over all ways to tag a row (forward-backward).

    The arguments are those of `best_tags`.

    Returns:
        Array of shape (rows, longest, 7); what lies behind a row's length is of no meaning.
    """
    rows, longest, count = scores.shape
    steps = np.exp(transitions + penalties())
    # Each step is scaled to 1 at its greatest, so that no row runs out of float's range.
    emitted = np.exp(scores - scores.max(axis=2, keepdims=True))
    ahead = np.zeros((longest, rows, count), np.float64)
    now = np.exp(first - first.max()) * emitted[:, 0]
    for at in range(longest):
        if at:
            now = (now @ steps) * emitted[:, at]
        now = now / now.sum(axis=1, keepdims=True)
        ahead[at] = now
    behind = np.ones((longest, rows, count), np.float64)
    ends = np.asarray(lengths)
    for at in range(longest - 2, -1, -1):
        back = (emitted[:, at + 1] * behind[at + 1]) @ steps.T
        back /= back.sum(axis=1, keepdims=True)
        behind[at] = np.where((at + 1 < ends)[:, None], back, 1.0)
    found = ahead * behind
    found /= found.sum(axis=2, keepdims=True)
    whole: Scores = found.transpose(1, 0, 2).astype(np.float32)
    return whole


def whole_quotations(tokens: Sequence[Token], tags: Sequence[int]) -> list[int]:
    """Make each quotation that is content so as a whole: what is attributed within it belongs to what was said."""
    made = list(tags)
    at = 0
    while at < len(tokens):
        if tokens[at].quoted is not Quoted.OPENING:
            at += 1
            continue
        end, place = at + 1, tokens[at].paragraph
        while end < len(tokens) and tokens[end].quoted is Quoted.INSIDE and tokens[end].paragraph == place:
            end += 1
        if end < len(tokens) and tokens[end].quoted is Quoted.CLOSING:
            end += 1
        inside = [number in CONTENT for number in made[at:end]]
        if inside[0] or (len(inside) >= LEAST_WHOLE and sum(inside) >= WHOLE_SHARE * len(inside)):
            made[at:end] = [made[at] if inside[0] else CONTENT[0], *[CONTENT[1]] * (end - at - 1)]
        at = end
    return made


def spans(tokens: Sequence[Token], tags: Sequence[int]) -> list[tuple[str, int, int]]:
    """Return the spans that tags name: role, first token and last token, in text order.

    A row may begin inside a span; that too is one. None reaches beyond its paragraph.
    """
    found: list[tuple[str, int, int]] = []
    inside = ""
    for at, number in enumerate(tags):
        tag = TAGS[number]
        role = tag[2:]
        same = at > 0 and tokens[at].paragraph == tokens[at - 1].paragraph
        if tag.startswith("I-") and inside == role and same:
            found[-1] = (role, found[-1][1], at)
        elif role:
            found.append((role, at, at))
        inside = role
    return found


def confidence(shares: Scores, role: str, first: int, last: int) -> float:
    """Return the mean probability of a role over a span's tokens, by the marginals of its row."""
    columns = [number for number, tag in enumerate(TAGS) if tag[2:] == role]
    return float(shares[first : last + 1, columns].sum(axis=1).mean())
