"""Fold what is constant into the weights, so that fewer operations are left and every signature holds the same weights.

A layer norm's scale g and shift b go into the linear layers that read it: W(g*n + b) + c = (W*g)n + (Wb + c). A shift of
all keys of an attention by the same vector adds the same number to all scores of a query, which softmax ignores, so keys
stay without bias. The queries' factor 1/sqrt(D) goes into their projection. All is exact but for rounding. (The
converter does some of this by itself, but not in every signature, and then weights are stored twice.)
"""

from __future__ import annotations

import torch
from transformers import WhisperForConditionalGeneration

Linear, Norm = torch.nn.Linear, torch.nn.LayerNorm


def _into(norm: Norm, *layers: Linear) -> None:
    """Move scale and shift of `norm` into `layers`; one without a bias is a key projection and stays without."""
    for layer in layers:
        if layer.bias is not None:
            layer.bias += layer.weight @ norm.bias
        layer.weight *= norm.weight
    norm.weight.fill_(1.0)
    norm.bias.fill_(0.0)


@torch.no_grad()
def fold(model: WhisperForConditionalGeneration) -> WhisperForConditionalGeneration:
    """Change the model in place; its own forward pass still computes the same. The last norm stays: its reader is tied."""
    encoder, decoder = model.model.encoder, model.model.decoder
    for layer in [*encoder.layers, *decoder.layers]:
        own = layer.self_attn
        _into(layer.self_attn_layer_norm, own.q_proj, own.k_proj, own.v_proj)
        _into(layer.final_layer_norm, layer.fc1)
    crosses = [layer.encoder_attn for layer in decoder.layers]
    for layer, cross in zip(decoder.layers, crosses, strict=True):
        _into(layer.encoder_attn_layer_norm, cross.q_proj)
    _into(encoder.layer_norm, *[projection for cross in crosses for projection in (cross.k_proj, cross.v_proj)])
    for attention in [layer.self_attn for layer in [*encoder.layers, *decoder.layers]] + crosses:
        attention.q_proj.weight *= attention.scaling
        attention.q_proj.bias *= attention.scaling
        attention.scaling = 1.0
    return model
