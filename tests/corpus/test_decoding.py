"""From scores to spans: the likeliest tags, their probabilities, and quotations as a whole."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.decoding import FORBIDDEN, TAGS, best_tags, confidence, marginals, penalties, spans, whole_quotations
from corpus.tokens import tokenize

TAG = {tag: number for number, tag in enumerate(TAGS)}


def chain(seed: int, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return random scores of one row, transitions and first scores."""
    random = np.random.default_rng(seed)
    return tuple(random.normal(0, 2, shape).astype(np.float32) for shape in ((1, length, 7), (7, 7), (7,)))  # type: ignore[return-value]


def weight(tags: tuple[int, ...], scores: np.ndarray, transitions: np.ndarray, first: np.ndarray) -> float:
    """Return the score of one way to tag a row."""
    steps = transitions + penalties()
    total = float(first[tags[0]] + scores[0, 0, tags[0]])
    for at in range(1, len(tags)):
        total += float(steps[tags[at - 1], tags[at]] + scores[0, at, tags[at]])
    return total


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_the_likeliest_tags_are_those_of_all_ways(seed: int, length: int) -> None:
    """Viterbi finds what trying every sequence finds."""
    scores, transitions, first = chain(seed, length)
    every = product(range(7), repeat=length)
    best = max(every, key=lambda tags: weight(tags, scores, transitions, first))
    (found,) = best_tags(scores, [length], transitions, first)
    assert weight(tuple(found.tolist()), scores, transitions, first) == pytest.approx(
        weight(best, scores, transitions, first), abs=1e-3
    )


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_marginals_are_sums_over_all_ways(seed: int, length: int) -> None:
    """The probability of a tag is that of all sequences that have it there."""
    scores, transitions, first = chain(seed, length)
    expected = np.zeros((length, 7))
    for tags in product(range(7), repeat=length):
        share = np.exp(max(weight(tags, scores, transitions, first), FORBIDDEN))
        for at, tag in enumerate(tags):
            expected[at, tag] += share
    expected /= expected.sum(axis=1, keepdims=True)
    assert marginals(scores, [length], transitions, first)[0] == pytest.approx(expected, abs=1e-3)


def test_rows_of_different_lengths_do_not_touch_each_other() -> None:
    """A short row beside a long one is read as if it were alone."""
    scores, transitions, first = chain(3, 6)
    short = scores[:, :2]
    both = np.concatenate([scores, np.pad(short, ((0, 0), (0, 4), (0, 0)))])
    alone = best_tags(short, [2], transitions, first)[0]
    assert best_tags(both, [6, 2], transitions, first)[1].tolist() == alone.tolist()
    assert marginals(both, [6, 2], transitions, first)[1, :2] == pytest.approx(
        marginals(short, [2], transitions, first)[0], abs=1e-4
    )


@given(st.integers(0, 10_000), st.integers(2, 30))
def test_nothing_goes_on_that_has_not_begun(seed: int, length: int) -> None:
    """Behind the first token an inside tag follows its own kind only."""
    scores, transitions, first = chain(seed, length)
    (found,) = best_tags(scores, [length], transitions, first)
    for before, after in pairwise(found):
        if TAGS[after].startswith("I-"):
            assert TAGS[before][2:] == TAGS[after][2:]


def test_spans_end_with_their_paragraph() -> None:
    """What goes on behind a blank line is another span."""
    tokens = tokenize("one two\n\nthree four")
    tags = [TAG["B-content"], *[TAG["I-content"]] * 3]
    assert spans(tokens, tags) == [("content", 0, 1), ("content", 2, 3)]
    assert spans(tokens, [TAG["I-cue"], TAG["O"], TAG["B-source"], TAG["B-source"]]) == [
        ("cue", 0, 0),
        ("source", 2, 2),
        ("source", 3, 3),
    ]


def test_a_quotation_that_begins_as_content_is_content_to_its_end() -> None:
    """What is attributed inside of it belongs to what was said; what stands outside does not."""
    tokens = tokenize("“I think Roe said no,” he said.")
    tags = [TAG["O"]] * len(tokens)
    tags[0] = TAG["B-content"]
    tags[3] = TAG["B-source"]
    made = whole_quotations(tokens, tags)
    closing = next(at for at, token in enumerate(tokens) if token.text == "”")
    assert [TAGS[tag] for tag in made[: closing + 1]] == ["B-content", *["I-content"] * closing]
    assert made[closing + 1 :] == tags[closing + 1 :]


def test_scare_quotes_stay_what_they_are() -> None:
    """A short quotation without any content in it is left alone."""
    tokens = tokenize("The “miracle” bridge opened.")
    assert whole_quotations(tokens, [TAG["O"]] * len(tokens)) == [TAG["O"]] * len(tokens)


def test_confidence_is_the_mean_probability_of_the_role() -> None:
    """Beginning and inside of a role count together."""
    shares = np.zeros((2, 7), np.float32)
    shares[0, TAG["B-cue"]], shares[0, TAG["I-cue"]] = 0.5, 0.25
    shares[1, TAG["I-cue"]] = 0.25
    assert confidence(shares, "cue", 0, 1) == pytest.approx(0.5)
