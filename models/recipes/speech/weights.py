"""Load a Whisper checkpoint from a Hugging Face or a CTranslate2 folder; every size comes from the weights."""

from __future__ import annotations

from pathlib import Path

import torch
from transformers import WhisperConfig, WhisperForConditionalGeneration

from speech import ct2

HEAD_SIZE = 64  # every Whisper size; the number of heads is the width divided by it


def _config(state: dict[str, torch.Tensor]) -> WhisperConfig:
    """Sizes read from shapes: layers, widths, mel bands, vocabulary, positions."""

    def layers(part: str) -> int:
        prefix = f"model.{part}.layers."
        return 1 + max(int(name[len(prefix) :].split(".")[0]) for name in state if name.startswith(prefix))

    width, mels, _ = state["model.encoder.conv1.weight"].shape
    vocabulary, _ = state["model.decoder.embed_tokens.weight"].shape
    feed_forward, _ = state["model.decoder.layers.0.fc1.weight"].shape
    return WhisperConfig(
        vocab_size=vocabulary,
        num_mel_bins=mels,
        d_model=width,
        encoder_layers=layers("encoder"),
        decoder_layers=layers("decoder"),
        encoder_attention_heads=width // HEAD_SIZE,
        decoder_attention_heads=width // HEAD_SIZE,
        encoder_ffn_dim=feed_forward,
        decoder_ffn_dim=feed_forward,
        max_source_positions=state["model.encoder.embed_positions.weight"].shape[0],
        max_target_positions=state["model.decoder.embed_positions.weight"].shape[0],
        attn_implementation="eager",
    )


def load(folder: Path) -> WhisperForConditionalGeneration:
    """The FP32 model, in evaluation mode. `model.bin` beside no `model.safetensors` means CTranslate2."""
    if (folder / "model.bin").exists() and not (folder / "model.safetensors").exists():
        state = ct2.state_dict(ct2.read_variables(folder / "model.bin"))
        model = WhisperForConditionalGeneration(_config(state))
        missing, unexpected = model.load_state_dict(state, strict=False)
        if missing or unexpected:
            raise SystemExit(f"the checkpoint does not fit: missing {missing}, unexpected {unexpected}")
    else:
        model = WhisperForConditionalGeneration.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32)
    return model.eval()
