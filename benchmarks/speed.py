"""Speed: indexing, the encoder alone, and a question, each beside a peer in the same run.

    python -m benchmarks.speed [--articles FILE.jsonl.gz] [--archive DIRECTORY] [--shared DIRECTORY] [--rounds 5]

Prints a table, and writes `build/bench/speed.json`. What is compared runs in processes of its own, in turn, over the
same texts and with the same weights, so that the ratios hold where the seconds do not:

- importing and indexing articles, statements included, against `SentenceTransformer.encode` of the same passages;
- the encoder alone against the same; with --shared also what that costs in found answers: the development questions
  are asked of two indexes, of which one holds the vectors of sentence-transformers;
- whole questions at 20,000 passages against the bare encoding of the same questions by ONNX Runtime.

Without --articles the sample collection is imported, with a sentence of its own in each copy of a text so that nothing
is found in a cache; without --archive one of 20,000 passages is made from the same articles (`benchmarks.archive`).
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import archive, quality
from benchmarks.asking import A_ROUND, asked, questions
from benchmarks.measuring import Worker, plain_model
from benchmarks.results import FOLDER, Meaning, Measurement, paired, table, write
from bot.app import App
from bot.commands.maintaining import import_sources
from bot.config import load_settings
from corpus.importing import run_import
from corpus.readers import read
from corpus.records import GoodRecord
from corpus.sources import SAMPLE, find
from index.models import load_encoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.encoder import Encoder, Vectors

COPIES = 10
"""Copies of the sample collection that are imported."""

ASKED_PASSAGES = 20_000
PLAIN = "SentenceTransformer.encode of the same passages"


class Indexing:
    """A process that imports and indexes articles as the command line does it, and embeds as an import does."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._app = App(load_settings(database_url=None), models=models)
        # Loaded once a process, so not part of what is measured.
        self._app.encoder.encode(["a text"])
        self._app.extractor.extract("Ann Roe said that models are loaded when they are first needed.")

    def __call__(self, given: tuple[Path, Path] | Sequence[str]) -> tuple[float, list[str]]:
        """Import articles (a data directory, a file) or embed passages; return the seconds, and the passages."""
        if isinstance(given, tuple):
            return self._import(*given)
        began = time.perf_counter()
        self._app.encoder.encode(given)
        return time.perf_counter() - began, []

    def _import(self, directory: Path, articles: Path) -> tuple[float, list[str]]:
        app = App(load_settings(data_dir=directory, database_url=None), models=self._models)
        app.encoder, app.extractor = self._app.encoder, self._app.extractor
        began = time.perf_counter()
        with app.lock():
            run_import(find([str(articles)]), app.writer, app.jobs)
            app.projection.catch_up()
            app.projection.publish()
        took = time.perf_counter() - began
        cited = app.store.cited_of(app.store.article_numbers())
        app.close()
        shutil.rmtree(directory)
        return took, [passage.span.of(article.text) for passage, article in cited]


class Plain:
    """A process that embeds passages with sentence-transformers."""

    def __init__(self) -> None:
        self._model = plain_model()
        self._model.encode(["a text"], normalize_embeddings=True)

    def __call__(self, texts: Sequence[str]) -> float:
        """Return how long it took, in seconds."""
        began = time.perf_counter()
        self._model.encode(list(texts), normalize_embeddings=True)
        return time.perf_counter() - began


class Original:
    """The vectors of sentence-transformers, for an index beside that of Verbatim's own encoder.

    Attributes:
        fingerprint: see `index.encoder.Encoder`, as for the others.
        dimension: of a vector.
        window: in tokens.
        least_cosine: of an answer.
    """

    def __init__(self, ours: Encoder) -> None:
        self._ours = ours
        self._model = plain_model()
        self.fingerprint = f"{ours.fingerprint}-original"
        self.dimension, self.window, self.least_cosine = ours.dimension, ours.window, ours.least_cosine

    def measure(self, texts: Sequence[str]) -> list[int]:
        """Return the length of each text in tokens."""
        return self._ours.measure(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts."""
        vectors: Vectors = self._model.encode(list(texts), normalize_embeddings=True)
        return vectors

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions, before which the bundled model wants nothing."""
        return self.encode(texts)


def indexed(articles: Path, directory: Path, models: Path, rounds: int) -> list[Measurement]:
    """Measure importing and indexing, and the encoder alone, in passages a second.

    Args:
        articles: a file of articles.
        directory: for data directories, each of which is deleted when it was measured.
        models: where compiled models are kept.
        rounds: how often.
    """
    whole: list[float] = []
    alone: list[float] = []
    plain: list[float] = []
    count = 0
    with Worker(Indexing, models) as ours, Worker(Plain) as theirs:
        for number in range(rounds):
            took, texts = ours((directory / str(number), articles))
            count = len(texts)
            whole.append(count / took)
            alone.append(count / ours(texts)[0])
            plain.append(count / theirs(texts))
    setting: dict[str, str | int | float] = {"passages": count}
    return [
        paired(Meaning(measure=measure, unit="passages/s", against=PLAIN, setting=setting), values, plain)
        for measure, values in (("indexing, statements included", whole), ("encoder alone", alone))
    ]


def found(shared: Path, directory: Path, models: Path) -> list[Measurement]:
    """Measure what the encoder finds of the answers, and what that of sentence-transformers would.

    Args:
        shared: the labelled data and the scorers.
        directory: for two data directories.
        models: where compiled models are kept.
    """
    bench = quality.Bench(shared)
    asked_about = bench.asked_about(directory)
    score = bench.scorer("sayqa")
    rows = score.rows(f"{bench.data}/sayqa-dev.questions.jsonl.gz")
    articles = {
        row["id"]: score.fold(row["text"]) for each in quality.SAYQA for row in score.rows(bench.articles(each))
    }
    figures: list[dict[str, Any]] = []
    for name, loading in (("ours", load_encoder), ("original", lambda *given: Original(load_encoder(*given)))):
        app = App(load_settings(data_dir=directory / name, database_url=None), loading=loading, models=models)
        import_sources(app, find([str(asked_about)]), print)
        figures.append(score.score(rows, quality.asked(app, rows), articles))
        app.close()
    return [
        Measurement(
            measure=f"{label} on sayqa-dev",
            value=figures[0][key],
            unit="",
            against=f"{figures[1][key]:.3f} with the original's vectors",
            ratio=figures[0][key] / figures[1][key],
            setting={"questions": len(rows)},
        )
        for label, key in (("hit@3", "hit@3"), ("MRR@10", "mrr@10"))
    ]


def enlarged_sample(path: Path) -> Path:
    """Write the sample articles many times, each copy with words of its own in each paragraph."""
    drafts = [
        record.draft
        for source in find([str(SAMPLE)]).sources
        for record in read(source)
        if isinstance(record, GoodRecord)
    ]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for copy in range(COPIES):
            for draft in drafts:
                paragraphs = [f"{text} Copy {copy} of it." for text in draft.text.split("\n\n")]
                record = {"id": f"{draft.key}-{copy}", "title": draft.title, "text": "\n\n".join(paragraphs)}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def main() -> None:
    """Measure, print the table, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, help="JSONL articles, as `verbatim add` reads them")
    parser.add_argument("--archive", type=Path, help="a data directory of `benchmarks.archive`, to ask questions of")
    parser.add_argument(
        "--questions", type=Path, help='JSON Lines with a "question" each; default: made from statements'
    )
    parser.add_argument("--shared", type=Path, help="the labelled data and the scorers")
    parser.add_argument("--models", type=Path, default=FOLDER / "models", help="where compiled models are kept")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=FOLDER)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        articles = options.articles or enlarged_sample(directory / "articles.jsonl.gz")
        results = indexed(articles, directory, options.models, options.rounds)
        if options.shared is not None:
            results += found(options.shared, directory, options.models)
        asked_of = options.archive
        if asked_of is None:
            origin = [options.articles] if options.articles else []
            archive.make(asked_of := directory / "archive", ASKED_PASSAGES, origin, options.models)
        passages = archive.passages(asked_of)
        texts = questions(asked_of, options.rounds * A_ROUND, options.questions)
        results += asked(asked_of, texts, options.rounds, {"passages": passages}, options.output)[0]
    print(table(results))
    print(f"\n{write('speed', results, options.output)}")


if __name__ == "__main__":
    main()
