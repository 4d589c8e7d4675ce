"""The quality gate: real questions with labelled answers, over real articles, with the real model.

The articles and questions lie beside the project, not in it; without them the gate is skipped. The first run embeds
all passages, which takes minutes; the vectors are kept in pytest's cache, keyed by text and model.

A floor may be raised, and never lowered: when a change costs quality, the change is wrong.
"""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.app import App
from bot.config import Settings
from bot.records import answer_record
from corpus.importing import Listener, run_import
from corpus.sources import find
from corpus.writing import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from corpus.records import BadRecord

SHARED = Path(__file__).parents[3] / "shared"
COLLECTIONS = tuple(SHARED / "data" / f"polnear-{part}.articles.jsonl.gz" for part in ("train", "dev"))
ARTICLES = 924

# Measured when the floors were set, over 96 questions with an answer and 24 without one a set: dev hit@1 0.490,
# hit@3 0.781, answered 1.0, abstained 0.083; train 0.510, 0.771, 1.0, 0.167. Noise: a question more or less is 0.010
# (of those without an answer 0.042), and vectors differ in their last bits between processors.
FLOORS = {
    "dev": {"hit@1": 0.45, "hit@3": 0.74, "answered": 0.97, "abstained": 0.04, "verbatim": 1.0},
    "train": {"hit@1": 0.47, "hit@3": 0.73, "answered": 0.97, "abstained": 0.12, "verbatim": 1.0},
}

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the labelled questions are not at {SHARED}")


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    """The scorer that lies with the questions."""
    spec = importlib.util.spec_from_file_location("sayqa", SHARED / "score" / "sayqa.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def filled(kept: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """All articles, imported and indexed as the command line does it; only the vectors may be from an earlier run."""
    directory = tmp_path_factory.mktemp("quality")
    vectors = kept / "quality"
    vectors.mkdir(exist_ok=True)
    (directory / "vectors.sqlite").symlink_to(vectors / "vectors.sqlite")
    app = App(Settings(data_dir=directory), models=models)
    bad: list[BadRecord] = []
    with app.lock():
        report = run_import(find([str(path) for path in COLLECTIONS]), app.writer, app.jobs, Listener(bad=bad.append))
        replayed = app.projection.catch_up()
        app.projection.publish()
    assert bad == []
    assert report.outcomes.total() == ARTICLES
    assert set(report.outcomes) <= {Outcome.ADDED, Outcome.COPY}
    assert replayed.articles == ARTICLES
    yield app
    app.close()


@pytest.fixture(scope="module")
def articles(scorer: ModuleType) -> dict[str, str]:
    """The texts as the scorer wants them."""
    return {row["id"]: scorer.fold(row["text"]) for path in COLLECTIONS for row in scorer.rows(str(path))}


@pytest.mark.parametrize("part", ["dev", "train"])
def test_questions_are_answered_no_worse_than_measured(
    filled: App, scorer: ModuleType, articles: dict[str, str], part: str
) -> None:
    """Of the labelled questions at least so many are answered rightly first, or among the first three."""
    questions: list[dict[str, Any]] = scorer.rows(str(SHARED / "data" / f"sayqa-{part}.questions.jsonl.gz"))
    count = len(scorer.rows(str(SHARED / "data" / "sayqa-dev.questions.jsonl.gz")))
    questions = questions[:count]
    # Through JSON, as other programs get it.
    answers = [json.loads(json.dumps(answer_record(filled.answerer.ask(row["question"])))) for row in questions]
    figures = scorer.score(questions, answers, articles)
    print(part, json.dumps(figures))  # noqa: T201  (seen with -s, and when the floor is broken)
    missed = {name: (figures[name], floor) for name, floor in FLOORS[part].items() if figures[name] < floor}
    assert missed == {}


def test_every_citation_is_the_slice_that_it_claims_to_be(filled: App, scorer: ModuleType) -> None:
    """Each citation for each question is, by its offsets, a slice of the article in the database."""
    kinds: Counter[bool] = Counter()
    for row in scorer.rows(str(SHARED / "data" / "sayqa-dev.questions.jsonl.gz")):
        answer = filled.answerer.ask(row["question"])
        for citation in answer.citations + answer.nearest:
            stored = filled.store.article(citation.article.id)
            kinds[stored.text[citation.span.start : citation.span.end] == citation.text] += 1
            assert filled.answerer.verify(citation)
    assert kinds[False] == 0
    assert kinds[True] > 1000
