"""The shipped tagger: it is there, it is small, it needs no torch, and it never leaves the text."""

from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.tagging import LONGEST_TOKEN, MODELS, WINDOW, Tagger, _windows
from corpus.tokens import tokenize

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_BYTES = 25_000_000

TEXT = """The ferry Aurora sank off Cape Lind on Monday.

“It was an accident waiting to happen,” said Ole Lind, a harbour pilot. “Nobody listened.”

Mayor Mina Okafor said the inquiry would begin in spring."""


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    """The tagger as it ships."""
    return Tagger()


def test_the_weights_ship_and_are_small() -> None:
    """The files are in the package, and together below what a package should weigh."""
    sizes = {path.name: path.stat().st_size for path in MODELS.iterdir()}
    assert {"tagger.xml", "tagger.bin", "tagger.json"} <= set(sizes)
    assert sum(sizes.values()) <= LARGEST_BYTES


def test_no_torch_is_needed() -> None:
    """A process in which what only training needs cannot be imported tags all the same."""
    code = (
        "import sys\n"
        "for name in ('torch', 'transformers', 'sentence_transformers', 'sklearn'): sys.modules[name] = None\n"
        "from corpus.tagging import Tagger\n"
        "print(len(Tagger().tag('Mina Okafor said the inquiry would begin in spring.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_the_model_is_loaded_when_it_is_needed() -> None:
    """Importing the tagger, and a text without a word, load neither the runtime nor the word vectors."""
    code = (
        "import sys\n"
        "from corpus.tagging import Tagger\n"
        "Tagger().tag(' \\n ')\n"
        "print([name for name in ('openvino', 'tokenizers', 'safetensors') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_source_cue_and_content_are_found_and_belong_together(tagger: Tagger) -> None:
    """A split quotation is one attribution, and so is reported speech."""
    found = tagger.tag(TEXT)
    told = [
        (
            [span.of(TEXT) for span in each.source],
            [span.of(TEXT) for span in each.cue],
            [span.of(TEXT) for span in each.content],
        )
        for each in found
    ]
    assert told[0][1:] == (["said"], ["“It was an accident waiting to happen,”", "“Nobody listened.”"])
    assert told[0][0][0].startswith("Ole Lind")
    assert told[1] == (["Mayor Mina Okafor"], ["said"], ["the inquiry would begin in spring"])
    assert all(0.5 < each.confidence <= 1 for each in found)


@pytest.mark.parametrize(
    "text",
    [
        *("", " \n\n ", "“”", "…", "“" * 400, "-- -- --", "a\n\n" * 300, "\x00\x07", "\u200b\u202e", "é" * 90),
        *("한국어 문장입니다.", "🎉" * 50, "字" * 300, "字" * 2000, "a" * 5000, "word " * 3000, "“word " * 800),
    ],
    ids=lambda text: f"{text[:2]!a} {len(text)}",
)
def test_strange_texts_are_read(tagger: Tagger, text: str) -> None:
    """Empty, marks only, scripts without spaces, very long paragraphs: nothing raises, and nothing lies outside."""
    for each in tagger.tag(text):
        for span in (*each.source, *each.cue, *each.content):
            assert 0 <= span.start < span.end <= len(text)
            assert span.of(text) == span.of(text).strip()


@pytest.mark.parametrize(
    "before", ["🎉🎉 ", "서울, 1월 2일. ", "«Où ça ?» ", "𝔘𝔫𝔦. ", "Ce\u0301le\u0301bre! ", "\u00a0\u2003 "]
)
def test_offsets_are_characters_of_the_text(tagger: Tagger, before: str) -> None:
    """Whatever stands before, a name is where it is."""
    text = before + "“It was an accident,” said Ole Lind, a harbour pilot."
    found = next(each for each in tagger.tag(text) if each.cue and each.cue[0].of(text) == "said")
    assert found.source[0].of(text).startswith("Ole Lind")
    assert found.content[-1].of(text) == "“It was an accident,”"


def test_a_long_text_is_read_to_its_end(tagger: Tagger) -> None:
    """What stands behind many windows is found as what stands in the first, once."""
    filler = "The harbour was quiet. Two boats lay at the pier.\n\n" * 60
    text = TEXT + "\n\n" + filler + TEXT
    found = tagger.tag(text)
    inquiry = [span.start for each in found for span in each.content if span.of(text).startswith("the inquiry would")]
    assert inquiry == [text.index("the inquiry"), text.rindex("the inquiry")]
    assert [each.content for each in found] == sorted(each.content for each in found)


def test_a_paragraph_longer_than_a_window_is_cut_between_sentences(tagger: Tagger) -> None:
    """A page pasted without paragraphs: what is said in each sentence is found from end to end."""
    names = ["Mina Okafor", "Ole Lind", "Ilse Varga", "Tom Brandt", "Ann Roe"]
    places = ["The harbour", "The dam", "The old bridge", "The northern road", "The ferry", "The school", "The market"]
    said = [f"{places[at % 7]} would be closed" for at in range(60)]
    text = " ".join(f"{names[at % 5]} said {words}." for at, words in enumerate(said))
    assert [each.content[0].of(text) for each in tagger.tag(text)] == said


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("a b c d. E f g h. I j k l", "I"),
        ("a b c d e f g h i j k l", "l"),
        # Quotations are left whole where anything else can be cut.
        ("a b c d e f g h. “E f. G h", "“"),
        ("“a b c d e f. G h. I j k", "I"),
        ("a b c “d e f.” G h i j k", "G"),
        # What goes on in lower case has not ended.
        ("a b c d e f g. E f st. g h i", "E"),
        # Only the second half is looked through.
        ("a b. C d e f g h i j k l m", "m"),
    ],
)
def test_a_window_within_a_paragraph_ends_with_a_sentence(text: str, rest: str) -> None:
    """Of its second half, if there is one."""
    tokens = tokenize(text)
    sizes = [WINDOW // (len(tokens) - 1)] * (len(tokens) - 1) + [LONGEST_TOKEN]
    (_, cut), (start, _) = _windows(tokens, sizes)
    assert cut == start
    assert tokens[cut].text == rest


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, LONGEST_TOKEN)), min_size=1, max_size=200))
def test_windows_hold_every_token_once_in_order(given_: list[tuple[int, int]]) -> None:
    """None is empty or too long; one ends with a paragraph unless its first paragraph is longer than it."""
    text = "".join(("\n\n" if breaks == 0 else " ") + "a" for breaks, _ in given_)
    tokens, sizes = tokenize(text), [size for _, size in given_]
    windows = list(_windows(tokens, sizes))
    assert [at for start, end in windows for at in range(start, end)] == list(range(len(tokens)))
    for start, end in windows:
        assert start < end
        assert sum(sizes[start:end]) <= WINDOW + LONGEST_TOKEN
        if end < len(tokens) and tokens[end].paragraph == tokens[end - 1].paragraph:
            assert tokens[start].paragraph == tokens[end].paragraph


def test_paragraphs_that_fit_share_a_window() -> None:
    """As many as fit, and none is cut."""
    tokens = tokenize("\n\n".join(["a b c"] * 4))
    assert list(_windows(tokens, [10] * 12)) == [(0, 12)]
    assert list(_windows(tokens, [30] * 12)) == [(0, 6), (6, 12)]
    assert list(_windows(tokens, [64] * 12)) == [(0, 3), (3, 6), (6, 9), (9, 12)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["Roe", "said", "“", "”", '"', "that", "rents", "rise", ".", "\n\n", "he", ",", "''"])))
def test_any_text_is_read_alike_each_time(tagger: Tagger, words: list[str]) -> None:
    """Spans lie inside of the text, trimmed, in text order within a role, and are the same at the next reading."""
    text = " ".join(words)
    found = tagger.tag(text)
    assert tagger.tag(text) == found
    for each in found:
        assert each.content
        assert 0 <= each.confidence <= 1
        for role in (each.source, each.cue, each.content):
            assert list(role) == sorted(role)
            assert all(span.of(text).strip() == span.of(text) != "" for span in role)


def test_threads_do_not_disturb_each_other(tagger: Tagger) -> None:
    """Several at once find what one finds."""
    expected = tagger.tag(TEXT)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(tagger.tag, [TEXT] * 6)) == [expected] * 6


@pytest.mark.parametrize("name", ["tagger.xml", "tagger.bin", "tagger.json"])
def test_other_weights_have_another_fingerprint(tmp_path: Path, name: str) -> None:
    """Statements that other weights found are told apart; a copy of the same is the same."""
    for file in ("tagger.xml", "tagger.bin", "tagger.json"):
        shutil.copy(MODELS / file, tmp_path / file)
    assert Tagger(tmp_path).fingerprint == Tagger().fingerprint
    (tmp_path / name).write_bytes((MODELS / name).read_bytes() + b" ")
    assert Tagger(tmp_path).fingerprint != Tagger().fingerprint


def test_a_missing_model_is_told_by_its_file(tmp_path: Path) -> None:
    """Before anything is read."""
    with pytest.raises(FileNotFoundError, match="tagger"):
        _ = Tagger(tmp_path).fingerprint
