"""Speed: import and index throughput, and the latency of a question, each against plain sentence-transformers.

    python benchmarks/speed.py [--articles FILE.jsonl.gz] [--rounds 5]

Both sides run in one process and in turn, over the same texts and with the same weights, so that the ratios hold where
the seconds do not. Without --articles the sample collection is used, with a sentence of its own in each copy of a text
so that nothing is found in a cache.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app import App
from bot.config import load_settings
from corpus.importing import run_import
from corpus.readers import read
from corpus.records import GoodRecord
from corpus.sources import SAMPLE, find
from index.models import BUNDLED, locate

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from corpus.records import Extraction
    from corpus.statements import Extractor

COPIES = 20
QUESTIONS = (
    "what did the president say about the Moon?",
    "who spoke about human rights?",
    "what did Pak say about the US?",
    "why did the prime minister speak of war?",
    "what was said about the right to vote?",
) * 8


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, help="JSONL articles, as `verbatim add` reads them")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        articles = options.articles or _enlarged_sample(directory / "articles.jsonl.gz")
        model = _plain_model()
        # Compiled once a machine, so not part of what is measured.
        _ = App(load_settings(data_dir=directory), models=directory / "models").encoder
        rows = [_round(directory, number, articles, model) for number in range(options.rounds)]
    _print(rows)


def _round(directory: Path, number: int, articles: Path, model: SentenceTransformer) -> dict[str, float]:
    app = App(load_settings(data_dir=directory / str(number), database_url=None), models=directory / "models")
    _ = app.encoder
    extracting = _Timed(app.extractor)
    app.extractor = extracting
    began = time.perf_counter()
    with app.lock():
        run_import(find([str(articles)]), app.writer, app.jobs)
        imported = time.perf_counter()
        replayed = app.projection.catch_up()
        app.projection.publish()
    ended = time.perf_counter()
    numbers = app.store.article_numbers()
    texts = [passage.span.of(article.text) for passage, article in app.store.cited_of(numbers)]
    plain_began = time.perf_counter()
    model.encode(texts, normalize_embeddings=True)
    plain = time.perf_counter() - plain_began
    asked, encoded = [], []
    app.answerer.ask("warming up")
    for question in QUESTIONS:
        at = time.perf_counter()
        app.answerer.ask(question)
        asked.append(time.perf_counter() - at)
        at = time.perf_counter()
        model.encode([question], normalize_embeddings=True)
        encoded.append(time.perf_counter() - at)
    app.close()
    return {
        "articles": len(numbers),
        "passages": replayed.passages,
        "import_s": imported - began,
        "index_s": ended - imported,
        "plain_s": plain,
        "extract_s": extracting.seconds,
        "share": extracting.seconds / (ended - began),
        "whole": plain / (ended - began),
        "index": plain / (ended - imported),
        "ask_ms": 1000 * statistics.median(asked),
        "question_ms": 1000 * statistics.median(encoded),
        "ask": statistics.median(asked) / statistics.median(encoded),
    }


class _Timed:
    """An extractor that counts the time it takes."""

    def __init__(self, extractor: Extractor) -> None:
        extractor.extract("Ann Roe said that models are loaded when they are first needed.")
        self._extractor = extractor
        self.fingerprint = extractor.fingerprint
        self.seconds = 0.0

    def extract(self, text: str, author: str | None = None) -> Extraction:
        began = time.perf_counter()
        found = self._extractor.extract(text, author)
        self.seconds += time.perf_counter() - began
        return found


def _print(rows: list[dict[str, float]]) -> None:
    def median(name: str) -> float:
        return statistics.median(row[name] for row in rows)

    def span(name: str) -> str:
        values = [row[name] for row in rows]
        return f"{median(name):.2f} ({min(values):.2f} to {max(values):.2f})"

    print(f"{rows[0]['articles']:.0f} articles, {rows[0]['passages']:.0f} passages, {len(rows)} paired rounds\n")
    print("| measure | here | plain sentence-transformers | ratio, median (least to most) |")
    print("|---|---|---|---|")
    here = median("passages") / (median("import_s") + median("index_s"))
    plain = median("passages") / median("plain_s")
    print(f"| import + index, passages/s | {here:.0f} | {plain:.0f} (encoding alone) | {span('whole')}x |")
    here = median("passages") / median("index_s")
    print(f"| index alone, passages/s | {here:.0f} | {plain:.0f} | {span('index')}x |")
    print(f"| statement extraction, share of import + index | {median('extract_s'):.1f} s | | {span('share')} |")
    print(
        f"| whole ask, median ms | {median('ask_ms'):.1f} | {median('question_ms'):.1f} (encoding alone) "
        f"| {span('ask')}x the time |"
    )


def _plain_model() -> SentenceTransformer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  (the peer)

        return SentenceTransformer(str(locate(BUNDLED)), device="cpu")


def _enlarged_sample(path: Path) -> Path:
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


if __name__ == "__main__":
    main()
