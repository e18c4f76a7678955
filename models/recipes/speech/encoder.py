"""The encoder of a Whisper checkpoint alone, as .tflite and as ONNX, in FP32 and dynamic INT8: what runtimes are compared on.

    python -m speech.encoder CHECKPOINT OUT WAVE...

CHECKPOINT is a CTranslate2 or a Hugging Face folder; the recordings are put one after the other, and again, until 30 s are full.
Each file maps `mel` float32 [1,M,3000] (a window of 30 s) to `states` float32 [1,1500,W], the encoder's output after its last
norm, scale and shift included, as every Whisper runtime has it. Both formats come from one PyTorch module (graph.py). OUT gets
encoder-{f32,int8}.{tflite,onnx}, samples.f32, mel.f32 and states.f32 (what PyTorch says to the sound), little-endian float32,
and encoder.json with their shapes. Needs onnx, onnxscript and onnxruntime beside the recipe's environment.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch

from speech import weights
from speech.corpus import RATE, read_wave
from speech.fold import fold
from speech.graph import Encode

SECONDS, FRAMES = 30, 3000
"""Of ONNX: the newest that onnxruntime 1.32 and its quantizer know in full."""
OPSET = 18


class States(torch.nn.Module):
    """mel [1,M,3000] -> [1,1500,W]."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        model = weights.load(folder)
        norm = model.model.encoder.layer_norm
        # Before fold.py moves them into the decoder.
        scale, shift = norm.weight.detach().clone(), norm.bias.detach().clone()
        self.encode = Encode(fold(model), FRAMES)
        self.register_buffer("scale", scale)
        self.register_buffer("shift", shift)
        self.mels = model.config.num_mel_bins

    def forward(self, mel: torch.Tensor) -> torch.Tensor:
        return self.encode.states(mel) * self.scale + self.shift


def log_mel(samples: np.ndarray, mels: int) -> np.ndarray:
    """[480000] samples -> [1,M,3000]"""
    from transformers import WhisperFeatureExtractor

    extractor = WhisperFeatureExtractor(feature_size=mels)
    return extractor(samples, sampling_rate=RATE, return_tensors="np", padding=False).input_features.astype("<f4")


def write_tflite(module: States, mel: torch.Tensor, out: Path) -> None:
    """encoder-f32.tflite and encoder-int8.tflite, one signature: `encode`."""
    import litert_torch

    from speech.export import quantize

    full = out / "encoder-f32.tflite"
    named = _Named(module).eval()
    litert_torch.signature("encode", named, sample_kwargs={"mel": mel}).convert().export(str(full))
    quantize(full, out / "encoder-int8.tflite")


class _Named(torch.nn.Module):
    """The same with a name for its output."""

    def __init__(self, module: States) -> None:
        super().__init__()
        self.module = module

    def forward(self, mel: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"states": self.module(mel)}


def write_onnx(module: States, mel: torch.Tensor, out: Path) -> None:
    """encoder-f32.onnx and encoder-int8.onnx (dynamic: INT8 weights by channel, activations quantized at run time)."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    full = out / "encoder-f32.onnx"
    program = torch.onnx.export(
        module, (mel,), input_names=["mel"], output_names=["states"], opset_version=OPSET, dynamo=True, external_data=False
    )
    program.save(str(full))
    # Convolutions stay float32: dynamic INT8 ones (ConvInteger) take one scale for all channels.
    quantize_dynamic(
        str(full), str(out / "encoder-int8.onnx"), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm"]
    )


def main(checkpoint: Path, out: Path, waves: list[Path]) -> None:
    """All files; the caller gives a folder of its own, and takes it when this has ended well."""
    out.mkdir(parents=True, exist_ok=True)
    module = States(checkpoint).eval()
    samples = np.resize(np.concatenate([read_wave(wave) for wave in waves]), SECONDS * RATE).astype("<f4")
    samples.tofile(out / "samples.f32")
    mel = log_mel(samples, module.mels)
    mel.tofile(out / "mel.f32")
    given = torch.from_numpy(mel)
    with torch.no_grad():
        states = module(given).numpy().astype("<f4")
        states.tofile(out / "states.f32")
        write_onnx(module, given, out)
        write_tflite(module, given, out)
    described = {"mel": list(mel.shape), "states": list(states.shape), "seconds": SECONDS}
    (out / "encoder.json").write_text(json.dumps(described) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(wave) for wave in sys.argv[3:]])
