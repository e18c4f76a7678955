"""What a speech model is converted from: a Whisper checkpoint, as a CTranslate2 or a Hugging Face folder.

    npm run models -- inspect FOLDER

says what it is, and what stands against converting it, before any long work. No package is needed for that.
"""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

from chat.problems import RecipeError, report
from chat.room import check_room
from chat.sources import count_weights, digest_of
from environment import CACHE
from speech.ct2_header import WHISPER, Header, is_quantized, read_header

WEIGHTS = "model.bin"
"""By encoder layers, decoder layers and width. Which heads follow the sound in time is known by these names."""
SIZES = {
    (4, 4, 384): "tiny",
    (6, 6, 512): "base",
    (12, 12, 768): "small",
    (24, 24, 1024): "medium",
    (32, 32, 1280): "large-v2",
    (32, 4, 1280): "large-v3-turbo",
}
ENGLISH_VOCABULARY = 51864
LARGE_V3_MELS = 128
"""The float graph, its quantized copy, and the compacted one; FP32 weights have four bytes each."""
DISK_COPIES = 4
"""Measured while base (74 million weights) was exported, 2.8 GB at its peak: PyTorch, and the weights some six times."""
MEMORY_COPIES = 6
MEMORY_BASE = 1.2e9


@dataclass(frozen=True)
class SpeechSource:
    """A folder with FP32 or FP16 weights and tokenizer.json. `size`: a row of alignment_heads.py, None where none is known."""

    folder: Path
    name: str
    sha256: str
    size: str | None
    weights: int


def is_speech_folder(path: Path) -> bool:
    """Whether this is for us rather than for the chat recipes: a CTranslate2 folder, or one whose config says Whisper."""
    if not path.is_dir():
        return False
    if (path / WEIGHTS).exists() and not (path / "model.safetensors").exists():
        return True
    try:
        return json.loads((path / "config.json").read_text(encoding="utf-8"))["model_type"] == "whisper"
    except (OSError, ValueError, KeyError, TypeError):
        return False


def open_speech_source(path: Path, cache: Path, size: str | None = None) -> SpeechSource:
    """Check before any long work. Raises RecipeError SOURCE_*, ARCHITECTURE_UNKNOWN, *_LOW."""
    if not path.is_dir():
        raise RecipeError("SOURCE_MISSING", f"There is no folder at {path}.", "Give a CTranslate2 or a Hugging Face folder.")
    if not (path / "tokenizer.json").exists():
        raise RecipeError("SOURCE_DAMAGED", "The folder has no tokenizer.json.", "Save the tokenizer beside the weights.")
    is_ct2 = (path / WEIGHTS).exists() and not (path / "model.safetensors").exists()
    shape, weights = _ct2_facts(path) if is_ct2 else _hf_facts(path)
    room = weights * 4
    check_room(room * DISK_COPIES, room * MEMORY_COPIES + MEMORY_BASE, cache)
    sha256 = digest_of(sorted(p for p in path.iterdir() if p.is_file()))
    return SpeechSource(path, path.name, sha256, size or _size_of(*shape), weights)


def _ct2_facts(folder: Path) -> tuple[tuple[int, ...], int]:
    try:
        header = read_header(folder / WEIGHTS)
    except (OSError, ValueError) as cause:
        raise RecipeError("SOURCE_DAMAGED", f"{WEIGHTS} is damaged or cut.", "Download it again.") from cause
    if header.spec != WHISPER:
        raise RecipeError("ARCHITECTURE_UNKNOWN", f"The folder holds a {header.spec}, no Whisper model.", "Known: Whisper.")
    if any(is_quantized(variable) for variable in header.variables.values()):
        raise RecipeError(
            "SOURCE_QUANTIZED", "The weights are rounded to 8 bits already.", "Take a float16 or float32 conversion."
        )
    try:
        width, mels = header.variables["encoder/conv1/weight"].shape[:2]
        vocabulary = header.variables["decoder/embeddings/weight"].shape[0]
    except (KeyError, ValueError) as cause:
        raise RecipeError("SOURCE_DAMAGED", f"{WEIGHTS} lacks parts of a Whisper model.", "Download it again.") from cause
    layers = [_layers(header, part) for part in ("encoder", "decoder")]
    return (*layers, width, mels, vocabulary), sum(math.prod(one.shape) for one in header.variables.values())


def _layers(header: Header, part: str) -> int:
    return len({name.split("/")[1] for name in header.variables if name.startswith(f"{part}/layer_") and name.count("/") > 2})


def _hf_facts(folder: Path) -> tuple[tuple[int, ...], int]:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        found = config["model_type"]
        keys = ("encoder_layers", "decoder_layers", "d_model", "num_mel_bins", "vocab_size")
        shape = tuple(int(config[key]) for key in keys) if found == "whisper" else ()
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise RecipeError(
            "SOURCE_DAMAGED", "The folder has no config.json that can be read.", "Give a whole Hugging Face folder."
        ) from cause
    if found != "whisper":
        raise RecipeError("ARCHITECTURE_UNKNOWN", f"Models of type {found} are no speech models known here.", "Known: Whisper.")
    return shape, count_weights(folder)


def _size_of(encoder: int, decoder: int, width: int, mels: int, vocabulary: int) -> str | None:
    name = SIZES.get((encoder, decoder, width))
    if name == "large-v2" and mels == LARGE_V3_MELS:
        return "large-v3"
    return f"{name}.en" if name is not None and vocabulary == ENGLISH_VOCABULARY else name


def main() -> int:
    """Command line."""
    try:
        source = open_speech_source(Path(sys.argv[1] if len(sys.argv) > 1 else "").resolve(), CACHE)
    except RecipeError as error:
        return report(error)
    facts = {"name": source.name, "architecture": "Whisper", "size": source.size, "weights": source.weights}
    print(json.dumps({"type": "source", **facts, "sha256": source.sha256}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
