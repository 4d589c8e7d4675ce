"""Words and filters behind /articles and /export."""

from __future__ import annotations

from datetime import date

import pytest

from bot.desk.filters import chosen
from corpus.errors import RecordError
from corpus.store import Filter


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", Filter()),
        ("bridge  opens", Filter(words=("bridge", "opens"))),
        ("it's #1 C:\\x", Filter(words=("it's", "#1", "C:\\x"))),
        ('publisher:"Harbour Gazette" x', Filter(words=("x",), publisher="Harbour Gazette")),
        ("Publisher:“Harbour Gazette”", Filter(publisher="Harbour Gazette")),
        ("since:2024-05-01 until:2024-05-31", Filter(since=date(2024, 5, 1), until=date(2024, 5, 31))),
        ('"new bridge', Filter(words=("new", "bridge"))),
    ],
)
def test_what_is_meant(words: str, wanted: Filter) -> None:
    """Words, quoted values, typographic quotation marks, and a mark that is not closed."""
    assert chosen(words) == wanted


@pytest.mark.parametrize(("words", "seen"), [("since:May", "“May” is no date"), ("publisher:", "behind publisher:")])
def test_what_cannot_be_read_is_explained(words: str, seen: str) -> None:
    """The message says what was seen, and shows how it is written."""
    with pytest.raises(RecordError, match=seen) as refused:
        chosen(words)
    assert "since:2024-05-01" in refused.value.problem
