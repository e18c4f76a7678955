"""The two attentions of a decoder step, each one a StableHLO composite that a runtime may replace by its own kernel.

`sotto.self_attention`: q [1,H,T,D], k_past and v_past [1,H,C,D], k_new and v_new [1,H,T,D], mask [1,1,T,C+T] -> out [1,H,T,D]
`sotto.cross_attention`: q [1,H,T,D], k and v [1,H,S,D] -> out [1,H,T,D] and, if asked for, weights [1,H,T,S]

q is scaled already; the mask is added to the scores. Any other runtime runs the operations that are marked here.
"""

from __future__ import annotations

import torch
from litert_torch.backend.composite import StableHLOCompositeBuilder

SELF, CROSS = "sotto.self_attention", "sotto.cross_attention"


def _split_attention(
    q: torch.Tensor,
    k_past: torch.Tensor,
    v_past: torch.Tensor,
    k_new: torch.Tensor,
    v_new: torch.Tensor,
    mask: torch.Tensor,
) -> torch.Tensor:
    """Attention over the past and the new positions as if they were one cache, without copying the caches together."""
    past = k_past.shape[2]
    scores = torch.cat((torch.matmul(q, k_past.transpose(2, 3)), torch.matmul(q, k_new.transpose(2, 3))), dim=-1)
    weights = torch.softmax(scores + mask, dim=-1)
    return torch.matmul(weights[..., :past], v_past) + torch.matmul(weights[..., past:], v_new)


def self_attention(composite: bool, *inputs: torch.Tensor) -> torch.Tensor:
    """Inputs in the order of `sotto.self_attention`."""
    if not composite:
        return _split_attention(*inputs)
    builder = StableHLOCompositeBuilder(SELF)
    return builder.mark_outputs(_split_attention(*builder.mark_inputs(*inputs)))


def cross_attention(
    composite: bool, with_weights: bool, *inputs: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Inputs in the order of `sotto.cross_attention`; the weights only where an alignment head needs them."""
    builder = StableHLOCompositeBuilder(CROSS) if composite else None
    q, k, v = builder.mark_inputs(*inputs) if builder else inputs
    weights = torch.softmax(torch.matmul(q, k.transpose(2, 3)), dim=-1)
    out = torch.matmul(weights, v)
    if builder:
        if not with_weights:
            return builder.mark_outputs(out), None
        out, weights = builder.mark_outputs(out, weights)
    return out, weights if with_weights else None
