"""The quality gate: labelled news, real questions, the real models.

The articles and questions lie beside the project, not in it; without them the gate is skipped. It reads the articles
that hold answers to the development questions, a tenth of what `make eval` reads, against floors of its own. The first
run embeds and tags for two minutes; the vectors are kept in pytest's cache.

A floor may be raised, and never lowered: when a change costs quality, the change is wrong.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.app import App
from bot.commands.maintaining import import_sources
from bot.config import Settings
from corpus.sources import find
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the labelled questions are not at {SHARED}")


@pytest.fixture(scope="module")
def quality() -> ModuleType:
    """The benchmark that measures it."""
    spec = importlib.util.spec_from_file_location("quality", ROOT / "benchmarks" / "quality.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules["quality"] = loaded  # dataclasses look their module up
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def figures(
    quality: ModuleType, models: Path, kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, float]:
    """All that is measured, over articles that are imported as the command line does it."""
    directory = tmp_path_factory.mktemp("quality")
    (directory / "models").symlink_to(models)
    (directory / "small").mkdir()
    vectors = kept / "quality"
    vectors.mkdir(exist_ok=True)
    (directory / "small" / "vectors.sqlite").symlink_to(vectors / "vectors.sqlite")
    found: dict[str, float] = {}
    for part in quality.measured(quality.Bench(SHARED), directory, small=True):
        found |= part
    return found


def test_nothing_is_worse_than_it_was(quality: ModuleType, figures: dict[str, float]) -> None:
    """Extraction, speakers and answers reach what they reached when the floors were set."""
    print(figures)  # noqa: T201  (seen with -s, and when a floor is broken)
    assert quality.below(figures, quality.floors("small")) == {}


def test_every_pinned_figure_is_measured(quality: ModuleType, figures: dict[str, float]) -> None:
    """A floor of something that is not measured any more would hold for ever."""
    assert set(quality.floors("small")) == set(figures)
    assert quality.below({}, {"a": 1.0}) == {"a": (None, 1.0)}
    assert quality.below({"a": 0.9, "b": 2.0}, {"a": 1.0, "b": 2.0}) == {"a": (0.9, 1.0)}


@pytest.fixture(scope="module")
def pasted(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A news page as people paste it, imported with the real models."""
    app = App(Settings(data_dir=tmp_path_factory.mktemp("pasted")), models=models)
    import_sources(app, find([str(SHARED / "data" / "korea-herald-page.txt")]), lambda bad: pytest.fail(str(bad)))
    yield app
    app.close()


@pytest.mark.parametrize(
    ("question", "speakers", "words"),
    [
        ("what did Pak say about the US?", ["Pak Jong Chon"] * 3, ["US"] * 3),
        ("what did Kim say about Russia's war?", ["Kim Jong-un"], ["full support"]),
        ("what did Putin say about Ukraine?", [], []),
        ("who criticised the US?", ["North Korea", "Pak Jong Chon"], ["criticized", "criticized"]),
    ],
)
def test_a_pasted_page_says_who_said_what(pasted: App, question: str, speakers: list[str], words: list[str]) -> None:
    """Those who spoke about it are named, with nothing else beside, and who said nothing is not."""
    answer = pasted.answerer.ask(question)
    assert [citation.speaker for citation in answer.citations] == speakers
    for citation, expected in zip(answer.citations, words, strict=True):
        assert expected in citation.text
    assert (answer.verdict is Verdict.NOTHING_FOUND) == (speakers == [])
