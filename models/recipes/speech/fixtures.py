"""Write the reference of the host's log-mel: a recording and what transformers' feature extractor makes of it.

    python -m speech.fixtures WAVE OUT

OUT gets logmel_input.wav (16-bit mono, 16 kHz), logmel_expected_5.f32 and logmel_expected_30.f32 (little-endian float32,
[80, frames]) and logmel_expected.json (shapes, and where the recording comes from). Padding is silence, appended.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
from transformers import WhisperFeatureExtractor

from speech.corpus import RATE, read_wave


def main(source: Path, out: Path) -> None:
    """Windows of 5 and 30 seconds over the same recording."""
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, out / "logmel_input.wav")
    samples, extractor = read_wave(source), WhisperFeatureExtractor(feature_size=80)
    windows = []
    for seconds in (5, 30):
        padded = np.zeros(seconds * RATE, np.float32)
        padded[: samples.size] = samples[: padded.size]
        mel = extractor(padded, sampling_rate=RATE, return_tensors="np", padding=False).input_features[0]
        name = f"logmel_expected_{seconds}.f32"
        mel.astype("<f4").tofile(out / name)
        windows.append({"file": name, "seconds": seconds, "shape": list(mel.shape)})
    described = {"input": "logmel_input.wav", "samples": int(samples.size), "sampleRate": RATE, "windows": windows}
    (out / "logmel_expected.json").write_text(json.dumps(described, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
