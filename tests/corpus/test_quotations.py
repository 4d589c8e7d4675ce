"""Where quotations stand: sentences as newspapers print them, and exactly what is quoted in each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.quotations import continued, paragraphs, quotations
from corpus.records import Span

QUOTED = [
    # Curly marks.
    ("“We will build it,” said Mina Okafor.", ["“We will build it,”"]),
    ("“We will build it,” said Okafor. “It takes a year.”", ["“We will build it,”", "“It takes a year.”"]),
    ("“He told me ‘never again’ and left,” Okafor said.", ["“He told me ‘never again’ and left,”"]),
    ("“She said ‘no’”, he added.", ["“She said ‘no’”"]),
    ("She calls it a “so-called ‘bridge’” in the “Port Vell Post”.", ["“so-called ‘bridge’”", "“Port Vell Post”"]),
    ("(“We will build it”)", ["“We will build it”"]),
    ("“Why?”—“Because.”", ["“Why?”", "“Because.”"]),
    # Straight marks.
    ('"We will build it," said Okafor. "It takes a year."', ['"We will build it,"', '"It takes a year."']),
    ("\"He told me 'never again' and left,\" Okafor said.", ["\"He told me 'never again' and left,\""]),
    ("\"She said 'no'\" and left.", ["\"She said 'no'\""]),
    ("\"'No' is an answer,\" she said.", ["\"'No' is an answer,\""]),
    ('"Why?" "Because."', ['"Why?"', '"Because."']),
    ('"We will—" "No."', ['"We will—"', '"No."']),
    ('—"We will build it"—', ['"We will build it"']),
    ('He said:"We will build it."', ['"We will build it."']),
    ('He said,"we will" and "go".', ['"we will"', '"go"']),
    ('The "bridge"\'s end; a song, "Bridge";', ['"bridge"', '"Bridge"']),
    ('He wrote "", then left.', ['""']),
    # Two single marks, and TeX marks, as agencies send them.
    ("''We will build it,'' said Okafor. ''It takes a year.''", ["''We will build it,''", "''It takes a year.''"]),
    ("``We will build it,'' said Okafor.", ["``We will build it,''"]),
    ("`` We will build it , '' said Okafor .", ["`` We will build it , ''"]),
    ("It isn't ''fine'', it's ''good''.", ["''fine''", "''good''"]),
    # Mixed marks, as typists leave them.
    ('“We will build it," Okafor said, “in spring.”', ['“We will build it,"', "“in spring.”"]),
    ('"We will build it,” Okafor said.', ['"We will build it,”']),
    ("“He told me 'never again',” Okafor said.", ["“He told me 'never again',”"]),
    # Other languages.
    ("„Wir bauen sie“, sagte Okafor.", ["„Wir bauen sie“"]),
    ("„Wir bauen sie”, sagte Okafor.", ["„Wir bauen sie”"]),
    ("»Wir bauen sie«, sagte Okafor.", ["»Wir bauen sie«"]),
    ("«On la construit», dit Okafor.", ["«On la construit»"]),
    ("« On la construit », dit Okafor.", ["« On la construit »"]),
    ("”Vi bygger den”, sade Okafor.", ["”Vi bygger den”"]),
    ("「橋を架けます」と市長は言った。", ["「橋を架けます」"]),
    # The same marks within each other.
    ("“The minister said “no” to us,” Okafor said.", ["“The minister said “no” to us,”"]),
    ("“A (“B”) C” and “D”", ["“A (“B”) C”", "“D”"]),
    ("«Ha detto «no» a noi», dice Okafor.", ["«Ha detto «no» a noi»"]),
    # Nothing is quoted.
    ("The mayor's sisters' house isn't for sale, she said.", []),
    ('A 27" screen and a 32" screen were stolen.', []),
    ("A ’90s song, rock ’n’ roll.", []),
    ("Nothing at all.", []),
    ('"', []),
    ("''", []),
    ("A stray ” mark.", []),
    ("A » stray one.", ["» stray one."]),  # known miss: French and Danish marks are mirror images
    # Inch and second marks beside quotations.
    ('The 5\' 10" mayor said "no" to the 6" pipe.', ['"no"']),
    ("A stray ” mark, then “a quotation” follows.", ["“a quotation”"]),
    # Unbalanced: what is open ends with the paragraph.
    ("He said “we will go and never came back.", ["“we will go and never came back."]),
    ('He said "we will go and never came back.', ['"we will go and never came back.']),
    ("“A “B” he said. “C”", ["“A “B”", "“C”"]),
    # Known misses: an inch mark within straight marks, straight marks within straight marks, marks with white space on
    # both sides. Each ends too early or is not seen; none reaches too far.
    ('"The 6" pipe broke," Okafor said.', ['"The 6"']),
    ('"I said "no" to it," he said.', ['"I said "no"']),
    ('" We will build it , " said Okafor .', []),
    ("‘We will build it,’ said Okafor.", []),
]


@pytest.mark.parametrize(("sentence", "expected"), QUOTED)
def test_exactly_what_is_quoted_is_found(sentence: str, expected: list[str]) -> None:
    """Each sentence holds exactly these quotations, with their marks."""
    found = quotations(sentence, Span(0, len(sentence)))
    assert [quotation.span.of(sentence) for quotation in found] == expected


@pytest.mark.parametrize(
    ("sentence", "closed"),
    [("“We go,” he said.", [True]), ("“We go.", [False]), ("“We” and “they", [True, False]), ('"We go.', [False])],
)
def test_an_open_quotation_says_so(sentence: str, closed: list[bool]) -> None:
    """A quotation that the paragraph does not close is marked as open."""
    assert [quotation.closed for quotation in quotations(sentence, Span(0, len(sentence)))] == closed


@pytest.mark.parametrize("mark", ["“", '"', "''", "``", "„", "«", "”"])
def test_a_stray_mark_stays_in_its_paragraph(mark: str) -> None:
    """A mark that nobody closes changes nothing in the paragraphs around it."""
    text = f"“One,” she said.\n\nA typing {mark}error here.\n\nThen “two” came, and “three”."
    found = [[quotation.span.of(text) for quotation in quotations(text, part)] for part in paragraphs(text)]
    assert found[0] == ["“One,”"]
    assert all(quoted.endswith("error here.") for quoted in found[1])
    assert found[2] == ["“two”", "“three”"]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("“We will go on.\n\n“We will build it,” said Okafor.", [False, True]),
        ("“One.\n\n“Two.\n\n“Three,” said Okafor.\n\nShe left.", [False, True, True, False]),
        ('"One.\n\n"Two," said Okafor.', [False, True]),
        ("''One.\n\n''Two,'' said Okafor.", [False, True]),
        ("``One.\n\n``Two,'' said Okafor.", [False, True]),
        ("“One.\n\nTwo,” said Okafor.", [False, False]),
        ("“One.”\n\n“Two,” said Okafor.", [False, False]),
        ('“One.\n\n"Two," said Okafor.', [False, False]),
        ("Okafor: “One.\n“Two.”\nEnd.", [False, True, False]),
        ("", []),
    ],
)
def test_a_quotation_goes_on_in_a_paragraph_that_opens_again(text: str, flags: list[bool]) -> None:
    """A paragraph continues a quotation when the one before left it open and it begins with the same mark."""
    assert continued(text, paragraphs(text)) == flags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\nTwo.", ["One.", "Two."]),
        ("One\nline.\n\nTwo.", ["One\nline.", "Two."]),
        ("  One. \n \t\n\n  Two.\n", ["One.", "Two."]),
        ("One.\n\n\n\n\nTwo.\n\n", ["One.", "Two."]),
        ("\n\nOne.\nTwo.\n\n", ["One.", "Two."]),
        ("One.\u2028Two.", ["One.\u2028Two."]),
        ("\u00a0One.\u00a0\n\u00a0\nTwo.", ["One.", "Two."]),
        (" \n\t\n ", []),
        ("", []),
    ],
)
def test_paragraphs(text: str, expected: list[str]) -> None:
    """Blank lines part paragraphs where there are any, otherwise line ends do; white space around them falls away."""
    assert [part.of(text) for part in paragraphs(text)] == expected


TEXTS = st.text(st.sampled_from("ab .,!?\n\n\u00a0“”„«»「」『』\"'`’‘()—:5é日"), max_size=80)


@given(st.text("ab \n\t\r\u2028", max_size=40), st.integers(0, 40), st.integers(1, 12))
def test_paragraphs_within_a_span_are_those_that_overlap_it(text: str, start: int, length: int) -> None:
    """Only a part of the text is read for them, and they are the same, each of them whole."""
    within = Span(start, start + length)
    assert paragraphs(text, within) == [part for part in paragraphs(text) if part.overlaps(within)]


@given(TEXTS)
def test_paragraphs_hold_all_that_is_no_white_space(text: str) -> None:
    """Paragraphs are in order, do not overlap, and leave out nothing but white space."""
    found = paragraphs(text)
    kept = [position for part in found for position in range(part.start, part.end)]
    assert kept == sorted(set(kept))
    assert all(text[position].isspace() for position in set(range(len(text))) - set(kept))
    assert all(part.of(text) == part.of(text).strip() != "" for part in found)


@given(TEXTS)
def test_quotations_lie_in_their_paragraph_and_apart(text: str) -> None:
    """Quotations are in order, do not overlap, and never leave the paragraph in which they were looked for."""
    for part in paragraphs(text):
        before = part.start
        for quotation in quotations(text, part):
            assert before <= quotation.span.start < quotation.span.end <= part.end
            assert quotation.closed or quotation.span.end == part.end
            before = quotation.span.end


@given(st.lists(st.sampled_from(["“We go,” he said.", "Nobody came.", '"Why?" asked Okafor.', "“Open.", 'A 6" pipe.'])))
def test_a_paragraph_is_read_the_same_wherever_it_stands(parts: list[str]) -> None:
    """What is quoted in a paragraph does not depend on the paragraphs around it."""
    text = "\n\n".join(parts)
    alone = [[quotation.span.of(part) for quotation in quotations(part, Span(0, len(part)))] for part in parts]
    assert [[quotation.span.of(text) for quotation in quotations(text, part)] for part in paragraphs(text)] == alone


def test_many_marks_are_read_in_linear_time() -> None:
    """A page of nothing but opening marks, or of quotations in quotations, is read without looking ahead forever."""
    for text in ("“" * 20_000, "“a “b” c. " * 5_000, '"a" ' * 10_000):
        found = quotations(text, Span(0, len(text)))
        assert found
        assert sum(len(quotation.span) for quotation in found) <= len(text)
