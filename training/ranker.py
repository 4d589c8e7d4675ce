"""Learn how statements are weighed for a question: the weights in index/ranking.json.

    python training/ranker.py --data-dir DIRECTORY --questions sayqa-train.questions.jsonl.gz [--out index/ranking.json]

DIRECTORY holds the imported articles. Questions are JSON lines with "question", "speaker" and "gold", a list of
{"article", "text"}; those without gold have no answer. Two logistic regressions are fitted: "rank" tells the statements
that answer a question from the speaker's others, "decide" tells answerable questions from the others by the best
statement. Prints what five-fold cross-validation over the questions gives.
"""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.app import App
from bot.config import load_settings
from index.ranking import Candidate, evidence
from index.records import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.answering import Answerer
    from index.weighing import Weighed

FOLDS = 5
KEPT = 0.95
"""Share of the answerable questions that are to get an answer."""


def fold(text: str) -> str:
    """Fold white space."""
    return re.sub(r"\s+", " ", text).strip()


def rows(path: Path) -> list[dict[str, Any]]:
    """Read gzip'd JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def labels(answerer: Answerer, weighed: Weighed, gold: Sequence[dict[str, str]]) -> list[bool]:
    """Tell for each ranked statement whether what is shown of it covers half of a gold text."""
    registry = answerer.weighing.view().registry
    shown = {entry.statement: entry for entry in answerer.showing.statements(weighed, registry)}
    found = []
    last = None
    for each in weighed.ranked:
        last = shown.get(each.statement.id)
        if last is None:  # shown together with another
            article = weighed.articles[each.statement.article]
            last = next(
                (
                    entry
                    for entry in shown.values()
                    if entry.article.id == article.id and entry.span.contains(each.statement.content[0])
                ),
                None,
            )
        found.append(
            last is not None and any(covers(last.article.reference, last.article.text, last.span, g) for g in gold)
        )
    return found


def covers(reference: str, text: str, span: Any, gold: dict[str, str]) -> bool:
    """Tell whether a span holds at least half of a gold text; white space is folded on both sides."""
    if reference != gold["article"]:
        return False
    before, words = fold(text[: span.start] + "|")[:-1], fold(span.of(text))
    start, end = len(before), len(before) + len(words)
    at = fold(text).find(fold(gold["text"]))
    length = len(fold(gold["text"]))
    return at >= 0 and min(end, at + length) - max(start, at) >= length / 2


def fitted(rows_: np.ndarray, targets: np.ndarray, weights: np.ndarray | None, strength: float) -> dict[str, Any]:
    """Fit a logistic regression over standardised features."""
    mean, scale = rows_.mean(0), rows_.std(0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=5000, class_weight="balanced")
    model.fit((rows_ - mean) / scale, targets, sample_weight=weights)
    return {
        "mean": mean.round(5).tolist(),
        "scale": scale.round(5).tolist(),
        "weight": model.coef_[0].round(5).tolist(),
        "bias": round(float(model.intercept_[0]), 5),
    }


def scored(model: dict[str, Any], rows_: np.ndarray) -> np.ndarray:
    """Return a model's logits."""
    return ((rows_ - np.array(model["mean"])) / np.array(model["scale"])) @ np.array(model["weight"]) + model["bias"]


def rerank(model: dict[str, Any], features: np.ndarray) -> tuple[np.ndarray, list[Candidate]]:
    """Return the order that a model gives, and the candidates in it, as `evidence` wants them."""
    scores = scored(model, features)
    order = np.argsort(-scores, kind="stable")
    return order, [Candidate(None, tuple(features[at]), float(scores[at])) for at in order]  # type: ignore[arg-type]


@click.command()
@click.option("--data-dir", type=Path, required=True)
@click.option("--questions", type=Path, required=True)
@click.option("--out", type=Path, default=Path("index/ranking.json"))
def main(data_dir: Path, questions: Path, out: Path) -> None:
    """Fit; see the module's docstring."""
    app = App(load_settings(data_dir=data_dir, database_url=None))
    answerer = app.answerer
    data: list[tuple[np.ndarray, np.ndarray, int, bool]] = []
    asked: list[tuple[np.ndarray, np.ndarray]] = []
    missing = 0
    for row in rows(questions):
        view = answerer.weighing.view()
        question = answerer.understood(row["question"])
        if question.kind is QuestionKind.WHO:
            weighed = answerer.weighing.said_by_others(answerer.weighing.weigh(question, None), question.topic)
            marks = labels(answerer, weighed, row["gold"])
            asked.append((np.array([each.features for each in weighed.ranked]), np.array(marks, bool)))
            continue
        if question.kind is not QuestionKind.SAID or not question.speaker or not question.topic:
            continue
        meant = view.persons.meant(question.speaker)
        if not meant.certain:
            missing += bool(row["gold"])
            continue
        weighed = answerer.weighing.weigh(question, view.persons.ids(meant.profiles[0]))
        if not weighed.ranked:
            missing += bool(row["gold"])
            continue
        features = np.array([each.features for each in weighed.ranked])
        marks = np.array(labels(answerer, weighed, row["gold"]), bool)
        data.append((features, marks, weighed.count, bool(row["gold"])))
    answerable = sum(entry[3] for entry in data) + missing
    click.echo(
        f"{len(data)} questions, {answerable} answerable, {missing} of them lost before ranking, "
        f"{sum(bool(e[1].any()) for e in data)} with an answer among the candidates"
    )
    folds = np.random.default_rng(0).integers(0, FOLDS, len(data))
    hits = [0, 0]
    kept, silent, logits, truth = 0, 0, [], []
    for number in [*range(FOLDS), None]:
        train = [entry for entry, at in zip(data, folds, strict=True) if at != number]
        test = [entry for entry, at in zip(data, folds, strict=True) if at == number]
        rank = fit_rank(train)
        decide = fit_decide(train, rank)
        for features, marks, count, gold in test:
            order, ranked = rerank(rank, features)
            logits.append(float(scored(decide, evidence(ranked, count)[None, :])[0]))
            truth.append(gold)
            if gold:
                hits[0] += bool(marks[order[:1]].any())
                hits[1] += bool(marks[order[:3]].any())
                kept += logits[-1] >= 0
            else:
                silent += logits[-1] < 0
    unanswerable = len(truth) - sum(truth)
    click.echo(
        f"hit@1 {hits[0] / answerable:.3f}  hit@3 {hits[1] / answerable:.3f}  answered {kept / answerable:.3f}  "
        f"silent {silent / max(1, unanswerable):.3f} of {unanswerable}"
    )
    who = fit_who(rank, asked)
    out.write_text(json.dumps({"rank": rank, "who": who, "decide": decide}, indent=1) + "\n", "utf-8")


def fit_rank(train: Sequence[tuple[np.ndarray, np.ndarray, int, bool]]) -> dict[str, Any]:
    """Fit the ranking of one speaker's statements."""
    return fit_ranking([(features, marks) for features, marks, _, _ in train])


def fit_who(rank: dict[str, Any], asked: Sequence[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Set the score from which on the best of everybody's statements answers "who said …"."""
    best = []
    hits = [0, 0]
    for features, marks in asked:
        order = np.argsort(-scored(rank, features), kind="stable")
        hits[0] += bool(marks[order[:1]].any())
        hits[1] += bool(marks[order[:3]].any())
        best.append(float(scored(rank, features).max()))
    found = sum(bool(marks.any()) for _, marks in asked)
    click.echo(f"who: {len(asked)} questions, {found} with an answer listed, hit@1 {hits[0]}, hit@3 {hits[1]}")
    return {"least": round(float(np.quantile(best, 1 - KEPT)), 5)}


def fit_ranking(used: Sequence[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Fit a ranking on lists of candidates with an answer among them; each list counts alike."""
    useful = [(features, marks) for features, marks in used if marks.any()]
    weights = np.concatenate([np.full(len(marks), len(marks) ** -0.5) for _, marks in useful])
    return fitted(np.vstack([e[0] for e in useful]), np.concatenate([e[1] for e in useful]), weights, 0.3)


def fit_decide(train: Sequence[tuple[np.ndarray, np.ndarray, int, bool]], rank: dict[str, Any]) -> dict[str, Any]:
    """Fit the decision, and set its threshold so that `KEPT` of the answerable questions are answered."""
    made = np.array([evidence(rerank(rank, features)[1], count) for features, _, count, _ in train])
    gold = np.array([entry[3] for entry in train])
    model = fitted(made, gold, None, 0.01)
    threshold = float(np.quantile(scored(model, made)[gold], 1 - KEPT))
    model["bias"] = round(model["bias"] - threshold, 5)
    return model


if __name__ == "__main__":
    main()
