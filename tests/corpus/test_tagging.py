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

from corpus.tagging import MODELS, Tagger

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
    """Both files are in the package, and together below what a package should weigh."""
    sizes = {path.name: path.stat().st_size for path in MODELS.iterdir()}
    assert {"tagger.onnx", "tagger.json"} <= set(sizes)
    assert sum(sizes.values()) <= LARGEST_BYTES


def test_no_torch_is_needed() -> None:
    """A process in which torch cannot be imported tags all the same."""
    code = (
        "import sys; sys.modules['torch'] = None; sys.modules['transformers'] = None\n"
        "from corpus.tagging import Tagger\n"
        "print(len(Tagger().tag('Mina Okafor said the inquiry would begin in spring.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


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
    "text", ["", " \n\n ", "“”", "…", "한국어 문장입니다.", "🎉" * 50, "word " * 3000, "“" * 400, "a\n\n" * 300]
)
def test_strange_texts_are_read(tagger: Tagger, text: str) -> None:
    """Empty, marks only, another script, a paragraph longer than many windows: nothing raises, nothing lies outside."""
    for each in tagger.tag(text):
        for span in (*each.source, *each.cue, *each.content):
            assert 0 <= span.start < span.end <= len(text)
            assert span.of(text) == span.of(text).strip()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["Roe", "said", "“", "”", '"', "that", "rents", "rise", ".", "\n\n", "he", ",", "''"])))
def test_any_text_is_read_alike_each_time(tagger: Tagger, words: list[str]) -> None:
    """Spans lie inside of the text, in text order within a role, and do not change from one reading to the next."""
    text = " ".join(words)
    found = tagger.tag(text)
    assert tagger.tag(text) == found
    for each in found:
        assert each.content
        assert list(each.content) == sorted(each.content)
        assert all(span.end <= len(text) for span in (*each.source, *each.cue, *each.content))


def test_threads_do_not_disturb_each_other(tagger: Tagger) -> None:
    """Several at once find what one finds."""
    expected = tagger.tag(TEXT)
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(tagger.tag, [TEXT] * 6)) == [expected] * 6


def test_other_weights_have_another_fingerprint(tmp_path: Path) -> None:
    """Statements that other weights found are told apart."""
    for name in ("tagger.onnx", "tagger.json"):
        shutil.copy(MODELS / name, tmp_path / name)
    assert Tagger(tmp_path).fingerprint == Tagger().fingerprint
    (tmp_path / "tagger.json").write_text((tmp_path / "tagger.json").read_text() + " ")
    assert Tagger(tmp_path).fingerprint != Tagger().fingerprint
