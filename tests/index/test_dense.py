"""Dense search equals brute force, whatever was added, deleted, merged, saved and loaded before."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dense import DenseView
from index.segments import Layout

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from index.fusion import Ranked

DIMENSION = 4

PLAIN = Layout()
EAGER = Layout(sealed=1, exact=1000)
COMPRESSED = Layout(sealed=4, exact=2, gathered=0, probed=1.0, filtered=1.0)
"""Compressed from the third vector on; looks at all groups, so that nothing may be missed."""

LAYOUTS = pytest.mark.parametrize("layout", [PLAIN, EAGER, COMPRESSED], ids=["plain", "eager", "compressed"])


def ids(*numbers: int) -> Any:
    """Return an array of ids."""
    return np.array(numbers, np.int64)


def vector(*values: float) -> Any:
    """Return a vector."""
    return np.array(values, np.float32)


def listed(ranking: Ranked) -> list[tuple[int, float]]:
    """Return a ranking as pairs."""
    assert ranking.ids.dtype == np.int64
    assert ranking.scores.dtype == np.float32
    return list(zip(ranking.ids.tolist(), ranking.scores.tolist(), strict=True))


def nearest(view: DenseView, asked: Any, count: int, among: Any = None) -> list[tuple[int, float]]:
    """Search for one vector."""
    (ranking,) = view.search(asked[None], count, among)
    return listed(ranking)


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
    """Compare a view with what it should hold, asked two things at once."""
    chosen = None if among is None else np.array(sorted(among), np.int64)
    both = np.stack([asked, asked[::-1]])
    found = [listed(ranking) for ranking in view.search(both, count, chosen)]
    assert found == [oracle.search(one, count, among) for one in both]
    assert len(view) == len(oracle.rows)
    assert view.articles == {article for article, _ in oracle.rows.values()}
    assert view.article_count == len(view.articles)
    every = np.arange(60, dtype=np.int64)
    expected = [[float(np.dot(one, oracle.rows[i][1])) if i in oracle.rows else 0.0 for one in both] for i in range(60)]
    assert view.cosines(every, both).tolist() == expected


# Small whole numbers, so that products are exact in any order of summation, and ties abound.
values = st.tuples(*[st.integers(-2, 2)] * DIMENSION)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.tuples(st.integers(1, 6), values), min_size=1, max_size=12)),
        st.tuples(st.just("without"), st.sets(st.integers(1, 6), max_size=3)),
        st.tuples(st.sampled_from(["reload", "compact", "begin", "rebase"]), st.none()),
        st.tuples(st.just("search"), st.tuples(values, st.integers(1, 15), st.none() | st.sets(st.integers(1, 40)))),
    ),
    max_size=25,
)


def tended(what: str, begun: DenseView, view: DenseView, directories: pytest.TempPathFactory) -> DenseView:
    """Save and load a view, or merge it at once, or merge what it was and bring in what has changed since."""
    if what == "reload":
        directory = directories.mktemp("saved") / "dense"
        view.save(directory)
        return DenseView.load(directory, view.layout)
    if what == "rebase":
        return begun.compacted().rebased(begun, view)
    merged = view.compacted(directories.getbasetemp())
    assert not merged.due
    return merged


@LAYOUTS
def test_any_history_answers_as_brute_force(tmp_path_factory: pytest.TempPathFactory, layout: Layout) -> None:
    """After any adds, deletes, merges and reloads, a search returns what comparing with every row returns.

    Ids are those given, never shifted; a removed one never comes back; ties, also those at the cut, go by ascending
    id; a filter takes effect before the search. Views from before a change answer as they did. What changes while a
    view is merged aside is in the merged one.
    """

    @settings(max_examples=60, deadline=None)
    @given(steps)
    def check(taken: list[Any]) -> None:
        view, oracle, new = DenseView.empty(DIMENSION, layout), Oracle(), 1
        past: list[tuple[DenseView, Oracle]] = []
        begun = view
        for what, given_values in taken:
            past.append((view, Oracle(dict(oracle.rows))))
            if what == "search":
                asked, count, among = given_values
                assert_equal(view, oracle, np.array(asked, np.float32), count, among)
            elif what == "add":
                rows = {new + at: row for at, row in enumerate(given_values)}
                new += len(rows)
                view = view.added(
                    np.array([row[1] for row in rows.values()], np.float32)[::-1],
                    np.array(list(rows), np.int64)[::-1],
                    np.array([row[0] for row in rows.values()], np.int64)[::-1],
                )
                oracle.rows |= rows
            elif what == "without":
                view = view.without(given_values)
                oracle.rows = {i: row for i, row in oracle.rows.items() if row[0] not in given_values}
            elif what == "begin":
                begun = view
            else:
                view = tended(what, begun, view, tmp_path_factory)
        asked = vector(1, 2, -1, 1)
        for old, held in [*past, (view, oracle)]:
            for count in (1, 3, 200):
                assert_equal(old, held, asked, count, None)

    check()


def many(count: int, dimension: int = 16) -> tuple[Any, Any, Any]:
    """Return unit vectors with the ids of their passages and articles, four passages an article.

    They are as exact in float16 as in float32.
    """
    random = np.random.default_rng(7)
    rows = random.normal(size=(count, dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows = rows.astype(np.float16).astype(np.float32)
    return rows, np.arange(1, count + 1, dtype=np.int64) * 3, np.arange(count, dtype=np.int64) // 4


def filled(count: int, layout: Layout = PLAIN) -> DenseView:
    """Return a view of many rows, added in pieces and merged."""
    rows, passages, articles = many(count)
    view = DenseView.empty(16, layout)
    for at in range(0, count, 100):
        view = view.added(rows[at : at + 100], passages[at : at + 100], articles[at : at + 100])
    return view.compacted()


@LAYOUTS
def test_real_vectors_answer_as_brute_force(layout: Layout) -> None:
    """Among unit vectors, too, the nearest are found, with their cosines."""
    rows, passages, _ = many(900)
    view = filled(900, layout)
    for asked in many(5)[0][:, ::-1]:
        found = nearest(view, np.ascontiguousarray(asked), 100)
        cosines = rows @ asked
        best = np.argsort(-cosines, kind="stable")[:100]
        assert [number for number, _ in found] == passages[best].tolist()
        assert [cosine for _, cosine in found] == pytest.approx(cosines[best].tolist(), abs=1e-6)


@pytest.mark.parametrize("among", [None, 60], ids=["all", "two percent"])
def test_compressed_search_misses_few(among: int | None) -> None:
    """With a part of the groups and of the candidates, 98 of 100 of the ten nearest are found all the same."""
    dimension, count = 32, 3000
    rows, passages, articles = many(count, dimension)
    layout = Layout(sealed=4, exact=2, gathered=0, rescored=150)
    view = DenseView.empty(dimension, layout).added(rows, passages, articles).compacted()
    assert view.describe().structure == "compressed"
    chosen = None if among is None else np.sort(np.random.default_rng(2).choice(count, among, replace=False))
    near = rows[:200] + np.random.default_rng(3).normal(size=(200, dimension)).astype(np.float32) * 0.1
    found = view.search(near, 10, None if chosen is None else passages[chosen])
    kept = np.arange(count) if chosen is None else chosen
    best = passages[kept[np.argsort(-(near @ rows[kept].T), axis=1)[:, :10]]]
    shared = [len({*ranking.ids.tolist()} & {*row.tolist()}) for ranking, row in zip(found, best, strict=True)]
    assert np.mean(shared) >= 9.8
    for ranking, asked in zip(found, near, strict=True):
        places = np.searchsorted(passages, ranking.ids)
        np.testing.assert_allclose(ranking.scores, rows[places] @ asked, atol=1e-5)


@LAYOUTS
def test_a_filter_of_two_percent_still_fills_the_answer(layout: Layout) -> None:
    """The filter comes before the search: ten are found among the twenty asked for, however far away these are."""
    rows, passages, _ = many(1000)
    view = filled(1000, layout)
    asked = rows[0]
    farthest = passages[np.argsort(rows @ asked)[:20]]
    found = nearest(view, asked, 10, np.sort(farthest))
    assert len(found) == 10
    assert {number for number, _ in found} <= set(farthest.tolist())


@LAYOUTS
def test_a_score_is_the_same_however_it_was_reached(layout: Layout) -> None:
    """A filter, a company of other vectors, a merge and a plain request for cosines give the same number."""
    rows, passages, _ = many(500)
    view = filled(500, layout)
    scores = dict(nearest(view, rows[0], 500))
    assert dict(nearest(view, rows[0], 500, passages)) == scores
    assert dict(nearest(filled(500), rows[0], 500)) == scores
    assert dict(listed(view.search(rows[:5], 500)[0])) == scores
    assert view.cosines(passages, rows[:2])[:, 0].tolist() == [scores[number] for number in passages.tolist()]


def test_among_nothing_nothing_is_found() -> None:
    """An empty filter is not the same as none."""
    view = DenseView.empty(2).added(vector(1, 0)[None], ids(5), ids(1))
    assert nearest(view, vector(1, 0), 3, ids()) == []
    assert nearest(view, vector(1, 0), 3) == [(5, 1.0)]


def test_a_filter_may_name_what_is_not_there() -> None:
    """Passages that were removed, or never were, are found by no filter."""
    view = DenseView.empty(2).added(np.eye(2, dtype=np.float32), ids(5, 6), ids(1, 2)).without({2})
    assert nearest(view, vector(0, 1), 3, ids(5, 6, 7)) == [(5, 0.0)]


@LAYOUTS
def test_ties_at_the_cut_go_to_the_lowest_ids(layout: Layout) -> None:
    """Of three hundred equal vectors among better ones, those with the lowest ids are returned, merged or not."""
    rows = np.tile(vector(1, 0, 0, 0), (300, 1))
    rows[150:160] = vector(2, 0, 0, 0)
    passages = np.random.default_rng(3).permutation(np.arange(1000, 1300))
    view = DenseView.empty(4, layout)
    for at in range(0, 300, 50):
        view = view.added(rows[at : at + 50], passages[at : at + 50], passages[at : at + 50])
    better, equal = sorted(passages[150:160].tolist()), sorted({*passages.tolist()} - {*passages[150:160].tolist()})
    for tried in (view, view.compacted()):
        for count in (5, 10, 11, 50, 99, 100, 101, 299):
            found = nearest(tried, vector(1, 0, 0, 0), count)
            assert [number for number, _ in found] == (better + equal)[:count]


@LAYOUTS
def test_a_passage_may_come_back_with_its_article(tmp_path: Path, layout: Layout) -> None:
    """What is put in again after its article was taken out is there once, with its new vector."""
    rows = np.eye(4, dtype=np.float32)
    DenseView.empty(4, layout).added(rows, ids(1, 2, 3, 4), ids(1, 1, 1, 1)).save(tmp_path / "dense")
    view = DenseView.load(tmp_path / "dense", layout)
    again = view.without({1}).added(rows[1][None], ids(1), ids(1))
    for tried in (again, again.compacted()):
        assert nearest(tried, rows[1], 5) == [(1, 1.0)]
        assert len(tried) == tried.article_count == 1
    assert nearest(view, rows[1], 2) == [(2, 1.0), (1, 0.0)]


def test_an_empty_view_can_be_saved_and_loaded(tmp_path: Path) -> None:
    """A snapshot of nothing loads, and can be added to."""
    DenseView.empty(3).save(tmp_path / "dense")
    loaded = DenseView.load(tmp_path / "dense")
    assert nearest(loaded, vector(1, 0, 0), 3) == []
    assert loaded.dimension == 3
    assert nearest(loaded.added(vector(1, 0, 0)[None], ids(9), ids(1)), vector(1, 0, 0), 3) == [(9, 1.0)]


def files(directory: Path) -> dict[str, bytes]:
    """Return the contents of the files in a directory."""
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*.*")}


@LAYOUTS
def test_equal_content_is_equal_on_disk(tmp_path: Path, layout: Layout) -> None:
    """Two histories that lead to the same rows write the same bytes, once they are merged."""
    rows, passages, articles = many(40)
    view = DenseView.empty(16, layout).added(rows, passages, articles).without({0, 3, 8})
    view.compacted().save(tmp_path / "one")
    kept = ~np.isin(articles, [0, 3, 8])
    other = DenseView.empty(16, layout).added(rows[kept][::-1], passages[kept][::-1], articles[kept][::-1])
    other.compacted().save(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert ("0/codes.faiss" in files(tmp_path / "one")) == (layout is COMPRESSED)


def test_a_compressed_view_is_saved_as_it_is(tmp_path: Path) -> None:
    """Saving writes codes, deletes and what is new without compressing anything again, and all of it comes back."""
    rows, passages, articles = many(40)
    layout = Layout(sealed=4, exact=8)
    view = DenseView.empty(16, layout).added(rows, passages, articles).compacted().without({3})
    view = view.added(rows[:2], ids(500, 501), ids(90, 90))
    view.save(tmp_path / "dense")
    assert sorted(path.name for path in (tmp_path / "dense").iterdir()) == ["0", "1"]
    loaded = DenseView.load(tmp_path / "dense", layout)
    assert [listed(found) for found in loaded.search(rows[:4], 50)] == [
        listed(found) for found in view.search(rows[:4], 50)
    ]
    assert (len(loaded), loaded.article_count) == (38, 10)
    assert loaded.describe().segments == 2


@pytest.mark.parametrize(
    ("name", "values", "problem"),
    [
        ("articles", np.arange(5), "8 vectors, but articles of shape"),
        ("ids", np.arange(8).astype(np.int32), "8 vectors, but ids of shape .* and type int32"),
        ("ids", np.zeros(8, np.int64), "the ids do not ascend"),
        ("vectors", np.zeros((8, 16), np.float32), "not rows of float16"),
        ("vectors", np.zeros((7, 16), np.float16), "7 vectors, but ids of shape"),
        ("gone", np.zeros(7, np.bool_), "8 vectors, but those gone have shape"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, name: str, values: Any, problem: str) -> None:
    """Arrays of another length, type or order than the vectors need are noticed."""
    rows, passages, articles = many(8)
    DenseView.empty(16).added(rows, passages, articles).save(tmp_path / "dense")
    np.save(tmp_path / "dense" / "0" / f"{name}.npy", values)
    with pytest.raises(ValueError, match=problem):
        DenseView.load(tmp_path / "dense")


def test_codes_of_other_vectors_are_refused(tmp_path: Path) -> None:
    """Codes that stand for more vectors than there are are noticed."""
    for name, count in (("one", 40), ("two", 44)):
        filled(count, Layout(sealed=4, exact=8)).save(tmp_path / name)
    (tmp_path / "two" / "0" / "codes.faiss").replace(tmp_path / "one" / "0" / "codes.faiss")
    with pytest.raises(ValueError, match="40 vectors of 16 dimensions, but IndexIVFRaBitQFastScan of 44 codes"):
        DenseView.load(tmp_path / "one")


@pytest.mark.parametrize("file", ["vectors.npy", "ids.npy", "articles.npy", "codes.faiss"])
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_files_that_were_cut_off_are_refused(tmp_path: Path, file: str, share: float) -> None:
    """What is left of a file after a crash is an error that says so, not a crash."""
    filled(40, Layout(sealed=4, exact=8)).save(tmp_path / "dense")
    path = tmp_path / "dense" / "0" / file
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises((ValueError, RuntimeError)):
        DenseView.load(tmp_path / "dense")


def test_without_any_files_there_is_no_view(tmp_path: Path) -> None:
    """A directory without segments, and none at all, are errors."""
    with pytest.raises(ValueError, match="0 segments"):
        DenseView.load(tmp_path)
    with pytest.raises(FileNotFoundError):
        DenseView.load(tmp_path / "none")


def test_large_files_are_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors from a megabyte on stay in their file, whether they were loaded or merged aside, and can be searched.

    That holds when their pages are let go of after every search, too.
    """
    monkeypatch.setattr("index.mapping.HELD", 1)
    rows, passages, articles = many(40_000)
    view = DenseView.empty(16, Layout(exact=20_000)).added(rows, passages, articles)
    merged = view.compacted(tmp_path)
    assert list(tmp_path.iterdir()) == [], "the file has no name that somebody would have to delete"
    merged.save(tmp_path / "dense")
    for tried in (merged, DenseView.load(tmp_path / "dense")):
        described = tried.describe()
        assert described.structure == "compressed"
        assert (described.vectors, described.mapped) == (40_000, 40_000 * 16 * 2)
        assert described.memory < 40_000 * 50
        for at in (77, 39_000, 77):
            assert nearest(tried, rows[at], 1) == [(passages[at], pytest.approx(1, abs=1e-3))]
    assert view.describe().mapped == 0
    assert view.describe().structure == "exact"


def test_adding_shares_the_large_part() -> None:
    """What is added goes into a segment of its own; those that are full are the same objects as before."""
    layout = Layout(sealed=100)
    view = filled(400, layout)
    rows, _, articles = many(30)
    grown = view.added(rows, np.arange(5000, 5030), articles + 1000).added(rows, np.arange(6000, 6030), articles + 2000)
    assert [len(segment) for segment in grown.segments] == [400, 60]
    assert grown.segments[0] is view.segments[0]


def test_merging_is_worth_its_while() -> None:
    """A small segment beside a large one stays; of many, those of like sizes are merged, and so is what is worn."""
    rows, passages, articles = many(1000)
    view = DenseView.empty(16, Layout(sealed=10)).added(rows[:900], passages[:900], articles[:900])
    assert not view.due
    view = view.added(rows[900:940], passages[900:940], articles[900:940])
    assert not view.due, "900 are more than three times 40"
    view = view.added(rows[940:960], passages[940:960], articles[940:960])
    assert [len(segment) for segment in view.compacted().segments] == [60, 900]
    worn = view.compacted().without(range(50))
    assert [len(segment.rows) for segment in worn.compacted().segments] == [700, 60]
    assert len(worn.compacted()) == len(worn) == 760


def test_a_merge_that_came_too_late_is_passed_over() -> None:
    """Where a view was merged meanwhile, the later merge changes nothing."""
    rows, passages, articles = many(60)
    begun = DenseView.empty(16, Layout(sealed=10)).added(rows[:30], passages[:30], articles[:30])
    begun = begun.added(rows[30:], passages[30:], articles[30:])
    now = begun.compacted()
    assert begun.compacted().rebased(begun, now) is now


def test_searching_goes_on_in_many_threads_while_the_view_changes(tmp_path: Path) -> None:
    """Each of many threads finds in its view what is there, while others add, delete and merge."""
    layout = Layout(sealed=50, exact=100, gathered=10, probed=1.0, filtered=1.0)
    rows, passages, articles = many(1200)
    state = {"view": DenseView.empty(16, layout).added(rows[:400], passages[:400], articles[:400])}
    changing, ended = threading.Lock(), threading.Event()

    def search(number: int) -> int:
        searched = 0
        while not (ended.is_set() and searched):
            view = state["view"]
            held = view.rows()
            among = held.ids[number::3]
            for chosen, kept in ((None, held.ids), (among, among)):
                cosines = held.vectors[np.isin(held.ids, kept)].astype(np.float32) @ rows[number]
                best = kept[np.argsort(-cosines, kind="stable")[:5]]
                assert view.search(rows[number][None], 5, chosen)[0].ids.tolist() == best.tolist()
            searched += 1
        return searched

    def compact() -> None:
        while not ended.is_set():
            begun = state["view"]
            done = begun.compacted(tmp_path)
            with changing:
                state["view"] = done.rebased(begun, state["view"])

    with ThreadPoolExecutor(5) as pool:
        searching = [pool.submit(search, number) for number in range(4)]
        compacting = pool.submit(compact)
        try:
            for at in range(400, 1200, 20):
                with changing:
                    view = state["view"].without({(at - 400) // 4})
                    state["view"] = view.added(rows[at : at + 20], passages[at : at + 20], articles[at : at + 20])
        finally:
            ended.set()
        assert all(future.result() for future in searching)
        compacting.result()
    gone = {(at - 400) // 4 for at in range(400, 1200, 20)}
    assert state["view"].rows().ids.tolist() == passages[~np.isin(articles, [*gone])].tolist()
