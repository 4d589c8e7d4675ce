"""Whole sentences around given words."""

from __future__ import annotations

import pytest

from corpus.records import Span
from corpus.sentences import Sentences

TEXT = """The ferry sank. Sen. Ann Roe blamed the owners. Nobody was hurt.

“It was old. It leaked,” she said. The owners disagree."""


def around(*words: str) -> str:
    """Return the whole sentences that hold words."""
    spans = [Span(TEXT.index(word), TEXT.index(word) + len(word)) for word in words]
    return Sentences(TEXT).around(spans).of(TEXT)


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        (["ferry"], "The ferry sank."),
        (["Roe"], "Sen. Ann Roe blamed the owners."),
        (["sank", "hurt"], "The ferry sank. Sen. Ann Roe blamed the owners. Nobody was hurt."),
        (["leaked"], "“It was old. It leaked,” she said."),
        (["disagree"], "The owners disagree."),
    ],
)
def test_the_whole_sentences_are_returned(words: list[str], sentences: str) -> None:
    """From the first to the last; a quotation is never cut, and an abbreviation ends nothing."""
    assert around(*words) == sentences


def test_several_paragraphs_are_spanned() -> None:
    """What begins in one and ends in the next holds the sentences of both."""
    found = around("Nobody", "leaked")
    assert found.startswith("Nobody was hurt.")
    assert found.endswith("she said.")


def test_white_space_alone_stays_as_it_is() -> None:
    """A span between two paragraphs lies in no sentence."""
    at = TEXT.index("\n\n")
    assert Sentences(TEXT).around([Span(at, at + 2)]) == Span(at, at + 2)
