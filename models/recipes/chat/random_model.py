"""A model of the true shape of a known one, with random weights: for speed and memory only, it says nothing but nonsense.

    npm run models -- random gemma-3-1b FOLDER [--tokenizer GGUF]

Writes a Hugging Face folder, which `convert` takes. How fast a file runs and what it takes depends on its shape and
precision, not on what its weights are; so this tells of models whose weights are not at hand. The tokenizer is the true one,
from a GGUF: its size is part of the shape.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
from pathlib import Path

from chat.problems import RecipeError, report, say
from chat.room import check_room
from environment import CACHE

HERE = Path(__file__).resolve().parent
SEED = 7
"""Measured: one tensor more than what is written at once, with PyTorch itself."""
MEMORY = 1.5e9
SHAPES = {
    # As litert_torch/generative/examples/gemma3/decoder.py (get_decoder_config_1b) has them; what is not here are
    # the defaults of Gemma3TextConfig: theta of 1,000,000 and 10,000, every sixth layer with attention to everything.
    "gemma-3-1b": {
        "vocab_size": 262_144,
        "hidden_size": 1152,
        "intermediate_size": 6912,
        "num_hidden_layers": 26,
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "head_dim": 256,
        "query_pre_attn_scalar": 256,
        "sliding_window": 512,
        "max_position_embeddings": 32_768,
        "eos_token_id": [1, 106],
    },
}
"""Which source of `fetch` has the tokenizer, and the template that its turns want."""
TOKENIZERS = {"gemma-3-1b": ("gemma-3-270m", HERE.parent / "tiny_gemma" / "chat_template.jinja")}


def count_weights(shape: dict) -> int:
    """Of a Gemma 3 with a tied embedding, all but the norms."""
    hidden, heads = shape["hidden_size"], shape["num_attention_heads"] + shape["num_key_value_heads"]
    layer = 2 * hidden * heads * shape["head_dim"] + 3 * hidden * shape["intermediate_size"]
    return shape["vocab_size"] * hidden + shape["num_hidden_layers"] * layer


def find_tokenizer(name: str, given: Path | None, cache: Path) -> Path:
    """The GGUF that it is read from. Raises RecipeError TOKENIZER_MISSING."""
    source = TOKENIZERS[name][0]
    gguf = given or cache / "fetched" / f"{source}.gguf"
    if not gguf.exists():
        hint = f"Fetch it first: npm run models -- fetch {source}"
        raise RecipeError("TOKENIZER_MISSING", f"There is no GGUF with the tokenizer of {name} at {gguf}.", hint)
    return gguf


def write_tokenizer(gguf: Path, template: Path, vocabulary: int, out: Path) -> None:
    """Raises RecipeError TOKENIZER_UNFIT where it has tokens that the model has not."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    if len(tokenizer) > vocabulary:
        sentence = f"The tokenizer has {len(tokenizer)} tokens, the model {vocabulary}."
        raise RecipeError("TOKENIZER_UNFIT", sentence, "Take one of the same family.")
    tokenizer.chat_template = template.read_text(encoding="utf-8").rstrip("\n")
    tokenizer.save_pretrained(out)


def fill(name: str, shape: tuple[int, ...], hidden: int, generator):
    """Weights that keep activations at the size that they come in with."""
    import torch

    if len(shape) == 1:
        return torch.zeros(shape)
    # Gemma multiplies what it looks up in the embedding by the root of the hidden size.
    inward = hidden if "embed_tokens" in name else shape[1]
    return torch.empty(shape).normal_(0, 1 / math.sqrt(inward), generator=generator)


def write_weights(shape: dict, out: Path, seed: int) -> int:
    """A file for each layer, so that never more than one of them is in memory. Returns the number of weights."""
    import torch
    from safetensors.torch import save_file
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig, GenerationConfig

    config = Gemma3TextConfig(**shape, architectures=["Gemma3ForCausalLM"], dtype="float32")
    with torch.device("meta"):
        model = Gemma3ForCausalLM(config)
    groups: dict[str, list[str]] = {}
    sizes = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
    for name in sizes:
        part = name.split(".layers.")
        groups.setdefault(part[1].split(".")[0] if len(part) == 2 else "rest", []).append(name)
    generator = torch.Generator().manual_seed(seed)
    files = {}
    for at, (group, names) in enumerate(groups.items()):
        say(f"weights, {at + 1} of {len(groups)}")
        file = f"model-{group}.safetensors"
        tensors = {name: fill(name, sizes[name], config.hidden_size, generator) for name in names}
        save_file(tensors, out / file, metadata={"format": "pt"})
        files.update(dict.fromkeys(names, file))
    total = sum(math.prod(size) for size in sizes.values())
    index = {"metadata": {"total_size": total * 4}, "weight_map": files}
    (out / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    config.save_pretrained(out)
    GenerationConfig(eos_token_id=config.eos_token_id, bos_token_id=2, pad_token_id=0).save_pretrained(out)
    return total


def write_random(name: str, out: Path, given: Path | None, cache: Path, seed: int) -> int:
    """Write the folder, whole or not at all. Returns the number of weights. Raises RecipeError."""
    if name not in SHAPES:
        raise RecipeError("SHAPE_UNKNOWN", f"There is no shape {name}.", f"Known: {', '.join(SHAPES)}.")
    if out.exists():
        raise RecipeError("FOLDER_TAKEN", f"{out} is there already.", "Name a folder that is not.")
    shape = SHAPES[name]
    gguf = find_tokenizer(name, given, cache)
    largest = shape["vocab_size"] * shape["hidden_size"] * 4
    check_room(count_weights(shape) * 4, largest + MEMORY, out.parent)
    new = out.with_name(f"{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    try:
        write_tokenizer(gguf, TOKENIZERS[name][1], shape["vocab_size"], new)
        total = write_weights(shape, new, seed)
        new.rename(out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return total


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help=", ".join(SHAPES))
    parser.add_argument("out", type=Path, help="a folder that is not there yet")
    parser.add_argument("--tokenizer", type=Path, help="a GGUF that has it; by default the one that fetch brought")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--cache", type=Path, default=CACHE)
    args = parser.parse_args()
    try:
        total = write_random(args.name, args.out.resolve(), args.tokenizer, args.cache, args.seed)
    except RecipeError as error:
        return report(error)
    print(json.dumps({"type": "done", "folder": str(args.out), "weights": total, "seed": args.seed}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
