"""What the tests of the index share: the real model, compiled once and kept between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from index.encoder import TorchEncoder
from index.models import BUNDLED, _directory_name, _load_original, _read_manifest, load_encoder, locate

if TYPE_CHECKING:
    from pathlib import Path

    from index.encoder import Encoder


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest) -> Path:
    """A directory that outlives this run, inside pytest's cache."""
    return request.config.cache.mkdir("verbatim")


@pytest.fixture(scope="session")
def models(kept: Path) -> Path:
    """Where the model is compiled: half a minute in the first run, nothing in later ones."""
    return kept / "models"


@pytest.fixture(scope="session")
def bundled(models: Path) -> Encoder:
    """The model that Verbatim comes with."""
    return load_encoder(BUNDLED, models)


@pytest.fixture(scope="session")
def original() -> Any:
    """The same model, not compiled: importing torch takes seconds."""
    return _load_original(BUNDLED, locate(BUNDLED))


@pytest.fixture(scope="session")
def on_torch(bundled: Encoder, models: Path, original: Any) -> Encoder:
    """The same model as it is run when it cannot be compiled."""
    del bundled  # it has been compiled, so that its manifest and tokenizer are there
    directory = models / _directory_name(BUNDLED)
    compiled = _read_manifest(directory)
    assert compiled is not None
    return TorchEncoder(original, compiled, directory)
