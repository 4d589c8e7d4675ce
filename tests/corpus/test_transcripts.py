"""Transcripts: turns behind the names of who speaks, and what only looks like them."""

from __future__ import annotations

import pytest

from corpus.transcripts import turns

DEBATE = """Excerpts from the debate in Port Vale.

MODERATOR: Thank you for coming. Ms. Okafor, the harbour.

MS. OKAFOR: The wall will be raised.

It will take two years.

MR. LIND (Coast Party): It is too late for that."""


def test_each_turn_is_a_statement_of_its_label() -> None:
    """Up to the next label, one span a paragraph; what stands before the first is nobody's."""
    found = turns(DEBATE)
    assert [turn.source[0].of(DEBATE) for turn in found] == ["MODERATOR", "MS. OKAFOR", "MR. LIND"]
    assert [[span.of(DEBATE) for span in turn.content] for turn in found] == [
        ["Thank you for coming. Ms. Okafor, the harbour."],
        ["The wall will be raised.", "It will take two years."],
        ["It is too late for that."],
    ]
    assert {turn.cue[0].of(DEBATE) for turn in found} == {":"}


def test_ordinary_letters_need_a_conversation() -> None:
    """Two who take turns, each more than once, are believed; one label, or headings that differ, are not."""
    talk = "Ann Roe: Why?\n\nOle Lind: Because.\n\nAnn Roe: I see.\n\nOle Lind: Do you?"
    assert [turn.source[0].of(talk) for turn in turns(talk)] == ["Ann Roe", "Ole Lind", "Ann Roe", "Ole Lind"]
    assert turns("Monday: Rain.\n\nTuesday: Sun.\n\nWednesday: Snow.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The score was 3:1 at 10:30 in the evening.",
        "MAYOR: No new taxes\n\nThe mayor said so on Monday.",
        "NOTE: Corrected.\n\nUPDATE: Corrected again.",
        "",
    ],
)
def test_other_colons_are_no_turns(text: str) -> None:
    """Scores, times, a single headline and an editor's notes."""
    assert turns(text) == []
