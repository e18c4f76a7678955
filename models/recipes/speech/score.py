"""How far a speech model's file is from FP32: what it writes, what it expects next, and what its encoder hands on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from chat.problems import RecipeError
from chat.reference import log_softmax
from chat.score import figures_of
from speech.corpus import Clip
from speech.hearing import loops
from speech.reference import SpeechReference, forced_logits, transcribe
from speech.runner import Whisper
from speech.wer import errors

SETTINGS = "speech.json"


def open_model(tflite: Path) -> Whisper:
    """Raises RecipeError FILE_DAMAGED, SETTINGS_MISSING, RUNTIME_REFUSED."""
    if not (tflite.parent / SETTINGS).exists():
        raise RecipeError("SETTINGS_MISSING", f"There is no {SETTINGS} beside {tflite.name}.", "Convert the model again, or copy it there.")
    try:
        whole = tflite.read_bytes()[4:8] == b"TFL3"
    except OSError:
        whole = False
    if not whole:
        raise RecipeError("FILE_DAMAGED", f"{tflite.name} is no model that can be read.", "Convert it again.")
    try:
        return Whisper(tflite.parent, tflite)
    except (OSError, ValueError, KeyError) as cause:
        raise RecipeError("FILE_DAMAGED", f"{tflite.name} is no model that can be read.", "Convert it again.") from cause


def _percent(bad: int, total: int) -> float:
    return round(100 * bad / max(1, total), 2)


def heard_by(whisper: Whisper, clip: Clip, tokens: list[int], logits: np.ndarray) -> list[int]:
    """The file's own transcript: FP32's, if it would have chosen each of its tokens; else it listens again."""
    written = logits[len(whisper.prompt()) - 1 :]
    chosen = [whisper.pick(row, at == 0) for at, row in enumerate(written)]
    if chosen == [*tokens, whisper.settings["tokens"]["endOfText"]]:
        return tokens
    return transcribe(whisper, clip)


def word_figures(whisper: Whisper, reference: SpeechReference, transcripts: list[list[int]]) -> dict[str, float | int]:
    """Word error rates in percent: of the file, of FP32, and of the file against what FP32 writes."""
    own = fp32 = between = total = total_fp32 = looped = 0
    for clip, tokens, own_tokens in zip(reference.clips, reference.transcripts, transcripts, strict=True):
        heard, wanted = whisper.text(own_tokens), whisper.text(tokens)
        wrong, words = errors(clip.text, heard)
        own, total = own + wrong, total + words
        fp32 += errors(clip.text, wanted)[0]
        apart, words = errors(wanted, heard)
        between, total_fp32 = between + apart, total_fp32 + words
        looped += loops(clip.text, heard)
    return {
        "words": total,
        "werPercent": _percent(own, total),
        "werPercentFp32": _percent(fp32, total),
        "werLoss": round(100 * (own - fp32) / max(1, total), 2),
        "werAgainstFp32": _percent(between, total_fp32),
        "loops": looped,
    }


def encoder_figures(found: np.ndarray, expected: np.ndarray) -> dict[str, float]:
    """[clips, tensors, SAMPLE] of the file and of FP32."""
    if found.shape != expected.shape:
        raise RecipeError("REFERENCE_UNFIT", "The model has another decoder.", "Take the reference of its source.")
    # One vector for each clip and tensor: a layer that has gone wrong must not vanish among the others.
    cosine = (found * expected).sum(-1) / (np.linalg.norm(found, axis=-1) * np.linalg.norm(expected, axis=-1))
    return {
        "encoderCosine": round(float(cosine.mean()), 6),
        "encoderCosineLeast": round(float(cosine.min()), 6),
        "encoderMaxError": round(float(np.abs(found - expected).max()), 4),
    }


def all_figures(whisper: Whisper, reference: SpeechReference) -> dict[str, float | int]:
    """Words, what the encoder hands on, and, along FP32's transcripts, divergence and choice as for chat models."""
    logs, encoded, transcripts = [], [], []
    for clip, tokens, (begin, end) in zip(reference.clips, reference.transcripts, reference.said.segments(), strict=True):
        logits, sampled = forced_logits(whisper, clip, reference.said.tokens[begin:end].tolist())
        logs.append(log_softmax(logits.astype(np.float64)))
        encoded.append(sampled)
        transcripts.append(heard_by(whisper, clip, tokens, logits))
    said = figures_of(np.concatenate(logs), reference.said)
    return {
        **word_figures(whisper, reference, transcripts),
        **encoder_figures(np.stack(encoded).astype(np.float64), reference.encoded.astype(np.float64)),
        **{name: said[name] for name in ("positions", "klDivergence", "klDivergenceP99", "top1Percent")},
    }


def score(tflite: Path, reference: SpeechReference) -> dict[str, float | int]:
    """Raises RecipeError FILE_DAMAGED, SETTINGS_MISSING, REFERENCE_UNFIT, RUNTIME_REFUSED."""
    whisper = open_model(tflite)
    try:
        figures = all_figures(whisper, reference)
    except (RuntimeError, ValueError) as cause:
        raise RecipeError("RUNTIME_REFUSED", f"The runtime does not run it: {str(cause)[:80]} …", "Try another precision.") from cause
    return {"sizeBytes": tflite.stat().st_size, **figures}
