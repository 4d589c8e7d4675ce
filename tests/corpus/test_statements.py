"""Statements: sentences as newspapers print them, who said what in each, and what nobody said.

All names and words are invented.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from corpus.records import Attribution, Said, Span, StatementKind
from corpus.saying import Found
from corpus.statements import VERSION, StatementExtractor, is_doubtful, is_title, kind_of, load_extractor
from corpus.tagging import Tagger

SAID = [
    # Direct.
    ("“The dam will hold,” said Governor Ilse Varga.", "Governor Ilse Varga", ["“The dam will hold,”"], "direct"),
    ('"The dam will hold," Ilse Varga said.', "Ilse Varga", ['"The dam will hold,"'], "direct"),
    ("Ilse Varga told reporters: “The dam will hold.”", "Ilse Varga", ["“The dam will hold.”"], "direct"),
    ("In a letter to the council, Varga wrote, “The dam will hold.”", "Varga", ["“The dam will hold.”"], "direct"),
    ("Ilse Varga: “The dam will hold.”", "Ilse Varga", ["“The dam will hold.”"], "direct"),
    ("“Will it hold?” asked Ilse Varga.", "Ilse Varga", ["“Will it hold?”"], "direct"),
    ("“Never,” said Varga.", "Varga", ["“Never,”"], "direct"),
    ("“The dam will hold,” she said.", "she", ["“The dam will hold,”"], "direct"),
    ("“Lind told me, ‘It leaks,’” Varga said.", "Varga", ["“Lind told me, ‘It leaks,’”"], "direct"),
    (
        "“The dam will hold,” said Tom Brandt, a spokesman for the Water Board.",
        "Tom Brandt, a spokesman for the Water Board",
        ["“The dam will hold,”"],
        "direct",
    ),
    # With other marks.
    ("«The dam will hold,» said Ilse Varga.", "Ilse Varga", ["«The dam will hold,»"], "direct"),
    ("„The dam will hold,“ said Ilse Varga.", "Ilse Varga", ["„The dam will hold,“"], "direct"),
    ("``The dam will hold,'' said Ilse Varga.", "Ilse Varga", ["``The dam will hold,''"], "direct"),
    ("''The dam will hold,'' said Ilse Varga.", "Ilse Varga", ["''The dam will hold,''"], "direct"),
    # Split.
    (
        '"The dam will hold," Varga said. "We tested it twice."',
        "Varga",
        ['"The dam will hold,"', '"We tested it twice."'],
        "direct",
    ),
    (
        "“The dam,” Ilse Varga said on Tuesday, “will hold through the winter.”",
        "Ilse Varga",
        ["“The dam,”", "“will hold through the winter.”"],
        "direct",
    ),
    # Reported.
    ("Ilse Varga said the dam would hold.", "Ilse Varga", ["the dam would hold"], "indirect"),
    (
        "Ilse Varga said that the dam would hold and that nobody need leave.",
        "Ilse Varga",
        ["that the dam would hold and that nobody need leave"],
        "indirect",
    ),
    ("The dam will hold, Varga said.", "Varga", ["The dam will hold"], "indirect"),
    ("The dam will hold, according to Ilse Varga.", "Ilse Varga", ["The dam will hold"], "indirect"),
    ("According to Ilse Varga, the dam will hold.", "Ilse Varga", ["the dam will hold"], "indirect"),
    ("Ilse Varga warned that the dam might burst.", "Ilse Varga", ["that the dam might burst"], "indirect"),
    ("Ilse Varga denied that the dam had cracks.", "Ilse Varga", ["that the dam had cracks"], "indirect"),
    ("Ilse Varga asked whether the dam would hold.", "Ilse Varga", ["whether the dam would hold"], "indirect"),
    (
        "Ilse Varga praised the engineers for their patience.",
        "Ilse Varga",
        ["the engineers for their patience"],
        "indirect",
    ),
    ("Ilse Varga criticized the council for its delay.", "Ilse Varga", ["the council for its delay"], "indirect"),
    (
        "The Water Board announced that the dam would be closed.",
        "The Water Board",
        ["that the dam would be closed"],
        "indirect",
    ),
    (
        "Ole Lind and Ilse Varga said the dam would hold.",
        "Ole Lind and Ilse Varga",
        ["the dam would hold"],
        "indirect",
    ),
    ("It is feared that the dam will burst.", None, ["that the dam will burst"], "indirect"),
    # Headlines.
    ("Dam will hold, Varga says", "Varga", ["Dam will hold"], "indirect"),
    ("Varga says dam will hold", "Varga", ["dam will hold"], "indirect"),
    # A letter.
    (
        "I have lived in Port Vale for forty years. I believe the dam must be repaired.",
        "I",
        ["the dam must be repaired"],
        "indirect",
    ),
    # Both.
    (
        "Ilse Varga called the dam “a monument to neglect.”",
        "Ilse Varga",
        ["the dam “a monument to neglect.”"],
        "mixed",
    ),
    (
        "Ilse Varga said the dam was “in the best of health” and would hold.",
        "Ilse Varga",
        ["the dam was “in the best of health” and would hold"],
        "mixed",
    ),
    (
        "The dam, Varga said, is “safe as a house, and safer than most.”",
        "Varga",
        ["The dam", "is “safe as a house, and safer than most.”"],
        "mixed",
    ),
    # One word in marks is a scare quote.
    ('Roe said the "dam" was full.', "Roe", ['the "dam" was full'], "indirect"),
]
"""Sentences that hold one statement: its source, what was said, and how. What is printed here is found exactly."""

NOTHING = [
    "The bridge was closed on Monday.",
    "The dam was closed on Monday, and rain fell for three days.",
    "Two trains collided near Port Vale, and traffic was stopped for hours.",
    "Varga was born in Port Vale and studied law.",
    "The shop sells bread, milk and eggs.",
    "The score was 3:1 after ninety minutes.",
    # Scare quotes.
    "The so-called “summit” lasted ten minutes.",
    "He drove a “borrowed” car into the lake.",
    "The “Old Dam” is a hotel.",
    # Titles of works.
    "The film “Aurora Sinks” won three prizes in Morn.",
    "Her novel, “The River and the Stone,” sold well.",
]

LONG = """Port Vale, Monday. The ferry Aurora sank off Cape Lind.

“It was old,” said Mina Okafor, the mayor. “It leaked.

“And nobody listened.”

The owners denied that the ferry leaked. They called the mayor’s words “a cheap trick.”

MS. OKAFOR: Mr. Lind told me the ferry was old.

MR. LIND: “It is not,” he said.

MS. OKAFOR: I see."""


def found_in(text: str) -> list[tuple[str | None, list[str], str]]:
    """Return source, contents and kind of each statement."""
    return [
        (said.source[0].of(text) if said.source else None, [span.of(text) for span in said.content], said.kind.value)
        for said in load_extractor().extract(text).said
    ]


@pytest.mark.parametrize(("text", "source", "content", "kind"), SAID)
def test_who_said_what_is_found(text: str, source: str | None, content: list[str], kind: str) -> None:
    """Source, words and kind of each sentence, to the character."""
    assert found_in(text) == [(source, content, kind)]


@pytest.mark.parametrize("text", NOTHING)
def test_what_nobody_said_is_no_statement(text: str) -> None:
    """Reports, scare quotes and titles of works are left alone."""
    assert found_in(text) == []


def test_two_statements_of_one_sentence_are_told_apart() -> None:
    """What she said, and what she added."""
    assert found_in("“The dam will hold,” Varga said, adding that repairs would begin in spring.") == [
        ("Varga", ["“The dam will hold,”"], "direct"),
        ("Varga", ["that repairs would begin in spring"], "indirect"),
    ]


def test_statements_come_in_text_order_each_with_its_speaker() -> None:
    """By where their contents begin."""
    text = "“The dam will hold,” said Ilse Varga. Ole Lind warned that it would burst.\n\n“Nobody knows,” said Ann Roe."
    found = load_extractor().extract(text)
    assert [[found.cast[position].name for position in said.speakers] for said in found.said] == [
        ["Ilse Varga"],
        ["Ole Lind"],
        ["Ann Roe"],
    ]
    assert [said.content[0].start for said in found.said] == sorted(said.content[0].start for said in found.said)


@pytest.mark.parametrize(
    "text",
    [
        *(
            LONG,
            LONG.replace("\n\n", "\n"),
            LONG.replace("\n", " "),
            LONG[::-1],
            LONG.upper(),
            LONG.replace(" ", "\u00a0"),
        ),
        *(
            "",
            "“",
            "🎉 " * 40,
            "字" * 1000,
            LONG.replace("“", "„").replace("”", "“"),
            LONG.replace("”", ""),
            "\n\n" + LONG,
        ),
    ],
    ids=lambda text: f"{text[:3]!a} {len(text)}",
)
def test_every_span_lies_in_the_text(text: str) -> None:
    """Whatever the text looks like: not empty, trimmed, and each statement has content and known speakers."""
    found = load_extractor().extract(text)
    assert load_extractor().extract(text) == found
    for said in found.said:
        assert said.content
        assert 0 <= said.confidence <= 1
        assert all(0 <= position < len(found.cast) for position in said.speakers)
        for span in (*said.source, *said.cue, *said.content):
            assert span.end <= len(text)
            assert span.of(text) == span.of(text).strip() != ""


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    """What an open quotation goes on with belongs to the statement that began it."""
    text = "“We will build it,” said Mina Okafor. “It takes a year.\n\n“And it will be paid for by the owners.”"
    (said,) = load_extractor().extract(text).said
    assert said.content[-1].of(text) == "“And it will be paid for by the owners.”"


def test_a_quotation_goes_on_over_several_paragraphs_and_ends_with_its_mark() -> None:
    """What stands behind it is a report again."""
    text = (
        "“The dam will hold,” said Ilse Varga. “We tested it.\n\n“We will test it again.\n\n“And again.”\n\nRain fell."
    )
    assert found_in(text) == [
        (
            "Ilse Varga",
            ["“The dam will hold,”", "“We tested it.", "“We will test it again.", "“And again.”"],
            "direct",
        )
    ]


def test_a_transcript_is_read_by_its_labels() -> None:
    """Each turn is its label's, directly, and nothing within it is anybody else's."""
    text = "MS. OKAFOR: Mr. Lind said the wall was too late.\n\nMR. LIND: It is too late."
    found = load_extractor().extract(text)
    assert [(said.kind, said.content[0].of(text)) for said in found.said] == [
        (StatementKind.DIRECT, "Mr. Lind said the wall was too late."),
        (StatementKind.DIRECT, "It is too late."),
    ]


def is_turn(said: Said) -> bool:
    """Tell whether a statement is a transcript's turn."""
    return bool(said.cue) and said.cue[0].of(LONG) == ":"


def test_no_statement_lies_within_a_turn() -> None:
    """Whatever a speaker says that others said; what stands before the first turn is read as ever."""
    turns = [(said.content[0], said.content[-1]) for said in load_extractor().extract(LONG).said if is_turn(said)]
    assert len(turns) == 3
    others = [said for said in load_extractor().extract(LONG).said if not is_turn(said)]
    assert {said.source[0].of(LONG) for said in others} >= {"The owners"}
    for said in others:
        for first, last in turns:
            assert not any(span.overlaps(Span(first.start, last.end)) for span in said.content)


@pytest.mark.parametrize(
    ("text", "content", "kind"),
    [
        ("“All of it.”", [(0, 12)], StatementKind.DIRECT),
        ("none of it at all", [(0, 17)], StatementKind.INDIRECT),
        ("that it is “very, very late” for a wall so high", [(0, 47)], StatementKind.MIXED),
        ("a so-called “wall” that came too late for us", [(0, 44)], StatementKind.INDIRECT),
        # Four words of five are direct, three of four are not.
        ("that “it is too late”", [(0, 21)], StatementKind.DIRECT),
        ("that “it is late”", [(0, 17)], StatementKind.MIXED),
        # Two words in marks are the speaker's own; two times one word are not.
        ("the wall is “too late” for all of us", [(0, 36)], StatementKind.MIXED),
        ("the “wall” is too “late” for all of us", [(0, 38)], StatementKind.INDIRECT),
        # All contents count together, and only what of a quotation lies in them.
        ("“It is,” she said, “too late.”", [(0, 8), (19, 30)], StatementKind.DIRECT),
        ("“It is too late for that,” she said", [(27, 35)], StatementKind.INDIRECT),
        # No content, no words.
        ("“All of it.”", [], StatementKind.INDIRECT),
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


@pytest.mark.parametrize(
    ("text", "confidence", "doubtful"),
    [
        ("a photo", 0.79, True),
        ("a photo", 0.81, False),
        ("“no photo”", 0.4, False),
        ("the old bridge", 0.4, False),
    ],
)
def test_a_word_or_two_need_a_tagger_that_is_sure(text: str, confidence: float, doubtful: bool) -> None:  # noqa: FBT001
    """What nobody quoted, and is hardly anything said, may be no statement at all."""
    found = Attribution(source=(), cue=(), content=(Span(0, len(text)),), confidence=confidence)
    assert is_doubtful(text, found) is doubtful


def test_a_tagger_that_fails_is_heard() -> None:
    """The one who stores the article decides what becomes of it."""

    class Broken:
        fingerprint = "broken"

        def tag(self, text: str) -> list[Attribution]:
            raise RuntimeError(text)

    extractor = StatementExtractor(Broken())  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="Roe said no"):
        extractor.extract("Roe said no.")
    assert Found(extractor).of("Roe said no.", None) is None


def test_the_fingerprint_tells_the_rules_and_the_tagger() -> None:
    """Either decides what is found."""
    assert load_extractor().fingerprint == f"v{VERSION}:{Tagger().fingerprint}"


def test_threads_share_the_extractor() -> None:
    """Several at once find what one finds."""
    expected = load_extractor().extract(LONG)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(load_extractor().extract, [LONG] * 4)) == [expected] * 4
