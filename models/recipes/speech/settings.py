"""speech.json and the files beside it: all that a host must know to run the .tflite."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from transformers import WhisperConfig
from transformers.audio_utils import mel_filter_bank

from speech import tokens
from speech.export import CACHE, FRAMES_PER_SECOND, PREFILL, WINDOWS, audio_positions
from speech.graph import Heads
from speech.logmel import FFT, HOP, RATE

FILTERS = "mel_filters.f32"


def mel_filters(mels: int) -> np.ndarray:
    """[mels, 201] float32: Slaney's mel scale (linear below 1 kHz, logarithmic above) and area normalisation, 0 to 8 kHz."""
    bank = mel_filter_bank(FFT // 2 + 1, mels, 0.0, RATE / 2, RATE, norm="slaney", mel_scale="slaney")
    return np.ascontiguousarray(bank.T, dtype="<f4")


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path, tflite: Path, config: WhisperConfig, alignment: Heads, identity: dict, tokenizer: Path) -> dict:
    """Write speech.json, the filter bank and the tokenizer into `folder`; `identity` has id, name, licence and source."""
    heads = config.decoder_attention_heads
    windows = [
        {
            "seconds": seconds,
            "frames": seconds * FRAMES_PER_SECOND,
            "positions": audio_positions(config, seconds * FRAMES_PER_SECOND),
            "audioPositions": seconds * FRAMES_PER_SECOND // 2,
            **{kind: f"{kind}_{seconds}" for kind in ("encode", "decode", "prefill")},
        }
        for seconds in WINDOWS
    ]
    settings = {
        "format": 1,
        "kind": "whisper",
        **identity,
        "file": tflite.name,
        "sha256": sha256(tflite),
        "sizeBytes": tflite.stat().st_size,
        "sampleRate": RATE,
        "mels": config.num_mel_bins,
        "hopLength": HOP,
        "fftLength": FFT,
        "melFilters": {"file": FILTERS, "shape": [config.num_mel_bins, FFT // 2 + 1], "scale": "slaney", "norm": "slaney"},
        "layers": config.decoder_layers,
        "encoderLayers": config.encoder_layers,
        "heads": heads,
        "headSize": config.d_model // heads,
        "width": config.d_model,
        "vocabularySize": config.vocab_size,
        "cacheLength": CACHE,
        "prefillLength": PREFILL,
        "maxTargetPositions": config.max_target_positions,
        "windows": windows,
        **tokens.describe(tokenizer, config.vocab_size),
        "alignmentHeads": [list(pair) for pair in alignment],
        "alignmentHeadsSource": "openai-whisper 20250625",
    }
    mel_filters(config.num_mel_bins).tofile(folder / FILTERS)
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    text = json.dumps(settings, ensure_ascii=False)
    (folder / "speech.json").write_text(text + "\n", encoding="utf-8")
    return settings
