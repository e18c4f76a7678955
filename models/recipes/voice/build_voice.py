"""Silero VAD -> silero-vad.tflite with the signatures voice_4 and voice_32 (128 ms and 1.024 s in one run).

    pip download --no-deps silero-vad==6.2.3 && unzip silero_vad-*.whl
    python3 build_voice.py --source silero_vad/data/silero_vad.jit --out models/builtin/silero-vad

The source is the package's TorchScript model (its safetensors hold other weights). Checks the result against it
and fails above 1e-3.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import litert_torch
import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter
from graph import CONTEXT, FRAME, STATE, VoiceActivity

RUNS = (4, 32)  # frames
MAX_DIFFERENCE = 1e-3  # of a probability
CHECK_SECONDS = 20


def weights_of(source: Path) -> dict[str, torch.Tensor]:
    """The 16 kHz weights of the published model under the names that VoiceActivity uses."""
    state = torch.jit.load(str(source))._model.state_dict()
    weights = {"stft_conv.weight": state["stft.forward_basis_buffer"]}
    for layer in range(4):
        for part in ("weight", "bias"):
            weights[f"conv{layer + 1}.{part}"] = state[f"encoder.{layer}.reparam_conv.{part}"]
    for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        weights[f"lstm_cell.{part}"] = state[f"decoder.rnn.{part}"]
    for part in ("weight", "bias"):
        weights[f"final_conv.{part}"] = state[f"decoder.decoder.2.{part}"]
    return weights


def export(weights: dict[str, torch.Tensor], path: Path) -> None:
    """Write the file: FP32, because the weights are 1.2 MB and the LSTM's state runs for hours."""
    converter = None
    for frames in RUNS:
        sample = {
            "audio": torch.zeros(1, CONTEXT + frames * FRAME),
            "h": torch.zeros(1, STATE),
            "c": torch.zeros(1, STATE),
        }
        add = litert_torch.signature if converter is None else converter.signature
        converter = add(f"voice_{frames}", VoiceActivity(weights, frames).eval(), sample_kwargs=sample)
    converter.convert().export(str(path))


def noisy_tones(seconds: int) -> np.ndarray:
    """Something that the model finds now speech-like, now not: gated harmonic tones in noise."""
    random = np.random.default_rng(1)
    time = np.arange(seconds * 16000) / 16000
    pitch = 120 + 40 * np.sin(2 * np.pi * 0.7 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / 16000
    voice = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 20))
    gate = (np.sin(2 * np.pi * 0.4 * time) > 0) * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * time))
    return (0.1 * voice * gate + 0.005 * random.standard_normal(time.size)).astype(np.float32)


def check(path: Path, reference: Path) -> float:
    """Largest difference of a probability from the published model, over both signatures."""
    audio = noisy_tones(CHECK_SECONDS)
    count = audio.size // FRAME // max(RUNS) * max(RUNS)
    published = torch.jit.load(str(reference))
    expected = [float(published(torch.from_numpy(audio[i * FRAME : (i + 1) * FRAME])[None], 16000)) for i in range(count)]
    interpreter = Interpreter(str(path))
    worst = 0.0
    for frames in RUNS:
        runner = interpreter.get_signature_runner(f"voice_{frames}")
        state = {"h": np.zeros((1, STATE), np.float32), "c": np.zeros((1, STATE), np.float32)}
        padded = np.concatenate([np.zeros(CONTEXT, np.float32), audio])
        found: list[float] = []
        for start in range(0, count, frames):
            piece = padded[start * FRAME : start * FRAME + CONTEXT + frames * FRAME]
            result = runner(audio=piece[None], **state)
            state = {"h": result["h_out"], "c": result["c_out"]}
            found.extend(result["probability"][0])
        worst = max(worst, float(np.abs(np.array(found) - np.array(expected)).max()))
    print(f"probabilities from {min(expected):.3f} to {max(expected):.3f}, largest difference {worst:.2e}")
    return worst


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / "silero-vad.tflite"
    export(weights_of(arguments.source), path)
    if check(path, arguments.source) > MAX_DIFFERENCE:
        raise SystemExit("The converted model does not agree with the published one.")
    about = {
        "file": path.name,
        "license": "MIT",
        "sizeBytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "source": "silero-vad==6.2.3 (PyPI), silero_vad/data/silero_vad.jit",
    }
    (arguments.out / "voice.json").write_text(json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    main()
