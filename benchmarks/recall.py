"""Recall: does the compressed search of vectors find what comparing with every vector finds, and how fast?

    python benchmarks/recall.py [--vectors FILE.npy | --data DIRECTORY] [--questions FILE.jsonl.gz] [--count 1000000]

Real vectors are multiplied: a copy lies off its original by half the angle between a real vector and its nearest, in a
direction in which near ones really differ, so that copies stay where texts are, and crowd as a growing collection does.
The first table shows how near the nearest are, among a tenth of the real vectors, among ten times as many real ones,
and among as many made from that tenth: compare the last two.

Questions are the given file's, and real vectors that were left out with some noise. Without --vectors and --data the
sample collection is imported and used, which holds few texts: its figures say little.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import faiss
import numpy as np

from benchmarks.results import Meaning, Measurement, paired, write
from bot.app import App
from bot.config import load_settings
from corpus.importing import run_import
from corpus.sources import SAMPLE, find
from index.dense import DenseView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Ids = NDArray[np.int64]

BLOCK = 50_000
PAIRS = 5000
SHARE = 0.02
ASKED = 200
DEPTH, NEAREST = 100, 10
TOLERANCE = 1e-6
NEW, GONE = 5000, 5000


def main() -> None:
    """Make the vectors, measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", type=Path, help="real vectors, .npy, one a row")
    parser.add_argument("--data", type=Path, help="data directory whose vectors are real ones")
    parser.add_argument("--questions", type=Path, help="JSONL, optionally gzipped, with a field `question`")
    parser.add_argument("--count", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        real = np.load(options.vectors) if options.vectors else _stored(options.data or _sample(directory / "sample"))
        real = np.random.default_rng(0).permutation(np.unique(real, axis=0))
        left_out, real = real[: len(real) // 20][:ASKED], real[len(real) // 20 :]
        asked = {"texts": _noisy(left_out)}
        if options.questions:
            asked["questions"] = _encoded(options.questions, directory / "questions")
        _print_nearness(asked, real)
        _measure(asked, real, options.count, directory)


def multiplied(real: Vectors, count: int, seed: int = 1) -> Iterator[Vectors]:
    """Yield real vectors, then copies of them, in blocks.

    Args:
        real: shape (n, dimension), unit L2 norm per row.
        count: how many in all.
        seed: of the choice.
    """
    random = np.random.default_rng(seed)
    first = real[random.choice(len(real), min(PAIRS, len(real)), replace=False)]
    _, near = faiss.knn(first, real, 2, metric=faiss.METRIC_INNER_PRODUCT)
    second = real[near[:, 1]]
    angles = np.arccos(np.clip((first * second).sum(1), -1, 1))
    apart = angles > np.radians(10)  # nearer ones are the same text with another comma
    differences, angles = (first - second)[apart], angles[apart] / 2
    yield real[:count]
    for at in range(len(real), count, BLOCK):
        size = min(BLOCK, count - at)
        origins, chosen = real[random.integers(0, len(real), size)], random.integers(0, len(angles), size)
        away = differences[chosen]
        away -= (away * origins).sum(1, keepdims=True) * origins
        away /= np.linalg.norm(away, axis=1, keepdims=True)
        yield np.cos(angles[chosen, None]) * origins + np.sin(angles[chosen, None]) * away


def _noisy(vectors: Vectors) -> Vectors:
    noise = np.random.default_rng(2).normal(size=vectors.shape)
    noisy = vectors + 0.5 * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return np.asarray(noisy / np.linalg.norm(noisy, axis=1, keepdims=True), np.float32)


def _sample(directory: Path) -> Path:
    app = App(load_settings(data_dir=directory, database_url=None))
    with app.lock():
        run_import(find([str(SAMPLE)]), app.writer, app.jobs)
        app.projection.catch_up()
    app.close()
    return directory


def _stored(directory: Path) -> Vectors:
    with sqlite3.connect(f"file:{directory / 'vectors.sqlite'}?mode=ro", uri=True) as connection:
        stored = connection.execute(
            "SELECT vector FROM vectors WHERE model = (SELECT model FROM vectors GROUP BY model ORDER BY count(*) DESC)"
        )
        return np.array([np.frombuffer(vector, np.float32) for (vector,) in stored])


def _encoded(path: Path, directory: Path) -> Vectors:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
        questions = [json.loads(line)["question"] for line, _ in zip(file, range(ASKED), strict=False)]
    app = App(load_settings(data_dir=directory, database_url=None))
    encoded = app.encoder.encode_questions(questions)
    app.close()
    return encoded


def _print_nearness(asked: dict[str, Vectors], real: Vectors) -> None:
    tenth = real[: len(real) // 10]
    made = np.concatenate([*multiplied(tenth, len(real))])
    print("\n| nearest | rank | of a tenth | of all | of a tenth multiplied |\n|---|---:|---:|---:|---:|")
    for name, vectors in asked.items():
        for rank in (1, 10, 50):
            means = [faiss.knn(vectors, rows, rank, metric=faiss.METRIC_INNER_PRODUCT)[0][:, -1].mean()
                     for rows in (tenth, real, made)]  # fmt: skip
            print(f"| {name} | {rank} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")


def _measure(asked: dict[str, Vectors], real: Vectors, count: int, directory: Path) -> None:
    view, at = DenseView.empty(real.shape[1]), 0
    for block in multiplied(real, count):
        ids = np.arange(at, at + len(block), dtype=np.int64)
        view, at = view.added(block, ids, ids // 8), at + len(block)
    began = time.process_time()
    view = view.compacted(directory)
    built = time.process_time() - began
    view.save(directory / "dense")
    began = time.perf_counter()
    view = DenseView.load(directory / "dense")
    loaded = time.perf_counter() - began
    random = np.random.default_rng(3)
    some = np.sort(random.choice(count, int(SHARE * count), replace=False))
    changed = view.without(random.choice(count // 8, min(GONE, count // 16), replace=False).tolist())
    fresh = [*multiplied(real, len(real) + NEW, seed=4)][-1][-NEW:]
    changed = changed.added(fresh, np.arange(count, count + NEW), np.arange(count, count + NEW))
    print(f"\n| {count} vectors | asked | recall@{NEAREST} | ms CPU | ms exact, flat | ratio |")
    print("|---|---|---:|---:|---:|---:|")
    flat = faiss.IndexIDMap(faiss.IndexFlatIP(real.shape[1]))
    kept: list[Measurement] = []
    for name, tried, among in (("all", view, None), (f"{SHARE:.0%} filter", view, some), ("changed", changed, None)):
        rows = tried.rows()
        flat.reset()
        for start in range(0, len(rows), BLOCK):
            flat.add_with_ids(rows.vectors[start : start + BLOCK].astype(np.float32), rows.ids[start : start + BLOCK])
        del rows
        for kind, vectors in asked.items():
            shares, ours, exact = zip(*(_compared(tried, flat, vector, among) for vector in vectors), strict=True)
            mine, plain = statistics.median(ours) * 1e3, statistics.median(exact) * 1e3
            recall = statistics.mean(shares)
            print(f"| {name} | {kind} | {recall:.4f} | {mine:.2f} | {plain:.1f} | {mine / plain:.3f} |", flush=True)
            setting = {"vectors": count, "among": name, "asked": kind}
            kept.append(paired(Meaning(f"recall@{NEAREST}", "of 1", setting=setting), [recall]))
            kept.append(paired(Meaning("a search", "ms CPU", "exact, flat", setting), [mine], [plain]))
    write("recall", kept)
    print(f"\n{view.describe()}\nmerged and compressed in {built:.0f} s CPU; opened in {loaded * 1e3:.0f} ms")


def _compared(
    view: DenseView, flat: faiss.IndexIDMap, vector: Vectors, among: Ids | None
) -> tuple[float, float, float]:
    """Return the share of the nearest that a view finds, and the seconds that it and the exact search take."""
    began = time.process_time()
    found = view.search(vector[None], DEPTH, among)[0].scores[:NEAREST]
    between = time.process_time()
    truth = _exact(flat, vector, among)
    ended = time.process_time()
    # By scores, since of equally near ones any may be named; float16 rounds the products a little.
    return float(np.mean(found >= truth[-1] - TOLERANCE)), between - began, ended - between


def _exact(flat: faiss.IndexIDMap, vector: Vectors, among: Ids | None) -> Vectors:
    parameters = None if among is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]
    found: Vectors = flat.search(vector[None], NEAREST, params=parameters)[0][0]
    return found


if __name__ == "__main__":
    main()
