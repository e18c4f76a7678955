"""Silero VAD (16 kHz) as a PyTorch module that hears many frames in one run.

Shape and weights are those of the published model (Silero Team, "Silero VAD", MIT): a short-time Fourier
transform as a convolution, four convolutions, an LSTM cell, one output. The published form takes one frame of
512 samples at a time; here the convolutions see all frames as a batch, and only the LSTM goes step by step.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

FRAME = 512  # samples
CONTEXT = 64  # samples before the frame that the model sees as well
MIRRORED = 64  # samples after it, mirrored
HOP = 128  # samples between the columns of the spectrum
BINS = 129
STATE = 128


class VoiceActivity(nn.Module):
    """(audio [1, CONTEXT + frames * FRAME], h [1, STATE], c [1, STATE]) -> probability [1, frames] and the new state."""

    def __init__(self, weights: dict[str, torch.Tensor], frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.weights = nn.ParameterDict({name.replace(".", "_"): value for name, value in weights.items()})
        seen = torch.arange(CONTEXT + FRAME)
        mirrored = torch.arange(CONTEXT + FRAME - 2, CONTEXT + FRAME - 2 - MIRRORED, -1)
        one = torch.cat([seen, mirrored])
        self.register_buffer("index", (torch.arange(frames)[:, None] * FRAME + one[None]).reshape(-1))

    def spectrum(self, audio: torch.Tensor) -> torch.Tensor:
        """Magnitudes [frames, BINS, 4]."""
        framed = audio[0].index_select(0, self.index).reshape(self.frames, 1, -1)
        both = functional.conv1d(framed, self.weights["stft_conv_weight"], stride=HOP)
        real, imaginary = both[:, :BINS], both[:, BINS:]
        return torch.sqrt(real * real + imaginary * imaginary)

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        """[frames, STATE]: one vector for each frame."""
        for number, stride in ((1, 1), (2, 2), (3, 2), (4, 1)):
            weight, bias = self.weights[f"conv{number}_weight"], self.weights[f"conv{number}_bias"]
            x = functional.relu(functional.conv1d(x, weight, bias, stride=stride, padding=1))
        return x.squeeze(-1)

    def forward(self, audio: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> dict[str, torch.Tensor]:
        weights = self.weights
        bias = weights["lstm_cell_bias_ih"] + weights["lstm_cell_bias_hh"]
        inputs = functional.linear(self.encode(self.spectrum(audio)), weights["lstm_cell_weight_ih"], bias)
        states = []
        for frame in range(self.frames):
            gates = inputs[frame : frame + 1] + functional.linear(h, weights["lstm_cell_weight_hh"])
            enter, forget, candidate, leave = gates.chunk(4, dim=1)
            c = torch.sigmoid(forget) * c + torch.sigmoid(enter) * torch.tanh(candidate)
            h = torch.sigmoid(leave) * torch.tanh(c)
            states.append(h)
        every = functional.relu(torch.cat(states))
        scores = functional.linear(every, weights["final_conv_weight"].squeeze(-1), weights["final_conv_bias"])
        return {"probability": torch.sigmoid(scores).reshape(1, -1), "h_out": h, "c_out": c}
