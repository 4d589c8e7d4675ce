"""Running networks on OpenVINO: files of the intermediate representation in, arrays out.

The one runtime for the encoder and the statement tagger. It computes 8-bit integer networks with the processor's own
instructions for them, and starts in a tenth of a second, where torch takes seconds.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

STEP = 8
"""Lengths are padded to multiples of this: each new shape of the inputs costs some ten milliseconds once."""


def openvino() -> Any:
    """Import OpenVINO without its reports on use to its makers, which nobody who runs Verbatim was asked about."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino  # noqa: PLC0415  (commands that run no network)

    return openvino


class Network:
    """A network that is ready to run. Safe to use from several threads, whose runs follow one another."""

    def __init__(self, path: Path, cache: Path | None = None) -> None:
        """Load a network.

        Args:
            path: model.xml, beside model.bin.
            cache: directory for the form in which this processor runs it, from which it starts faster the next time.
        """
        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": "f32",
            "NUM_STREAMS": 1,
            "INFERENCE_NUM_THREADS": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0,
        }
        if cache is not None:
            settings["CACHE_DIR"] = str(cache)
        self._model = openvino().Core().compile_model(str(path), "CPU", settings)
        self.inputs = frozenset(entry.get_any_name() for entry in self._model.inputs)
        self._outputs = len(self._model.outputs)
        self._local = threading.local()

    def run(self, given: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """Run the network once.

        Args:
            given: an array for each of `inputs`; others are passed over.

        Returns:
            Its outputs, in their order.
        """
        request = getattr(self._local, "request", None)
        if request is None:
            request = self._local.request = self._model.create_infer_request()
        request.infer({name: given[name] for name in self.inputs}, share_inputs=True)
        # The request writes into the same memory when it runs the next time.
        return [np.array(request.get_output_tensor(at).data, np.float32) for at in range(self._outputs)]


def padded(length: int, most: int) -> int:
    """Return the length to which a sequence is padded, `most` at most."""
    return min(-(-length // STEP) * STEP, max(most, length))


def groups(lengths: Sequence[int], rows: int) -> list[list[int]]:
    """Choose what is run together: neighbours in length, so that little is padded, in few shapes.

    Args:
        lengths: of the sequences.
        rows: how many in one run, a power of two; what is left over runs in smaller powers of two.

    Returns:
        Positions, each once, by ascending length.
    """
    order = sorted(range(len(lengths)), key=lambda at: (lengths[at], at))
    chosen = []
    at = 0
    while at < len(order):
        size = rows
        while size > len(order) - at:
            size //= 2
        chosen.append(order[at : at + size])
        at += size
    return chosen
