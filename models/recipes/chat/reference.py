"""What FP32 says to a held-out text, kept small: a file can be compared with it without PyTorch and without the weights.

    python -m chat.reference HF_FOLDER OUT.npz [--taught PAIRS.json]

For every position: the token, FP32's log-probability of the token that follows, and its likeliest tokens with theirs.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chat.problems import RecipeError

RECIPES = Path(__file__).resolve().parent.parent
SEPARATOR = "\n=====\n"
TOP = 32


@dataclass(frozen=True)
class Reference:
    """Segments are read anew from their first token; `bounds` are where each begins, and the end of the last."""

    tokens: np.ndarray
    bounds: np.ndarray
    """[positions], natural logarithm; of the last token of a segment there is none: NaN."""
    following: np.ndarray
    """[positions, TOP]"""
    top_ids: np.ndarray
    top_logs: np.ndarray

    def segments(self) -> list[tuple[int, int]]:
        """Begin and end of each."""
        return list(zip(self.bounds[:-1].tolist(), self.bounds[1:].tolist(), strict=True))


def read_reference(path: Path) -> Reference:
    """Raises RecipeError REFERENCE_DAMAGED."""
    try:
        with np.load(path, allow_pickle=False) as data:
            return Reference(*(data[name] for name in ("tokens", "bounds", "following", "top_ids", "top_logs")))
    except (OSError, ValueError, KeyError) as cause:
        raise RecipeError("REFERENCE_DAMAGED", f"{path} is no reference.", "Write one with chat.reference.") from cause


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Natural logarithms of the probabilities, along the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def texts_for(tokenizer, taught: Path | None) -> list[str]:
    """The held-out text in its parts, and what a model was taught as conversations."""
    parts = (RECIPES / "heldout.txt").read_text(encoding="utf-8").strip().split(SEPARATOR)
    if taught is None:
        return parts
    pairs = json.loads(taught.read_text(encoding="utf-8"))["pairs"]
    said = [
        [{"role": "user", "content": question}, {"role": "assistant", "content": answer}] for question, answer in pairs
    ]
    return [tokenizer.apply_chat_template(turns, tokenize=False) for turns in said] + parts[:4]


def write_reference(hf: Path, out: Path, taught: Path | None, most_tokens: int) -> None:
    """Run FP32 over every text."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(hf)
    model = AutoModelForCausalLM.from_pretrained(hf, dtype=torch.float32).eval()
    tokens, bounds, following, ids, logs = [], [0], [], [], []
    for text in texts_for(tokenizer, taught):
        given = tokenizer(text, return_tensors="pt").input_ids[:, :most_tokens]
        with torch.no_grad():
            said = log_softmax(model(given).logits[0].numpy().astype(np.float64))
        row = given[0].numpy()
        best = np.argsort(-said, axis=-1, kind="stable")[:, :TOP]
        tokens.append(row)
        following.append(np.append(said[np.arange(len(row) - 1), row[1:]], np.nan))
        ids.append(best)
        logs.append(np.take_along_axis(said, best, -1))
        bounds.append(bounds[-1] + len(row))
    np.savez_compressed(
        out,
        tokens=np.concatenate(tokens).astype(np.int32),
        bounds=np.array(bounds, np.int32),
        following=np.concatenate(following).astype(np.float32),
        top_ids=np.concatenate(ids).astype(np.int32),
        top_logs=np.concatenate(logs).astype(np.float32),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hf", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--taught", type=Path, help="a file of conversations as tiny_gemma/conversations.json")
    parser.add_argument("--most-tokens", type=int, default=512, help="of each part")
    args = parser.parse_args()
    write_reference(args.hf, args.out, args.taught, args.most_tokens)
