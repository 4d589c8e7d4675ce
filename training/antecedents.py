"""Fit the weights of `corpus.antecedents` to statements whose speakers are known.

    python training/antecedents.py ARTICLES ATTRIBUTIONS SPEAKERS [QUESTIONS]

Reads gzip'd JSON lines as ../shared/README.md describes them (train files only) and prints the weights, to be copied
into the module, with the share of pronouns that they resolve, five-fold: articles in the fitted folds are not in the
measured one. "As it was" and "all" are measured on articles that the weights may have been fitted to.

A conditional logit: of all candidates for a pronoun the right one is to score highest. Weights stay near those that
stand in the module (L2), for there are few examples, so the folds start from weights that have seen them all.
Pronouns of the narration have no gold; they are resolved with the weights of the round before.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus import antecedents, speakers
from corpus.names import name_key
from corpus.records import Attribution, Span

if TYPE_CHECKING:
    from corpus.figures import Figure

ROUNDS = 3
FOLDS = 5
PULL = 0.2
"""How strongly a weight is held to where it was: the penalty on its squared change, against a sum over examples."""

STEPS = 1500
RATE = 0.02

Example = tuple[np.ndarray[Any, Any], int]
"""Features of the candidates, shape (candidates, features), and the row of the right one."""


def rows(path: str) -> list[dict[str, Any]]:
    """Read gzip'd JSON lines."""
    with gzip.open(Path(path), "rt", encoding="utf8") as lines:
        return [json.loads(line) for line in lines]


def spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    """Make spans of pairs of offsets, in text order."""
    return tuple(Span(start, end) for start, end in sorted(pairs))


def same(gold: str, figure: Figure) -> bool:
    """Tell whether a figure has the gold name, one of the two perhaps cut short."""
    wanted, got = set(name_key(gold)), set(name_key(figure.name))
    return bool(wanted and got) and (wanted <= got or got <= wanted)


class Recording(speakers._Reader):  # noqa: SLF001 - the reader is what is trained
    """A reader that notes its candidates and goes on with the right one."""

    def __init__(self, *parts: Any, gold: dict[int, str]) -> None:
        super().__init__(*parts)
        self.gold = gold
        self.examples: list[Example] = []
        self.hits: list[bool] = []

    def pronoun(self, number: int, at: int, gender: str) -> Any:
        """Resolve as always, note the candidates, and return the right one."""
        guess = super().pronoun(number, at, gender)
        if number not in self.gold:
            return guess
        fits = self.known.fitting(gender)
        order = antecedents.ranked(self.ground, at, self.known.references, fits, goes_on=self.goes_on(number))
        right = [row for row, (_, figure, _) in enumerate(order) if same(self.gold[number], figure)]
        self.hits.append(bool(guess[0]) and same(self.gold[number], guess[0][0]))
        if not right:
            return guess
        names = list(antecedents.WEIGHTS)
        self.examples.append((np.array([[values[n] for n in names] for _, _, values in order]), right[0]))
        return (order[right[0]][1],), 0.9


def gather(
    articles: list[dict[str, Any]], found: dict[str, list[Attribution]], gold: dict[str, dict[int, str]]
) -> dict[str, tuple[list[Example], list[bool]]]:
    """Resolve articles with the present weights and note the candidates of each pronoun with a known speaker."""
    noted = {}
    for article in articles:
        if gold.get(article["id"]):
            reader = Recording(article["text"], found[article["id"]], article.get("author"), gold=gold[article["id"]])
            reader.read()
            noted[article["id"]] = (reader.examples, reader.hits)
    return noted


def fit(examples: list[Example], start: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Climb the likelihood from the given weights, held to them."""
    weights = start.copy()
    for _ in range(STEPS):
        slope = -PULL * 2 * (weights - start)
        for table, right in examples:
            scores = table @ weights
            shares = np.exp(scores - scores.max())
            slope += table[right] - (shares / shares.sum()) @ table
        weights += RATE * slope / max(1.0, len(examples) ** 0.5)
    return weights


def known(
    articles: dict[str, dict[str, Any]], found: dict[str, list[Attribution]], listed: list[tuple[str, str, str]]
) -> dict[str, dict[int, str]]:
    """Find the attributions that hold the listed (article, statement, speaker)."""
    gold: dict[str, dict[int, str]] = defaultdict(dict)
    for article, statement, speaker in listed:
        if article not in articles:
            continue
        start = articles[article]["text"].find(statement)
        wanted = set(range(start, start + len(statement)))
        overlap = [sum(len(wanted & set(range(s.start, s.end))) for s in each.content) for each in found[article]]
        best = max(range(len(overlap)), key=overlap.__getitem__, default=None)
        if start >= 0 and best is not None and overlap[best] >= len(wanted) / 2:
            gold[article][best] = speaker
    return gold


def main(arguments: list[str]) -> None:
    """Fit, measure in folds, print."""
    articles = {a["id"]: a for a in rows(arguments[0])}
    found: dict[str, list[Attribution]] = defaultdict(list)
    for g in rows(arguments[1]):
        if g["content"]:
            each = Attribution(
                source=spans(g["source"]), cue=spans(g["cue"]), content=spans(g["content"]), confidence=1.0
            )
            found[g["article"]].append(each)
    for group in found.values():
        group.sort(key=lambda a: (a.content[0], a.content[-1]))
    listed = [(x["article"], x["statement"], x["speaker"]) for x in rows(arguments[2])]
    for path in arguments[3:]:
        for question in rows(path):
            if question.get("speaker"):
                listed += [(g["article"], g["text"], question["speaker"]) for g in question["gold"]]
    gold = known(articles, found, listed)
    prior = np.array(list(antecedents.WEIGHTS.values()))
    names = list(antecedents.WEIGHTS)
    order = sorted(gold)

    def trained(on: list[str]) -> None:
        antecedents.WEIGHTS.update(zip(names, prior, strict=True))
        for _ in range(ROUNDS):
            noted = gather([articles[a] for a in on], found, gold)
            weights = fit([example for examples, _ in noted.values() for example in examples], prior)
            antecedents.WEIGHTS.update(zip(names, (float(w) for w in weights), strict=True))

    def share(on: list[str]) -> list[bool]:
        return [hit for _, hits in gather([articles[a] for a in on], found, gold).values() for hit in hits]

    before = share(order)
    held: list[bool] = []
    for fold in range(FOLDS):
        trained([a for at, a in enumerate(order) if at % FOLDS != fold])
        held += share([a for at, a in enumerate(order) if at % FOLDS == fold])
    print(f"as it was {np.mean(before):.3f}, fitted, {FOLDS}-fold {np.mean(held):.3f}, of {len(held)} pronouns")
    trained(order)
    print(f"all {np.mean(share(order)):.3f}")
    for name in names:
        print(f'    "{name}": {antecedents.WEIGHTS[name]:.2f},')


if __name__ == "__main__":
    main(sys.argv[1:])
