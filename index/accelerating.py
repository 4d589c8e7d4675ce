"""A graphics processor, where there is one: many texts at once run on it, by torch.

Questions and single articles never do: importing torch costs seconds, and a network of integers answers in one
millisecond. Both give the same vectors to within what quantising changes.
"""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from index.encoder import TorchEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.encoder import CompiledEncoder, Encoder, Vectors
    from index.models import Compiled

log = logging.getLogger(__name__)

MANY = 512
"""Texts that are worth the seconds that importing torch takes, once a process."""

DRIVERS = (Path("/dev/nvidia0"), Path("/dev/kfd"))
"""What the drivers of NVIDIA's and AMD's processors make; looking for these costs nothing."""


def has_device() -> bool:
    """Tell whether this machine seems to have a graphics processor on which torch may run."""
    return any(path.exists() for path in DRIVERS)


class AcceleratedEncoder:
    """A compiled model, of which many texts at once run on a graphics processor."""

    def __init__(self, compiled: CompiledEncoder, loading: Callable[[], TorchEncoder | None]) -> None:
        """Wrap an encoder.

        Args:
            compiled: what encodes questions and few texts.
            loading: loads the model on the device, or returns None where torch finds none.
        """
        self._compiled = compiled
        self._loading = loading
        self._lock = Lock()
        self._loaded: TorchEncoder | None = None
        self._tried = False

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
        return self._compiled.window

    @property
    def least_cosine(self) -> float:
        """Cosine between question and passage below which the passage answers nothing."""
        return self._compiled.least_cosine

    def measure(self, texts: Sequence[str]) -> list[int]:
        """Return the length of each text in tokens."""
        return self._compiled.measure(texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions; see `Encoder.encode_questions`."""
        return self._compiled.encode_questions(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed passages; see `Encoder.encode`."""
        chosen: Encoder = self._compiled
        if len(texts) >= MANY:
            chosen = self._on_device() or self._compiled
        return chosen.encode(texts)

    def _on_device(self) -> TorchEncoder | None:
        with self._lock:
            if not self._tried:
                self._tried = True
                self._loaded = self._loading()
                log.info("many texts at once run on %s", "the graphics processor" if self._loaded else "the processor")
            return self._loaded


def on_device(original: Callable[[str], Any], compiled: Compiled, directory: Path) -> TorchEncoder | None:
    """Load a model on the graphics processor, or return None where torch finds none that it can use."""
    import torch  # noqa: PLC0415  (costs seconds)

    if not torch.cuda.is_available():
        return None
    return TorchEncoder(original("cuda"), compiled, directory)
