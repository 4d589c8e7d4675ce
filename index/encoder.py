"""Encoders: texts -> unit vectors.

`Encoder` is where a model plugs in. `CompiledEncoder` runs a model that `index.compiling` has compiled, without
importing torch; `TorchEncoder` runs any model of sentence-transformers as it is, for those that cannot be compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.inference import Network, groups, padded
from corpus.wording import Wording
from index.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.compiling import Form
    from index.models import Compiled

Vectors = NDArray[np.float32]

BATCH = 16
"""Texts in one forward pass, a power of two. Larger batches leave the processor's cache, and pad more."""

WARM_LENGTHS, WARM_TEXTS = (8, 16, 24, 32), (1, 2)
"""Tokens, and texts at once, of most questions: the network is made ready for these when it is loaded."""


class Encoder(Protocol):
    """What the index needs of a model."""

    @property
    def fingerprint(self) -> str:
        """What decides the vectors; vectors with different fingerprints do not mix."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def window(self) -> int:
        """Tokens of a text that the model reads at once, without those that it adds itself."""
        ...

    @property
    def least_cosine(self) -> float:
        """Cosine between question and passage below which the passage answers nothing."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages. One longer than the window is read in several, whose vectors are averaged by length.

        Returns:
            Array of shape (len(texts), dimension), float32, unit L2 norm per row, in the order of `texts`.

        Raises:
            EmbeddingError: the model rejected a text; carries its position.
        """
        ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions.

        Returns:
            Array of shape (len(texts), dimension), float32, unit L2 norm per row, in the order of `texts`.

        Raises:
            EmbeddingError: the model rejected a question; carries its position.
        """
        ...

    def measure(self, texts: Sequence[str]) -> list[int]:
        """Return the length of each text in tokens, without those that the model adds itself."""
        ...


class DescribedEncoder:
    """What encoders read off the manifest and the tokenizer beside a compiled model."""

    def __init__(self, compiled: Compiled, directory: Path) -> None:
        self._compiled = compiled
        self._tokens = _Tokens(directory / "tokenizer.json", compiled)

    @property
    def fingerprint(self) -> str:
        """What decides the vectors."""
        return self._compiled.fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._compiled.dimension

    @property
    def window(self) -> int:
        """Tokens of a text that the model reads at once, without those that it adds itself."""
        return self._tokens.window

    @property
    def least_cosine(self) -> float:
        """Cosine between question and passage below which the passage answers nothing."""
        return self._compiled.least_cosine

    def measure(self, texts: Sequence[str]) -> list[int]:
        """Return the length of each text in tokens."""
        return self._tokens.measure(texts)


class CompiledEncoder(DescribedEncoder):
    """A compiled model."""

    def __init__(self, compiled: Compiled, directory: Path) -> None:
        super().__init__(compiled, directory)
        self._network = Network(directory / "model.xml", directory / "cache")
        for rows in WARM_TEXTS:
            for length in WARM_LENGTHS:
                self._forward([[compiled.padding] * length] * rows)

    @property
    def form(self) -> Form:
        """What runs it."""
        return self._compiled.form

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; see `Encoder.encode`."""
        return self._encode([self._compiled.passage_prompt + text for text in texts])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; see `Encoder.encode_questions`."""
        return self._encode([self._compiled.question_prompt + text for text in texts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        windows, owners = self._tokens.windows(texts)
        lengths = [len(window) for window in windows]
        vectors = np.zeros((len(windows), self.dimension), np.float32)
        for rows in groups(lengths, BATCH):
            vectors[rows] = self._forward([windows[row] for row in rows])
        return averaged(vectors, lengths, owners, len(texts))

    def _forward(self, windows: Sequence[Sequence[int]]) -> Vectors:
        longest = padded(max(len(window) for window in windows), self._compiled.window)
        ids = np.full((len(windows), longest), self._compiled.padding, np.int64)
        mask = np.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : len(window)] = window
            mask[row, : len(window)] = 1
        (vectors,) = self._network.run({"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})
        return vectors


class TorchEncoder(DescribedEncoder):
    """Any sentence-transformers model as it is. Importing torch costs seconds; it is for models that do not compile."""

    def __init__(self, model: Any, compiled: Compiled, directory: Path) -> None:
        super().__init__(compiled, directory)
        self._model = model

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; see `Encoder.encode`."""
        return self._encode(self._model.encode_document, texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; see `Encoder.encode_questions`."""
        return self._encode(self._model.encode_query, texts)

    def _encode(self, function: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        pieces, lengths, owners = self._tokens.pieces(texts)
        vectors = function(pieces, batch_size=BATCH, normalize_embeddings=True)
        rows = np.asarray(vectors, np.float32).reshape(len(pieces), self.dimension)
        return averaged(rows, lengths, owners, len(texts))


class _Tokens:
    """The model's tokenizer: lengths, and texts cut into windows."""

    def __init__(self, path: Path, compiled: Compiled) -> None:
        from tokenizers import Tokenizer  # noqa: PLC0415  (commands that embed nothing)

        self._counting = Tokenizer.from_file(str(path))
        self._counting.no_truncation()
        self._counting.no_padding()
        self._cutting = Tokenizer.from_file(str(path))
        self._cutting.no_padding()
        self._cutting.enable_truncation(compiled.window)
        added = self._counting.num_special_tokens_to_add(is_pair=False)
        self.window = compiled.window - added - self.measure([compiled.passage_prompt])[0]

    def measure(self, texts: Sequence[str]) -> list[int]:
        _refuse_surrogates(texts)
        encodings = self._counting.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def windows(self, texts: Sequence[str]) -> tuple[list[list[int]], list[int]]:
        """Return the texts' windows as token ids, and for each the position of its text."""
        _refuse_surrogates(texts)
        windows, owners = [], []
        for position, encoding in enumerate(self._cutting.encode_batch_fast(list(texts))):
            for window in [encoding, *encoding.overflowing]:
                windows.append(window.ids)
                owners.append(position)
        return windows, owners

    def pieces(self, texts: Sequence[str]) -> tuple[list[str], list[int], list[int]]:
        """Return the texts' windows as strings, the length of each in tokens, and the position of its text."""
        _refuse_surrogates(texts)
        pieces, lengths, owners = [], [], []
        for position, (text, encoding) in enumerate(
            zip(texts, self._counting.encode_batch(list(texts), add_special_tokens=False), strict=True)
        ):
            for at in range(0, max(1, len(encoding.ids)), self.window):
                offsets = encoding.offsets[at : at + self.window]
                pieces.append(text[offsets[0][0] : offsets[-1][1]] if offsets else text)
                lengths.append(len(offsets))
                owners.append(position)
        return pieces, lengths, owners


def averaged(vectors: Vectors, lengths: Sequence[int], owners: Sequence[int], count: int) -> Vectors:
    """Average the vectors of each text's windows, weighted by their lengths.

    Args:
        vectors: shape (windows, dimension).
        lengths: tokens of each window.
        owners: position of the text that each window belongs to.
        count: number of texts.

    Returns:
        Array of shape (count, dimension), unit L2 norm per row.
    """
    total = np.zeros((count, vectors.shape[1]), np.float32)
    np.add.at(total, np.asarray(owners, np.intp), vectors * np.asarray(lengths, np.float32).clip(1)[:, None])
    norms = np.linalg.norm(total, axis=1, keepdims=True)
    # Windows that cancel each other out do not occur; a zero row would make every comparison with it nan.
    normalised: Vectors = total / np.maximum(norms, np.finfo(np.float32).tiny)
    return normalised


def _refuse_surrogates(texts: Sequence[str]) -> None:
    for position, text in enumerate(texts):
        try:
            text.encode()
        except UnicodeEncodeError as error:
            problem = Wording("character {at} is half of a surrogate pair", at=error.start)
            raise EmbeddingError(position, problem) from error
