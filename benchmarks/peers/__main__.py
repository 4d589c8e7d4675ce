"""Peers: txtai, LlamaIndex with FAISS, and Haystack beside Verbatim, over the same articles, questions and weights.

    python -m benchmarks.peers [--articles FILE …] [--questions FILE] [--limit N] [--rounds 5] [--peers NAME …]

Each peer has a virtual environment of its own (made under `build/peers` from `benchmarks/peers/requirements`) and is
driven in its own recommended way; what that is, and why, each `with_….py` says. Every run starts from nothing: one
process indexes and ends, another opens what was built, answers all questions, and takes in new articles. Runs are
interleaved, peer and Verbatim in turn, so that a busy minute slows both sides of a ratio.

All index the same passages: those that Verbatim cuts, one document each. Verbatim besides extracts statements and
embeds them. What it answers is scored as what peers answer is; peers answer always, since none of them recommends a
score below which not to. Without the labelled questions beside the project, the sample collection is indexed and asked
about, and nothing is scored.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.driving import ROOT, DriverError, System, Task, run
from benchmarks.peers.environments import PEERS, EnvironmentFailedError, prepared
from benchmarks.peers.preparing import Row, limited, newcomers, rows, sample, written
from benchmarks.peers.reporting import US, Pair, measurements, table
from benchmarks.results import FOLDER, write
from index.models import BUNDLED, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from benchmarks.peers.driving import Run
    from benchmarks.peers.reporting import Scores
    from benchmarks.results import Setting

    Scoring = Callable[[Run], Scores]


def systems(peers: Sequence[str], models: Path) -> tuple[System, list[System]]:
    """Return Verbatim, and the peers, whose environments are made where they are missing.

    Raises:
        EnvironmentFailedError: one could not be made.
    """
    weights = locate(BUNDLED)
    assert weights is not None, "the bundled model is a directory"
    module = "benchmarks.peers.with_{}"
    ours = System(US, (sys.executable, "-m", module.format("verbatim")), models)
    others = [System(name, (str(prepared(name)), "-m", module.format(name)), weights) for name in peers]
    return ours, others


def compared(ours: System, peers: Sequence[System], task: Task, rounds: int) -> dict[str, list[Pair]]:
    """Run all rounds: in each, every peer, and Verbatim right after it.

    Raises:
        DriverError: a driver failed.
    """
    pairs: dict[str, list[Pair]] = {peer.name: [] for peer in peers}
    for number in range(rounds):
        for peer in peers:
            print(f"round {number + 1} of {rounds}: {peer.name} …", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory() as temporary:
                try:
                    theirs = run(peer, task, Path(temporary) / "peer")
                    pairs[peer.name].append(Pair(theirs, run(ours, task, Path(temporary) / "ours")))
                except DriverError as error:
                    print(error.errors.read_text("utf-8", "replace"), file=sys.stderr)
                    raise
    return pairs


def scoring(shared: Path, questions: list[Row], articles: list[Row]) -> Scoring:
    """Return what scores a run; {} where there are no labels."""
    if not all("gold" in row for row in questions):
        return lambda _: {}
    score = _scorer(shared)
    texts = {row["id"]: score.fold(row["text"]) for row in articles}
    return lambda ran: {
        name: value for name, value in score.score(questions, ran.answers, texts).items() if isinstance(value, float)
    }


def _scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("sayqa", shared / "score" / "sayqa.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def material(options: argparse.Namespace) -> tuple[list[Row], list[Row]]:
    """Return the articles and the questions that the options name."""
    if not options.articles and not options.shared.is_dir():
        return sample()
    data = options.shared / "data"
    files = options.articles or [data / f"polnear-{part}.articles.jsonl.gz" for part in ("train", "dev")]
    articles = [row for file in files for row in rows(file)]
    return limited(articles, rows(options.questions or data / "sayqa-dev.questions.jsonl.gz"), options.limit)


def main() -> None:
    """Measure, print the table, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, nargs="+", help="JSONL articles, as `verbatim add` reads them")
    parser.add_argument("--questions", type=Path, help="JSONL questions with gold statements")
    parser.add_argument("--limit", type=int, help="how many articles at most, those that are asked about first")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared", help="where labelled data and scorers lie"
    )
    parser.add_argument("--models", type=Path, default=ROOT / "build" / "peers" / "models", help="compiled models")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where `peers.json` goes")
    options = parser.parse_args()
    articles, questions = material(options)
    with tempfile.TemporaryDirectory() as temporary:
        size = written(articles, Path(temporary) / "all", options.models)
        task = Task(
            Path(temporary) / "all",
            tuple(row["question"] for row in questions),
            newcomers(Path(temporary) / "new", options.models),
        )
        try:
            ours, peers = systems(options.peers, options.models)
            pairs = compared(ours, peers, task, options.rounds)
        except (EnvironmentFailedError, DriverError) as error:
            sys.exit(str(error))
    scored = scoring(options.shared, questions, articles)
    scores = {US: [scored(each.ours) for rounds in pairs.values() for each in rounds]}
    scores |= {name: [scored(each.peer) for each in rounds] for name, rounds in pairs.items()}
    setting: Setting = {"articles": size.articles, "passages": size.passages, "questions": len(questions)}
    path = write("peers", measurements(pairs, scores, setting), options.out)
    told = ", ".join(f"{value} {name}" for name, value in setting.items())
    print(f"{told}; {options.rounds} rounds; beside a peer's figure, Verbatim's divided by it\n")
    print(table(pairs, scores))
    print(f"\nwritten to {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
