"""From annotated articles to windows of tokens with tags and links, and batches of them."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from corpus.decoding import TAGS
from corpus.tokens import tokenize

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LONGEST = 320
"""Word pieces in the longest window."""


@dataclass(slots=True)
class Annotated:
    """An article's tokens with their tags, and its statements as spans of token numbers (first, last)."""

    pieces: list[list[int]]
    features: list[tuple[int, int, int]]
    paragraphs: list[int]
    tags: list[int]
    statements: list[dict[str, list[tuple[int, int]]]] = field(default_factory=list)


def rows(path: Path) -> list[dict[str, Any]]:
    """Read gzip'd JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def annotated(articles: Path, attributions: Path, tokenizer: Any) -> list[Annotated]:
    """Read articles with their gold statements."""
    per: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(attributions):
        per[row["article"]].append(row)
    found = []
    for article in rows(articles):
        tokens = tokenize(article["text"])
        pieces = [
            entry.ids or [100] for entry in tokenizer.encode_batch([t.text for t in tokens], add_special_tokens=False)
        ]
        paragraphs = [t.paragraph for t in tokens]
        features = [
            (int(t.case), int(t.quoted), int(at == 0 or paragraphs[at - 1] != t.paragraph))
            for at, t in enumerate(tokens)
        ]
        tags = [0] * len(tokens)
        statements = []
        for row in per[article["id"]]:
            spans: dict[str, list[tuple[int, int]]] = {}
            for role in ("source", "cue", "content"):
                spans[role] = []
                for start, end in row[role]:
                    inside = [at for at, t in enumerate(tokens) if t.start < end and t.end > start]
                    if not inside:
                        continue
                    spans[role].append((inside[0], inside[-1]))
                    if role == "source" and tags[inside[0]] and TAGS[tags[inside[0]]][2:] == "source":
                        continue
                    for at in range(inside[0], inside[-1] + 1):
                        tags[at] = TAGS.index(("B-" if at == inside[0] else "I-") + role)
            statements.append(spans)
        found.append(Annotated(pieces, features, paragraphs, tags, statements))
    return found


def windows(article: Annotated, longest: int, chance: random.Random | None = None) -> Iterator[tuple[int, int]]:
    """Cut an article into windows of whole paragraphs, as far as they fit; yields (first token, behind the last)."""
    start, size = 0, 0
    limit = chance.randint(longest // 3, longest) if chance else longest
    begin = 0  # of the current paragraph
    for at in range(len(article.pieces)):
        if at and article.paragraphs[at] != article.paragraphs[at - 1]:
            begin = at
        size += len(article.pieces[at])
        if size > limit:
            cut = begin if begin > start else at
            yield start, cut
            start, limit = cut, longest
            size = sum(len(p) for p in article.pieces[cut : at + 1])
    if start < len(article.pieces):
        yield start, len(article.pieces)


def single(article: Annotated, longest: int) -> Iterator[tuple[int, int]]:
    """Yield each paragraph as a window of its own."""
    start = 0
    for at in range(1, len(article.pieces) + 1):
        if at == len(article.pieces) or article.paragraphs[at] != article.paragraphs[at - 1]:
            if sum(len(p) for p in article.pieces[start:at]) <= longest:
                yield start, at
            start = at


def links(article: Annotated, start: int, end: int) -> tuple[list[tuple[int, int]], Any]:
    """Return the cues of a window and the links to them, with token numbers counted from its beginning."""

    def within(span: tuple[int, int]) -> bool:
        return start <= span[0] and span[1] < end

    cues: list[tuple[int, int]] = []
    contents: list[tuple[int, int, int]] = []
    sources: list[tuple[int, int]] = []
    heads: list[int] = []
    for statement in article.statements:
        inside = [cue for cue in statement["cue"] if within(cue)]
        if not inside:
            continue
        cue = inside[0]
        given = [span for span in statement["source"] if within(span)]
        if statement["source"] and not given:
            continue
        contents += [
            (one - start, last - start, len(cues)) for one, last in statement["content"] if within((one, last))
        ]
        cues.append((cue[0] - start, cue[1] - start))
        if given:
            place = (given[0][0] - start, given[0][1] - start)
            if place not in sources:
                sources.append(place)
            heads.append(sources.index(place))
        else:
            heads.append(-1)
    return cues, (contents, (sources, [len(sources) if head < 0 else head for head in heads]))


def batches(
    articles: Sequence[Annotated], budget: int, chance: random.Random, alone: float
) -> list[list[tuple[Annotated, int, int]]]:
    """Return an epoch's batches, each of at most `budget` padded word pieces; neighbours are of like length."""
    chosen: list[tuple[int, Annotated, int, int]] = []
    for article in articles:
        longest = chance.choice((128, 256, 256, LONGEST))
        cut = single(article, LONGEST) if chance.random() < alone else windows(article, longest, chance)
        for start, end in cut:
            chosen.append((sum(len(p) for p in article.pieces[start:end]), article, start, end))
    chosen.sort(key=lambda entry: entry[0] + chance.randint(0, 12))
    found: list[list[tuple[Annotated, int, int]]] = [[]]
    widest = 0
    for size, article, start, end in chosen:
        widest = max(widest, size + 2)
        if found[-1] and widest * (len(found[-1]) + 1) > budget:
            found.append([])
            widest = size + 2
        found[-1].append((article, start, end))
    chance.shuffle(found)
    return found
