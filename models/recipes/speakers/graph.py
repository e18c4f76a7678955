"""The GE2E speaker encoder as three PyTorch modules whose weights are stored once.

Shape and weights are those of Resemblyzer (Apache-2.0), after Wan et al., "Generalized End-to-End Loss for Speaker
Verification" (2018): a mel spectrogram, three LSTM layers, one linear layer, a vector of length 1. An LSTM of 160
steps unrolled into one graph would have its matrices repacked 480 times, so the caller runs STEPS frames at a time
and carries the state.
"""

from __future__ import annotations

import librosa
import torch
from torch import nn
from torch.nn import functional

BATCH = 4  # stretches of sound heard at once: as fast as eight, and short lines waste less
FRAMES = 160  # of 10 ms: one stretch
STEPS = 4  # frames in one run of Listen
RATE = 16000
HOP = 160  # samples
WINDOW = 400  # samples
MELS = 40
STATE = 256
LAYERS = 3
SAMPLES = (FRAMES - 1) * HOP + WINDOW


class Spectrum(nn.Module):
    """audio [BATCH, SAMPLES] -> mel [BATCH, FRAMES, MELS], powers, as librosa.feature.melspectrogram gives them."""

    def __init__(self) -> None:
        super().__init__()
        bins = WINDOW // 2 + 1
        angles = 2 * torch.pi * torch.arange(bins)[:, None] * torch.arange(WINDOW)[None] / WINDOW
        window = torch.hann_window(WINDOW, periodic=True)
        basis = torch.cat([torch.cos(angles) * window, torch.sin(angles) * window])
        self.register_buffer("basis", basis[:, None].float())
        filters = librosa.filters.mel(sr=RATE, n_fft=WINDOW, n_mels=MELS)
        self.register_buffer("filters", torch.from_numpy(filters).float())
        self.bins = bins

    def forward(self, audio: torch.Tensor) -> dict[str, torch.Tensor]:
        both = functional.conv1d(audio[:, None], self.basis, stride=HOP)
        real, imaginary = both[:, : self.bins], both[:, self.bins :]
        power = (real * real + imaginary * imaginary).transpose(1, 2)
        return {"mel": functional.linear(power, self.filters)}


class Listen(nn.Module):
    """(mel [BATCH, STEPS, MELS], h and c [LAYERS * BATCH, STATE]) -> the states after these frames."""

    def __init__(self, weights: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.weights = nn.ParameterDict({name.replace(".", "_"): value for name, value in weights.items()})

    def forward(self, mel: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> dict[str, torch.Tensor]:
        heard, ends_h, ends_c = mel, [], []
        for layer in range(LAYERS):
            first, last = layer * BATCH, (layer + 1) * BATCH
            heard, end_h, end_c = self.layer(layer, heard, h[first:last], c[first:last])
            ends_h.append(end_h)
            ends_c.append(end_c)
        return {"h_out": torch.cat(ends_h), "c_out": torch.cat(ends_c)}

    def layer(self, number: int, heard: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> tuple[torch.Tensor, ...]:
        def part(name: str) -> torch.Tensor:
            return self.weights[f"lstm_{name}_l{number}"]

        inputs = functional.linear(heard, part("weight_ih"), part("bias_ih") + part("bias_hh"))
        states = []
        for step in range(STEPS):
            gates = inputs[:, step] + functional.linear(h, part("weight_hh"))
            enter, forget, candidate, leave = gates.chunk(4, dim=1)
            c = torch.sigmoid(forget) * c + torch.sigmoid(enter) * torch.tanh(candidate)
            h = torch.sigmoid(leave) * torch.tanh(c)
            states.append(h)
        return torch.stack(states, dim=1), h, c


class Voice(nn.Module):
    """h [LAYERS * BATCH, STATE] after the last frame -> voice [BATCH, STATE], each of length 1."""

    def __init__(self, weights: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.weight = nn.Parameter(weights["linear.weight"])
        self.bias = nn.Parameter(weights["linear.bias"])

    def forward(self, h: torch.Tensor) -> dict[str, torch.Tensor]:
        raw = functional.relu(functional.linear(h[-BATCH:], self.weight, self.bias))
        return {"voice": raw / torch.sqrt((raw * raw).sum(dim=1, keepdim=True) + 1e-12)}
