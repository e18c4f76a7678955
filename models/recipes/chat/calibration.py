"""What goes through a float graph while a text is read: the ranges of activations are measured on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from chat.problems import RecipeError

"""Positions whose inputs are kept: each holds the whole KV cache."""
POSITIONS = 96


def read_calibration(path: Path, tokenizer) -> list[int]:
    """Tokens of a text. Raises RecipeError CALIBRATION_EMPTY."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise RecipeError("CALIBRATION_EMPTY", f"{path} is no text that can be read.", "Give a UTF-8 text.") from cause
    tokens = tokenizer(text).input_ids
    if len(tokens) < POSITIONS:
        raise RecipeError(
            "CALIBRATION_EMPTY", f"{path.name} has {len(tokens)} tokens; {POSITIONS} are the least.", "Give a longer text."
        )
    return tokens


def calibration_data(graph: Path, tokens: list[int]) -> dict[str, Iterator[dict[str, np.ndarray]]]:
    """Inputs of every signature, as a conversation would give them. For contexts of fixed length.

    One after the other: each holds the whole KV cache, 100 MB and more.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(graph), num_threads=2)
    data: dict[str, Iterator[dict[str, np.ndarray]]] = {}
    for name in interpreter.get_signature_list():
        runner = interpreter.get_signature_runner(name)
        length = runner.get_input_details()["tokens"]["shape"][-1]
        data[name] = _steps(runner, tokens, int(length))
    return data


def _steps(runner, tokens: list[int], length: int) -> Iterator[dict[str, np.ndarray]]:
    details = runner.get_input_details()
    caches = {
        name: np.zeros(detail["shape"], detail["dtype"]) for name, detail in details.items() if name.startswith("kv_cache")
    }
    mask_shape = details["mask"]["shape"]
    # At least once through every signature; a text that is too short for that is read again.
    for at in range(0, max(POSITIONS - length, 0) + 1, length):
        positions = np.arange(at, at + length, dtype=np.int32)
        mask = np.full(mask_shape, -1e4, np.float32)
        for row, position in enumerate(positions):
            mask[..., row, : position + 1] = 0
        inputs = {
            "tokens": np.array([[tokens[position % len(tokens)] for position in positions]], np.int32),
            "input_pos": positions,
            "mask": mask,
            **caches,
        }
        yield {name: value.copy() for name, value in inputs.items()}
        outputs = runner(**inputs)
        caches = {name: outputs[name] for name in caches}
