"""Measured `.litertlm` -> parts that git can hold, and a manifest.

Usage: python -m builtin_model.release CANDIDATE FILE OUT_FOLDER
"""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.metadata import version
from pathlib import Path

from gguf import GGUFReader

from builtin_model.candidates import CANDIDATES

RECIPES = Path(__file__).resolve().parent.parent
SINGLE_FILE_LIMIT = 95_000_000
PART_BYTES = 90_000_000
TOOLS = ("litert-torch", "litert-converter", "ai-edge-quantizer", "ai-edge-litert", "litert-lm-builder", "torch")
COMMAND = "python3 models/recipes/build_builtin.py --out models/builtin/smollm2-135m-instruct"


def _entry(name: str, data: bytes) -> dict[str, str | int]:
    return {"file": name, "sizeBytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _parameters(gguf: Path) -> int:
    return int(sum(tensor.n_elements for tensor in GGUFReader(str(gguf)).tensors))


def write(candidate: str, packed: Path, out: Path) -> None:
    """Split the file bytewise and describe whole and parts."""
    model = json.loads((RECIPES / "model.json").read_text(encoding="utf-8"))
    data = packed.read_bytes()
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.litertlm*"):
        old.unlink()
    name = f"{model['id']}.litertlm"
    step = PART_BYTES if len(data) > SINGLE_FILE_LIMIT else len(data)
    pieces = [data[at : at + step] for at in range(0, len(data), step)]
    names = [f"model.litertlm.part{number}" for number in range(1, len(pieces) + 1)] if len(pieces) > 1 else [name]
    for part, piece in zip(names, pieces, strict=True):
        (out / part).write_bytes(piece)
    whole = _entry(name, data)
    manifest = {
        **{key: model[key] for key in ("id", "name", "maker", "license")},
        **whole,
        "parts": [_entry(part, piece) for part, piece in zip(names, pieces, strict=True)],
        "contextTokens": model["contextTokens"],
        "quantization": CANDIDATES[candidate].label.split(maxsplit=1)[0].rstrip(","),
        "quantizationDetail": CANDIDATES[candidate].label,
        "parameters": _parameters(packed.parent.parent / "package" / model["gguf"]),
        "languages": model["languages"],
        "defaultSampling": model["defaultSampling"],
        "accuracy": model["accuracy"],
        "source": {"package": model["package"], "sha256": model["packageSha256"], "file": model["gguf"]},
        "recipe": {"command": COMMAND, "python": "3.11", "tools": {tool: version(tool) for tool in TOOLS}},
        "provenance": model["provenance"],
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
