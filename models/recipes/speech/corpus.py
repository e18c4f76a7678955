"""Speech to measure with: human recordings of Debian's pocketsphinx-testdata and dictation by espeak-ng."""

from __future__ import annotations

import re
import subprocess
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RATE = 16_000
DICTATION = {
    "note": "Please remind me to call the dentist on Thursday morning and to bring the blue folder.",
    "letter": "Dear Anna, thank you for your message. I will send the signed contract before the end of the week.",
    "recipe": "Mix the flour with two eggs and a cup of milk, then let the dough rest for half an hour.",
    "idea": "The report should start with the results, because nobody reads to the last page.",
    "weather": "It will rain in the north tomorrow, but the afternoon stays warm and dry near the coast.",
    "travel": "The train to the airport leaves from platform seven in about twenty minutes.",
}
FOREIGN = {
    "de": "Bitte schicken Sie mir die Rechnung bis zum Ende der Woche, vielen Dank.",
    "es": "La reunión empieza mañana a las nueve de la mañana en la oficina principal.",
    "fr": "Le train pour Paris part dans une demi-heure du quai numéro sept.",
}


@dataclass(frozen=True)
class Clip:
    """Mono float samples at 16 kHz and what is said in them."""

    name: str
    samples: np.ndarray
    text: str
    human: bool

    @property
    def seconds(self) -> float:
        """Length."""
        return self.samples.size / RATE


def read_wave(path: Path) -> np.ndarray:
    """16-bit mono WAV of any rate -> float32 at 16 kHz in [-1, 1)."""
    with wave.open(str(path), "rb") as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    if rate == RATE:
        return samples
    from scipy.signal import resample_poly

    return resample_poly(samples, RATE, rate).astype(np.float32)


def human(debian: Path) -> list[Clip]:
    """Clips of the unpacked package (folder usr/share/pocketsphinx/test/data): LibriVox sentences and card commands."""
    clips = []
    for folder, listing in (("librivox", "transcription"), ("cards", "cards.transcription")):
        for line in (debian / folder / listing).read_text(encoding="utf-8").splitlines():
            if match := re.fullmatch(r"<s> (.*?) *</s> \((.*)\)", line.strip()):
                samples = read_wave(debian / folder / f"{match[2]}.wav")
                clips.append(Clip(f"{folder}/{match[2][-4:]}", samples, match[1], True))
    raw = np.frombuffer((debian / "goforward.raw").read_bytes(), "<i2").astype(np.float32) / 32768
    return [*clips, Clip("goforward", raw, "go forward ten meters", True)]


def _speak(path: Path, voice: str, text: str) -> None:
    """Make the file once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(path), text], check=True)


def dictation(cache: Path) -> list[Clip]:
    """Sentences spoken by espeak-ng (150 words a minute), made once."""
    clips = []
    for name, text in DICTATION.items():
        path = cache / f"{name}.wav"
        _speak(path, "en-us", text)
        clips.append(Clip(f"dictation/{name}", read_wave(path), text, False))
    return clips


def foreign(cache: Path) -> dict[str, list[Clip]]:
    """One dictated sentence in each of a few other languages: proof that the languages work, not a measurement."""
    clips = {}
    for language, text in FOREIGN.items():
        path = cache / f"{language}.wav"
        _speak(path, language, text)
        clips[language] = [Clip(f"dictation/{language}", read_wave(path), text, False)]
    return clips


def joined(clips: list[Clip], seconds: float, gap: float = 0.4) -> list[Clip]:
    """Clips put one after the other, with silence between, into windows of at most `seconds`."""
    out: list[Clip] = []
    silence = np.zeros(int(gap * RATE), np.float32)
    for clip in clips:
        last = out[-1] if out else None
        if last and last.seconds + gap + clip.seconds <= seconds:
            samples = np.concatenate((last.samples, silence, clip.samples))
            out[-1] = Clip(f"{last.name}+", samples, f"{last.text} {clip.text}", clip.human)
        else:
            out.append(clip)
    return out
