"""Word error rates by window, and what a short window costs against the 30 seconds that Whisper was trained on."""

from __future__ import annotations

from speech.corpus import RATE, Clip
from speech.runner import Whisper
from speech.wer import errors, words

LOOP = 3  # a transcript with that many times the words expected, and more than MANY, repeats itself
MANY = 12


def loops(wanted: str, heard: str) -> bool:
    """Whether a transcript is a repetition rather than a mistake."""
    return len(words(heard)) > max(MANY, LOOP * len(words(wanted)))


def word_errors(whisper: Whisper, clips: list[Clip], seconds: int, language: str = "en") -> dict:
    """Figures over the clips that fit the window."""
    wrong = total = looped = count = 0
    wrong_else = total_else = 0  # without those that loop
    misheard = {}
    for clip in clips:
        if clip.seconds > seconds:
            continue
        heard = whisper.text(whisper.transcribe(clip.samples, seconds, language))
        count += 1
        bad, words_in = errors(clip.text, heard)
        wrong, total = wrong + bad, total + words_in
        if loops(clip.text, heard):
            looped += 1
        else:
            wrong_else, total_else = wrong_else + bad, total_else + words_in
        if bad:
            misheard[clip.name] = heard[:100]
    figures = {"clips": count, "words": total, "errors": wrong, "wer": round(wrong / max(1, total), 4), "loops": looped}
    return {**figures, "werOfTheRest": round(wrong_else / max(1, total_else), 4), "misheard": misheard}


def pieces(clips: list[Clip], seconds: float, step: float = 1.7) -> list[Clip]:
    """Stretches of the recordings, cut without regard to words, as a live transcript hears them."""
    out = []
    for clip in clips:
        for start in range(0, int((clip.seconds - seconds) * 10) + 1, int(step * 10)):
            first = start * RATE // 10
            out.append(Clip(f"{clip.name}@{start / 10}", clip.samples[first : first + int(seconds * RATE)], "", clip.human))
    return out


def against_long(whisper: Whisper, clips: list[Clip], seconds: int) -> dict:
    """Words that differ from what the same file hears in the same sound in a window of 30 s."""
    told = [
        Clip(clip.name, clip.samples, whisper.text(whisper.transcribe(clip.samples, 30)), clip.human)
        for clip in clips
    ]
    return word_errors(whisper, told, seconds)
