"""Quality: every scorer that lies beside the project, over the data beside it, in one table, against pinned floors.

    python benchmarks/quality.py [--shared ../shared] [--data-dir DIRECTORY] [--small]

Imports the articles into a data directory (kept and used again when one is named), extracts statements, asks every
question, and prints what the scorers print. Needs `../shared`, which is not part of the project. Ends with exit code 1
when a figure lies below its floor in `benchmarks/floors.json`. With --small only the articles that hold answers to
the development questions are read, as the tests do it.
"""

from __future__ import annotations

import argparse
import collections
import importlib.util
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from bot.app import App
from bot.commands.maintaining import import_sources
from bot.commands.records import answer_record
from bot.config import load_settings
from corpus.sources import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from corpus.statements import Extractor

FLOORS = Path(__file__).with_name("floors.json")
"""`{"full" | "small": {"question set or data: measure": floor}}`. A floor may be raised, and never lowered."""

SAYQA = ("polnear-train", "polnear-dev")
"""The collections that the questions about speech are asked of."""

Figures = dict[str, float]


@dataclass(frozen=True)
class Bench:
    """The data and the scorers beside the project."""

    shared: Path

    @property
    def data(self) -> Path:
        """Where the data is."""
        return self.shared / "data"

    def scorer(self, name: str) -> ModuleType:
        """Load a scorer."""
        folder = str(self.shared / "score")
        if folder not in sys.path:
            sys.path.insert(0, folder)
        spec = importlib.util.spec_from_file_location(name, self.shared / "score" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def extraction(self, extractor: Extractor) -> Figures:
        """Score who-said-what extraction: published token test, whole articles, speakers."""
        score = self.scorer("attribution")
        tokens = score.rows(f"{self.data}/cofenet-valid.jsonl.gz")
        found = {str(number): _said(extractor, score.joined(row["tokens"])[0]) for number, row in enumerate(tokens)}
        figures = {
            f"cofenet-valid: exact {role} F1": value
            for role, value in score.score_tokens(tokens, found)["exact F1 on tokens"].items()
        }
        articles = score.rows(self.articles("polnear-dev"))
        gold = score.rows(f"{self.data}/polnear-dev.attributions.jsonl.gz")
        extracted = collections.defaultdict(list, {row["id"]: _said(extractor, row["text"]) for row in articles})
        rows = score.score_articles(articles, gold, extracted)
        direct = rows["statements direct >= 0.8"]
        figures["polnear-dev: direct statements, content >= 0.8, F1"] = direct["F1"]
        figures["polnear-dev: direct statements, source right %"] = direct["source right"]
        listed = score.rows(f"{self.data}/sayqa-dev.speakers.jsonl.gz")
        wanted = {row["article"] for row in listed}
        named = [row for name in SAYQA for row in score.rows(self.articles(name)) if row["id"] in wanted]
        extracted = {row["id"]: _said(extractor, row["text"]) for row in named}
        figures["sayqa-dev.speakers: right speaker"] = score.score_speakers(listed, named, extracted)["right speaker"]
        return figures

    def articles(self, name: str) -> str:
        """Return the path of a collection of articles."""
        return f"{self.data}/{name}.articles.jsonl.gz"

    def asked_about(self, directory: Path) -> Path:
        """Write the articles that hold answers to the development questions into a file of their own."""
        score = self.scorer("sayqa")
        questions = score.rows(f"{self.data}/sayqa-dev.questions.jsonl.gz")
        wanted = {gold["article"] for row in questions for gold in row["gold"]}
        path = directory / "asked-about.jsonl"
        rows = [row for name in SAYQA for row in score.rows(self.articles(name)) if row["id"] in wanted]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        return path

    def said(self, app: App, parts: Iterable[str]) -> Figures:
        """Score "what did X say about Y" questions."""
        score = self.scorer("sayqa")
        articles = {row["id"]: score.fold(row["text"]) for name in SAYQA for row in score.rows(self.articles(name))}
        figures: Figures = {}
        for part in parts:
            questions = score.rows(f"{self.data}/sayqa-{part}.questions.jsonl.gz")
            scored = score.score(questions, asked(app, questions), articles)
            for name in ("hit@1", "hit@3", "speaker@1", "answered", "abstained", "verbatim"):
                figures[f"sayqa-{part}: {name}"] = scored[name]
        return figures

    def news(self, app: App) -> Figures:
        """Score general questions, beside those of plain fusion of passages."""
        score = self.scorer("newsqa")
        questions = self.scorer("sayqa").rows(f"{self.data}/news-dev.questions.jsonl.gz")
        plain = [
            {
                "verdict": "answered",
                "citations": [
                    {"article": each.article.reference, "text": each.text}
                    for each in app.answerer.search(row["question"])
                ],
            }
            for row in questions
        ]
        ours, fused = score.score(questions, asked(app, questions)), score.score(questions, plain)
        return {
            "news-dev: right article in the first 3": ours["article@3"],
            "news-dev: the same by plain fusion": fused["article@3"],
            "news-dev: ours to plain fusion": round(ours["article@3"] / fused["article@3"], 3),
        }


def below(figures: Figures, floors: Figures) -> dict[str, tuple[float | None, float]]:
    """Return the figures that lie below their floors, or are missing, with the floors."""
    return {
        name: (figures.get(name), floor)
        for name, floor in floors.items()
        if name not in figures or figures[name] < floor
    }


def floors(kind: str) -> Figures:
    """Return the pinned floors, "full" or "small"."""
    pinned: Figures = json.loads(FLOORS.read_text("utf-8"))[kind]
    return pinned


def filled(directory: Path, models: Path, sources: Iterable[Path]) -> App:
    """Import articles as the command line does it; those that are there already cost nothing."""
    app = App(load_settings(data_dir=directory, database_url=None), models=models)
    import_sources(app, find([str(source) for source in sources]), lambda bad: print(bad, file=sys.stderr))
    return app


def _said(extractor: Extractor, text: str) -> list[dict[str, Any]]:
    """Extract a text's statements as `verbatim statements --json` prints them."""
    found = extractor.extract(text)
    return [
        {
            "source": [[span.start, span.end] for span in each.source],
            "cue": [[span.start, span.end] for span in each.cue],
            "content": [[span.start, span.end] for span in each.content],
            "speaker": found.cast[each.speakers[0]].name if each.speakers else None,
        }
        for each in found.said
    ]


def asked(app: App, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask questions, and return the answers as other programs get them: through JSON."""
    return [json.loads(json.dumps(answer_record(app.answerer.ask(row["question"])))) for row in questions]


def measured(bench: Bench, directory: Path, *, small: bool) -> Iterator[Figures]:
    """Import and measure, part by part.

    Args:
        bench: data and scorers.
        directory: where the imports are kept.
        small: only the articles that hold answers to the development questions, and no general questions.
    """
    models = directory / "models"
    sources = [bench.asked_about(directory)] if small else [Path(bench.articles(name)) for name in SAYQA]
    app = filled(directory / ("small" if small else "sayqa"), models, sources)
    yield bench.extraction(app.extractor)
    yield bench.said(app, ("dev",) if small else ("train", "dev"))
    app.close()
    if not small:
        app = filled(directory / "news", models, [Path(bench.articles("news-dev"))])
        yield bench.news(app)
        app.close()


def main() -> None:
    """Measure, print the table, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    if not options.shared.is_dir():
        sys.exit(f"{options.shared} is not there; it holds the questions and the scorers")
    pinned = floors("small" if options.small else "full")
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as temporary:
        for part in measured(Bench(options.shared), options.data_dir or Path(temporary), small=options.small):
            figures |= part
            print(json.dumps(part), file=sys.stderr, flush=True)
    table = Table("measure", "figure", "floor", box=None, pad_edge=False)
    missed = below(figures, pinned)
    for name, value in figures.items():
        table.add_row(
            name, f"{value:g}", f"{pinned[name]:g}" if name in pinned else "", style="red" if name in missed else ""
        )
    Console().print(table)
    if missed:
        sys.exit(f"below the floor: {', '.join(missed)}")


if __name__ == "__main__":
    main()
