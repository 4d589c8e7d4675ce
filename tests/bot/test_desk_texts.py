"""What the desk says."""

from __future__ import annotations

import pytest

from bot.desk import texts_desk, texts_transfer
from corpus.errors import RecordError
from corpus.writing import Outcome


@pytest.mark.parametrize(
    ("counts", "bad", "told"),
    [
        ({}, 0, "nothing in it"),
        ({Outcome.ADDED: 1204, Outcome.COPY: 1}, 0, "1,204 added, 1 near copy"),
        ({Outcome.UNCHANGED: 2, Outcome.UPDATED: 3}, 4, "3 updated, 2 unchanged, 4 could not be read"),
    ],
)
def test_what_became_of_records(counts: dict[Outcome, int], bad: int, told: str) -> None:
    """Only what there is is counted, in a fixed order."""
    assert texts_transfer.outcomes(counts, bad) == told


def test_an_error_is_a_sentence_with_its_advice() -> None:
    """A problem becomes a sentence; the name of a file is not said twice."""
    error = RecordError("x.txt: it holds no text", "Send another.")
    assert texts_desk.failed(error) == "X.txt: it holds no text. Send another."
    assert texts_desk.unreadable("x.txt", error) == "x.txt was not added: it holds no text. Send another."
