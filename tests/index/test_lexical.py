"""Lexical search: what BM25 finds, how the index changes, and that a snapshot never does."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import lexical
from index.entries import Entry
from index.lexical import LexicalIndex, LexicalSearcher
from index.workspace import clear_workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

ENTRIES = (
    Entry(1, 1, "Senator Roe said the treaty was a mistake."),
    Entry(2, 1, "The treaty, the treaty, the treaty: Roe spoke of nothing else."),
    Entry(3, 2, "Minister Öksüz visited the harbour of Port Vale."),
    Entry(4, 3, "The U.S. and the United Nations talked. “Tell us more,” said Lim Do-yun."),
    Entry(5, 4, "Let us go, said the ferryman."),
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    """An index of the five entries."""
    made = LexicalIndex(tmp_path / "work")
    made.change([], ENTRIES)
    yield made
    made.close()


def found(searcher: LexicalSearcher, question: str, count: int = 10, among: Collection[int] | None = None) -> list[int]:
    """Ask, and return the ids."""
    chosen = None if among is None else np.array(sorted(among), np.int64)
    return [int(number) for number in searcher.search(searcher.question(question), count, chosen).ids]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("treaty", [2, 1]),
        ("What did Roe say about the treaty?", [2, 1]),
        ("treaties", [2, 1]),
        ("oksuz", [3]),
        ("What did Öksüz say?", [3]),
        ("What about the US?", [4]),
        ("What did the U.N. say?", [4]),
        ("united states", [4]),
        ("What did Lim Do Yun's sister say?", [4]),
        ("harbour treaty mistake", [1, 3, 2]),
        ("volcano", []),
        ("", []),
        ("🎉", []),
    ],
)
def test_passages_are_found_by_their_words(index: LexicalIndex, question: str, expected: list[int]) -> None:
    """Rare words count more than frequent ones, inflections and spellings meet, unknown words find nothing."""
    assert found(index.searcher(), question) == expected


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("What did Senator Roe say about the treaty?", ["senat", "roe", "treati"]),
        ("what did they say about it", []),
        ("Who is Roe? Who is roe?", ["roe"]),
        ("what about the us?", ["0us"]),
        ("", []),
    ],
)
def test_questions_lose_the_words_by_which_people_ask(index: LexicalIndex, question: str, terms: list[str]) -> None:
    """What is left is what is asked for, each term once, in its order."""
    assert index.searcher().question(question) == terms


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("treatty", [1, 2]),
        ("oskuz", [3]),  # two neighbours changed places
        ("harbuor visitd", [3]),
        ("ferrymann", [5]),
        ("ro", []),  # too short to be guessed at
        ("row", []),
        ("2017", []),
    ],
)
def test_a_slip_of_the_finger_is_forgiven_in_long_words(
    index: LexicalIndex, question: str, expected: list[int]
) -> None:
    """A word of five letters or more that stands nowhere is taken for one that is a letter away."""
    assert found(index.searcher(), question) == expected


def test_a_known_word_finds_no_neighbours(index: LexicalIndex) -> None:
    """Words that stand somewhere are taken as they are: "Brown" does not find "Crown" where there is a Brown."""
    index.change([], [Entry(6, 5, "Brown waved."), Entry(7, 6, "The crown was sold.")])
    assert found(index.searcher(), "brown") == [6]
    index.change([5], [])
    assert found(index.searcher(), "brown") == [7]


def test_frequencies_count_passages(index: LexicalIndex) -> None:
    """How often a term stands is told in passages; one that only nearly stands somewhere counts once."""
    searcher = index.searcher()
    assert [searcher.frequency(term) for term in searcher.question("treaty roe harbour treatty volcano")] == [
        2,
        2,
        1,
        1,
        0,
    ]


def test_what_was_taken_out_is_not_counted_any_more(index: LexicalIndex) -> None:
    """A name whose only article was removed is as unknown as if it had never been there."""
    index.change([2], [])
    searcher = index.searcher()
    assert searcher.frequency("oksuz") == 0
    assert searcher.frequency("harbour") == 0
    assert len(searcher) == 4


def test_deleting_takes_out_all_passages_of_an_article(index: LexicalIndex) -> None:
    """None of the article's passages is found any more, and all others are."""
    index.change([1], [])
    searcher = index.searcher()
    assert found(searcher, "treaty roe") == []
    assert found(searcher, "harbour") == [3]


def test_replacing_puts_in_the_new_passages(index: LexicalIndex) -> None:
    """One change takes the old passages out and puts the new ones in, also under an id that was there before."""
    index.change([1], [Entry(8, 1, "Roe resigned."), Entry(2, 1, "The treaty was signed.")])
    searcher = index.searcher()
    assert found(searcher, "roe") == [8]
    assert found(searcher, "treaty") == [2]
    assert found(searcher, "mistake") == []
    assert len(searcher) == 5


def test_a_filter_comes_before_the_search(tmp_path: Path) -> None:
    """A few passages that rank last of thousands are found when only they are searched."""
    index = LexicalIndex(tmp_path / "work")
    index.change(
        [], [Entry(n, n, "treaty " * 9 if n < 1950 else "a treaty among many other words") for n in range(2000)]
    )
    assert found(index.searcher(), "treaty", 10, range(1950, 1990)) == list(range(1950, 1960))
    assert found(index.searcher(), "treaty", 10, []) == []
    assert found(index.searcher(), "treaty", 10, [7, 5000]) == [7]
    index.close()


def test_a_filter_does_not_change_scores(index: LexicalIndex) -> None:
    """Passages score alike whether others are searched or not."""
    searcher = index.searcher()
    everywhere = searcher.search(["treati", "roe"], 10)
    among = searcher.search(["treati", "roe"], 10, np.array([1]))
    assert among.ids.tolist() == [1]
    np.testing.assert_allclose(among.scores, everywhere.scores[everywhere.ids == 1], rtol=1e-6)


def varied(rng: np.random.Generator, number: int) -> Entry:
    """Return a passage of common and rare words, of any length, also none."""
    size = int(rng.choice([0, 3, 20, 45, 90, 400]))
    words = [f"treaty{rank}" if rank > 5 else "the" for rank in rng.zipf(1.3, size) % 60]
    return Entry(number, number // 3, " ".join([*words, "signed" if number % 2 else "ferryboats"]))


def assert_filters_exactly(searcher: LexicalSearcher, rng: np.random.Generator, ids: Sequence[int]) -> None:
    """See that the forward index finds and scores what the inverted one does when it is filtered."""
    for size in (1, 7, len(ids) // 2, len(ids)):
        among = np.sort(rng.choice([*ids, 10**6], size, replace=False))
        for wanted in (
            ["treaty7"],
            ["treaty6", "treaty9", "sign"],
            ["treaty6", "ferryboatt"],
            ["ferryboatt", "nothing"],
        ):
            for count in (1, 10, 500):
                expected = searcher._searched(wanted, count, among)
                seen = searcher.search(wanted, count, among)
                np.testing.assert_allclose(seen.scores, expected.scores, rtol=1e-5)
                assert seen.ids.tolist() == searcher.search(wanted, 10**4, among).ids[:count].tolist()
                if count == max(count, size):
                    assert sorted(seen.ids) == sorted(expected.ids)


def test_a_filter_finds_what_filtering_the_inverted_index_finds(tmp_path: Path) -> None:
    """Same passages, same scores: through changes, removals, misspelt words, a save and a start."""
    rng = np.random.default_rng(7)
    index = LexicalIndex(tmp_path / "work")
    there: set[int] = set()
    for step in range(12):
        new = [varied(rng, number) for number in rng.permutation(np.arange(step * 60, step * 60 + 60))]
        gone = [int(article) for article in rng.choice(step * 20 + 1, min(step, 5), replace=False)]
        index.change(gone, new)
        there = {number for number in there if number // 3 not in gone} | {entry.id for entry in new}
    assert_filters_exactly(index.searcher(), rng, sorted(there))
    index.save(tmp_path / "snapshot")
    again = LexicalIndex(tmp_path / "work", tmp_path / "snapshot")
    assert_filters_exactly(again.searcher(), rng, sorted(there))
    again.change([5, 6], [varied(rng, 15), varied(rng, 5000)])
    assert_filters_exactly(again.searcher(), rng, sorted({n for n in there if n // 3 not in {5, 6}} | {15, 5000}))
    for each in (index, again):
        each.close()


@pytest.mark.parametrize("deepest", [0, 150, 10**6])
def test_of_many_passages_the_same_are_found_however_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deepest: int
) -> None:
    """Searching all of them deep enough, or not, and scoring each let through give the same, ties at the cut too."""
    rng = np.random.default_rng(3)
    index = LexicalIndex(tmp_path / "work")
    index.change([], [varied(rng, number) for number in range(900)])
    searcher = index.searcher()
    among = np.sort(rng.choice(900, 400, replace=False))
    wanted = [["treaty7"], ["treaty6", "treaty9", "sign"], ["sign"], ["treaty6", "ferryboatt"], ["the", "sign"]]
    expected = [searcher._searched(terms, 10**4, among) for terms in wanted]
    monkeypatch.setattr(lexical, "MANY", 1)
    monkeypatch.setattr(lexical, "DEEPEST", deepest)
    for terms, whole in zip(wanted, expected, strict=True):
        for count in (1, 5, 37, 400):
            seen = searcher.search(terms, count, among)
            np.testing.assert_allclose(seen.scores, whole.scores[:count], rtol=1e-5)
            assert seen.ids.tolist() == whole.ids[:count].tolist()
    index.close()


def test_words_that_the_forward_index_lacks_are_searched_all_the_same(index: LexicalIndex) -> None:
    """It leaves out the commonest words; whoever looks for one of them finds it, filtered or not."""
    searcher = index.searcher()
    assert searcher.search(["the"], 10).ids.tolist() == [2, 4, 5, 1, 3]
    assert searcher.search(["the", "treati"], 10, np.array([3, 5])).ids.tolist() == [5, 3]


def test_a_change_that_fails_changes_nothing(index: LexicalIndex) -> None:
    """What an index holds after a failure is what it held before, and the next change finds it in order."""
    with pytest.raises(OverflowError):
        index.change([1], [Entry(8, 1, "volcano"), Entry(-1, 1, "no id")])
    assert found(index.searcher(), "treaty volcano") == [2, 1]
    index.change([2], [Entry(9, 9, "volcano")])
    searcher = index.searcher()
    assert found(searcher, "treaty volcano harbour") == [9, 2, 1]
    assert found(searcher, "treaty volcano harbour", among=[1, 3, 9]) == [9, 1]


def test_an_index_is_saved_while_its_segments_are_merged(index: LexicalIndex, tmp_path: Path) -> None:
    """However often segments come and go meanwhile, what is saved is what was committed."""
    for number in range(100, 140):
        index.change([], [Entry(number, number, f"volcano {number}")])
        index.save(tmp_path / str(number))
        copy = LexicalIndex(tmp_path / "work", tmp_path / str(number))
        assert len(copy.searcher()) == number - 100 + 1 + len(ENTRIES)
        assert found(copy.searcher(), f"{number}") == [number]
        copy.close()


def test_a_forward_index_that_does_not_fit_is_refused(index: LexicalIndex, tmp_path: Path) -> None:
    """Files of another snapshot beside the index's own are noticed by their number."""
    index.save(tmp_path / "one")
    index.change([3], [])
    index.save(tmp_path / "two")
    shutil.rmtree(tmp_path / "one" / "forward")
    shutil.copytree(tmp_path / "two" / "forward", tmp_path / "one" / "forward")
    with pytest.raises(ValueError, match="it finds 5 texts by their terms, and the terms of 4 texts"):
        LexicalIndex(tmp_path / "work", tmp_path / "one")
    assert len(list((tmp_path / "work").iterdir())) == 1


def test_ties_go_by_ascending_id_also_at_the_cut(tmp_path: Path) -> None:
    """Whatever order passages were put in, and however their segments lie, equal ones come by ascending id."""
    index = LexicalIndex(tmp_path / "work")
    numbers = [(n * 37) % 101 for n in range(100)]
    for at in range(0, 100, 10):
        index.change([], [Entry(n, n, "A treaty was signed.") for n in numbers[at : at + 10]])
    index.change([], [Entry(1000, 1000, "Treaty! Treaty, treaty.")])
    for count in (1, 2, 10, 51, 100, 200):
        assert found(index.searcher(), "treaty", count) == [1000, *sorted(numbers)][:count]
    index.close()


def test_a_searcher_keeps_its_state(index: LexicalIndex) -> None:
    """Whoever searches sees what was there when the searcher was made, until a new one is made."""
    old = index.searcher()
    index.change([1, 2], [Entry(9, 9, "volcano")])
    assert found(old, "treaty harbour") == [3, 2, 1]
    assert found(old, "volcano") == []
    assert found(index.searcher(), "treaty harbour volcano") == [9]
    index.close()
    assert found(old, "treaty") == [2, 1]


def digests(directory: Path) -> dict[str, str]:
    """Return the files of a directory with their checksums."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir() if path.is_file()}


def test_a_working_copy_never_changes_its_snapshot(index: LexicalIndex, tmp_path: Path) -> None:
    """Changes, merges and clearing away in a copy leave every byte of the snapshot as it was."""
    snapshot = tmp_path / "snapshot"
    index.save(snapshot)
    before = digests(snapshot)
    copy = LexicalIndex(tmp_path / "work", snapshot)
    for number in range(20, 40):
        copy.change([number - 20], [Entry(number, number, "volcano treaty")])
    copy.save(tmp_path / "another")
    copy.close()
    assert digests(snapshot) == before
    again = LexicalIndex(tmp_path / "work", snapshot)
    assert found(again.searcher(), "treaty") == [2, 1]
    assert found(again.searcher(), "volcano") == []
    again.close()


def test_a_snapshot_may_vanish_while_it_is_in_use(index: LexicalIndex, tmp_path: Path) -> None:
    """A working copy needs its snapshot no more once it is made."""
    snapshot = tmp_path / "snapshot"
    index.save(snapshot)
    copy = LexicalIndex(tmp_path / "work", snapshot)
    shutil.rmtree(snapshot)
    copy.change([1], [Entry(30, 30, "volcano")])
    assert sorted(found(copy.searcher(), "harbour volcano")) == [3, 30]
    copy.close()


def test_a_file_system_without_links_gets_copies(
    index: LexicalIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where files cannot have second names, they are copied."""

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    index.save(tmp_path / "snapshot")
    copy = LexicalIndex(tmp_path / "work", tmp_path / "snapshot")
    assert found(copy.searcher(), "treaty") == [2, 1]
    copy.close()


def test_closing_removes_the_working_copy(tmp_path: Path) -> None:
    """Nothing is left of an index that was closed, twice if need be."""
    index = LexicalIndex(tmp_path / "work")
    index.change([], ENTRIES)
    index.close()
    index.close()
    assert list((tmp_path / "work").iterdir()) == []


def test_a_directory_that_is_no_index_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    """A failed start leaves no working copy behind."""
    (tmp_path / "snapshot").mkdir()
    with pytest.raises(ValueError, match=r"(?i)meta\.json"):
        LexicalIndex(tmp_path / "work", tmp_path / "snapshot")
    assert list((tmp_path / "work").iterdir()) == []


HOLDING = """
import sys
from pathlib import Path
from index.entries import Entry
from index.lexical import LexicalIndex
index = LexicalIndex(Path(sys.argv[1]))
index.change([], [Entry(1, 1, "treaty")])
print("ready", flush=True)
sys.stdin.read()
"""


def test_only_working_copies_of_dead_processes_are_cleared(tmp_path: Path) -> None:
    """What a killed process left goes; what a living one works on stays, its own index included."""
    workspace = tmp_path / "work"
    command = [sys.executable, "-c", HOLDING, str(workspace)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        (theirs,) = workspace.iterdir()
        mine = LexicalIndex(workspace)
        mine.change([], ENTRIES)
        clear_workspace(workspace)
        assert theirs.is_dir()
        assert len(list(workspace.iterdir())) == 2
        other.kill()
    clear_workspace(workspace)
    assert not theirs.exists()
    assert found(mine.searcher(), "treaty") == [2, 1]
    mine.close()


def test_a_working_copy_is_cleared_though_its_process_id_is_in_use_again(tmp_path: Path) -> None:
    """In a container every process may have number 1: what counts is who holds the directory, not its name."""
    left = tmp_path / "work" / f"{os.getpid()}-left"
    left.mkdir(parents=True)
    (left / "meta.json").write_text("{}")
    clear_workspace(tmp_path / "work")
    assert not left.exists()


def test_there_may_be_nothing_to_clear(tmp_path: Path) -> None:
    """A workspace that does not exist, or holds a stray file, is no error."""
    clear_workspace(tmp_path / "nowhere")
    (tmp_path / "stray").write_text("")
    clear_workspace(tmp_path)
    assert (tmp_path / "stray").is_file()
