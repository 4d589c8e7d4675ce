"""What every engine keeps. Another implementation is put to the same tests by one more entry in ENGINES."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest
from fakes import HashEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from index.engine import DEPTH, Engine, LocalEngine
from index.entries import Entry
from index.errors import SnapshotDamagedError
from index.records import HitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from index.finding import Found

MODEL = HashEncoder(dimension=64)

ARTICLES = {
    1: ["Senator Roe said the treaty was a mistake.", "The harbour of Port Vale was closed."],
    2: ["The ferry sank on Monday, said Captain Lind."],
    3: ["Lim Do-yun called the treaty a success.", "Rents were frozen.", "The U.S. stayed silent."],
}
"""Texts of passages by article; passages are numbered article * 10, + 1, …"""


class Opening(Protocol):
    """Makes an engine: an empty one, or one from a snapshot."""

    def __call__(self, workspace: Path, snapshot: Path | None = None) -> Engine:
        """Open it."""
        ...


def open_local(workspace: Path, snapshot: Path | None = None) -> Engine:
    """Open FAISS and Tantivy."""
    return LocalEngine(MODEL.dimension, workspace, snapshot)


ENGINES: dict[str, Opening] = {"local": open_local}


@pytest.fixture(params=ENGINES)
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """How to open an engine of each kind; what was opened is closed after the test."""
    opened: list[Engine] = []

    def make(snapshot: Path | None = None) -> Engine:
        opened.append(ENGINES[request.param](tmp_path / "work", snapshot))
        return opened[-1]

    yield make
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(opening: Callable[..., Engine]) -> Engine:
    """An engine with the three articles."""
    made = opening()
    for article in ARTICLES:
        put(made, entries(article))
    return made


def entries(article: int, texts: Sequence[str] | None = None, first: int | None = None) -> list[Entry]:
    """Return the passages of an article, numbered from `first`."""
    found = ARTICLES[article] if texts is None else texts
    start = article * 10 if first is None else first
    return [Entry(start + at, article, text) for at, text in enumerate(found)]


def put(engine: Engine, new: Sequence[Entry], gone: Collection[int] = ()) -> None:
    """Replace articles by passages."""
    engine.replace(gone, new, MODEL.encode([entry.text for entry in new]))


def ask(engine: Engine, question: str, among: Collection[int] | None = None) -> Found:
    """Search as the answering does."""
    chosen = None if among is None else np.array(sorted(among), np.int64)
    return engine.search(question, MODEL.encode_questions([question]), chosen)


def ids(found: Found) -> list[int]:
    """Return what was hit, best first."""
    return [hit.id for hit in found.hits]


def near(found: Found) -> dict[int, float]:
    """Return the cosine of each text that was come upon."""
    return dict(zip(found.ids.tolist(), found.cosines[:, 0].tolist(), strict=True))


def test_an_empty_engine_finds_nothing(opening: Callable[..., Engine]) -> None:
    """There is no hit, and every word asked for is unknown."""
    engine = opening()
    found = ask(engine, "What did Roe say about the treaty?")
    assert found.hits == ()
    assert near(found) == {}
    assert found.frequencies == (0, 0)
    assert found.unknown == ("Roe",)
    assert engine.counts() == (0, 0)


def test_a_passage_is_found_by_its_words(engine: Engine) -> None:
    """The passage that holds what is asked for comes first; hits are ordered by score, then by id."""
    found = ask(engine, "What did Roe say about the treaty?")
    assert found.hits[0].id == 10
    assert found.hits[0].kind is HitKind.PASSAGE
    assert found.hits == tuple(sorted(found.hits, key=lambda hit: (-hit.score, hit.id)))
    assert found.terms == ("roe", "treati")
    assert found.frequencies == (1, 2)
    assert found.unknown == ()


def test_cosines_are_those_of_the_vectors(engine: Engine) -> None:
    """How near each passage is can be relied on, for the decision to answer hangs on it."""
    found = ask(engine, ARTICLES[2][0])
    assert near(found)[20] == pytest.approx(1, abs=5e-4)
    asked = MODEL.encode_questions([ARTICLES[2][0]])[0]
    for article, texts in ARTICLES.items():
        for at, cosine in enumerate(MODEL.encode(texts) @ asked):
            assert near(found)[article * 10 + at] == pytest.approx(float(cosine), abs=5e-4)


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What did Roe say?", ()),
        ("What did Zorblax say?", ("Zorblax",)),
        ("What did Captain Zorblax say about Roe?", ("Zorblax",)),
        ("what did zorblax say?", ()),
        ("What did Lindd say?", ()),
        ("What did the US say?", ()),
        ("What did the UN say?", ("UN",)),
        ("What did Do-yun's sister say?", ()),
    ],
)
def test_names_that_stand_nowhere_are_told(engine: Engine, question: str, unknown: tuple[str, ...]) -> None:
    """A name asked about is unknown when no passage holds it, or one a letter away."""
    assert ask(engine, question).unknown == unknown


def test_a_removed_article_is_never_found(engine: Engine) -> None:
    """None of its passages is a hit, near, or counted; its names are unknown."""
    put(engine, [], gone=[1])
    found = ask(engine, "What did Roe say about the treaty in Port Vale?")
    assert set(ids(found)) == {20, 30, 31, 32}
    assert set(near(found)) == {20, 30, 31, 32}
    assert found.frequencies == (0, 1, 0, 0)
    assert found.unknown == ("Roe",)
    assert engine.counts() == (4, 2)


def test_removing_what_is_not_there_changes_nothing(engine: Engine) -> None:
    """Unknown articles are passed over."""
    put(engine, [], gone=[99, 100])
    assert engine.counts() == (6, 3)


def test_a_changed_article_is_found_by_its_new_words_only(engine: Engine) -> None:
    """The old passages are gone and the new ones there, after one change."""
    put(engine, entries(1, ["Senator Roe praised the volcano."], first=50), gone=[1])
    assert ids(ask(engine, "volcano"))[0] == 50
    assert ask(engine, "harbour").frequencies == (0,)
    assert {10, 11}.isdisjoint(ids(ask(engine, "treaty harbour Roe")))
    assert engine.counts() == (5, 3)


def test_the_same_passages_may_be_put_in_again(engine: Engine) -> None:
    """An article of which only the title changed is replaced by itself, and is there once."""
    before = ask(engine, "What did Roe say about the treaty?")
    put(engine, entries(1), gone=[1])
    after = ask(engine, "What did Roe say about the treaty?")
    assert ids(after) == ids(before)
    assert after.frequencies == before.frequencies
    assert near(after) == pytest.approx(near(before), abs=1e-6)
    assert engine.counts() == (6, 3)


def test_an_id_keeps_its_passage(engine: Engine) -> None:
    """After others were removed, an id still means the passage that was put in under it."""
    put(engine, [], gone=[2])
    put(engine, entries(4, ["A volcano erupted."]))
    for number, text in [(10, ARTICLES[1][0]), (32, ARTICLES[3][2]), (40, "A volcano erupted.")]:
        assert near(ask(engine, text))[number] == pytest.approx(1, abs=5e-4)
        assert ids(ask(engine, text))[0] == number


def test_a_filter_comes_before_the_search(opening: Callable[..., Engine]) -> None:
    """Of five hundred passages, the ten searched among are all found, though hundreds are nearer."""
    engine = opening()
    texts = ["The treaty was signed." if n < 490 else f"Number {n} is about ferries and a treaty." for n in range(500)]
    put(engine, entries(1, texts, first=0))
    found = ask(engine, "the treaty was signed", among=range(490, 500))
    assert set(ids(found)) == set(range(490, 500))
    assert set(near(found)) == set(range(490, 500))
    assert ask(engine, "the treaty was signed", among=[]).hits == ()
    assert ids(ask(engine, "treaty", among=[3, 100_000])) == [3]


def test_all_that_is_searched_among_is_compared_where_it_is_little(engine: Engine) -> None:
    """Comparing all and searching among all give the same cosines, words and hits; what is gone is in neither."""
    put(engine, [], gone=[2])
    asked = MODEL.encode_questions(["Roe on the treaty", "frozen rents"])
    among = np.array([10, 11, 20, 30, 31, 999], np.int64)
    compared = engine.search("the treaty, rents", asked, among, 6)
    searched = engine.search("the treaty, rents", asked, among, 5)
    assert compared.near == ()
    assert len(searched.near) == 2
    assert compared.ids.tolist() == searched.ids.tolist() == [10, 11, 30, 31]
    np.testing.assert_allclose(compared.cosines, searched.cosines, atol=1e-6)
    assert compared.words.tolist() == searched.words.tolist()
    assert [hit.id for hit in compared.hits] == [hit.id for hit in searched.hits]


def test_each_vector_has_its_cosine_with_everything_found(engine: Engine) -> None:
    """Also with what only the other vector, or the words, came upon."""
    asked = MODEL.encode_questions([ARTICLES[2][0], ARTICLES[3][1]])
    found = engine.search("harbour", asked, None, 1)
    assert found.ids.tolist() == [11, 20, 31]
    texts = [ARTICLES[1][1], ARTICLES[2][0], ARTICLES[3][1]]
    np.testing.assert_allclose(found.cosines, MODEL.encode(texts) @ asked.T, atol=5e-4)
    assert [word > 0 for word in found.words.tolist()] == [True, False, False]
    assert found.nearest == pytest.approx(1, abs=5e-4)


def test_equal_passages_come_by_ascending_id_also_at_the_cut(opening: Callable[..., Engine]) -> None:
    """Copies of one text, put in in any order, are hit in the order of their ids, the first hundred of them."""
    engine = opening()
    numbers = [(n * 71) % 211 for n in range(211)]
    for at in range(0, 211, 40):
        put(engine, [Entry(n, n, "The treaty was signed.") for n in numbers[at : at + 40]])
    assert ids(ask(engine, "the treaty")) == list(range(DEPTH))
    put(engine, [], gone=[0, 50])
    assert ids(ask(engine, "the treaty")) == [n for n in range(DEPTH + 2) if n not in {0, 50}]


def test_a_saved_engine_answers_alike_when_it_is_loaded(
    engine: Engine, opening: Callable[..., Engine], tmp_path: Path
) -> None:
    """Hits, cosines and counts survive a restart; the saved one can be changed further without harm to either."""
    put(engine, entries(4, ["A volcano erupted."]), gone=[2])
    (tmp_path / "snapshot").mkdir()
    engine.save(tmp_path / "snapshot")
    loaded = opening(tmp_path / "snapshot")
    for question in ("What did Roe say about the treaty?", "volcano", "ferry", "rents"):
        assert ids(ask(loaded, question)) == ids(ask(engine, question))
        assert near(ask(loaded, question)) == pytest.approx(near(ask(engine, question)), abs=1e-6)
        assert ask(loaded, question).frequencies == ask(engine, question).frequencies
    assert loaded.counts() == engine.counts() == (6, 3)
    put(engine, [], gone=[4])
    put(loaded, entries(5, ["Another volcano."]), gone=[1])
    assert ids(ask(loaded, "volcano"))[:2] == [50, 40]
    assert ask(engine, "volcano").frequencies == (0,)
    again = opening(tmp_path / "snapshot")
    assert ids(ask(again, "volcano"))[0] == 40
    assert again.counts() == (6, 3)


def test_an_empty_engine_can_be_saved_and_loaded(opening: Callable[..., Engine], tmp_path: Path) -> None:
    """An index of an empty corpus is an index."""
    (tmp_path / "snapshot").mkdir()
    opening().save(tmp_path / "snapshot")
    loaded = opening(tmp_path / "snapshot")
    assert loaded.counts() == (0, 0)
    put(loaded, entries(2))
    assert ids(ask(loaded, "ferry")) == [20]


def test_searches_see_one_state_while_articles_are_replaced(opening: Callable[..., Engine]) -> None:
    """Whoever searches during changes sees words and vectors of one and the same state, and never a gap."""
    engine = opening()
    size = 5

    def version(number: int) -> list[Entry]:
        return entries(1, [f"The treaty, clause {at}" for at in range(size)], first=number * size)

    put(engine, version(0))
    done = threading.Event()
    problems: list[Any] = []
    seen: set[int] = set()

    def search() -> None:
        while not done.is_set():
            found = ask(engine, "the treaty clause")
            versions = {number // size for number in [*ids(found), *near(found)]}
            seen.update(versions)
            if len(versions) != 1 or len(found.hits) != size or found.frequencies != (size, size):
                problems.append((ids(found), near(found), found.frequencies))
                return

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(1, 40):
        put(engine, version(number), gone=[1])
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(seen) > 1
    assert {number // size for number in ids(ask(engine, "treaty"))} == {39}


WORDS = ("treaty", "ferry", "rent", "vote", "ice")
histories = st.lists(
    st.tuples(st.sets(st.integers(1, 5), max_size=3), st.lists(st.sampled_from(WORDS))),
    max_size=8,
)


@settings(max_examples=15)
@given(history=histories, reload_at=st.integers(0, 8))
def test_any_history_holds_what_a_new_engine_would(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[set[int], list[str]]], reload_at: int
) -> None:
    """After any changes, with a restart among them, exactly what should be there is there, by words and by vectors."""
    for kind in ENGINES.values():
        directory = tmp_path_factory.mktemp("history")
        engine = kind(directory / "work")
        held: dict[int, Entry] = {}
        new = 1
        for step, (gone, words) in enumerate(history):
            fresh = [Entry(new + at, 1 + at % 5, f"{word} {at}") for at, word in enumerate(words)]
            new += len(fresh)
            put(engine, fresh, gone)
            held = {number: entry for number, entry in held.items() if entry.article not in gone}
            held |= {entry.id: entry for entry in fresh}
            if step == reload_at:
                (directory / "snapshot").mkdir()
                engine.save(directory / "snapshot")
                engine.close()
                engine = kind(directory / "work", directory / "snapshot")
        assert engine.counts() == (len(held), len({entry.article for entry in held.values()}))
        for word in WORDS:
            found = ask(engine, word)
            assert set(near(found)) == set(held)
            assert found.frequencies[0] == sum(word in entry.text for entry in held.values())
        engine.close()


# What only the local engine has: files that can be damaged.


def test_local_damage_is_reported_as_damage(engine: Engine, tmp_path: Path) -> None:
    """Whatever FAISS, Tantivy or NumPy say of a broken file becomes one error that names the snapshot and the fix."""
    for name in ("dense/0/vectors.npy", "dense/0/ids.npy", "lexical/meta.json", "columns/rows.npy"):
        directory = tmp_path / name.replace("/", "-")
        directory.mkdir()
        engine.save(directory)
        (directory / name).write_bytes(b"broken")
        with pytest.raises(SnapshotDamagedError, match=r"is damaged: .*`verbatim rebuild`") as caught:
            LocalEngine(MODEL.dimension, tmp_path / "other", directory)
        assert caught.value.snapshot == directory.name
    assert list((tmp_path / "other").iterdir()) == []


def test_local_halves_that_do_not_fit_together_are_damage(engine: Engine, tmp_path: Path) -> None:
    """Vectors of one state with words of another are refused."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    engine.save(tmp_path / "one")
    put(engine, [], gone=[2])
    engine.save(tmp_path / "two")
    shutil.rmtree(tmp_path / "two" / "dense")
    (tmp_path / "one" / "dense").rename(tmp_path / "two" / "dense")
    with pytest.raises(SnapshotDamagedError, match="6 passages by meaning and 5 by words"):
        LocalEngine(MODEL.dimension, tmp_path / "work", tmp_path / "two")


def test_local_vectors_of_another_length_are_refused(engine: Engine) -> None:
    """A caller's mistake is no silent damage: nothing is changed by it."""
    with pytest.raises(ValueError, match="dimension"):
        engine.replace([], entries(4, ["A volcano."]), np.zeros((1, 3), np.float32))
    assert engine.counts() == (6, 3)
    assert ask(engine, "volcano").frequencies == (0,)
