"""Tokens: words of a normalised copy, each with the place in the stored text that it stands for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.tokens import Case, Quoted, tokenize


@pytest.mark.parametrize(
    "text",
    ["“No,” said Roe.", '"No," said Roe.', "''No,'' said Roe.", "``No,'' said Roe."],
)
def test_all_quotation_marks_read_alike(text: str) -> None:
    """Whatever a typist uses, the copy has one opening and one closing mark, and tokens say where they stand."""
    tokens = tokenize(text)
    assert [token.text for token in tokens] == ["“", "No", ",", "”", "said", "Roe", "."]
    assert [token.quoted for token in tokens] == [
        *(Quoted.OPENING, Quoted.INSIDE, Quoted.INSIDE, Quoted.CLOSING),
        *[Quoted.OUTSIDE] * 3,
    ]


def test_a_token_knows_how_it_is_written() -> None:
    """An uncased model cannot see it."""
    cases = {token.text: token.case for token in tokenize("Roe told the FBI that McLean won 20 of 3rd.")}
    assert cases == {
        "Roe": Case.TITLE,
        "told": Case.LOWER,
        "the": Case.LOWER,
        "FBI": Case.UPPER,
        "that": Case.LOWER,
        "McLean": Case.MIXED,
        "won": Case.LOWER,
        "20": Case.NUMBER,
        "of": Case.LOWER,
        "3rd": Case.LOWER,
        ".": Case.OTHER,
    }


def test_apostrophes_and_dashes_become_plain() -> None:
    """Only in the copy: the place is that of the stored characters."""
    text = "it’s--done"
    tokens = tokenize(text)
    assert [token.text for token in tokens] == ["it", "'", "s", "—", "done"]
    assert [text[token.start : token.end] for token in tokens] == ["it", "’", "s", "--", "done"]


def test_paragraphs_are_numbered() -> None:
    """From 0, in text order."""
    assert [token.paragraph for token in tokenize("One.\n\nTwo three.")] == [0, 0, 1, 1, 1]


@given(st.text(alphabet=st.sampled_from("aB1é한🎉 \n“”\"'.,-`")))
def test_tokens_cover_all_that_is_no_white_space(text: str) -> None:
    """In text order, without overlapping, each character once."""
    tokens = tokenize(text)
    assert all(before.end <= after.start for before, after in pairwise(tokens))
    covered = {at for token in tokens for at in range(token.start, token.end)}
    assert covered == {at for at, character in enumerate(text) if not character.isspace()}
