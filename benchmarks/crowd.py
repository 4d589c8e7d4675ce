"""How well a crowd is served: many who ask at once, in one process, against one who asks in a loop.

    python benchmarks/crowd.py --data-dir DIR [--models DIR] [--questions FILE]

Everybody asks different questions, so no answer comes from the cache, which stands outside of what is measured. Rounds
of one asker and of the crowd take turns, so that a busy machine slows both. A crowd of n that is served x times as fast
waits n / x times as long as a lone asker in the mean (Little's law), whatever the order: that is printed beside the
measured wait. By default the data directory is a new one with the sample articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app import App
from bot.chat.workshop import WORKERS
from bot.commands.demo import SAMPLE
from bot.config import load_settings
from corpus.importing import run_import
from corpus.sources import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WORD = re.compile(r"[^\W\d_]{5,}")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="a data directory with articles; it is not changed")
    parser.add_argument("--models", type=Path, help="where the compiled model is; default: in the data directory")
    parser.add_argument("--questions", type=Path, help='JSONL of {"question": …}, also gzipped; default: made up')
    parser.add_argument("--askers", type=int, default=64)
    parser.add_argument("--each", type=int, default=3, help="questions of each asker in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=WORKERS, help="threads that answer")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        app = _opened(options.data_dir or Path(temporary), options.models)
        try:
            _measure(app, options)
        finally:
            app.close()


def _measure(app: App, options: argparse.Namespace) -> None:
    count = options.askers * options.each
    questions = list(dict.fromkeys(_read(options.questions) if options.questions else _made_up(app)))[:count]
    if len(questions) < options.askers:
        sys.exit(f"error: {len(questions)} different questions are too few for {options.askers} askers")
    ask: Callable[[str], object] = app.answerer.ask
    _alone(ask, questions[: options.askers])  # what is loaded by the first questions is not what is measured
    rows = [(_alone(ask, questions), _crowd(ask, questions, options)) for _ in range(options.rounds)]
    _print(rows, questions, options)


def _alone(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Return the seconds that each question took one who asked them one after another."""
    taken = []
    for question in questions:
        began = time.perf_counter()
        ask(question)
        taken.append(time.perf_counter() - began)
    return taken


def _crowd(
    ask: Callable[[str], object], questions: Sequence[str], options: argparse.Namespace
) -> tuple[float, list[float], float]:
    """Let all ask at once, each the next question when the last is answered, as the bot does: a few threads answer.

    Returns:
        Seconds until everybody was answered, seconds of each question from being asked on, and seconds of processor.
    """
    begin, taken = threading.Barrier(options.askers + 1), list[float]()
    with ThreadPoolExecutor(options.threads) as answering:

        def asker(mine: Sequence[str]) -> None:
            begin.wait()
            for question in mine:
                asked = time.perf_counter()
                answering.submit(ask, question).result()
                taken.append(time.perf_counter() - asked)

        people = [
            threading.Thread(target=asker, args=[questions[number :: options.askers]])
            for number in range(options.askers)
        ]
        for person in people:
            person.start()
        begin.wait()
        began, worked = time.perf_counter(), time.process_time()
        for person in people:
            person.join()
        return time.perf_counter() - began, taken, time.process_time() - worked


def _print(
    rows: Sequence[tuple[list[float], tuple[float, list[float], float]]],
    questions: Sequence[str],
    options: argparse.Namespace,
) -> None:
    rates = [sum(lone) / crowd for lone, (crowd, _, _) in rows]
    waits = [_percentile(taken, 99) / statistics.median(lone) for lone, (_, taken, _) in rows]
    busy = [worked / crowd for _, (crowd, _, worked) in rows]
    lone = statistics.median(seconds for each, _ in rows for seconds in each)
    print(
        f"{options.askers} askers, {len(questions)} different questions, {options.threads} threads that answer, "
        f"{len(rows)} paired rounds\n"
    )
    print("| measure | one asker | the crowd | ratio, median (least to most) |")
    print("|---|---|---|---|")
    alone = statistics.median(len(each) / sum(each) for each, _ in rows)
    crowd = statistics.median(len(questions) / seconds for _, (seconds, _, _) in rows)
    print(f"| answers/s | {alone:.1f} | {crowd:.1f} | {_span(rates)}x |")
    slowest = statistics.median(_percentile(taken, 99) for _, (_, taken, _) in rows)
    print(f"| p99 against the lone p50, ms | {1000 * lone:.1f} | {1000 * slowest:.1f} | {_span(waits)}x |")
    least = options.askers / statistics.median(rates)
    print(f"| mean wait by Little's law at that rate | | | {least:.1f}x |")
    print(f"| processors kept busy | | {statistics.median(busy):.2f} | |")


def _span(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _opened(directory: Path, models: Path | None) -> App:
    app = App(load_settings(data_dir=directory), models=models)
    if not app.store.extent().articles:
        with app.lock():
            run_import(find([str(SAMPLE)]), app.writer, app.jobs)
    app.projection.catch_up()
    return app


def _read(path: Path) -> Iterator[str]:
    reading = gzip.open if path.suffix == ".gz" else open
    with reading(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield str(json.loads(line)["question"])


def _made_up(app: App) -> Iterator[str]:
    """Make questions up after the statements that there are, those of the busiest speakers first."""
    for number in app.store.article_numbers():
        for passage, article in app.store.cited_of([number]):
            words = sorted(set(_WORD.findall(passage.span.of(article.text))), key=lambda word: (-len(word), word))
            if len(words) > 1:
                yield f"who spoke about {words[0]} and {words[1]}?"
    for profile in app.answerer.speakers():
        for topic in ("the future", "the war", "his country", "peace", "money", "the law"):
            yield f"what did {profile.speaker.name} say about {topic}?"


if __name__ == "__main__":
    main()
