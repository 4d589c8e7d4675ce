"""Cutting long passages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.splitting import cut, utf16
from corpus.records import Span

ALPHABET = st.sampled_from([*'abc .!?\n"“”', "😀", "é", "e\u0301", "👨\u200d👩", "א", "字"])
TEXTS = st.lists(ALPHABET, max_size=200).map("".join)


def pieces(text: str, most: int, quoted: tuple[Span, ...] = ()) -> list[str]:
    """Return the parts of a text."""
    return [part.of(text) for part in cut(text, Span(0, len(text)), quoted, most)]


def test_what_fits_is_not_cut() -> None:
    """A text that fits is one part."""
    assert pieces("One. Two.", 9) == ["One. Two."]


def test_paragraphs_come_first() -> None:
    """A cut is made between paragraphs where one is far enough on, even if more sentences would fit."""
    assert pieces("One. Two.\n\nThree. Four. Five.", 22) == ["One. Two.", "Three. Four. Five."]


def test_sentences_come_second() -> None:
    """Without a paragraph's end a cut is made after the last sentence that fits, with its closing marks."""
    assert pieces("He said: “One two.” Then he left the room again.", 30) == [
        "He said: “One two.”",
        "Then he left the room again.",
    ]


def test_words_come_third() -> None:
    """Without a sentence's end a cut is made between words."""
    assert pieces("one two three four", 10) == ["one two", "three four"]


def test_quotations_are_not_cut_if_it_can_be_avoided() -> None:
    """A cut between words outside a quotation is preferred to a sentence's end inside it."""
    text = "Somebody said so “One. Two. Three.” ok"
    quotation = Span(text.index("“"), text.index("”") + 1)
    assert pieces(text, 30) == ["Somebody said so “One. Two.", "Three.” ok"]
    assert pieces(text, 30, (quotation,)) == ["Somebody said so", "“One. Two. Three.” ok"]


def test_quotation_that_is_too_long_is_cut_at_its_sentences() -> None:
    """A quotation that fits no message is cut between its sentences."""
    text = "“One two three. Four five six. Seven eight nine.”"
    assert pieces(text, 32, (Span(0, len(text)),)) == ["“One two three. Four five six.", "Seven eight nine.”"]


def test_characters_are_drawn_whole() -> None:
    """Where there is no white space, joined emoji and combining marks stay together."""
    family = "👨\u200d👩\u200d👧"
    assert pieces(family * 3, utf16(family) + 3) == [family] * 3
    assert pieces("e\u0301" * 5, 5) == ["e\u0301e\u0301", "e\u0301e\u0301", "e\u0301"]


@given(TEXTS, st.integers(2, 40))
def test_parts_hold_everything_within_the_limit(text: str, most: int) -> None:
    """Parts are in order, fit, and leave out nothing but white space."""
    parts = cut(text, Span(0, len(text)), (), most)
    assert all(utf16(part.of(text)) <= most for part in parts)
    ends = [0, *(part.end for part in parts)]
    starts = [*(part.start for part in parts), len(text)]
    between = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    assert between[0] == ""
    assert all(not gap.strip() for gap in between)
    assert all(len(part) for part in parts)
