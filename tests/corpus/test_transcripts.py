"""Transcripts: turns behind the names of who speaks, and what only looks like them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.transcripts import turns

DEBATE = """Excerpts from the debate in Port Vale.

MODERATOR: Thank you for coming. Ms. Okafor, the harbour.

MS. OKAFOR: The wall will be raised.

It will take two years.

MR. LIND (Coast Party): It is too late for that."""


def told(text: str) -> list[tuple[str, list[str]]]:
    """Return the name and the paragraphs of each turn."""
    return [(turn.source[0].of(text), [span.of(text) for span in turn.content]) for turn in turns(text)]


def test_each_turn_is_a_statement_of_its_label() -> None:
    """Up to the next label, one span a paragraph; what stands before the first is nobody's."""
    assert told(DEBATE) == [
        ("MODERATOR", ["Thank you for coming. Ms. Okafor, the harbour."]),
        ("MS. OKAFOR", ["The wall will be raised.", "It will take two years."]),
        ("MR. LIND", ["It is too late for that."]),
    ]
    assert {turn.cue[0].of(DEBATE) for turn in turns(DEBATE)} == {":"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SEN. ANN ROE (D-Vale): Yes.\n\nOLE LIND, ENGINEER: No.", ["SEN. ANN ROE", "OLE LIND"]),
        ("ANN ROE, THE GOVERNOR OF VALE: Yes.\n\nLIND: No.\n\nROE: Yes.", ["ANN ROE", "LIND", "ROE"]),
        ("THE MAYOR: Yes.\n\nLIND: No.\n\nTHE MAYOR: Yes.", ["THE MAYOR", "LIND", "THE MAYOR"]),
        ("MR. O’HARA: Yes.\n\nMS. ROE-LIND: No.", ["MR. O’HARA", "MS. ROE-LIND"]),
        ("ÅSA ÖBERG: Yes.\n\nLIND: No.\n\nÖBERG: Yes.", ["ÅSA ÖBERG", "LIND", "ÖBERG"]),
        ("ROE : Yes.\n\nLIND : No.\n\nROE : Yes.", ["ROE", "LIND", "ROE"]),
        ("ROE: Yes.\nLIND: No.\nROE: Yes.", ["ROE", "LIND", "ROE"]),
        ("ROE:\nYes.\n\nLIND:\nNo.\n\nROE:\nYes.", ["ROE", "LIND", "ROE"]),
        ("Ann: Yes.\n\nOle van den Berg: No.\n\nAnn: Yes.\n\nOle van den Berg: No.", ["Ann", "Ole van den Berg"] * 2),
    ],
)
def test_labels_are_names_as_newspapers_print_them(text: str, names: list[str]) -> None:
    """The name is the source, without a party or role behind it."""
    assert [name for name, _ in told(text)] == names
    assert {content for _, contents in told(text) for content in contents} == {"Yes.", "No."}


def test_ordinary_letters_need_a_conversation() -> None:
    """Two who take turns, each more than once, are believed; one label, or headings that differ, are not."""
    talk = "Ann Roe: Why?\n\nOle Lind: Because.\n\nAnn Roe: I see.\n\nOle Lind: Do you?"
    assert [name for name, _ in told(talk)] == ["Ann Roe", "Ole Lind", "Ann Roe", "Ole Lind"]
    assert turns("Monday: Rain.\n\nTuesday: Sun.\n\nWednesday: Snow.") == []
    assert turns("Ann Roe: Why?\n\nOle Lind: Because.\n\nMina Poe: Oh.\n\nAnn Roe: I see.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The score was 3:1 at 10:30 in the evening.\n\nThe ratio is 2:1.\n\nAt 11:15 it was 4:1.",
        "MAYOR: No new taxes\n\nThe mayor said so on Monday.",
        "NOTE: Corrected.\n\nUPDATE: Corrected again.\n\nNOTE: Once more.",
        "MONDAY: Rain.\n\nTUESDAY: Sun.\n\nWEDNESDAY: Snow.",
        "DAM NOT SAFE: A report says so.\n\nNEW BRIDGE OPENS: In May, at last.",
        "Vale: 12.\n\nMorn: 30.\n\nVale: 13.\n\nMorn: 31.",
        "VALE: 12\n\nMORN: 30\n\nVALE: 13\n\nMORN: 31",
        "he said: Yes.\n\nshe said: No.\n\nhe said: Yes.\n\nshe said: No.",
        "The mayor said this: Yes.\n\nThe pilot said this: No.\n\nThe mayor said this: Yes.",
        "ROE: Yes.",
        "ROE:\n\nLIND:\n\nROE:",
        "",
    ],
)
def test_other_colons_are_no_turns(text: str) -> None:
    """Scores, times, headlines, an editor's notes, lists of headings, tables of results, sentences, a single label."""
    assert turns(text) == []


@pytest.mark.parametrize("mark", ["Q: ", "Q. ", "Q "])
def test_questions_without_a_name_are_nobodys(mark: str) -> None:
    """They end the turn before them, and name nobody themselves."""
    text = f"ROE: Thank you.\n\n{mark}Will it hold?\n\nAnd for how long?\n\nROE: It will."
    assert told(text) == [("ROE", ["Thank you."]), ("ROE", ["It will."])]
    assert turns(f"{mark}Will it hold?\n\nA: It will.\n\n{mark}For how long?\n\nA: For years.") == []


def test_a_paragraph_that_begins_with_an_article_goes_on() -> None:
    """What begins "A wall" is no answer."""
    text = "ROE: Thank you.\n\nA wall holds.\n\nLIND: No.\n\nROE: It does."
    assert told(text)[0] == ("ROE", ["Thank you.", "A wall holds."])


@pytest.mark.parametrize("stage", ["(APPLAUSE)", "[laughs]", "* * *", "…."])
def test_what_nobody_says_is_left_out(stage: str) -> None:
    """Stage directions and marks between turns; the turn goes on behind them."""
    text = f"ROE: Thank you.\n\n{stage}\n\nIt will hold.\n\nLIND: No.\n\nROE: It will."
    assert told(text)[0] == ("ROE", ["Thank you.", "It will hold."])


def test_what_follows_the_last_turn_is_not_all_its_own() -> None:
    """No label ends it, so it has no more paragraphs than the longest before it; the article goes on behind."""
    text = "ROE: Yes.\n\nLIND: No.\n\nROE: Yes.\n\nThe talks ended at noon.\n\nRain fell."
    assert told(text) == [("ROE", ["Yes."]), ("LIND", ["No."]), ("ROE", ["Yes."])]


@given(
    st.lists(
        st.sampled_from(["ROE: ", "Ann Roe: ", "Q ", "MS. LIND (X): ", "Yes. ", ":", "3:1", "\n", "\n\n", "(", "é"])
    )
)
def test_turns_lie_in_the_text_one_behind_the_other(parts: list[str]) -> None:
    """Label, colon, content, then the next label; no span is empty or has white space around it."""
    text = "".join(parts)
    spans = [span for turn in turns(text) for span in (*turn.source, *turn.cue, *turn.content)]
    assert spans == sorted(spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(span.of(text) and span.of(text) == span.of(text).strip() for span in spans)
