"""Model -> one .tflite with nine signatures over one copy of the weights, then dynamic INT8."""

from __future__ import annotations

from pathlib import Path

import litert_torch
import torch
from transformers import WhisperConfig, WhisperForConditionalGeneration

from chat.pack import quantize_graph
from chat.precisions import int8
from speech.compact import compact
from speech.front import tail_length
from speech.graph import Decode, Encode, Heads

WINDOWS = (5, 10, 30)  # seconds
FRAMES_PER_SECOND = 100  # hops of 160 samples at 16 kHz
CACHE, PREFILL = 448, 16  # text positions


def audio_positions(config: WhisperConfig, frames: int) -> int:
    """S: positions of the cross attention of a window, with its tail."""
    return frames // 2 + tail_length(frames // 2, config.max_source_positions)


def _example(model: WhisperForConditionalGeneration, frames: int, tokens: int) -> dict[str, torch.Tensor]:
    """Inputs of a decode (tokens = 1) or prefill signature, all zero: only names, shapes and types matter."""
    config = model.config
    heads = config.decoder_attention_heads
    size = config.d_model // heads
    inputs = {
        "token": torch.zeros(1, tokens, dtype=torch.int32),
        "position": torch.zeros(tokens, dtype=torch.int32),
        "mask": torch.zeros(1, 1, tokens, CACHE + tokens),
    }
    if tokens > 1:
        inputs["last"] = torch.zeros(1, dtype=torch.int32)
    for kind, length in (("self", CACHE), ("cross", audio_positions(model.config, frames))):
        for layer in range(config.decoder_layers):
            for part in "kv":
                inputs[f"{kind}_{part}_{layer}"] = torch.zeros(1, heads, length, size)
    return inputs


def export_float(model: WhisperForConditionalGeneration, alignment: Heads, composite: bool, path: Path) -> None:
    """Write the FP32 file."""
    decode, prefill = (Decode(model, alignment, composite, single).eval() for single in (True, False))
    converter = None
    for seconds in WINDOWS:
        frames = seconds * FRAMES_PER_SECOND
        signatures = (
            (f"encode_{seconds}", Encode(model, frames).eval(), {"mel": torch.zeros(1, model.config.num_mel_bins, frames)}),
            (f"decode_{seconds}", decode, _example(model, frames, 1)),
            (f"prefill_{seconds}", prefill, _example(model, frames, PREFILL)),
        )
        for name, module, inputs in signatures:
            add = litert_torch.signature if converter is None else converter.signature
            converter = add(name, module, sample_kwargs=inputs)
    converter.convert().export(str(path))


def quantize(source: Path, target: Path) -> None:
    """Dynamic INT8: 8-bit weights with a scale for each output channel, activations quantised at run time."""
    quantize_graph(source, int8(), target)
    compact(target)
