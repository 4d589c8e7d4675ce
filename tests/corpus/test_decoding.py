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
    assert tuple(found.tolist()) == best


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_marginals_are_sums_over_all_ways(seed: int, length: int) -> None:
    """The probability of a tag is that of all sequences that have it there."""
    scores, transitions, first = chain(seed, length)
    expected = np.zeros((length, 7))
    for tags in product(range(7), repeat=length):
        share = np.exp(weight(tags, scores, transitions, first))
        for at, tag in enumerate(tags):
            expected[at, tag] += share
    expected /= expected.sum(axis=1, keepdims=True)
    assert marginals(scores, [length], transitions, first)[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("size", [40.0, 80.0])
def test_sure_scores_stay_in_range(size: float) -> None:
    """Where the network is sure of every token of a long window, probabilities are 0 and 1, never infinite."""
    scores = np.zeros((1, 300, 7), np.float32)
    scores[0, :, TAG["O"]] = size
    scores[0, 100, TAG["B-cue"]] = 3 * size
    shares = marginals(scores, [300], np.zeros((7, 7), np.float32), np.zeros(7, np.float32))
    assert shares[0, :, TAG["O"]] == pytest.approx([float(at != 100) for at in range(300)])
    assert shares[0, 100, TAG["B-cue"]] == pytest.approx(1)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("B-cue", "I-cue", True),
        ("I-cue", "I-cue", True),
        ("O", "I-cue", False),
        ("B-source", "I-cue", False),
        ("I-content", "I-source", False),
        ("I-content", "B-content", True),
        ("O", "B-cue", True),
        ("I-cue", "O", True),
    ],
)
def test_a_span_goes_on_only_behind_its_own_kind(before: str, after: str, allowed: bool) -> None:  # noqa: FBT001
    """What may follow what."""
    assert penalties()[TAG[before], TAG[after]] == (0 if allowed else np.float32(FORBIDDEN))


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


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O O O O", []),
        ("I-cue O B-source B-source", [("cue", 0, 0), ("source", 2, 2), ("source", 3, 3)]),
        ("B-cue I-cue I-cue O", [("cue", 0, 2)]),
        ("B-cue I-source O I-cue", [("cue", 0, 0), ("source", 1, 1), ("cue", 3, 3)]),
        ("B-source B-cue B-content I-content", [("source", 0, 0), ("cue", 1, 1), ("content", 2, 3)]),
    ],
)
def test_spans_are_runs_of_tags(tags: str, expected: list[tuple[str, int, int]]) -> None:
    """From a beginning, or an inside without one, as far as it goes on."""
    assert spans(tokenize("one two three four"), [TAG[tag] for tag in tags.split()]) == expected


def whole(text: str, tags: dict[int, str]) -> str:
    """Return the initials of the tags that `whole_quotations` makes of these, O elsewhere; C and c are content."""
    tokens = tokenize(text)
    given = [TAG[tags.get(at, "O")] for at in range(len(tokens))]
    short = {"O": ".", "B-content": "C", "I-content": "c", "B-source": "S", "B-cue": "V", "I-source": "s", "I-cue": "v"}
    return "".join(short[TAGS[tag]] for tag in whole_quotations(tokens, given))


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        # What is attributed within belongs to what was said; what stands outside does not.
        ("“I think Roe said no,” he said.", {0: "B-content", 3: "B-source", 9: "B-cue"}, "Cccccccc.V."),
        # One that goes on a content before it goes on.
        ("was “very old”", {0: "B-content", 1: "I-content"}, "Ccccc"),
        # Two quotations are two, even where the tags run on.
        ("“yes” “no”", {0: "B-content", 1: "I-content", 2: "I-content", 3: "B-content"}, "CccCcc"),
        # Open to the end of its paragraph, and not beyond.
        ("“one two\n\nthree four", {0: "B-content", 3: "B-source"}, "CccS."),
        # A short quotation without content at its beginning is left alone, whatever is inside.
        ("The “miracle” bridge", {}, "....."),
        ("“one two three”", {1: "B-content", 2: "I-content", 3: "I-content"}, ".Ccc."),
        # A long one is content when enough of it is.
        ("“a b c d e f”", {3: "B-content", 4: "I-content", 5: "I-content"}, "Cccccccc"),
        ("“a b c d e f”", {3: "B-content", 4: "I-content"}, "...Cc..."),
        # Outside of quotations nothing changes.
        ("Roe said no", {0: "B-source", 1: "B-cue", 2: "B-content"}, "SVC"),
        ("", {}, ""),
    ],
)
def test_quotations_are_content_as_a_whole(text: str, tags: dict[int, str], expected: str) -> None:
    """Where their beginning is, or enough of a long one; otherwise tags stay as they are."""
    assert whole(text, tags) == expected


def test_confidence_is_the_mean_probability_of_the_role() -> None:
    """Beginning and inside of a role count together."""
    shares = np.zeros((2, 7), np.float32)
    shares[0, TAG["B-cue"]], shares[0, TAG["I-cue"]] = 0.5, 0.25
    shares[1, TAG["I-cue"]] = 0.25
    assert confidence(shares, "cue", 0, 1) == pytest.approx(0.5)
