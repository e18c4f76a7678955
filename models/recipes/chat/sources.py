"""What a model is converted from: a Hugging Face folder, or a GGUF, which is dequantised into one.

    npm run models -- inspect SOURCE

says what it is, and what stands against converting it, before any long work.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from chat.problems import RecipeError, report, say
from chat.room import check_room
from environment import CACHE

ARCHITECTURES = {"llama": "Llama", "gemma3_text": "Gemma 3", "qwen3": "Qwen3"}
GGUF_ARCHITECTURES = {"llama": "llama", "gemma3": "gemma3_text", "qwen3": "qwen3"}
"""The float graph, its quantized copy and the packed file; FP32 weights have four bytes each."""
DISK_COPIES = 3
"""Measured while Gemma 3 270M was exported: the weights are held some four times."""
MEMORY_COPIES = 4.5


@dataclass(frozen=True)
class Source:
    """A Hugging Face folder with FP32 weights and tokenizer, and what it was made from."""

    hf: Path
    architecture: str
    """SHA-256 of the file that was given, or over names and contents of a folder's."""
    sha256: str
    name: str
    weights: int


def open_source(path: Path, cache: Path) -> Source:
    """Check before any long work, and dequantise a GGUF. Raises RecipeError SOURCE_*, ARCHITECTURE_UNKNOWN, *_LOW."""
    if not path.exists():
        raise RecipeError("SOURCE_MISSING", f"There is nothing at {path}.", "Give a Hugging Face folder or a GGUF file.")
    if path.is_file():
        return _open_gguf(path, cache)
    architecture = _architecture(path)
    weights = count_weights(path)
    _check_room(weights, cache)
    return Source(path, architecture, digest_of(sorted(p for p in path.iterdir() if p.is_file())), path.name, weights)


def _architecture(folder: Path) -> str:
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        found = str(config["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise RecipeError(
            "SOURCE_DAMAGED", "The folder has no config.json that can be read.", "Give a whole Hugging Face folder."
        ) from cause
    if found not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES.values())
        raise RecipeError("ARCHITECTURE_UNKNOWN", f"Models of type {found} cannot be converted yet.", f"Known: {known}.")
    if not (folder / "tokenizer.json").exists():
        raise RecipeError("SOURCE_DAMAGED", "The folder has no tokenizer.json.", "Save the tokenizer beside the weights.")
    return found


def count_weights(folder: Path) -> int:
    """Numbers in the safetensors files, by their headers. Raises RecipeError SOURCE_DAMAGED for a cut file."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise RecipeError("SOURCE_DAMAGED", "The folder has no .safetensors file.", "Save the model as safetensors.")
    total = 0
    for file in files:
        try:
            with file.open("rb") as stream:
                length = int.from_bytes(stream.read(8), "little")
                if length > file.stat().st_size:
                    raise ValueError("cut")
                header = json.loads(stream.read(length))
            tensors = [tensor for name, tensor in header.items() if name != "__metadata__"]
            end = max((tensor["data_offsets"][1] for tensor in tensors), default=0)
            if 8 + length + end != file.stat().st_size:
                raise ValueError("cut")
        except (ValueError, KeyError, TypeError) as cause:
            raise RecipeError("SOURCE_DAMAGED", f"{file.name} is damaged or cut.", "Download it again.") from cause
        for tensor in tensors:
            size = 1
            for length in tensor["shape"]:
                size *= length
            total += size
    return total


def _check_room(weights: int, cache: Path) -> None:
    check_room(weights * 4 * DISK_COPIES, weights * 4 * MEMORY_COPIES, cache)


def digest_of(files: list[Path]) -> str:
    """SHA-256 of a file, or over names and contents of several."""
    digest = hashlib.sha256()
    for file in files:
        if len(files) > 1:
            digest.update(file.name.encode())
        with file.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
    return digest.hexdigest()


def _open_gguf(path: Path, cache: Path) -> Source:
    with path.open("rb") as stream:
        if stream.read(4) != b"GGUF":
            raise RecipeError("SOURCE_DAMAGED", f"{path.name} is no GGUF file.", "Give a .gguf file or a folder.")
    from gguf import GGUFReader

    try:
        reader = GGUFReader(str(path))
        found = str(reader.fields["general.architecture"].contents())
        weights = sum(int(tensor.n_elements) for tensor in reader.tensors)
    except (ValueError, KeyError, IndexError) as cause:
        raise RecipeError("SOURCE_DAMAGED", f"{path.name} is damaged or cut.", "Download it again.") from cause
    if found not in GGUF_ARCHITECTURES:
        known = ", ".join(ARCHITECTURES.values())
        raise RecipeError("ARCHITECTURE_UNKNOWN", f"Models of type {found} cannot be converted yet.", f"Known: {known}.")
    _check_room(weights, cache)
    sha256 = digest_of([path])
    folder = cache / "hf" / sha256[:16]
    if not folder.exists():
        say("dequantising the GGUF")
        new = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        write_hf_folder(path, new)
        new.rename(folder)
    return Source(folder, GGUF_ARCHITECTURES[found], sha256, path.stem, weights)


def write_hf_folder(gguf: Path, out: Path) -> None:
    """Write the dequantised model and its tokenizer as a Hugging Face folder."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    loaded = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    config = loaded.config.to_dict()
    # save_pretrained refuses a model that says it is quantized.
    for key in ("quantization_config", "_name_or_path"):
        config.pop(key, None)
    model = type(loaded)(type(loaded.config)(**config))
    model.load_state_dict({name: value.float() for name, value in loaded.state_dict().items()})
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def main() -> int:
    """Command line."""
    try:
        source = open_source(Path(sys.argv[1] if len(sys.argv) > 1 else "").resolve(), CACHE)
    except RecipeError as error:
        return report(error)
    facts = {"name": source.name, "architecture": ARCHITECTURES[source.architecture], "weights": source.weights}
    print(json.dumps({"type": "source", **facts, "sha256": source.sha256}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
