"""Quality: answers to questions with gold labels, by the scorers that lie beside the project.

    python benchmarks/quality.py [--shared ../shared] [--data-dir DIRECTORY]

Imports the articles into a data directory (kept and used again when one is named), asks every question, and prints
what the scorers print. Needs `../shared`, which is not part of the project.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.app import App
from bot.config import load_settings
from bot.maintaining import import_sources
from bot.records import answer_record
from corpus.sources import find

if TYPE_CHECKING:
    from types import ModuleType

SAYQA = ("polnear-train", "polnear-dev")
NEWSQA = ("news-dev",)


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--data-dir", type=Path)
    options = parser.parse_args()
    if not options.shared.is_dir():
        sys.exit(f"{options.shared} is not there; it holds the questions and the scorers")
    sys.path.insert(0, str(options.shared / "score"))
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.data_dir or Path(temporary)
        sayqa, newsqa = _scorer(options.shared, "sayqa"), _scorer(options.shared, "newsqa")
        data = options.shared / "data"
        app = _filled(directory / "sayqa", directory / "models", [data / f"{name}.articles.jsonl.gz" for name in SAYQA])
        articles = {
            row["id"]: sayqa.fold(row["text"])
            for name in SAYQA
            for row in sayqa.rows(f"{data}/{name}.articles.jsonl.gz")
        }
        for split in ("train", "dev"):
            questions = sayqa.rows(f"{data}/sayqa-{split}.questions.jsonl.gz")
            print(f"sayqa-{split}", json.dumps(sayqa.score(questions, _asked(app, questions), articles)), flush=True)
        app.close()
        app = _filled(
            directory / "newsqa", directory / "models", [data / f"{name}.articles.jsonl.gz" for name in NEWSQA]
        )
        questions = sayqa.rows(f"{data}/news-dev.questions.jsonl.gz")
        print("news-dev", json.dumps(newsqa.score(questions, _asked(app, questions))))
        app.close()


def _filled(directory: Path, models: Path, sources: list[Path]) -> App:
    app = App(load_settings(data_dir=directory, database_url=None), models=models)
    import_sources(app, find([str(source) for source in sources]), lambda bad: print(bad, file=sys.stderr))
    return app


def _asked(app: App, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [answer_record(app.answerer.ask(question["question"])) for question in questions]


def _scorer(shared: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, shared / "score" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
