"""The precisions, as rules for ai-edge-quantizer. Rules are applied in order; a later match wins.

The output layer shares its table with the embedding in many models: both must get the same rule, or the table silently stays
float32. Hence the mixed ones begin with "everything INT8". The names of layers are those of Llama, Gemma 3 and Qwen3 alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ai_edge_quantizer import recipe

FC = recipe.TFLOperationName.FULLY_CONNECTED
"""Nats a weight: Gemma 3 270M is then at 1.048 of FP32's perplexity; 5e-10 takes more layers."""
PRICE = 3.2e-10
"""The quantizer's own, as chat/on_grid.py mends it: weights are taken for what they are."""
ON_GRID = "dequantized_weight_recovery"
BODY = ".*(self_attn|mlp).*"
MLP = ".*mlp.*"


@dataclass(frozen=True)
class Precision:
    """The words people read, the rules (None: FP32 stays), and whether activations are measured on a text first."""

    label: str
    rules: Callable[[], list[dict]] | None
    needs_calibration: bool = False
    """Layers become INT4 where that costs less than this, in nats for each weight (chat/corrected.py); by a text, too."""
    price: float | None = None


def with_algorithm(algorithm: str, rules: list[dict]) -> list[dict]:
    """The same rules, with another way of choosing ranges."""
    for rule in rules:
        rule["algorithm_key"] = algorithm
    return rules


def int8() -> list[dict]:
    """Everything INT8, a scale for each channel."""
    return recipe.dynamic_wi8c_afp32()


def _body(rules: Callable[..., list[dict]], regex: str = BODY, algorithm: str = "OCTAV") -> list[dict]:
    return int8() + with_algorithm(algorithm, rules(regex=regex, operation_name=FC))


def on_grid(regex: str) -> list[dict]:
    """Layers by a regex as INT4 in blocks of 32 with the codes that their weights lie on (chat/on_grid.py); INT8 otherwise."""
    return _body(recipe.dynamic_wi4b32_afp32, regex, ON_GRID)


def _static(rules: list[dict]) -> list[dict]:
    """Of the linear layers only: LiteRT-LM hands masks and caches over as floats."""
    body = [{**rule, "regex": BODY, "operation": FC} for rule in rules[:1]]
    return int8() + body


PRECISIONS: dict[str, Precision] = {
    "fp32": Precision("FP32", None),
    "int8": Precision("INT8, a scale for each channel, activations measured as they come", int8),
    "int4-channel": Precision(
        "INT4 body, a scale for each channel (OCTAV); INT8 embedding and output", lambda: _body(recipe.dynamic_wi4c_afp32)
    ),
    "int4-block32": Precision(
        "INT4 body, a scale for each 32 weights (OCTAV); INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi4b32_afp32),
    ),
    "int4-block32-minmax": Precision(
        "INT4 body, a scale for each 32 weights (the whole range); INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi4b32_afp32, algorithm="min_max_uniform_quantize"),
    ),
    "int4-channel-mse": Precision(
        "INT4 body, a scale for each channel (least squared error); INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi4c_afp32, algorithm="MSE"),
    ),
    "int4-channel-rotated": Precision(
        "INT4 body, a scale for each channel, weights rotated (Hadamard); INT8 embedding and output",
        lambda: int8() + recipe.dynamic_wi4c_hr_afp32(regex=BODY, operation_name=FC),
    ),
    "int4-channel-gptq": Precision(
        "INT4 body, a scale for each channel, errors made up for (GPTQ); INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi4c_afp32, algorithm="GPTQ"),
        needs_calibration=True,
    ),
    "int4-block32-gptq": Precision(
        "INT4 body, a scale for each 32 weights, errors made up for (GPTQ); INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi4b32_afp32, algorithm="GPTQ"),
        needs_calibration=True,
    ),
    "int4-mlp": Precision(
        "INT4 feed-forward in blocks of 32 (OCTAV); INT8 attention, embedding and output",
        lambda: _body(recipe.dynamic_wi4b32_afp32, MLP),
    ),
    "int4-corrected": Precision(
        "INT4 in blocks of 32, errors made up for (GPTQ), where that costs little; INT8 otherwise", int8, price=PRICE
    ),
    "int4-as-trained": Precision(
        "INT4 body in blocks of 32 with the codes that its weights were trained on; INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi4b32_afp32, algorithm=ON_GRID),
    ),
    "int2-as-trained": Precision(
        "INT2 body by channel with the codes that its weights were trained on; INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi2c_afp32, algorithm=ON_GRID),
    ),
    "int2-channel": Precision(
        "INT2 body, a scale for each channel (OCTAV); INT8 embedding and output", lambda: _body(recipe.dynamic_wi2c_afp32)
    ),
    "int2-mlp": Precision(
        "INT2 feed-forward, a scale for each channel, INT4 attention in blocks of 32 (OCTAV); INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi4b32_afp32)
        + with_algorithm("OCTAV", recipe.dynamic_wi2c_afp32(regex=MLP, operation_name=FC)),
    ),
    "int2-block32": Precision(
        "INT2 body, a scale for each 32 weights (OCTAV); INT8 embedding and output",
        lambda: _body(recipe.dynamic_wi2b32_afp32),
    ),
    "static-int8": Precision(
        "INT8 weights and activations of the body, ranges measured on a text; INT8 embedding and output",
        lambda: _static(recipe.static_wi8_ai8()),
        needs_calibration=True,
    ),
    "int16x8": Precision(
        "INT8 weights and INT16 activations of the body, ranges measured on a text; INT8 embedding and output",
        lambda: _static(recipe.static_wi8_ai16()),
        needs_calibration=True,
    ),
}
