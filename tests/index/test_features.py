"""What a search says about statements: the matrix by which they are weighed, against the slow way to make it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fakes import HashEncoder
from hypothesis import given
from hypothesis import strategies as st

from index import features as features_module
from index.engine import Engines
from index.entries import Entry
from index.features import Asked, Surroundings, candidates, features, first, short_list
from index.ranking import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MODEL = HashEncoder(dimension=64)

PASSAGES = [
    Entry(11, 1, "The harbour of Port Vale was closed.", end=40),
    Entry(12, 1, "Roe called the treaty a mistake. She left.", start=42, end=90),
    Entry(13, 1, "The ferry sailed.", start=92, end=110),
    Entry(21, 2, "A volcano erupted, and rents were frozen.", end=50),
]
STATEMENTS = [
    Entry(1, 1, "The harbour is closed", start=5, end=20, letters=15, length=110, confidence=0.5, direct=True),
    Entry(2, 1, "The treaty is a mistake", start=50, end=70, letters=20, length=110, confidence=0.75),
    Entry(3, 1, "Nothing more on the treaty", start=100, end=109, letters=9, length=110, confidence=1.0),
    Entry(4, 2, "The treaty and the volcano", start=0, end=9, letters=9, length=50, confidence=0.25),
    Entry(5, 3, "Of an article without passages: the treaty", start=7, end=9, letters=2, length=0, confidence=0.5),
]
ASKED = Asked.of(MODEL, "the treaty", "What did Roe say about the treaty?")


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Engines]:
    """The passages and statements, indexed."""
    made = Engines.local(MODEL.dimension, tmp_path / "work")
    made.passages.replace([], PASSAGES, MODEL.encode([each.text for each in PASSAGES]))
    made.statements.replace([], STATEMENTS, MODEL.encode([each.text for each in STATEMENTS]))
    yield made
    made.close()


def cosine(text: str, at: int = 0) -> float:
    """Return a text's cosine with the topic, or with the question."""
    return float(MODEL.encode([text])[0] @ ASKED.vectors[at])


def column(found: Any, name: str) -> list[float]:
    """Return a feature of all statements."""
    values: list[float] = found[:, FEATURES.index(name)].tolist()
    return values


def test_every_feature_is_what_its_name_says(engines: Engines) -> None:
    """Of statement, passage, article, neighbours and place, each against its definition."""
    listed = short_list(engines, ASKED, None)
    assert listed.ids.tolist() == [1, 2, 3, 4, 5]
    around = Surroundings.of(engines.passages, ASKED, np.array([1, 2, 3], np.int64))
    found = features(listed, around)
    assert found.shape == (5, len(FEATURES))
    topic = [cosine(each.text) for each in STATEMENTS]
    passage = {each.id: cosine(each.text) for each in PASSAGES}
    best = max(passage[11], passage[12], passage[13])
    assert column(found, "topic") == pytest.approx(topic, abs=5e-4)
    assert column(found, "question") == pytest.approx([cosine(each.text, 1) for each in STATEMENTS], abs=5e-4)
    assert column(found, "passage") == pytest.approx([passage[n] for n in (11, 12, 13, 21)] + [0], abs=5e-4)
    assert column(found, "article") == pytest.approx([best, best, best, passage[21], 0], abs=5e-4)
    assert column(found, "lead") == pytest.approx([passage[11]] * 3 + [passage[21], 0], abs=5e-4)
    beside = [max(topic[1:3]), max(topic[0], topic[2]), max(topic[:2]), 0, 0]
    assert column(found, "near") == pytest.approx(beside, abs=5e-4)
    assert column(found, "length") == pytest.approx([math.log(1 + each.letters) for each in STATEMENTS])
    assert column(found, "place") == pytest.approx([5 / 110, 50 / 110, 100 / 110, 0, 7])
    assert column(found, "direct") == [1, 0, 0, 0, 0]
    assert column(found, "confidence") == [0.5, 0.75, 1.0, 0.25, 0.5]
    assert column(found, "words")[0] == 0
    assert min(column(found, "words")[1:]) > 0
    held = column(found, "passage words")
    assert held[1] > 0
    assert [held[0], *held[2:]] == [0, 0, 0, 0]
    assert column(found, "article words") == [held[1]] * 3 + [0, 0]


def test_a_statement_behind_the_last_passage_is_of_that(engines: Engines) -> None:
    """Where passages leave out the end of a text, the last one is the nearest; one that ends before is not it."""
    around = Surroundings.of(engines.passages, ASKED, np.array([1], np.int64))
    rows = engines.statements.columns.rows(np.array([1, 1, 1], np.int64))[0].copy()
    rows["start"] = [40, 41, 500]
    last = cosine(PASSAGES[2].text)
    treaty = cosine(PASSAGES[1].text)
    assert around.around(rows)[:, 0].tolist() == pytest.approx([treaty, treaty, last], abs=5e-4)


def test_statements_without_any_passage_have_no_surroundings(engines: Engines) -> None:
    """Everything about them is 0, and they are weighed all the same."""
    listed = short_list(engines, ASKED, np.array([5], np.int64))
    around = Surroundings.of(engines.passages, ASKED, np.array([3], np.int64))
    assert around.around(listed.rows).tolist() == [[0.0] * 5]
    assert [each.statement for each in candidates(listed, around, "rank")] == [5]


def test_only_those_asked_for_are_listed(engines: Engines) -> None:
    """A filter lets nothing else through, and what is not there any more is passed over."""
    assert short_list(engines, ASKED, np.array([2, 4, 99], np.int64)).ids.tolist() == [2, 4]
    assert short_list(engines, ASKED, np.zeros(0, np.int64)).ids.tolist() == []


def test_comparing_all_and_searching_list_the_same(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a speaker's statements are all compared, or searched for as there are too many, they get the same."""
    among = np.array([1, 2, 3, 4], np.int64)
    compared = short_list(engines, ASKED, among)
    monkeypatch.setattr(features_module, "COMPARED", 3)
    searched = short_list(engines, ASKED, among)
    assert searched.ids.tolist() == compared.ids.tolist()
    np.testing.assert_allclose(searched.near, compared.near, atol=5e-4)
    np.testing.assert_array_equal(searched.rows, compared.rows)


def test_candidates_come_best_first_and_equal_ones_by_id(tmp_path: Path) -> None:
    """Copies of one article score alike, to the last digit, and go by id."""
    engines = Engines.local(MODEL.dimension, tmp_path / "work")
    copies = [Entry(n, n, "The treaty is a mistake", start=3, end=9, letters=6, length=60) for n in range(1, 41)]
    around = [Entry(n, n, "Roe: the treaty is a mistake", end=60) for n in range(1, 41)]
    for engine, entries in ((engines.statements, copies), (engines.passages, around)):
        engine.replace([], entries, MODEL.encode([each.text for each in entries]))
    listed = short_list(engines, ASKED, None)
    made = candidates(listed, Surroundings.of(engines.passages, ASKED, listed.ids), "who")
    assert [each.statement for each in made] == list(range(1, 41))
    assert [each.article for each in made] == list(range(1, 41))
    assert len({each.score for each in made}) == 1
    engines.close()


@given(st.lists(st.integers(-3, 3)), st.integers(1, 12))
def test_the_first_are_the_highest_with_ties_by_position(scores: list[int], count: int) -> None:
    """As sorting all of them would give them."""
    slow = sorted(range(len(scores)), key=lambda at: (-scores[at], at))[:count]
    assert first(np.array(scores, np.float64), count).tolist() == slow
