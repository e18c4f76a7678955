"""The precisions that were tried, as rules for ai-edge-quantizer.

Rules are applied in order and a later match wins. The output layer shares its table with the embedding: both must get the
same rule, or the table silently stays float32 (113 MB here). Hence the mixed ones start with "everything INT8".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ai_edge_quantizer import recipe

FC = recipe.TFLOperationName.FULLY_CONNECTED
MLP = ".*mlp.*"
BODY = ".*(self_attn|mlp).*"
DOWN = ".*down_proj.*"
EDGE_LAYERS = ".*DecoderLayer_(0|1|28|29)/.*"
GRID = "split_grid_.*"


@dataclass(frozen=True)
class Candidate:
    """The words people read, and the rules (None: leave everything FP32)."""

    label: str
    rules: Callable[[], list[dict]] | None


def _int8(regex: str = ".*") -> list[dict]:
    return recipe.dynamic_wi8c_afp32() if regex == ".*" else recipe.dynamic_wi8c_afp32(regex=regex, operation_name=FC)


def _int4(regex: str, algorithm: str = "OCTAV") -> list[dict]:
    rules = recipe.dynamic_wi4b32_afp32(regex=regex, operation_name=FC)
    for rule in rules:
        rule["algorithm_key"] = algorithm
    return rules


CANDIDATES: dict[str, Candidate] = {
    "fp32": Candidate("FP32, for comparison", None),
    "int4_minmax": Candidate("INT4, block 32, min-max, everywhere", recipe.dynamic_wi4b32_afp32),
    "int4_octav": Candidate("INT4 body (block 32, OCTAV), INT8 embedding and output", lambda: _int8() + _int4(BODY)),
    "int4_mlp": Candidate("INT4 MLP (block 32, OCTAV), INT8 rest", lambda: _int8() + _int4(MLP)),
    "int4_no_down": Candidate(
        "INT4 body (block 32, OCTAV), INT8 down projections, embedding and output",
        lambda: _int8() + _int4(BODY) + _int8(DOWN),
    ),
    "int4_no_edges": Candidate(
        "INT4 body (block 32, OCTAV), INT8 in the first and last two layers, embedding and output",
        lambda: _int8() + _int4(BODY) + _int8(EDGE_LAYERS),
    ),
    "int8": Candidate("INT8", _int8),
    "q4_exact": Candidate(
        "INT4 (block 32, exact) with INT8 block offsets, embedding and output",
        lambda: _int8() + _int4(GRID, "dequantized_weight_recovery"),
    ),
}
