"""Learn how statements are weighed for a question: the weights in index/ranking.json.

    python training/ranker.py --data-dir DIRECTORY --questions sayqa-train.questions.jsonl.gz [--out index/ranking.json]

DIRECTORY holds the imported articles. Questions are JSON lines with "question", "speaker" and "gold", a list of
{"article", "text"}; those without gold have no answer. Three logistic regressions are fitted: "rank" tells the
statements that answer a question from the speaker's others, "who" from everybody's, and "decide" tells answerable
questions from the others by the best statement. Prints what five-fold cross-validation over the questions gives.
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
from corpus.reading import reading
from index.ranking import Candidate, evidence
from index.records import QuestionKind
from index.weighing import said_by_others

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.answering import Answerer
    from index.weighing import Weighed

FOLDS = 5
STRENGTH, WHO_STRENGTH, DECIDE_STRENGTH, CERTAIN = 0.003, 0.01, 0.05, 1.0
"""Inverse strengths of regularisation (scikit-learn's C). There are few questions, and the features say much the same:
weights that are held near each other rank unseen questions better (five-fold, one speaker's statements: hit@1 0.794
with 0.003, 0.772 with 0.3; everybody's: 0.694 with 0.01, 0.628 with 0.3)."""

KEPT = 0.96
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
    with reading(answerer.showing.store.engine) as read:
        stated = read.statements([each.statement for each in weighed.ranked])
    found = []
    for each in weighed.ranked:
        last = shown.get(each.statement)
        if last is None and each.statement in stated:  # shown together with another
            content = stated[each.statement].content[0]
            beside = (entry for entry in shown.values() if entry.article.id == each.article)
            last = next((entry for entry in beside if entry.span.contains(content)), None)
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
    weight, bias = model.coef_[0], float(model.intercept_[0])
    if strength < CERTAIN:
        # What holds the weights down keeps the logits small, too; their size is set again, on one number.
        logits = ((rows_ - mean) / scale) @ weight + bias
        size = LogisticRegression(C=CERTAIN, max_iter=5000, class_weight="balanced")
        size.fit(logits[:, None], targets, sample_weight=weights)
        factor = float(size.coef_[0][0])
        weight, bias = weight * factor, bias * factor + float(size.intercept_[0])
    return {
        "mean": mean.round(5).tolist(),
        "scale": scale.round(5).tolist(),
        "weight": weight.round(5).tolist(),
        "bias": round(bias, 5),
    }


def scored(model: dict[str, Any], rows_: np.ndarray) -> np.ndarray:
    """Return a model's logits."""
    return ((rows_ - np.array(model["mean"])) / np.array(model["scale"])) @ np.array(model["weight"]) + model["bias"]


def rerank(model: dict[str, Any], features: np.ndarray) -> tuple[np.ndarray, list[Candidate]]:
    """Return the order that a model gives, and the candidates in it, as `evidence` wants them."""
    scores = scored(model, features)
    order = np.argsort(-scores, kind="stable")
    return order, [Candidate(int(at), 0, tuple(features[at]), float(scores[at])) for at in order]


def validated(data: Sequence[tuple[np.ndarray, np.ndarray, int, bool]], answerable: int) -> float:
    """Tell what unknown questions will get, by five folds; return the logit from which on to answer.

    Args:
        data: of each question features, marks, count of statements, and whether it is answerable.
        answerable: how many are, with those that never come so far.
    """
    folds = np.random.default_rng(0).integers(0, FOLDS, len(data))
    hits = [0, 0]
    logits: list[float] = []
    truth: list[bool] = []
    for number in range(FOLDS):
        train = [entry for entry, at in zip(data, folds, strict=True) if at != number]
        rank = fit_rank(train)
        decide = fit_decide(train, rank)
        for features, marks, count, gold in (e for e, at in zip(data, folds, strict=True) if at == number):
            order, ranked = rerank(rank, features)
            logits.append(float(scored(decide, evidence(ranked, count)[None, :])[0]))
            truth.append(gold)
            if gold:
                hits[0] += bool(marks[order[:1]].any())
                hits[1] += bool(marks[order[:3]].any())
    # What the questions of a fold get from the others is what unknown questions will get.
    least = float(np.quantile([logit for logit, gold in zip(logits, truth, strict=True) if gold], 1 - KEPT))
    kept = sum(logit >= least and gold for logit, gold in zip(logits, truth, strict=True))
    silent = sum(logit < least and not gold for logit, gold in zip(logits, truth, strict=True))
    unanswerable = len(truth) - sum(truth)
    click.echo(
        f"hit@1 {hits[0] / answerable:.3f}  hit@3 {hits[1] / answerable:.3f}  answered {kept / answerable:.3f}  "
        f"silent {silent / max(1, unanswerable):.3f} of {unanswerable}"
    )
    return least


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
            weighed = said_by_others(answerer.weighing.weigh(question, None, view), question.topic, view.registry)
            marks = labels(answerer, weighed, row["gold"])
            asked.append((np.array([each.features for each in weighed.ranked]), np.array(marks, bool)))
            continue
        if question.kind is not QuestionKind.SAID or not question.speaker or not question.topic:
            continue
        meant = view.persons.meant(question.speaker)
        if not meant.certain:
            missing += bool(row["gold"])
            continue
        weighed = answerer.weighing.weigh(question, view.persons.ids(meant.profiles[0]), view)
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
    least = validated(data, answerable)
    rank = fit_rank(data)
    decide = fit_decide(data, rank)
    decide["bias"] = round(decide["bias"] - least, 5)
    who = fit_who(asked)
    out.write_text(json.dumps({"rank": rank, "who": who, "decide": decide}, indent=1) + "\n", "utf-8")


def fit_rank(train: Sequence[tuple[np.ndarray, np.ndarray, int, bool]]) -> dict[str, Any]:
    """Fit the ranking of one speaker's statements."""
    return fit_ranking([(features, marks) for features, marks, _, _ in train], STRENGTH)


def fit_who(asked: Sequence[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """Fit the ranking of everybody's statements, and set the score from which on the best answers "who said …"."""
    folds = np.random.default_rng(0).integers(0, FOLDS, len(asked))
    hits = [0, 0]
    for number in range(FOLDS):
        held = fit_ranking([entry for entry, at in zip(asked, folds, strict=True) if at != number], WHO_STRENGTH)
        for features, marks in (entry for entry, at in zip(asked, folds, strict=True) if at == number):
            order = np.argsort(-scored(held, features), kind="stable")
            hits[0] += bool(marks[order[:1]].any())
            hits[1] += bool(marks[order[:3]].any())
    found = sum(bool(marks.any()) for _, marks in asked)
    click.echo(f"who: {len(asked)} questions, {found} with an answer listed, hit@1 {hits[0]}, hit@3 {hits[1]}")
    model = fit_ranking(asked, WHO_STRENGTH)
    best = [float(scored(model, features).max()) for features, _ in asked]
    return {**model, "least": round(float(np.quantile(best, 1 - KEPT)), 5)}


def fit_ranking(used: Sequence[tuple[np.ndarray, np.ndarray]], strength: float) -> dict[str, Any]:
    """Fit a ranking on lists of candidates with an answer among them; each list counts alike."""
    useful = [(features, marks) for features, marks in used if marks.any()]
    weights = np.concatenate([np.full(len(marks), len(marks) ** -0.5) for _, marks in useful])
    return fitted(np.vstack([e[0] for e in useful]), np.concatenate([e[1] for e in useful]), weights, strength)


def fit_decide(train: Sequence[tuple[np.ndarray, np.ndarray, int, bool]], rank: dict[str, Any]) -> dict[str, Any]:
    """Fit the decision whether the best statement is an answer."""
    made = np.array([evidence(rerank(rank, features)[1], count) for features, _, count, _ in train])
    return fitted(made, np.array([entry[3] for entry in train]), None, DECIDE_STRENGTH)


if __name__ == "__main__":
    main()
