"""What the FP32 file of a speech model says to recordings, kept small, with the recordings: a file can be compared with it
without PyTorch and without the weights.

    npm run models -- reference FP32.tflite OUT.npz [--sound librivox|all] [--recordings FOLDER]

For every recording: its samples and what is said in it, FP32's own transcript, its likeliest tokens along that, and a sample of
what its encoder hands to the decoder. `librivox`: five sentences, public domain, in one window. `all`: the corpus of corpus.py.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chat.problems import RecipeError, report, say
from chat.reference import TOP, Reference, log_softmax
from speech.corpus import RATE, Clip, dictation, human, joined
from speech.recordings import recordings
from speech.runner import Whisper

SECONDS = 30
"""Numbers of each tensor of the encoder that are kept, far apart from one another."""
SAMPLE = 2048
STRIDE = 7919  # a prime, larger than any row and no divisor of any size


@dataclass(frozen=True)
class SpeechReference:
    """Clips, FP32's transcripts as tokens (without the prompt), `said` along prompt and transcript, and the encoder's sample."""

    clips: list[Clip]
    transcripts: list[list[int]]
    said: Reference
    """[clips, tensors, SAMPLE], tensors in the order of their names."""
    encoded: np.ndarray


def sample(values: np.ndarray) -> np.ndarray:
    """[SAMPLE] numbers of a tensor, the same places for every file."""
    return values.reshape(-1)[(np.arange(SAMPLE, dtype=np.int64) * STRIDE) % values.size]


def encoder_sample(cross: dict[str, np.ndarray]) -> np.ndarray:
    """[tensors, SAMPLE]"""
    return np.stack([sample(cross[name]) for name in sorted(cross)])


def transcribe(whisper: Whisper, clip: Clip) -> list[int]:
    """Greedy text tokens; English."""
    return whisper.transcribe(clip.samples, SECONDS)


def forced_logits(whisper: Whisper, clip: Clip, tokens: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Logits after each token of prompt and transcript [T,V], and the encoder's sample."""
    window = whisper.open(clip.samples, SECONDS)
    return np.stack([window.decode(token)[0] for token in tokens]), encoder_sample(window.cross)


def read_speech_reference(path: Path) -> SpeechReference:
    """Raises RecipeError REFERENCE_DAMAGED."""
    try:
        with np.load(path, allow_pickle=False) as data:
            sound = np.split(data["samples"].astype(np.float32) / 32768, data["sample_bounds"][1:-1])
            clips = [
                Clip(str(name), samples, str(text), True)
                for name, samples, text in zip(data["names"], sound, data["texts"], strict=True)
            ]
            said = Reference(*(data[name] for name in ("tokens", "bounds", "following", "top_ids", "top_logs")))
            prompt = int(data["prompt_length"])
            transcripts = [said.tokens[begin + prompt : end].tolist() for begin, end in said.segments()]
            return SpeechReference(clips, transcripts, said, data["encoded"])
    except (OSError, ValueError, KeyError) as cause:
        raise RecipeError("REFERENCE_DAMAGED", f"{path} is no reference of a speech model.", "Write one from the FP32 file.") from cause


def write_speech_reference(tflite: Path, clips: list[Clip], out: Path) -> None:
    """Run the FP32 file over every clip."""
    whisper = Whisper(tflite.parent, tflite)
    prompt = whisper.prompt()
    tokens, bounds, following, ids, logs, encoded = [], [0], [], [], [], []
    for clip in clips:
        heard = transcribe(whisper, clip)
        say(f"{clip.name}: {whisper.text(heard)}")
        row = np.array([*prompt, *heard])
        logits, sampled = forced_logits(whisper, clip, row.tolist())
        said = log_softmax(logits.astype(np.float64))
        best = np.argsort(-said, axis=-1, kind="stable")[:, :TOP]
        following.append(np.append(said[np.arange(len(row) - 1), row[1:]], np.nan))
        # What is given, not written, says nothing of the model.
        following[-1][: len(prompt) - 1] = np.nan
        tokens.append(row)
        ids.append(best)
        logs.append(np.take_along_axis(said, best, -1))
        bounds.append(bounds[-1] + len(row))
        encoded.append(sampled)
    samples = [np.round(clip.samples * 32768).astype(np.int16) for clip in clips]
    np.savez_compressed(
        out,
        names=np.array([clip.name for clip in clips]),
        texts=np.array([clip.text for clip in clips]),
        samples=np.concatenate(samples),
        sample_bounds=np.cumsum([0, *(part.size for part in samples)]),
        prompt_length=len(prompt),
        tokens=np.concatenate(tokens).astype(np.int32),
        bounds=np.array(bounds, np.int32),
        following=np.concatenate(following).astype(np.float32),
        top_ids=np.concatenate(ids).astype(np.int32),
        top_logs=np.concatenate(logs).astype(np.float32),
        encoded=np.stack(encoded).astype(np.float32),
    )


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tflite", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sound", choices=["librivox", "all"], default="all")
    parser.add_argument("--recordings", type=Path, help="unpacked usr/share/pocketsphinx/test/data; fetched where it is not given")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "sotto-recipes" / "speech")
    args = parser.parse_args()
    try:
        told = human(args.recordings or recordings(args.cache))
        read = [clip for clip in told if clip.name.startswith("librivox/")]
        clips = joined(read, SECONDS - 1) if args.sound == "librivox" else told + dictation(args.cache / "dictation")
        write_speech_reference(args.tflite, [clip for clip in clips if clip.samples.size <= SECONDS * RATE], args.out)
    except RecipeError as error:
        return report(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
