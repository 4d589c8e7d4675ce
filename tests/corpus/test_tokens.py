"""Tokens: words of a normalised copy, each with the place in the stored text that it stands for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.tokens import Case, Quoted, tokenize

PLAIN = {"’": "'", "‘": "'", "`": "'", "–": "-", "…": "..."}
MARKS = {"''", "``", '"', "“", "”", "„", "«", "»", "「", "」", "『", "』"}

ALPHABET = st.sampled_from("aB1éß한字🎉 \u00a0\t\n“”„«»「」\"'‘’`.,_-–—…%\u0301")


@pytest.mark.parametrize(
    "text",
    [
        "“No,” said Roe.",
        '"No," said Roe.',
        "''No,'' said Roe.",
        "``No,'' said Roe.",
        "„No,“ said Roe.",
        "„No,” said Roe.",
        "«No,» said Roe.",
        "»No,« said Roe.",
        "”No,” said Roe.",
        "「No,」 said Roe.",
        "『No,』 said Roe.",
        '“No," said Roe.',
    ],
)
def test_all_quotation_marks_read_alike(text: str) -> None:
    """Whatever a typist uses, the copy has one opening and one closing mark, and tokens say where they stand."""
    tokens = tokenize(text)
    assert [token.text for token in tokens] == ["“", "No", ",", "”", "said", "Roe", "."]
    assert [token.quoted for token in tokens] == [
        *(Quoted.OPENING, Quoted.INSIDE, Quoted.INSIDE, Quoted.CLOSING),
        *[Quoted.OUTSIDE] * 3,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Open to the end of its paragraph, not of the text.
        ("“No.\n\nYes.", [("“", Quoted.OPENING), ("No", Quoted.INSIDE), (".", Quoted.INSIDE), ("Yes", Quoted.OUTSIDE)]),
        # A mark that closes nothing, and inches.
        ("No.” Yes", [("No", Quoted.OUTSIDE), (".", Quoted.OUTSIDE), ('"', Quoted.OUTSIDE), ("Yes", Quoted.OUTSIDE)]),
        ('12" long', [("12", Quoted.OUTSIDE), ('"', Quoted.OUTSIDE), ("long", Quoted.OUTSIDE)]),
        # Single marks are apostrophes.
        ("‘No’", [("'", Quoted.OUTSIDE), ("No", Quoted.OUTSIDE), ("'", Quoted.OUTSIDE)]),
        # A quotation within a quotation belongs to it.
        (
            "“No “x” no” y",
            [
                *(("“", Quoted.OPENING), ("No", Quoted.INSIDE), ('"', Quoted.INSIDE), ("x", Quoted.INSIDE)),
                *(('"', Quoted.INSIDE), ("no", Quoted.INSIDE), ("”", Quoted.CLOSING), ("y", Quoted.OUTSIDE)),
            ],
        ),
        # One quotation behind the other.
        (
            "“a” “b”",
            [
                *(("“", Quoted.OPENING), ("a", Quoted.INSIDE), ("”", Quoted.CLOSING)),
                *(("“", Quoted.OPENING), ("b", Quoted.INSIDE), ("”", Quoted.CLOSING)),
            ],
        ),
    ],
)
def test_tokens_know_where_they_stand(text: str, expected: list[tuple[str, Quoted]]) -> None:
    """Outside, at the beginning, inside or at the end of the outermost quotation."""
    assert [(token.text, token.quoted) for token in tokenize(text)][: len(expected)] == expected


@pytest.mark.parametrize(
    ("word", "case"),
    [
        *(("Roe", Case.TITLE), ("I", Case.TITLE), ("Öre", Case.TITLE)),
        *(("told", Case.LOWER), ("ß", Case.LOWER), ("3rd", Case.LOWER), ("a", Case.LOWER)),
        *(("FBI", Case.UPPER), ("G7", Case.UPPER), ("ÖVP", Case.UPPER)),
        *(("McLean", Case.MIXED), ("iPod", Case.MIXED), ("한", Case.MIXED)),
        *(("20", Case.NUMBER), ("2016", Case.NUMBER)),
        *((".", Case.OTHER), ("“", Case.OTHER), ("🎉", Case.OTHER), ("_", Case.OTHER)),
    ],
)
def test_a_token_knows_how_it_is_written(word: str, case: Case) -> None:
    """An uncased model cannot see it."""
    (token,) = tokenize(word)
    assert token.case is case


def test_apostrophes_and_dashes_become_plain() -> None:
    """Only in the copy: the place is that of the stored characters."""
    text = "it’s--done – so…"
    tokens = tokenize(text)
    assert [token.text for token in tokens] == ["it", "'", "s", "—", "done", "-", "so", "..."]
    assert [text[token.start : token.end] for token in tokens] == ["it", "’", "s", "--", "done", "–", "so", "…"]


def test_paragraphs_are_numbered() -> None:
    """From 0, in text order; single lines are paragraphs where no line is blank."""
    assert [token.paragraph for token in tokenize("One.\n\nTwo\nthree.")] == [0, 0, 1, 1, 1]
    assert [token.paragraph for token in tokenize("\nOne.\nTwo three.\n")] == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n"])
def test_white_space_has_no_tokens(text: str) -> None:
    """It belongs to none."""
    assert tokenize(text) == []


@given(st.text(alphabet=ALPHABET))
def test_tokens_cover_all_that_is_no_white_space(text: str) -> None:
    """In text order, without overlapping, each character once."""
    tokens = tokenize(text)
    assert all(token.start < token.end for token in tokens)
    assert all(before.end <= after.start for before, after in pairwise(tokens))
    assert all(before.paragraph <= after.paragraph for before, after in pairwise(tokens))
    covered = {at for token in tokens for at in range(token.start, token.end)}
    assert covered == {at for at, character in enumerate(text) if not character.isspace()}


@given(st.text(alphabet=ALPHABET))
def test_a_token_reads_as_it_is_written_but_for_its_marks(text: str) -> None:
    """Quotation marks, apostrophes, dashes and ellipses are normalised; every other token is the slice of its place."""
    for token in tokenize(text):
        written = text[token.start : token.end]
        if written in MARKS:
            assert token.text in {"“", "”", '"'}
        elif written.startswith("--"):
            assert token.text == "—"
        else:
            assert token.text == PLAIN.get(written, written)


@given(st.text(alphabet=ALPHABET))
def test_quotations_open_before_they_go_on(text: str) -> None:
    """What is inside or closes follows what opened in the same paragraph."""
    before = None
    for token in tokenize(text):
        if token.quoted in {Quoted.INSIDE, Quoted.CLOSING}:
            assert before is not None
            assert before.quoted in {Quoted.OPENING, Quoted.INSIDE}
            assert before.paragraph == token.paragraph
        before = token
