"""Statements: sentences as newspapers print them, who said what in each, and what nobody said.

All names and words are invented.
"""

from __future__ import annotations

import pytest

from corpus.records import Attribution, Span, StatementKind
from corpus.statements import StatementExtractor, is_title, kind_of, load_extractor

SAID = [
    # Direct.
    ("“We will build it,” said Mina Okafor.", "Mina Okafor", "“We will build it,”", "direct"),
    ('"We will build it," Mina Okafor said.', "Mina Okafor", '"We will build it,"', "direct"),
    (
        "“We will build it,” Okafor told reporters. “It takes a year.”",
        "Okafor",
        "“We will build it,” “It takes a year.”",
        "direct",
    ),
    # Reported.
    ("Mina Okafor said that the bridge would be built.", "Mina Okafor", "that the bridge would be built", "indirect"),
    (
        "The bridge will be built next year, according to Mina Okafor.",
        "Mina Okafor",
        "The bridge will be built next year",
        "indirect",
    ),
    ("Mina Okafor criticized the council for its delay.", "Mina Okafor", "the council for its delay", "indirect"),
    # Both.
    (
        "Mina Okafor called the delay “a disgrace for the whole city.”",
        "Mina Okafor",
        "the delay “a disgrace for the whole city.”",
        "mixed",
    ),
]

NOTHING = [
    "The bridge was closed on Monday.",
    "Two trains collided near Port Vale, and traffic was stopped for hours.",
    "The film “Aurora Sinks” won three prizes in Morn.",
]


@pytest.mark.parametrize(("text", "speaker", "content", "kind"), SAID)
def test_who_said_what_is_found(text: str, speaker: str, content: str, kind: str) -> None:
    """Speaker, words and kind of each sentence."""
    found = load_extractor().extract(text)
    (said,) = found.said
    assert found.cast[said.speakers[0]].name == speaker
    assert " ".join(span.of(text) for span in said.content) == content
    assert said.kind == kind


@pytest.mark.parametrize("text", NOTHING)
def test_what_nobody_said_is_no_statement(text: str) -> None:
    """Reports and titles of works are left alone."""
    assert load_extractor().extract(text).said == ()


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    """What an open quotation goes on with belongs to the statement that began it."""
    text = "“We will build it,” said Mina Okafor. “It takes a year.\n\n“And it will be paid for by the owners.”"
    (said,) = load_extractor().extract(text).said
    assert said.content[-1].of(text) == "“And it will be paid for by the owners.”"


def test_a_transcript_is_read_by_its_labels() -> None:
    """Each turn is its label's, directly, and nothing within it is anybody else's."""
    text = "MS. OKAFOR: Mr. Lind said the wall was too late.\n\nMR. LIND: It is too late."
    found = load_extractor().extract(text)
    assert [(said.kind, said.content[0].of(text)) for said in found.said] == [
        (StatementKind.DIRECT, "Mr. Lind said the wall was too late."),
        (StatementKind.DIRECT, "It is too late."),
    ]


@pytest.mark.parametrize(
    ("text", "content", "kind"),
    [
        ("“All of it.”", [(0, 12)], StatementKind.DIRECT),
        ("none of it at all", [(0, 17)], StatementKind.INDIRECT),
        ("that it is “very, very late” for a wall so high", [(0, 47)], StatementKind.MIXED),
        ("a so-called “wall” that came too late for us", [(0, 44)], StatementKind.INDIRECT),
    ],
)
def test_the_kind_is_told_by_quotation_marks(text: str, content: list[tuple[int, int]], kind: StatementKind) -> None:
    """Nearly all between marks, some of it, none; a single word in marks is a scare quote."""
    from corpus.quotations import paragraphs, quotations  # noqa: PLC0415  (only here)

    quoted = [quotation.span for paragraph in paragraphs(text) for quotation in quotations(text, paragraph)]
    assert kind_of(text, [Span(*part) for part in content], quoted) is kind


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("the “Treaty on Trade between the Republics of Vale and Morn”", True),
        ('"Aurora Sinks"', True),
        ("“We will build it,”", False),
        ("“Never,”", False),
        ("that “Aurora Sinks” is a bad film", False),
    ],
)
def test_titles_are_told_from_words_said(text: str, title: bool) -> None:  # noqa: FBT001
    """A title has capitals, and nothing stands beside it."""
    assert is_title(text, [Span(0, len(text))]) is title


def test_a_tagger_that_fails_is_heard() -> None:
    """The one who stores the article decides what becomes of it."""

    class Broken:
        fingerprint = "broken"

        def tag(self, text: str) -> list[Attribution]:
            raise RuntimeError(text)

    with pytest.raises(RuntimeError):
        StatementExtractor(Broken()).extract("Roe said no.")  # type: ignore[arg-type]
