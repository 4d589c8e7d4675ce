"""The tagger's network: MiniLM's layers over frozen word vectors, a tag for each token, and arcs between spans.

Tags are BIO over source, cue and content, decoded by a linear-chain conditional random field (Lafferty et al. 2001).
Arcs join spans into statements: each content span chooses a cue, each cue a source or none, by a bilinear score over
the first and last tokens of both (after Dozat and Manning 2017) and how far apart they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from corpus.decoding import TAGS, penalties
from corpus.linking import ENDS, buckets

if TYPE_CHECKING:
    from collections.abc import Sequence

ARC = 64
"""Length of the vectors between which arcs are scored."""

DISTANCES = (0, 1, 2, 4, 8, 16, 32, 64, 128)
"""Lower limits, in tokens, of the buckets of distances; each once for before and once for behind."""


class LockedDropout(nn.Module):
    """Dropout with one mask for all positions of a row (Gal and Ghahramani 2016); random numbers take time."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, values: Tensor) -> Tensor:
        """Zero a share of the features of each row and scale the others up."""
        if not self.training:
            return values
        kept = torch.rand(values.shape[0], 1, values.shape[-1]) >= self.share
        return values * (kept / (1 - self.share)).to(values.dtype)


def lock_dropout(module: nn.Module, share: float) -> None:
    """Replace the dropout of a module's parts by `LockedDropout`."""
    for name, child in module.named_children():
        if isinstance(child, nn.Dropout) and child.p:
            setattr(module, name, LockedDropout(share))
        else:
            lock_dropout(child, share)


class Network(nn.Module):
    """Everything that is trained, and the frozen word vectors."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.words = encoder.embeddings.word_embeddings
        self.words.weight.requires_grad_(requires_grad=False)
        self.case = nn.Embedding(6, size)
        self.quoted = nn.Embedding(4, size)
        self.begins = nn.Embedding(2, size)
        for embedding in (self.case, self.quoted, self.begins):
            nn.init.normal_(embedding.weight, std=0.02)
        self.dropout = LockedDropout(0.1)
        self.tags = nn.Linear(size, len(TAGS))
        self.ends = nn.Linear(size, ARC * len(ENDS))
        self.no_source = nn.Linear(size, 1)
        self.cue_distance = nn.Parameter(torch.zeros(2 * len(DISTANCES)))
        self.source_distance = nn.Parameter(torch.zeros(2 * len(DISTANCES)))
        self.transitions = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.first = nn.Parameter(torch.zeros(len(TAGS)))

    def forward(
        self, vectors: Tensor, case: Tensor, quoted: Tensor, begins: Tensor, mask: Tensor
    ) -> tuple[Tensor, ...]:
        """Score a batch.

        Returns:
            Tags (batch, length, 7), ends of arcs (batch, length, 8 * ARC), and having no source (batch, length).
        """
        given = vectors + self.case(case) + self.quoted(quoted) + self.begins(begins)
        hidden = self.encoder(inputs_embeds=given, attention_mask=mask).last_hidden_state
        hidden = self.dropout(hidden)
        return self.tags(hidden), self.ends(hidden), self.no_source(hidden).squeeze(-1)


def chain_loss(scores: Tensor, tags: Tensor, mask: Tensor, transitions: Tensor, first: Tensor) -> Tensor:
    """Return the negative log-likelihood of tag sequences, summed over the batch.

    Args:
        scores: (batch, words, 7).
        tags: (batch, words), any value where masked.
        mask: (batch, words), True for words; each row begins with one.
        transitions: (7, 7), from a tag to the next.
        first: (7,), of the first tag.
    """
    steps = transitions + torch.from_numpy(penalties())
    alpha = first + scores[:, 0]
    rows = torch.arange(len(tags))
    gold = first[tags[:, 0]] + scores[rows, 0, tags[:, 0]]
    for at in range(1, scores.shape[1]):
        on = mask[:, at]
        ahead = torch.logsumexp(alpha.unsqueeze(2) + steps, dim=1) + scores[:, at]
        alpha = torch.where(on.unsqueeze(1), ahead, alpha)
        step = steps[tags[:, at - 1], tags[:, at]] + scores[rows, at, tags[:, at]]
        gold = gold + torch.where(on, step, torch.zeros_like(step))
    return (torch.logsumexp(alpha, dim=1) - gold).sum()


def arc_loss(
    network: Network, ends: Tensor, none: Tensor, cues: Sequence[tuple[int, int]], links: Sequence[Any]
) -> Tensor:
    """Return the cross-entropy of one window's arcs, summed.

    Args:
        network: what has learnt about distances.
        ends: (words, 8 * ARC).
        none: (words,).
        cues: first and last word of each cue.
        links: pairs (contents, sources): `[(first, last, number of the right cue)]`, and
            `([(first, last)], [number of the right source, or the number of sources for none, of each cue])`.
    """
    contents, (sources, heads) = links
    parts = {name: ends[:, at * ARC : (at + 1) * ARC] for at, name in enumerate(ENDS)}
    loss = ends.new_zeros(())
    if not cues:
        return loss
    first, last = [c[0] for c in cues], [c[1] for c in cues]
    if contents:
        keys = parts["cue_first"][first] + parts["cue_last"][last]
        queries = parts["content_first"][[c[0] for c in contents]] + parts["content_last"][[c[1] for c in contents]]
        far = torch.from_numpy(buckets(DISTANCES, [c[:2] for c in contents], cues))
        scores = queries @ keys.T / ARC**0.5 + network.cue_distance[far]
        loss = loss + nn.functional.cross_entropy(scores, torch.tensor([c[2] for c in contents]), reduction="sum")
    queries = parts["head_first"][first] + parts["head_last"][last]
    scores = none[first].unsqueeze(1)
    if sources:
        keys = parts["source_first"][[s[0] for s in sources]] + parts["source_last"][[s[1] for s in sources]]
        far = torch.from_numpy(buckets(DISTANCES, cues, sources))
        scores = torch.cat([queries @ keys.T / ARC**0.5 + network.source_distance[far], scores], dim=1)
    return loss + nn.functional.cross_entropy(scores, torch.tensor(heads), reduction="sum")
