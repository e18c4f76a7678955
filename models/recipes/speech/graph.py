"""The three kinds of signature as torch modules over one set of weights, which fold.py has prepared.

H heads, D head size, S audio positions (half the mel frames, and the tail of front.py), C cached text positions, P tokens of a prefill,
A alignment heads, V vocabulary. All tensors are float32 unless said otherwise.
"""

from __future__ import annotations

import torch
from torch.nn.functional import embedding, gelu
from transformers import WhisperForConditionalGeneration

from speech.attention import cross_attention, self_attention
from speech.front import Front

EPSILON = 1e-5  # of every layer norm of Whisper
QUERIES = 300  # rows of the encoder's attention that are computed at once
Heads = list[tuple[int, int]]  # (decoder layer, head)


def _heads(x: torch.Tensor, heads: int) -> torch.Tensor:
    """[1,T,W] -> [1,H,T,D]."""
    _, positions, width = x.shape
    return x.view(1, positions, heads, width // heads).transpose(1, 2)


def _merge(x: torch.Tensor) -> torch.Tensor:
    """[1,H,T,D] -> [1,T,W]."""
    _, heads, positions, size = x.shape
    return x.transpose(1, 2).reshape(1, positions, heads * size)


def _normalise(x: torch.Tensor) -> torch.Tensor:
    """Layer norm over the last axis; scale and shift are in the weights that follow (fold.py)."""
    centred = x - x.mean(dim=-1, keepdim=True)
    return centred * torch.rsqrt((centred * centred).mean(dim=-1, keepdim=True) + EPSILON)


class Encode(torch.nn.Module):
    """mel [1,M,frames] -> keys and values of every decoder layer's cross attention, each [1,H,S,D]."""

    def __init__(self, model: WhisperForConditionalGeneration, frames: int) -> None:
        super().__init__()
        self.encoder, self.decoder = model.model.encoder, model.model.decoder
        self.heads = model.config.encoder_attention_heads
        self.front = Front(model, frames)

    def _attend(self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        """A few hundred queries at a time: H*S*S scores at once would be the largest tensor by far (base: 72 MB)."""
        if q.shape[2] > 2 * QUERIES:
            return torch.cat([self._attend(part, k, v) for part in q.split(QUERIES, dim=2)], dim=2)
        scores = torch.matmul(q, k)
        if self.front.tail:
            scores = scores + self.front.bias
        return torch.matmul(torch.softmax(scores, dim=-1), v)

    def states(self, mel: torch.Tensor) -> torch.Tensor:
        """mel [1,M,frames] -> [1,S,W] after the last norm, whose scale and shift are in the cross attentions' weights."""
        x = self.front(mel)
        for layer in self.encoder.layers:
            attention, h = layer.self_attn, _normalise(x)
            q = _heads(attention.q_proj(h), self.heads)
            k, v = _heads(attention.k_proj(h), self.heads), _heads(attention.v_proj(h), self.heads)
            x = x + attention.out_proj(_merge(self._attend(q, k.transpose(2, 3), v)))
            x = x + layer.fc2(gelu(layer.fc1(_normalise(x))))
        return _normalise(x)

    def forward(self, mel: torch.Tensor) -> dict[str, torch.Tensor]:
        x = self.states(mel)
        out: dict[str, torch.Tensor] = {}
        for index, layer in enumerate(self.decoder.layers):
            attention = layer.encoder_attn
            out[f"cross_k_{index}"] = _heads(attention.k_proj(x), self.heads)
            out[f"cross_v_{index}"] = _heads(attention.v_proj(x), self.heads)
        return out


class Decode(torch.nn.Module):
    """T tokens at once (1 to decode, P to prefill) -> logits of one row, the new keys and values, alignment weights."""

    def __init__(self, model: WhisperForConditionalGeneration, alignment: Heads, composite: bool, single: bool) -> None:
        super().__init__()
        self.decoder, self.project = model.model.decoder, model.proj_out
        self.heads = model.config.decoder_attention_heads
        self.alignment, self.composite, self.single = alignment, composite, single

    def forward(
        self,
        token: torch.Tensor,  # int32 [1,T]
        position: torch.Tensor,  # int32 [T]
        mask: torch.Tensor,  # [1,1,T,C+T], added to the scores
        last: torch.Tensor | None = None,  # int32 [1]: row whose logits are wanted; absent if T is 1
        **caches: torch.Tensor,  # self_k_i, self_v_i [1,H,C,D], cross_k_i, cross_v_i [1,H,S,D]
    ) -> dict[str, torch.Tensor]:
        decoder, out, picked = self.decoder, {}, []
        x = decoder.embed_tokens(token) + embedding(position, decoder.embed_positions.weight)
        for index, layer in enumerate(decoder.layers):
            attention, h = layer.self_attn, _normalise(x)
            q = _heads(attention.q_proj(h), self.heads)
            k, v = _heads(attention.k_proj(h), self.heads), _heads(attention.v_proj(h), self.heads)
            out[f"new_k_{index}"], out[f"new_v_{index}"] = k, v
            past = caches[f"self_k_{index}"], caches[f"self_v_{index}"]
            x = x + attention.out_proj(_merge(self_attention(self.composite, q, *past, k, v, mask)))

            attention, h = layer.encoder_attn, _normalise(x)
            q = _heads(attention.q_proj(h), self.heads)
            wanted = [head for of, head in self.alignment if of == index]
            audio = caches[f"cross_k_{index}"], caches[f"cross_v_{index}"]
            mixed, weights = cross_attention(self.composite, bool(wanted), q, *audio)
            picked += [weights[0, head : head + 1] for head in wanted]
            x = x + attention.out_proj(_merge(mixed))

            x = x + layer.fc2(gelu(layer.fc1(_normalise(x))))
        row = x[0] if last is None else embedding(last, x[0])  # a lookup: an index would bring bounds checks
        alignment = torch.cat(picked)  # [A,T,S], ordered by layer as the settings are
        out["alignment"] = alignment[:, 0] if self.single else alignment
        out["logits"] = self.project(_normalise(row) * decoder.layer_norm.weight + decoder.layer_norm.bias)
        return out
