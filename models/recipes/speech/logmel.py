"""Whisper's log-mel spectrum in NumPy alone, so that a file can be measured without PyTorch; README.md has the definition."""

from __future__ import annotations

import numpy as np

RATE, HOP, FFT = 16_000, 160, 400  # Hz, samples, samples: every Whisper
FLOOR = 1e-10  # of power
DECADES = 8  # below the loudest value of the window


def log_mel(samples: np.ndarray, seconds: int, filters: np.ndarray) -> np.ndarray:
    """Samples at 16 kHz, padded with silence or cut to the window, and filters [M,201] -> [1,M,100*seconds]."""
    padded = np.zeros(seconds * RATE, np.float64)
    padded[: samples.size] = samples[: padded.size]
    reflected = np.pad(padded, FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(reflected, FFT)[::HOP][:-1]
    window = np.hanning(FFT + 1)[:-1]  # periodic
    power = np.abs(np.fft.rfft(frames * window, axis=-1)) ** 2
    mel = np.log10(np.maximum(filters.astype(np.float64) @ power.T, FLOOR))
    mel = np.maximum(mel, mel.max() - DECADES)
    return ((mel + 4) / 4).astype(np.float32)[None]
