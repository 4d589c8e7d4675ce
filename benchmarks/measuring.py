"""Measuring: processes of their own that take turns, memory as the kernel counts it, and the bare encoder beside us.

Two that are compared run in a process each, are both there all the time, and do their parts one after the other, round
by round, so that a busy minute slows both.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from index.models import BUNDLED, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path
    from types import TracebackType

    from sentence_transformers import SentenceTransformer

    from index.encoder import Vectors

STOP_S = 30.0
"""Seconds that a process has to end before it is ended."""


class Task(Protocol):
    """What a process does, again and again."""

    def __call__(self, given: Any, /) -> Any:
        """Do it once."""
        ...


class Worker:
    """A process of its own that does one thing each time it is asked.

    It starts afresh: what the other processes have imported and opened, it has not.
    """

    def __init__(self, make: Callable[..., Task], *arguments: Any) -> None:
        """Start it.

        Args:
            make: makes, in that process, what it does; a function at the top of a module.
            arguments: for `make`.
        """
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, arguments), daemon=True)
        self._process.start()
        theirs.close()

    def __call__(self, given: Any = None) -> Any:
        """Have it do its part, and return what comes of it.

        Raises:
            RuntimeError: it failed; the process has printed how.
        """
        try:
            self._connection.send(given)
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError("a measuring process has ended before its time; see above for why") from error

    def __enter__(self) -> Self:
        """Use it for a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self._connection.close()
        self._process.join(STOP_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _serve(connection: Connection, make: Callable[..., Task], arguments: Sequence[Any]) -> None:
    task = make(*arguments)
    while True:
        try:
            given = connection.recv()
        except EOFError:
            return
        connection.send(task(given))


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process has in memory, in bytes.

    Attributes:
        resident: all of it (Rss).
        mapped: the part that is files, mapped, which the kernel may drop and read again (Rss less anonymous memory).
    """

    resident: int
    mapped: int

    @classmethod
    def now(cls) -> Memory:
        """Return this process's, as Linux counts it.

        Raises:
            FileNotFoundError: this is no Linux.
        """
        with open("/proc/self/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123  (no path of a file on disk)
            kilobytes = {line.split()[0]: int(line.split()[1]) for line in file if line.rstrip().endswith("kB")}
        return cls(1024 * kilobytes["Rss:"], 1024 * (kilobytes["Rss:"] - kilobytes["Anonymous:"]))


def seconds(function: Callable[[Any], object], values: Sequence[Any]) -> list[float]:
    """Call a function with each of some values, and return how long each call took, in seconds."""
    took = []
    for value in values:
        began = time.perf_counter()
        function(value)
        took.append(time.perf_counter() - began)
    return took


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies, interpolated."""
    return float(np.quantile(values, share))


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


class Bare:
    """The bundled model and its tokenizer under ONNX Runtime, and nothing else: the least that a question costs.

    Full precision, one text at a time, ONNX Runtime's own choice of threads.
    """

    def __init__(self, folder: Path) -> None:
        """Load the model that `export` has put into a folder."""
        import onnxruntime  # noqa: PLC0415  (only this process needs it)
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # The model's own file pads every text to one length, which would cost more than the text.
        self._tokenizer.no_padding()
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        self._names = [each.name for each in self._session.get_inputs()]

    def encode(self, text: str) -> Vectors:
        """Return the vector of a text, shape (dimension,), unit L2 norm."""
        encoding = self._tokenizer.encode(text)
        ids = np.array([encoding.ids], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (vectors,) = self._session.run(None, {name: given[name] for name in self._names})
        row: Vectors = vectors[0]
        return row

    def __call__(self, texts: Sequence[str]) -> list[float]:
        """Encode texts one by one; return how long each took, in seconds."""
        return seconds(self.encode, texts)


def plain_model() -> SentenceTransformer:
    """Load the bundled model as sentence-transformers runs it on a CPU."""
    with warnings.catch_warnings():
        # Libraries below warn of their own future changes.
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  (costs seconds)

        return SentenceTransformer(str(locate(BUNDLED)), device="cpu")


def export(folder: Path) -> Path:
    """Export the bundled model from torch to ONNX in full precision, unless that has been done; return the folder."""
    if (folder / "export.json").is_file():
        return folder
    import torch  # noqa: PLC0415  (costs seconds, and only the export needs it)

    folder.mkdir(parents=True, exist_ok=True)
    model = plain_model().eval()
    model.tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
    features = model.preprocess(["one text", "and another one that is longer"])
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in features]

    class Whole(torch.nn.Module):
        """From token ids to normalised vectors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            """Return shape (texts, dimension)."""
            vectors = self.model(dict(zip(names, values, strict=True)))["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    batch = torch.export.Dim("batch", min=1, max=4096)
    length = torch.export.Dim("length", min=2, max=int(model.max_seq_length or 512))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Whole().eval(),
            tuple(features[name] for name in names),
            str(folder / "model.onnx"),
            input_names=names,
            output_names=["vectors"],
            dynamic_shapes=(tuple({0: batch, 1: length} for _ in names),),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    # Written last: a broken export is made anew.
    (folder / "export.json").write_text(json.dumps({"inputs": names}), "utf-8")
    return folder
