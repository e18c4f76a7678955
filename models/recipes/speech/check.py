"""Print a file's figures as JSON; exit status 1 if one misses its limit.

    python -m speech.check FOLDER CHECKPOINT RECORDINGS CACHE [--float FILE.tflite]

FOLDER holds speech.json and the .tflite, CHECKPOINT the original weights, RECORDINGS the unpacked test data of Debian's
pocketsphinx-testdata, CACHE takes the dictation. With --float the FP32 file is measured in the same way, for comparison.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from speech import agreement, corpus, hearing, weights
from speech.runner import Whisper
from speech.settings import sha256

MIN_AGREEMENT = 97.0  # percent of next tokens as the original model chooses them
MAX_PREFILL_DIFFERENCE = 1.5  # logits; INT8 activations differ with the number of rows quantised together
MAX_WER_LOSS = 0.02  # INT8 against FP32 in 30 s
MAX_SHORT_LOSS = 0.035  # 10 s against FP32 in 30 s: three of the 96 words
MAX_PIECE_WER = 0.10  # stretches full of speech in 5 and 10 s against the same in 30 s, those that loop left out
MAX_PIECE_LOOPS = 0.06  # of the stretches


def measure(whisper: Whisper, model: object, recordings: Path, cache: Path) -> dict:
    """All figures of one file."""
    human, dictated = corpus.human(recordings), corpus.dictation(cache)
    figures = {"agreement": agreement.compare(model, whisper, human + dictated)}
    joined = corpus.joined(human, 29) + corpus.joined(dictated, 29)
    for seconds in (5, 10, 30):
        figures[f"human{seconds}"] = hearing.word_errors(whisper, human, seconds)
        figures[f"dictation{seconds}"] = hearing.word_errors(whisper, dictated, seconds)
    figures["joined30"] = hearing.word_errors(whisper, joined, 30)
    for seconds in (5, 10):
        cut = hearing.pieces(joined, seconds)
        figures[f"pieces{seconds}"] = hearing.against_long(whisper, cut, seconds)
    if whisper.settings["languages"]:
        for language, clips in corpus.foreign(cache).items():
            figures[f"dictation_{language}"] = hearing.word_errors(whisper, clips, 30, language)
    return figures


def failures(figures: dict, float_figures: dict | None) -> list[str]:
    """Limits that are missed."""
    base = (float_figures or figures)["human30"]["wer"]
    same = figures["agreement"]
    limits = {
        f"agreement at least {MIN_AGREEMENT} %": same["agreementPercent"] >= MIN_AGREEMENT,
        f"prefill within {MAX_PREFILL_DIFFERENCE}": same["prefillDifference"] <= MAX_PREFILL_DIFFERENCE,
    }
    for seconds in (5, 10, 30):
        limits[f"no loops in {seconds} s"] = not figures[f"human{seconds}"]["loops"] + figures[f"dictation{seconds}"]["loops"]
    limits[f"WER loss at most {MAX_WER_LOSS}"] = figures["human30"]["wer"] - base <= MAX_WER_LOSS
    limits[f"WER loss of 10 s at most {MAX_SHORT_LOSS}"] = figures["human10"]["wer"] - base <= MAX_SHORT_LOSS
    for seconds in (5, 10):
        cut = figures[f"pieces{seconds}"]
        limits[f"pieces of {seconds} s within {MAX_PIECE_WER}"] = cut["werOfTheRest"] <= MAX_PIECE_WER
        limits[f"loops in pieces of {seconds} s within {MAX_PIECE_LOOPS}"] = cut["loops"] <= MAX_PIECE_LOOPS * cut["clips"]
    return [name for name, kept in limits.items() if not kept]


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("folder", "checkpoint", "recordings", "cache"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--float", type=Path, dest="float_file")
    args = parser.parse_args()
    model, whisper = weights.load(args.checkpoint), Whisper(args.folder)
    if sha256(args.folder / whisper.settings["file"]) != whisper.settings["sha256"]:
        raise SystemExit("the .tflite is not the one that speech.json describes")
    result: dict = {"file": whisper.settings["file"], "sizeBytes": whisper.settings["sizeBytes"]}
    result["int8"] = measure(whisper, model, args.recordings, args.cache)
    if args.float_file:
        result["float"] = measure(Whisper(args.folder, args.float_file), model, args.recordings, args.cache)
    result["failures"] = failures(result["int8"], result.get("float"))
    print(json.dumps(result, indent=1, ensure_ascii=False))
    return 1 if result["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
