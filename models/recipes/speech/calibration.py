"""What the encoder hears while the ranges of its activations are measured: a text read aloud, or a folder of recordings."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from chat.problems import RecipeError, say
from speech.corpus import RATE, read_wave
from speech.logmel import log_mel

"""Windows that are heard by each signature."""
MOST_WINDOWS = 6
LEAST_SECONDS = 10
VOICE = ("-v", "en-us", "-s", "150")


def read_sound(path: Path, cache: Path) -> np.ndarray:
    """Samples at 16 kHz. `path`: a text, which espeak-ng reads, or a folder of WAV files. Raises CALIBRATION_EMPTY, TOOL_MISSING."""
    try:
        waves = sorted(path.glob("*.wav")) if path.is_dir() else [_spoken(path, cache)]
        parts = [read_wave(wave) for wave in waves]
    except (OSError, EOFError, ValueError, UnicodeDecodeError, subprocess.CalledProcessError) as cause:
        raise _empty(path, "holds no sound that can be read") from cause
    samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if samples.size < LEAST_SECONDS * RATE:
        raise _empty(path, f"gives {samples.size / RATE:.0f} s of sound; {LEAST_SECONDS} are the least")
    return samples


def _empty(path: Path, what: str) -> RecipeError:
    return RecipeError("CALIBRATION_EMPTY", f"{path.name} {what}.", "Give a longer text, or a folder of 16-bit mono WAV files.")


def _spoken(text: Path, cache: Path) -> Path:
    if not text.read_text(encoding="utf-8").strip():
        raise _empty(text, "is empty")
    if shutil.which("espeak-ng") is None:
        raise RecipeError("TOOL_MISSING", "espeak-ng, which reads the text aloud, was not found.", "Install it, or give a folder of WAV files with --calibration.")
    cache.mkdir(parents=True, exist_ok=True)
    wave = cache / f"{text.stem}-{text.stat().st_size}.wav"
    if not wave.exists():
        say("reading the calibration text aloud")
        new = wave.with_suffix(".new")
        subprocess.run(["espeak-ng", *VOICE, "-w", str(new), "-f", str(text)], check=True)
        new.rename(wave)
    return wave


def calibration_data(samples: np.ndarray, windows: list[int], filters: np.ndarray) -> dict[str, list[dict[str, np.ndarray]]]:
    """Inputs of the encode signatures, spread over the whole of the sound. Filters [M,201]."""
    return {f"encode_{seconds}": list(_windows(samples, seconds, filters)) for seconds in windows}


def _windows(samples: np.ndarray, seconds: int, filters: np.ndarray) -> Iterator[dict[str, np.ndarray]]:
    size = seconds * RATE
    count = min(MOST_WINDOWS, max(1, samples.size // size))
    for start in np.linspace(0, max(0, samples.size - size), count).astype(int):
        yield {"mel": log_mel(samples[start : start + size], seconds, filters)}
