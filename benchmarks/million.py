"""A large archive: questions, recall, memory, start, and one more article.

    python -m benchmarks.million --data-dir DIRECTORY [--questions FILE.jsonl.gz] [--rounds 5]

The directory is one that `benchmarks.archive` has made. Prints a table, and writes `build/bench/million-PASSAGES.json`.
What is compared runs in processes of its own, in turn:

- a whole question against the bare encoding of the same one (ONNX Runtime, full precision);
- what dense search finds against the exact ten nearest, over all vectors of the snapshot in use: passages, statements,
  and statements of speakers who make a fiftieth of them all;
- from the start of a process until its first answer against importing torch and sentence-transformers;
- an article that is stored, indexed and asked about, and taken out again;
- resident memory after all questions, and how much of it is mapped files.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.asking import A_ROUND, Added, Ours, asked, questions
from benchmarks.filling import Made, opened
from benchmarks.measuring import Memory, Worker
from benchmarks.results import FOLDER, Meaning, Measurement, Setting, paired, table, write
from index.dense import DenseView
from index.engine import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.registry import Registry
    from corpus.store import Store
    from index.encoder import Vectors
    from index.engine import Engine

TOP = 10
"""Nearest texts that are looked for."""

FILTERED = 0.02
"""Share of all statements that the speakers of the filtered search make."""

BLOCK = 50_000
"""Vectors that are compared at a time."""

ROUNDING = 5e-4
"""Cosines that differ by less are the same to vectors that are kept in half precision."""

Ids = NDArray[np.int64]

IMPORTS = "import torch, sentence_transformers"


class Recall:
    """What an archive's dense search finds of the exact nearest."""

    def __init__(self, directory: Path) -> None:
        self._app = opened(directory)

    def __call__(self, texts: Sequence[str]) -> dict[str, float]:
        """Return the recall at ten for questions: of passages, statements, and the statements of a few speakers."""
        vectors = self._app.encoder.encode_questions(texts)
        engines = self._app.projection.engines
        found = {}
        for name, kind, among in (
            ("passages", "passages", None),
            ("statements", "statements", None),
            ("statements, 2 % filter", "statements", a_few(self._app.store, self._app.speakers.view().registry)),
        ):
            engine: Engine = getattr(engines, kind)
            seen = [nearest(engine, vector, among) for vector in vectors]
            least, cosines = exact(self._blocks(kind), vectors, among, seen)
            hits = [(got >= low - ROUNDING).sum() / TOP for got, low in zip(cosines, least, strict=True)]
            found[name] = float(np.mean(hits))
        return found

    def _blocks(self, name: str) -> Iterator[tuple[Ids, Vectors]]:
        """Yield all vectors of passages or statements with their ids, as they are stored, in blocks."""
        snapshots = self._app.projection.snapshots
        name_in_use = snapshots.current()
        assert name_in_use is not None
        inner = {"passages": "dense", "statements": f"{STATEMENTS}/dense"}[name]
        for segment in DenseView.load(snapshots.path(name_in_use) / inner).segments:
            rows, kept = segment.rows, segment.kept
            for at in range(0, len(rows), BLOCK):
                chosen = kept[at : at + BLOCK]
                yield rows.ids[at : at + BLOCK][chosen], rows.vectors[at : at + BLOCK][chosen].astype(np.float32)


def nearest(engine: Engine, vector: Vectors, among: Ids | None) -> Ids:
    """Return the ids of the ten that an engine finds nearest; a question without words leaves meaning alone."""
    found = engine.search("", vector[None, :], among, TOP)
    order = np.lexsort((found.ids, -found.cosines[:, 0]))[:TOP]
    ids: Ids = found.ids[order]
    return ids


def exact(
    blocks: Iterator[tuple[Ids, Vectors]], vectors: Vectors, among: Ids | None, seen: Sequence[Ids]
) -> tuple[Vectors, list[Vectors]]:
    """Look at all vectors.

    Args:
        blocks: ids and vectors of a part of them.
        vectors: of the questions, shape (questions, dimension).
        among: ids that count, ascending; None for all.
        seen: ids that were found for each question.

    Returns:
        The tenth highest cosine of each question, and the cosines of what was seen.
    """
    best = np.full((len(vectors), TOP), -1, np.float32)
    cosines = [np.full(len(ids), -1, np.float32) for ids in seen]
    for ids, block in blocks:
        scores = vectors @ block.T
        for position, wanted in enumerate(seen):
            at = np.searchsorted(ids, wanted).clip(max=max(0, len(ids) - 1))
            here = ids[at] == wanted if len(ids) else np.zeros(len(wanted), bool)
            cosines[position][here] = scores[position, at[here]]
        if among is not None:
            scores = scores[:, np.isin(ids, among)]
        whole = np.concatenate([best, scores], axis=1)
        best = np.partition(whole, whole.shape[1] - TOP, axis=1)[:, -TOP:]
    return best.min(axis=1), cosines


def a_few(store: Store, registry: Registry) -> Ids:
    """Return the statements, ascending, of speakers who together make about a fiftieth of them all."""
    wanted = FILTERED * store.summary().statements
    speakers, count = [], 0
    for profile in registry.profiles:
        if count + profile.statements <= wanted:
            speakers.append(profile.speaker.id)
            count += profile.statements
    return np.asarray(registry.statement_numbers(speakers=speakers), np.int64)


def started(directory: Path, question: str, rounds: int, setting: Setting) -> Measurement:
    """Measure from the start of a process until its first answer, against importing what others import."""
    ours = [sys.executable, "-m", "bot.cli", "--data-dir", str(directory), "ask", question]
    theirs = [sys.executable, "-c", IMPORTS]
    took: list[list[float]] = [[], []]
    # The first of each finds its files on disk; all that count find them in memory.
    for _ in range(rounds + 1):
        for side, command in enumerate((ours, theirs)):
            began = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            took[side].append(time.perf_counter() - began)
    meaning = Meaning(measure="start to first answer", unit="s", against=IMPORTS, setting=setting)
    return paired(meaning, took[0][1:], took[1][1:])


def added(directory: Path, rounds: int, setting: Setting) -> list[Measurement]:
    """Measure how long one more article takes until it is stored, indexed, and answers a question."""
    with Worker(Ours, directory) as ours:
        ours(0)  # models are loaded with the first
        took: list[Added] = [ours(number) for number in range(1, rounds + 1)]
    return [
        paired(Meaning(measure=f"one more article, until {name}", unit="s", setting=setting), values)
        for name, values in (
            ("stored", [each.stored for each in took]),
            ("indexed", [each.indexed for each in took]),
            ("answerable", [each.answered for each in took]),
        )
    ]


def remembered(memory: Memory, setting: Setting) -> list[Measurement]:
    """Return the memory of a process that has answered all questions, in GB of 10^9 bytes."""
    return [
        Measurement(measure="resident memory", value=memory.resident / 1e9, unit="GB", setting=setting),
        Measurement(measure="of which mapped files", value=memory.mapped / 1e9, unit="GB", setting=setting),
    ]


def main() -> None:
    """Measure, print the table, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument(
        "--questions", type=Path, help='JSON Lines with a "question" each; default: made from statements'
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=FOLDER)
    options = parser.parse_args()
    directory, rounds = options.data_dir, options.rounds
    if Made.load(directory) is None:
        sys.exit(f"{directory} is no archive: python -m benchmarks.archive --data-dir {directory} makes one")
    store = opened(directory).store
    summary = store.summary()
    store.close()
    setting: Setting = {"passages": summary.passages, "statements": summary.statements}
    texts = questions(directory, rounds * A_ROUND, options.questions)
    results, memory = asked(directory, texts, rounds, setting, options.output)
    results += remembered(memory, setting)
    with Worker(Recall, directory) as recall:
        for name, value in recall(texts[: 2 * A_ROUND]).items():
            meaning = Meaning(measure=f"recall@10, {name}", unit="", setting=setting)
            results.append(paired(meaning, [value]))
    results.append(started(directory, texts[0], rounds, setting))
    results += added(directory, rounds, setting)
    print(table(results))
    print(f"\n{write(f'million-{summary.passages}', results, options.output)}")


if __name__ == "__main__":
    main()
