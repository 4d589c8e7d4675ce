"""Dense search equals brute force, whatever was added, deleted, merged, saved and loaded before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import dense
from index.dense import DenseView

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

DIMENSION = 4


def ids(*numbers: int) -> Any:
    """Return an array of ids."""
    return np.array(numbers, np.int64)


def vector(*values: float) -> Any:
    """Return a vector."""
    return np.array(values, np.float32)


def search(view: DenseView, asked: Any, count: int, among: Any = None) -> list[tuple[int, float]]:
    """Search with one vector."""
    (found,) = view.search(asked[None, :], count, among)
    return list(zip(found.ids.tolist(), found.scores.tolist(), strict=True))


@dataclass
class Oracle:
    """What a view should hold, and the slow way to search it."""

    rows: dict[int, tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def search(self, asked: Any, count: int, among: Collection[int] | None = None) -> list[tuple[int, float]]:
        """Compare with every row."""
        scores = {
            passage: float(np.dot(asked, values))
            for passage, (_, values) in self.rows.items()
            if among is None or passage in among
        }
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:count]


def assert_equal(view: DenseView, oracle: Oracle, asked: Any, count: int, among: Collection[int] | None) -> None:
    """Compare a view with what it should hold."""
    chosen = None if among is None else np.array(sorted(among), np.int64)
    assert search(view, asked, count, chosen) == oracle.search(asked, count, among)
    everything = np.arange(50)
    expected = [float(np.dot(asked, oracle.rows[n][1])) if n in oracle.rows else 0.0 for n in range(50)]
    assert view.cosines(everything, asked[None, :])[:, 0].tolist() == expected
    assert len(view) == len(oracle.rows)
    assert view.articles == {article for article, _ in oracle.rows.values()}


# Small whole numbers, so that products are exact in any order of summation, and ties abound.
values = st.tuples(*[st.integers(-2, 2)] * DIMENSION)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.tuples(st.integers(1, 6), values), min_size=1, max_size=12)),
        st.tuples(st.just("without"), st.sets(st.integers(1, 6), max_size=3)),
        st.tuples(st.just("reload"), st.none()),
        st.tuples(st.just("search"), st.tuples(values, st.integers(1, 15), st.none() | st.sets(st.integers(1, 40)))),
    ),
    max_size=25,
)


@pytest.mark.parametrize("least", [1, 8, 4096])
def test_any_history_answers_as_brute_force(tmp_path: Path, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After any adds, deletes, merges and reloads, a search returns what comparing with every row returns.

    Ids are those given, never shifted; a removed one never comes back; ties, also those at the cut, go by ascending
    id; a filter takes effect before the search. Views from before a change answer as they did.
    """
    monkeypatch.setattr(dense, "COMPACT_LEAST", least)

    @settings(max_examples=60)
    @given(steps)
    def check(taken: list[Any]) -> None:
        view, oracle, new = DenseView.empty(DIMENSION), Oracle(), 1
        past: list[tuple[DenseView, Oracle]] = []
        for what, given_values in taken:
            past.append((view, Oracle(dict(oracle.rows))))
            if what == "add":
                rows = {new + at: row for at, row in enumerate(given_values)}
                new += len(rows)
                view = view.added(
                    np.array([row[1] for row in rows.values()], np.float32),
                    np.array(list(rows), np.int64),
                    np.array([row[0] for row in rows.values()], np.int64),
                )
                oracle.rows |= rows
            elif what == "without":
                view = view.without(given_values)
                oracle.rows = {i: row for i, row in oracle.rows.items() if row[0] not in given_values}
            elif what == "reload":
                view.save(tmp_path / "dense.faiss")
                view = DenseView.load(tmp_path / "dense.faiss")
            else:
                asked, count, among = given_values
                assert_equal(view, oracle, np.array(asked, np.float32), count, among)
        asked = vector(1, 2, -1, 1)
        for old, held in [*past, (view, oracle)]:
            for count in (1, 3, 200):
                assert_equal(old, held, asked, count, None)

    check()


def many(count: int, dimension: int = 16) -> tuple[Any, Any, Any]:
    """Return unit vectors with the ids of their passages and articles, four passages an article."""
    random = np.random.default_rng(7)
    rows = random.normal(size=(count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows, np.arange(1, count + 1, dtype=np.int64) * 3, np.arange(count, dtype=np.int64) // 4


def test_real_vectors_answer_as_brute_force() -> None:
    """Among unit vectors, too, the nearest are found, with their cosines."""
    rows, passages, articles = many(2000)
    view = DenseView.empty(16).added(rows, passages, articles)
    for asked in many(5)[0][:, ::-1]:
        found = search(view, np.ascontiguousarray(asked), 100)
        cosines = rows @ asked
        best = np.argsort(-cosines, kind="stable")[:100]
        assert [number for number, _ in found] == passages[best].tolist()
        assert [cosine for _, cosine in found] == pytest.approx(cosines[best].tolist(), abs=1e-6)


def test_a_filter_of_two_percent_still_fills_the_answer() -> None:
    """The filter comes before the search: ten are found among the twenty asked for, however far away these are."""
    rows, passages, articles = many(1000)
    view = DenseView.empty(16).added(rows, passages, articles)
    asked = rows[0]
    farthest = passages[np.argsort(rows @ asked)[:20]]
    found = search(view, asked, 10, np.sort(farthest))
    assert len(found) == 10
    assert {number for number, _ in found} <= set(farthest.tolist())


def test_among_nothing_nothing_is_found() -> None:
    """An empty filter is not the same as none."""
    view = DenseView.empty(2).added(vector(1, 0)[None], ids(5), ids(1))
    assert search(view, vector(1, 0), 3, ids()) == []
    assert search(view, vector(1, 0), 3) == [(5, 1.0)]


def test_a_filter_may_name_what_is_not_there() -> None:
    """Passages that were removed, or never were, are found by no filter."""
    view = DenseView.empty(2).added(np.eye(2, dtype=np.float32), ids(5, 6), ids(1, 2)).without({2})
    assert search(view, vector(0, 1), 3, ids(5, 6, 7)) == [(5, 0.0)]


@pytest.mark.parametrize("least", [1, 4096])
def test_ties_at_the_cut_go_to_the_lowest_ids(least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three hundred equal vectors among better ones, those with the lowest ids are returned, merged or not."""
    monkeypatch.setattr(dense, "COMPACT_LEAST", least)
    rows = np.tile(vector(1, 0), (300, 1))
    rows[150:160] = vector(2, 0)
    passages = np.random.default_rng(3).permutation(np.arange(1000, 1300))
    view = DenseView.empty(2)
    for at in range(0, 300, 50):
        view = view.added(rows[at : at + 50], passages[at : at + 50], passages[at : at + 50])
    better, equal = sorted(passages[150:160].tolist()), sorted({*passages.tolist()} - {*passages[150:160].tolist()})
    for count in (5, 10, 11, 50, 99, 100, 101, 299):
        assert [number for number, _ in search(view, vector(1, 0), count)] == (better + equal)[:count]


def test_a_passage_may_come_back_with_its_article(tmp_path: Path) -> None:
    """What is put in again after its article was taken out is there once, with its new vector."""
    DenseView.empty(2).added(np.eye(2, dtype=np.float32), ids(1, 2), ids(1, 1)).save(tmp_path / "dense.faiss")
    view = DenseView.load(tmp_path / "dense.faiss")
    again = view.without({1}).added(vector(0, 1)[None], ids(1), ids(1))
    assert search(again, vector(0, 1), 5) == [(1, 1.0)]
    assert len(again) == 1
    assert search(view, vector(0, 1), 5) == [(2, 1.0), (1, 0.0)]


def test_an_empty_view_can_be_saved_and_loaded(tmp_path: Path) -> None:
    """A snapshot of nothing loads, and can be added to."""
    DenseView.empty(3).save(tmp_path / "dense.faiss")
    loaded = DenseView.load(tmp_path / "dense.faiss")
    assert search(loaded, vector(1, 0, 0), 3) == []
    assert search(loaded.added(vector(1, 0, 0)[None], ids(9), ids(1)), vector(1, 0, 0), 3) == [(9, 1.0)]


def test_equal_content_is_equal_on_disk(tmp_path: Path) -> None:
    """Two histories that lead to the same rows write the same bytes."""
    rows, passages, articles = many(40)
    DenseView.empty(16).added(rows, passages, articles).without({3}).save(tmp_path / "one.faiss")
    kept = articles != 3
    other = DenseView.empty(16).added(rows[kept][::-1], passages[kept][::-1], articles[kept][::-1])
    other.save(tmp_path / "two.faiss")
    assert (tmp_path / "one.faiss").read_bytes() == (tmp_path / "two.faiss").read_bytes()
    assert (tmp_path / "one.articles.npy").read_bytes() == (tmp_path / "two.articles.npy").read_bytes()


def test_files_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    """Articles of another number than vectors are noticed."""
    rows, passages, articles = many(8)
    DenseView.empty(16).added(rows, passages, articles).save(tmp_path / "dense.faiss")
    np.save(tmp_path / "dense.articles.npy", articles[:5])
    with pytest.raises(ValueError, match="8 vectors, but 5 articles"):
        DenseView.load(tmp_path / "dense.faiss")
