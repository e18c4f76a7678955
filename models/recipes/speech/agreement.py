"""Logits of a file against the original FP32 model in PyTorch, under teacher forcing on real speech."""

from __future__ import annotations

import numpy as np
import torch
from transformers import WhisperForConditionalGeneration

from speech.corpus import Clip
from speech.runner import Whisper

WINDOW = 30  # seconds: the only one that the original model has


def reference(model: WhisperForConditionalGeneration, whisper: Whisper, clip: Clip, tokens: list[int]) -> np.ndarray:
    """[T,V] logits of the original model after each of `tokens`."""
    mel = torch.from_numpy(whisper.mel(clip.samples, WINDOW))
    with torch.no_grad():
        return model(mel, decoder_input_ids=torch.tensor([tokens])).logits[0].numpy()


def stepwise(whisper: Whisper, clip: Clip, tokens: list[int]) -> np.ndarray:
    """[T,V] logits of the file, one token at a time."""
    window = whisper.open(clip.samples, WINDOW)
    return np.stack([window.decode(token)[0] for token in tokens])


def prefill_difference(whisper: Whisper, clip: Clip, tokens: list[int]) -> float:
    """Largest difference of the last logits when the tokens go in at once, over two calls, or one at a time.

    The alignment weights of real positions must be distributions; that is checked here as well."""
    size = whisper.settings["prefillLength"]
    tokens = tokens[: size + size // 2]
    window = whisper.open(clip.samples, WINDOW)
    window.prefill(tokens[:size])
    logits, alignment = window.prefill(tokens[size:]) if tokens[size:] else window.prefill(tokens[-1:])
    if not np.allclose(alignment.sum(-1), 1.0, atol=1e-3):
        raise SystemExit("alignment weights do not add up to one")
    return float(np.abs(logits - stepwise(whisper, clip, tokens)[-1]).max())


def compare(model: WhisperForConditionalGeneration, whisper: Whisper, clips: list[Clip]) -> dict:
    """Over all positions of all clips, along the file's own transcripts."""
    largest, means, same, total, prefill = 0.0, [], 0, 0, 0.0
    for clip in clips:
        text = whisper.transcribe(clip.samples, WINDOW)
        tokens = [*whisper.prompt(), *text]
        wanted, found = reference(model, whisper, clip, tokens), stepwise(whisper, clip, tokens)
        difference = np.abs(wanted - found)
        largest = max(largest, float(difference.max()))
        means.append(float(difference.mean()))
        heard = slice(len(whisper.prompt()) - 1, None)  # from the first token that is predicted from the sound
        agree = wanted[heard].argmax(-1) == found[heard].argmax(-1)
        same, total = same + int(agree.sum()), total + agree.size
        if len(tokens) > whisper.settings["prefillLength"]:
            prefill = max(prefill, prefill_difference(whisper, clip, tokens))
    return {
        "positions": total,
        "agreementPercent": round(100 * same / total, 2),
        "maxLogitDifference": round(largest, 3),
        "meanLogitDifference": round(float(np.mean(means)), 4),
        "prefillDifference": round(prefill, 4),
    }
