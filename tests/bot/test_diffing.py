"""What changed between two versions of an article."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.desk.diffing import MOST_CHANGES, Change, changes, difference
from corpus.records import Article

OLD = "The council met.\n\nIt spoke about forty ships & boats in the old harbour of Port Vell.\n\nThen it rained."


def article(text: str = OLD, **more: object) -> Article:
    """Return a stored article."""
    made = Article(
        id=7,
        key=None,
        url=None,
        title="Ships",
        publisher="Post",
        published=date(2024, 5, 1),
        author=None,
        language=None,
        text=text,
        content_hash="",
        revision=1,
        copy_of=None,
        stored_at=datetime(2024, 5, 1, tzinfo=UTC),
    )
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (OLD, []),
        (OLD.replace("\n\n", "\n"), []),
        (OLD.replace("forty", "fifty two"), [Change("It spoke about", "forty", "fifty two", "ships & boats in")]),
        (OLD.replace("\n\nThen it rained.", ""), [Change("", "Then it rained.", "", "")]),
        (f"{OLD}\n\nNobody minded.", [Change("", "", "Nobody minded.", "")]),
    ],
)
def test_words_that_changed(new: str, found: list[Change]) -> None:
    """A word, a paragraph that went, one that came; white space alone is no change."""
    assert changes(OLD, new) == found


def test_what_is_told_is_escaped_and_bounded() -> None:
    """Metadata and text are told with markup escaped; of many changes the first are shown and the rest counted."""
    old = article(" ".join(f"same same same a{n}" for n in range(20)))
    new = article(" ".join(f"same same same <b{n}>" for n in range(20)), title="<New>", publisher=None, revision=2)
    told = difference(old, new)
    assert "title: Ships → &lt;New&gt;" in told.html
    assert "publisher: Post → —" in told.html
    assert told.html.count("<s>") == MOST_CHANGES
    assert "<b>&lt;b0&gt;</b>" in told.html
    assert told.html.endswith("… and 12 more changes")
