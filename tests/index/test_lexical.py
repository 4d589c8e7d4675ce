"""Lexical search: what BM25 finds, how the index changes, and that a snapshot never does."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.lexical import Entry, LexicalIndex, LexicalSearcher, clear_workspace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
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
    return searcher.search(searcher.question(question), count, chosen).ids.tolist()


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
    all_of_them = searcher.search(["treati", "roe"], 10)
    one = searcher.search(["treati", "roe"], 10, np.array([1]))
    assert one.ids.tolist() == [1]
    assert one.scores.tolist() == all_of_them.scores[all_of_them.ids == 1].tolist()


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
    for path in snapshot.iterdir():
        path.unlink()
    snapshot.rmdir()
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
from index.lexical import Entry, LexicalIndex
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
