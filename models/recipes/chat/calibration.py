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


def calibration_data(graph: Path, tokens: list[int]) -> dict[str, Steps]:
    """Inputs of every signature, as a conversation would give them. For contexts of fixed length."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(graph), num_threads=2)
    return {name: Steps(interpreter, name, tokens) for name in interpreter.get_signature_list()}


class Steps:
    """Inputs of one signature, made when they are asked for, each time anew: each holds the whole KV cache, 100 MB and more."""

    def __init__(self, interpreter, name: str, tokens: list[int]):
        self._runner = interpreter.get_signature_runner(name)
        self._tokens = tokens
        self._length = int(self._runner.get_input_details()["tokens"]["shape"][-1])

        self._is_counted = False

    def __len__(self) -> int:
        return max(POSITIONS // self._length, 1)

    def __iter__(self) -> Iterator[dict[str, np.ndarray]]:
        # ai-edge-quantizer 0.10 makes a list of all of them first, only to count it: that would be 10 GB.
        if not self._is_counted:
            self._is_counted = True
            return iter([{}] * len(self))
        return _steps(self._runner, self._tokens, self._length)


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
