"""Whole sentences around given words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.quotations import paragraphs, quotations
from corpus.records import Span
from corpus.sentences import Sentences, last_before, sentences, stripped

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


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("The dam of Dr. Ann Roe Jr. held. It rained.", "dam", "The dam of Dr. Ann Roe Jr. held."),
        ("The U.S. dam held. It rained.", "held", "The U.S. dam held."),
        ("Gov. Roe spoke at 5 p.m. on Jan. 3. It rained.", "spoke", "Gov. Roe spoke at 5 p.m. on Jan. 3."),
        ("It cost $3.5 million. It rained.", "cost", "It cost $3.5 million."),
        ("Roe & Co. sank. It rained.", "sank", "Roe & Co. sank."),
        ("Roe said: “It leaks. It sank.” Then she left.", "sank", "Roe said: “It leaks. It sank.”"),
        ("“Why? Who? It leaks.” Roe left. It rained.", "Who", "“Why? Who? It leaks.”"),
        ("“It leaks,” Roe said. “It sank.” It rained.", "sank", "“It sank.”"),
        # A quotation that is never closed goes to the end of its paragraph, and not beyond.
        ("It rained. “It leaks. It sank.\n\nShe left.", "leaks", "“It leaks. It sank."),
        ("Is it? Yes! No.", "Yes", "Yes!"),
        ("No end here", "end", "No end here"),
        ("비가 왔다. 배가 있다.", "배가", "배가 있다."),
    ],
)
def test_what_ends_no_sentence_is_known(text: str, word: str, sentence: str) -> None:
    """Titles, initials, months, sums, and full stops within quotations."""
    at = text.index(word)
    assert Sentences(text).around([Span(at, at + len(word))]).of(text) == sentence


def test_spans_may_come_in_any_order() -> None:
    """From the first to the last, whichever comes first."""
    spans = [Span(TEXT.index(word), TEXT.index(word) + len(word)) for word in ("hurt", "sank", "Roe")]
    found = {Sentences(TEXT).around(order) for order in (spans, spans[::-1], sorted(spans))}
    assert [span.of(TEXT) for span in found] == ["The ferry sank. Sen. Ann Roe blamed the owners. Nobody was hurt."]


def test_a_span_over_the_end_of_a_sentence_holds_both() -> None:
    """Though it is only a letter of each."""
    at = TEXT.index(". Sen") - 1
    assert Sentences(TEXT).around([Span(at, at + 4)]).of(TEXT) == "The ferry sank. Sen. Ann Roe blamed the owners."


def test_several_paragraphs_are_spanned() -> None:
    """What begins in one and ends in the next holds the sentences of both."""
    found = around("Nobody", "leaked")
    assert found.startswith("Nobody was hurt.")
    assert found.endswith("she said.")


def test_white_space_alone_stays_as_it_is() -> None:
    """A span between two paragraphs lies in no sentence."""
    at = TEXT.index("\n\n")
    assert Sentences(TEXT).around([Span(at, at + 2)]) == Span(at, at + 2)


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_a_text_without_words_has_no_sentences(text: str) -> None:
    """What was asked comes back."""
    assert Sentences(text).around([Span(0, len(text))]) == Span(0, len(text))


TEXTS = st.lists(
    st.sampled_from(["Roe sank. ", "Dr. ", "“", "”", '"', "It is? ", "a", " ", "\n", "\n\n", "…", "字。", "\u2003"])
).map("".join)


@given(TEXTS, st.integers(0, 60), st.integers(0, 60))
def test_what_was_asked_lies_in_what_is_returned(text: str, one: int, other: int) -> None:
    """Whole, and no quotation that it touches is cut."""
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = Sentences(text).around([Span(start, end)])
    assert found.contains(Span(start, end))
    assert found.end <= len(text)
    if start < end:
        for paragraph in paragraphs(text):
            for quotation in quotations(text, paragraph):
                assert found.contains(quotation.span) or not quotation.span.overlaps(Span(start, end))


@given(TEXTS)
def test_sentences_cover_their_paragraph(text: str) -> None:
    """In text order, trimmed, without overlapping; between them is only white space."""
    for paragraph in paragraphs(text):
        found = sentences(text, paragraph, [quotation.span for quotation in quotations(text, paragraph)])
        assert (found[0].start, found[-1].end) == (paragraph.start, paragraph.end)
        assert all(span.of(text) == span.of(text).strip() != "" for span in found)
        assert all(not text[before.end : after.start].strip() for before, after in pairwise(found))
        assert all(before.end <= after.start for before, after in pairwise(found))


def test_the_last_span_before_a_position_is_found() -> None:
    """One that begins there is not before it."""
    spans = [Span(2, 4), Span(6, 9)]
    assert [last_before(spans, at) for at in (0, 2, 3, 6, 7, 20)] == [
        *(Span(0, 0), Span(0, 0), Span(2, 4), Span(2, 4), Span(6, 9), Span(6, 9)),
    ]
    assert last_before([], 5) == Span(0, 0)


def test_white_space_around_a_range_is_left_out() -> None:
    """Where nothing else is, nothing is left."""
    assert stripped("  one two \n", 0, 11) == Span(2, 9)
    assert stripped("one  two", 3, 5) is None
    assert stripped("one", 1, 1) is None
