"""Makes the materials and the questions of a comparison.

Articles are rows of JSON as `verbatim add` reads them; passages are cut as Verbatim cuts them, so that all index the
same texts, and no article is left to one side that Verbatim takes for a copy of another. Without labelled questions the
sample collection is indexed, and asked about by its headlines.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers.driving import New
from benchmarks.peers.newcomers import NEWCOMERS
from benchmarks.peers.protocol import Material, Passage
from bot.app import App
from bot.commands.demo import SAMPLE
from bot.config import load_settings
from corpus.importing import run_import
from corpus.readers import read
from corpus.records import Extraction, GoodRecord
from corpus.sources import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is in a material."""

    articles: int
    passages: int


class _Silent:
    """An extractor that finds nothing: passages are all that is wanted."""

    fingerprint = "silent"

    def extract(self, text: str, author: str | None = None) -> Extraction:
        del text, author
        return Extraction()


def rows(path: Path) -> list[Row]:
    """Read a JSONL file, compressed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def limited(articles: Sequence[Row], questions: Sequence[Row], limit: int | None) -> tuple[list[Row], list[Row]]:
    """Choose articles, and the questions that can be asked of them.

    Args:
        articles: all.
        questions: all, with their gold statements.
        limit: how many articles at most; those that hold answers come first, in the order of the questions.

    Returns:
        The articles in their old order, and the questions in theirs: those whose answers all lie in these articles,
        and as large a share of those without an answer.
    """
    asked = dict.fromkeys(gold["article"] for row in questions for gold in row["gold"])
    first = {key: place for place, key in enumerate(asked)}
    by_use = sorted(range(len(articles)), key=lambda at: (first.get(articles[at]["id"], len(first)), at))
    chosen = [articles[at] for at in sorted(by_use[:limit])]
    there = {row["id"] for row in chosen}
    answerable = [row for row in questions if row["gold"]]
    kept = [row for row in answerable if all(gold["article"] in there for gold in row["gold"])]
    without = [row for row in questions if not row["gold"]]
    few = without[: round(len(without) * len(kept) / len(answerable))] if answerable else without
    asked_now = {id(row) for row in (*kept, *few)}
    return chosen, [row for row in questions if id(row) in asked_now]


def sample() -> tuple[list[Row], list[Row]]:
    """Return the articles of the sample collection, and questions made from their headlines, without labels."""
    drafts = [
        record.draft
        for source in find([str(SAMPLE)]).sources
        for record in read(source)
        if isinstance(record, GoodRecord)
    ]
    articles = [{"id": draft.key, "title": draft.title, "text": draft.text} for draft in drafts]
    return articles, [{"question": f"What was said about this: {draft.title}?"} for draft in drafts]


def written(articles: Iterable[Row], folder: Path, models: Path) -> Size:
    """Write a material.

    Args:
        articles: rows with "id" and "text".
        folder: where to.
        models: where compiled models are kept; passages are cut by the model's own tokens.

    Returns:
        How many articles Verbatim keeps, and their passages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    material = Material(folder)
    material.articles.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in articles), "utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        app = App(load_settings(data_dir=Path(temporary), database_url=None), models=models, extracting=_Silent)
        with app.lock():
            run_import(find([str(material.articles)]), app.writer, app.jobs)
        numbers = app.store.article_numbers()
        cut = app.store.cited_of(numbers)
        app.close()
    passages = [
        Passage(f"{article.reference}#{passage.id}", article.reference, passage.span.of(article.text))
        for passage, article in cut
    ]
    lines = (json.dumps(asdict(passage), ensure_ascii=False) + "\n" for passage in passages)
    material.passages_file.write_text("".join(lines), "utf-8")
    return Size(len(numbers), len(passages))


def newcomers(folder: Path, models: Path) -> tuple[New, ...]:
    """Write the material of each article that is added later."""
    new = []
    for each in NEWCOMERS:
        written([each.record], folder / each.key, models)
        new.append(New(folder / each.key, each.question, each.key))
    return tuple(new)
