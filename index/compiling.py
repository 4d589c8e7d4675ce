"""Compiling models: from sentence-transformers to a network of 8-bit integers on OpenVINO.

Weights and activations are quantised after training (NNCF, with SmoothQuant: Xiao et al. 2023), with ranges taken from
the sample collection and from words of the model's own vocabulary. The result is compared with the original on texts
that were not among these; where it differs too much the network stays one of floats, and where not even that agrees,
or the model cannot be converted at all, torch runs it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import warnings
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.inference import Network, openvino
from corpus.readers import read
from corpus.records import GoodRecord
from corpus.sources import SAMPLE, find

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from index.encoder import Vectors

log = logging.getLogger(__name__)

LEAST_COSINE, LEAST_COSINE_INT8 = 0.9999, 0.98
"""Between a compiled model's vectors and the original's: of floats, that of each text; of integers, the mean. Less
means that it went wrong, or that the model does not bear it."""

VOCABULARY_TEXTS, SEED = 48, 13
"""Texts of words drawn from the vocabulary, for models of other languages than the samples', and how they are drawn."""

LENGTHS = (2, 4, 8, 16, 32, 64, 96, 128)
"""Words of these texts."""

HELD_OUT = 6
"""One in so many sample texts is for the comparison."""

SAMPLES = (
    "What did she say about the treaty?",
    "The minister said on Tuesday that “no decision had been taken”, and left it at that.",
    "a " * 100,
)


class Form(StrEnum):
    """What runs a model."""

    INT8 = "int8"
    FLOAT = "float"
    TORCH = "torch"


def compile_into(original: Any, directory: Path) -> Form:
    """Convert, quantise and compare a model.

    Args:
        original: a SentenceTransformer.
        directory: where model.xml and model.bin go.

    Returns:
        What runs the model from now on; without files for torch.
    """
    path = directory / "model.xml"
    try:
        with _quiet():
            converted = _converted(original)
            openvino().save_model(converted, str(path), compress_to_fp16=False)
    except Exception:
        # Converters fail in as many ways as there are models; torch itself then runs the model.
        log.warning("this model cannot be compiled; it runs on torch, which starts slowly", exc_info=True)
        return Form.TORCH
    likeness = _likeness(original, path, SAMPLES).min()
    if likeness < LEAST_COSINE:
        log.warning("the compiled model differs from the original (cosine %.4f); it runs on torch", likeness)
        for file in directory.glob("model.*"):
            file.unlink()
        return Form.TORCH
    return _quantised(original, converted, path)


def _quantised(original: Any, converted: Any, path: Path) -> Form:
    """Replace a model by its quantised form, if that agrees."""
    shown, held_out = _texts(original)
    aside = path.with_name("int8.xml")
    try:
        with _quiet():
            openvino()  # first of all, so that nothing is reported on use
            import nncf  # noqa: PLC0415  (costs seconds)

            smaller = nncf.quantize(
                converted,
                nncf.Dataset([[text] for text in shown], lambda texts: _inputs(original, texts)),
                model_type=nncf.ModelType.TRANSFORMER,
                subset_size=len(shown),
            )
            openvino().save_model(smaller, str(aside), compress_to_fp16=True)
        likeness = float(_likeness(original, aside, held_out).mean())
    except Exception:
        # As above: what cannot be quantised runs as it is.
        log.warning("this model cannot be quantised; it runs on floats, which is slower", exc_info=True)
        likeness = 0.0
    if likeness < LEAST_COSINE_INT8:
        log.info("the quantised model differs from the original (cosine %.4f); floats are used", likeness)
        for file in path.parent.glob("int8.*"):
            file.unlink()
        return Form.FLOAT
    for file in path.parent.glob("int8.*"):
        file.replace(path.with_suffix(file.suffix))
    return Form.INT8


def _converted(original: Any) -> Any:
    """Convert a model from token ids to normalised vectors, for any number of texts of any length."""
    import torch  # noqa: PLC0415  (costs seconds)

    given = original.preprocess(["one text", "and another one that is longer"])
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in given]

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = original

        def forward(self, *values: Any) -> Any:
            vectors = self.model(dict(zip(names, values, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    with torch.no_grad():
        converted = openvino().convert_model(Whole().eval(), example_input=tuple(given[name] for name in names))
    for name, entry in zip(names, converted.inputs, strict=True):
        entry.get_tensor().set_names({name})
        entry.get_node().set_partial_shape(openvino().PartialShape([-1, -1]))
        entry.get_node().set_element_type(openvino().Type.i64)
    converted.validate_nodes_and_infer_types()
    return converted


def _inputs(original: Any, texts: Sequence[str]) -> dict[str, Any]:
    given = original.preprocess(list(texts))
    return {name: given[name].numpy() for name in ("input_ids", "attention_mask", "token_type_ids") if name in given}


def _likeness(original: Any, path: Path, texts: Sequence[str]) -> Vectors:
    """Return the cosines between a compiled model's vectors and the original's, shape (len(texts),)."""
    network = Network(path)
    # The original cuts off what is longer than its window, in both.
    seen = np.concatenate([network.run(_inputs(original, [text]))[0] for text in texts])
    expected = np.asarray(original.encode(list(texts), normalize_embeddings=True, show_progress_bar=False), np.float32)
    cosines: Vectors = np.sum(seen * expected, axis=1)
    return cosines


def _texts(original: Any) -> tuple[list[str], list[str]]:
    """Return texts by which a model is quantised, and others by which it is compared."""
    paragraphs = list(_sample_paragraphs())
    held_out = paragraphs[::HELD_OUT]
    shown = [text for at, text in enumerate(paragraphs) if at % HELD_OUT]
    drawn = random.Random(SEED)  # noqa: S311  (not a secret)
    short = [text[: drawn.choice((30, 60, 100))] for text in shown[:: max(1, len(shown) // VOCABULARY_TEXTS)]]
    words = sorted(word for word in original.tokenizer.get_vocab() if word.strip("▁Ġ").isalpha())
    made = [
        " ".join(drawn.choice(words).strip("▁Ġ") for _ in range(drawn.choice(LENGTHS)))
        for _ in range(VOCABULARY_TEXTS if words else 0)
    ]
    return [*shown, *short, *made], held_out


def _sample_paragraphs() -> Iterator[str]:
    for source in find([str(SAMPLE)]).sources:
        for record in read(source):
            if isinstance(record, GoodRecord):
                yield from (text for text in record.draft.text.split("\n\n") if text)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' messages and progress bars out of a person's terminal."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with (
            warnings.catch_warnings(),
            open(os.devnull, "w", encoding="utf-8") as nowhere,  # noqa: PTH123  (a device, not a file of ours)
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
