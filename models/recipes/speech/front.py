"""From log-mel to the first encoder layer, and the tail that lets a short window behave like Whisper's 30 seconds.

Whisper was trained on 30 s only. Cut to 5 or 10 s it often repeats itself without end, since the silence that tells it
where the speech stops is missing. So a short window gets a tail: TAIL positions that stand for all the silent ones up to
30 s, close together at first and ever wider apart (positions are embedded as slow waves). In the encoder's attention each
counts as often as the positions it stands for: log(n) is added to its score, which would be exact if their keys were
equal. The decoder sees them unweighted. This is our own approximation; check.py measures what it is worth.

Silence need not come from the host: log-mel is cut off 8 decades of power below its highest value and scaled by 1/4, so
padding has the value max - 2, or -1.5 (the floor of 1e-10) if nothing is louder than 1e-2.
"""

from __future__ import annotations

import math

import torch
from torch.nn.functional import gelu, linear
from transformers import WhisperForConditionalGeneration

TAIL = 80


def tail_length(positions: int, trained: int) -> int:
    """Number of extra positions of a window: none if it is as long as in training."""
    return TAIL if positions < trained else 0


def layout(first: int, trained: int) -> tuple[list[int], list[float]]:
    """Positions of the tail and how many each stands for: growing by a fixed factor, filling first to trained."""
    low, high = 1.0 + 1e-9, 2.0
    for _ in range(80):
        factor = (low + high) / 2
        total = (factor**TAIL - 1) / (factor - 1)
        low, high = (factor, high) if total < trained - first else (low, factor)
    counts = [low**index for index in range(TAIL)]
    starts = [first + sum(counts[:index]) for index in range(TAIL)]
    return [int(start + count / 2) for start, count in zip(starts, counts, strict=True)], counts


class Front(torch.nn.Module):
    """mel [1,M,frames] -> [1,S,W]: two convolutions, positions, tail. `bias` [S] goes to the encoder's scores."""

    def __init__(self, model: WhisperForConditionalGeneration, frames: int) -> None:
        super().__init__()
        encoder = model.model.encoder
        self.conv1, self.conv2 = encoder.conv1, encoder.conv2
        positions = encoder.embed_positions.weight.detach()
        self.frames, kept, trained = frames, frames // 2, positions.shape[0]
        self.tail = tail_length(kept, trained)
        self.register_buffer("positions", positions[:kept].clone(), persistent=False)
        if self.tail:
            rows, counts = layout(kept, trained)
            bias = torch.tensor([0.0] * kept + [math.log(count) for count in counts])
            self.register_buffer("tail_positions", positions[rows].clone(), persistent=False)
            self.register_buffer("bias", bias, persistent=False)
            # A convolution over a constant is a product with the sum of its taps.
            self.register_buffer("sum1", self.conv1.weight.detach().sum((1, 2)), persistent=False)
            self.register_buffer("sum2", self.conv2.weight.detach().sum(2), persistent=False)

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        if not self.tail:
            return gelu(self.conv2(gelu(self.conv1(mel)))).transpose(1, 2) + self.positions
        silence = torch.clamp(mel.amax(dim=(1, 2), keepdim=True) - 2.0, min=-1.5)  # [1,1,1]
        edge = silence.expand(1, mel.shape[1], 1)  # what follows the window; zeros would be loud
        h = gelu(self.conv1(torch.cat((mel, edge), dim=2)))[:, :, : self.frames]
        x = gelu(self.conv2(h)).transpose(1, 2) + self.positions
        still = gelu(silence * self.sum1 + self.conv1.bias)  # [1,1,W]
        still = gelu(linear(still, self.sum2, self.conv2.bias))
        return torch.cat((x, still + self.tail_positions), dim=1)
