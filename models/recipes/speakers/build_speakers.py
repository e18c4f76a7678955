"""Resemblyzer's speaker encoder -> speaker-encoder.tflite with the signatures spectrum, listen and voice.

    pip download --no-deps Resemblyzer==0.1.4 && unzip Resemblyzer-*.whl
    python3 build_speakers.py --source resemblyzer/pretrained.pt --out models/builtin/speaker-encoder

Checks the result against the published model, computed by PyTorch's own LSTM on librosa's spectrogram, and fails
where a voice is less than 0.9999 alike.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import librosa
import litert_torch
import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter
from graph import BATCH, FRAMES, HOP, LAYERS, MELS, RATE, SAMPLES, STATE, STEPS, WINDOW, Listen, Spectrum, Voice

LEAST_ALIKE = 0.9999  # cosine


def weights_of(source: Path) -> dict[str, torch.Tensor]:
    """The published weights of the encoder; what belongs to its training is left out."""
    state = torch.load(source, map_location="cpu", weights_only=True)["model_state"]
    return {name: value for name, value in state.items() if name.startswith(("lstm.", "linear."))}


def export(weights: dict[str, torch.Tensor], path: Path) -> None:
    """Write the file: FP32, 6 MB, because clustering lives on small differences."""
    state = torch.zeros(LAYERS * BATCH, STATE)
    parts = {
        "spectrum": (Spectrum(), {"audio": torch.zeros(BATCH, SAMPLES)}),
        "listen": (Listen(weights), {"mel": torch.zeros(BATCH, STEPS, MELS), "h": state, "c": state.clone()}),
        "voice": (Voice(weights), {"h": state}),
    }
    converter = None
    for name, (module, sample) in parts.items():
        add = litert_torch.signature if converter is None else converter.signature
        converter = add(name, module.eval(), sample_kwargs=sample)
    converter.convert().export(str(path))


def voices_like(seed: int) -> np.ndarray:
    """Stretches [BATCH, SAMPLES] of harmonic sound with formants, all different."""
    random = np.random.default_rng(seed)
    time = np.arange(SAMPLES) / RATE
    stretches = []
    for _ in range(BATCH):
        pitch = random.uniform(80, 250) * (1 + 0.1 * np.sin(2 * np.pi * random.uniform(0.5, 3) * time))
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        formants = random.uniform(300, 3000, size=3)
        sound = sum(
            np.exp(-(((pitch * harmonic)[:, None] - formants) / 200) ** 2).sum(axis=1) * np.sin(harmonic * phase)
            for harmonic in range(1, 25)
        )
        stretches.append(0.03 * sound / np.sqrt(np.mean(sound**2)) + 1e-4 * random.standard_normal(SAMPLES))
    return np.stack(stretches).astype(np.float32)


def published(weights: dict[str, torch.Tensor], audio: np.ndarray) -> np.ndarray:
    """The voices [BATCH, STATE] by librosa and torch.nn.LSTM."""
    lstm = torch.nn.LSTM(MELS, STATE, LAYERS, batch_first=True)
    lstm.load_state_dict({name[5:]: value for name, value in weights.items() if name.startswith("lstm.")})
    mel = librosa.feature.melspectrogram(y=audio, sr=RATE, n_fft=WINDOW, hop_length=HOP, n_mels=MELS, center=False)
    with torch.no_grad():
        _, (hidden, _) = lstm(torch.from_numpy(mel).transpose(1, 2))
        raw = torch.relu(hidden[-1] @ weights["linear.weight"].T + weights["linear.bias"])
        return (raw / raw.norm(dim=1, keepdim=True)).numpy()


def converted(path: Path, audio: np.ndarray) -> np.ndarray:
    """The voices [BATCH, STATE] by the file."""
    interpreter = Interpreter(str(path))
    spectrum, listen, voice = (interpreter.get_signature_runner(name) for name in ("spectrum", "listen", "voice"))
    mel = spectrum(audio=audio)["mel"]
    h = c = np.zeros((LAYERS * BATCH, STATE), np.float32)
    for start in range(0, FRAMES, STEPS):
        result = listen(mel=mel[:, start : start + STEPS], h=h, c=c)
        h, c = result["h_out"], result["c_out"]
    return voice(h=h)["voice"]


def check(weights: dict[str, torch.Tensor], path: Path) -> float:
    """The least cosine between a voice of the file and the published one's, over 20 stretches."""
    alike = []
    for seed in range(5):
        audio = voices_like(seed)
        alike.extend((published(weights, audio) * converted(path, audio)).sum(axis=1))
    print(f"alike: at least {min(alike):.6f} of {len(alike)}")
    return float(min(alike))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / "speaker-encoder.tflite"
    weights = weights_of(arguments.source)
    export(weights, path)
    if check(weights, path) < LEAST_ALIKE:
        raise SystemExit("The converted model does not agree with the published one.")
    about = {
        "file": path.name,
        "license": "Apache-2.0",
        "sizeBytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "source": "Resemblyzer==0.1.4 (PyPI), resemblyzer/pretrained.pt",
    }
    (arguments.out / "speakers.json").write_text(json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    main()
