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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.results import Meaning, Measurement, paired, table, write
from bot.app import App
from bot.chat.workshop import WORKERS
from bot.config import load_settings
from corpus.importing import run_import
from corpus.sources import SAMPLE, find

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
        app = opened(options.data_dir or Path(temporary), options.models)
        try:
            _measure(app, options)
        finally:
            app.close()


def _measure(app: App, options: argparse.Namespace) -> None:
    questions = questions_for(app, options.questions, options.askers * options.each)
    ask: Callable[[str], object] = app.answerer.ask
    _alone(ask, questions[: options.askers])  # what is loaded by the first questions is not what is measured
    rows = [(_alone(ask, questions), _crowd(ask, questions, options)) for _ in range(options.rounds)]
    measurements = _measured(rows, options)
    print(table(measurements))
    write("crowd", measurements)


@dataclass(frozen=True)
class Served:
    """How some questions were answered.

    Attributes:
        taken: seconds of each question, from being asked on.
        whole_s: seconds until all were answered.
        worked_s: seconds of processor that the process took for it.
    """

    taken: list[float]
    whole_s: float
    worked_s: float


def _alone(ask: Callable[[str], object], questions: Sequence[str]) -> Served:
    """Ask one question after another."""
    taken = list[float]()
    whole, worked = time.perf_counter(), time.process_time()
    for question in questions:
        began = time.perf_counter()
        ask(question)
        taken.append(time.perf_counter() - began)
    return Served(taken, time.perf_counter() - whole, time.process_time() - worked)


def _crowd(ask: Callable[[str], object], questions: Sequence[str], options: argparse.Namespace) -> Served:
    """Let all ask at once, each the next question when the last is answered, as the bot does: a few threads answer."""
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
        return Served(taken, time.perf_counter() - began, time.process_time() - worked)


def _measured(rows: Sequence[tuple[Served, Served]], options: argparse.Namespace) -> list[Measurement]:
    """Sum the rounds up."""
    count = len(rows[0][0].taken)
    setting = {"askers": options.askers, "questions": count, "answering threads": options.threads}

    def row(
        measure: str, unit: str, against: str, pick: Callable[[Served, Served], tuple[float, float]]
    ) -> Measurement:
        pairs = [pick(lone, crowd) for lone, crowd in rows]
        return paired(Meaning(measure, unit, against, setting), *(list(side) for side in zip(*pairs, strict=True)))

    return [
        row("crowd: answers", "1/s", "one asker", lambda lone, crowd: (count / crowd.whole_s, count / lone.whole_s)),
        row(
            "crowd: p99 of a wait",
            "ms",
            "the lone p50",
            lambda lone, crowd: (1000 * _percentile(crowd.taken, 99), 1000 * statistics.median(lone.taken)),
        ),
        row(
            "crowd: processor time of an answer",
            "ms",
            "one asker",
            lambda lone, crowd: (1000 * crowd.worked_s / count, 1000 * lone.worked_s / count),
        ),
        row(
            "crowd: processors kept busy",
            "",
            "one asker",
            lambda lone, crowd: (crowd.worked_s / crowd.whole_s, lone.worked_s / lone.whole_s),
        ),
    ]


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def opened(directory: Path, models: Path | None) -> App:
    """Open a data directory, and put the sample articles into it if it has none."""
    app = App(load_settings(data_dir=directory), models=models)
    if not app.store.extent().articles:
        with app.lock():
            run_import(find([str(SAMPLE)]), app.writer, app.jobs)
    app.projection.catch_up()
    return app


def questions_for(app: App, path: Path | None, count: int) -> list[str]:
    """Return so many different questions, from a file or made up; ends the process where there are fewer."""
    questions = list(dict.fromkeys(_read(path) if path else _made_up(app)))[:count]
    if len(questions) < count:
        sys.exit(f"error: there are {len(questions)} different questions, and {count} are needed")
    return questions


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
