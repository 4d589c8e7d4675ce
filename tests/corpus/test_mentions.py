"""Names in a text."""

from __future__ import annotations

import pytest

from corpus.ground import Ground
from corpus.mentions import mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The talks failed, Sen. Ruth O’Hara said.", [("Sen.", "Ruth O’Hara")]),
        ("House Speaker Dale P. Quinn left.", [("House Speaker", "Dale P. Quinn")]),
        ("We met Sophie in ’t Veld and Bashar al-Assad.", [("", "Sophie in ’t Veld"), ("", "Bashar al-Assad")]),
        ('Then Juan "Chico" Perez sang.', [("", 'Juan "Chico" Perez')]),
        ("They work at the Department of Justice in Lisbon.", [("", "Department of Justice"), ("", "Lisbon")]),
        ("She lives in the U.S. They do not.", [("", "U.S.")]),
        ("Meanwhile Ann Lee slept. On Monday it rained.", [("", "Ann Lee")]),
        ("He is Cal Ripken Jr. of Baltimore.", [("", "Cal Ripken Jr."), ("", "Baltimore")]),
        ("It was Republican Ann Mary Lee.", [("Republican", "Ann Mary Lee")]),
        ("Mayor Don Lightman came.", [("Mayor", "Don Lightman")]),
        # Garbled and decomposed letters do not cut a name, which then reads as it should.
        ("Then JosÃ© NuÃ±ez Ortega sang.", [("", "José Nuñez Ortega")]),
        ("Then Jose\u0301 Nun\u0303ez sang.", [("", "José Nuñez")]),
        ("Nothing here is a name.", []),
        ("", []),
    ],
)
def test_names(text: str, expected: list[tuple[str, str]]) -> None:
    """Runs of capitalised words are names, without what begins the sentence and with their titles set apart."""
    assert [(found.title, found.name) for found in mentions(Ground(text))] == expected


def test_places() -> None:
    """A mention lies where its name stands, and knows whether it owns and whether it is quoted."""
    text = "Ann Lee’s dog barked. “Ask Bo Lind,” she said."
    first, second = mentions(Ground(text))
    assert text[first.start : first.end] == "Ann Lee"
    assert (first.possessive, first.quoted, first.sentence) == (True, False, 0)
    assert text[second.start : second.end] == "Bo Lind"
    assert (second.possessive, second.quoted) == (False, True)


def test_headline() -> None:
    """In a headline only words that are names elsewhere are names."""
    text = "Ann Lee Slams Budget Plan As Unfair.\n\nThe minister Ann Lee was angry on Monday."
    assert [found.name for found in mentions(Ground(text))] == ["Ann Lee", "Ann Lee"]


def test_ground() -> None:
    """A sentence ends at its mark, not at an abbreviation; a paragraph at a blank line."""
    text = "Mr. Lee left. Dr. Lind stayed.\n\nThe end."
    ground = Ground(text)
    assert [text[start:][:3] for start in ground.sentences] == ["Mr.", "Dr.", "The"]
    assert ground.paragraph(text.index("The")) == 1
    assert ground.sentence_end(0) == text.index("Dr.")
