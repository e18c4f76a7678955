"""The precisions that were tried, as rules for ai-edge-quantizer.

Rules are applied in order and a later match wins. The output layer shares its table with the embedding: both must get the
same rule, or the table silently stays float32 (113 MB here). Hence the mixed ones start with "everything INT8".
"""

from __future__ import annotations

from ai_edge_quantizer import recipe

from chat.precisions import FC, PRECISIONS, Precision, int8, with_algorithm

DOWN = ".*down_proj.*"
EDGE_LAYERS = ".*DecoderLayer_(0|1|28|29)/.*"
GRID = "split_grid_.*"


def _int8_of(regex: str) -> list[dict]:
    return recipe.dynamic_wi8c_afp32(regex=regex, operation_name=FC)


def _exact(regex: str) -> list[dict]:
    return with_algorithm(
        "dequantized_weight_recovery", recipe.dynamic_wi4b32_afp32(regex=regex, operation_name=FC)
    )


CANDIDATES: dict[str, Precision] = {
    "fp32": Precision("FP32, for comparison", None),
    "int4_minmax": Precision("INT4, block 32, min-max, everywhere", recipe.dynamic_wi4b32_afp32),
    "int4_octav": PRECISIONS["int4-block32"],
    "int4_mlp": PRECISIONS["int4-mlp"],
    "int4_no_down": Precision(
        "INT4 body (block 32, OCTAV), INT8 down projections, embedding and output",
        lambda: PRECISIONS["int4-block32"].rules() + _int8_of(DOWN),
    ),
    "int4_no_edges": Precision(
        "INT4 body (block 32, OCTAV), INT8 in the first and last two layers, embedding and output",
        lambda: PRECISIONS["int4-block32"].rules() + _int8_of(EDGE_LAYERS),
    ),
    "int8": PRECISIONS["int8"],
    "q4_exact": Precision(
        "INT4 (block 32, exact) with INT8 block offsets, embedding and output",
        lambda: int8() + _exact(GRID),
    ),
}
"""Those whose quantized graph goes through `chat/straighten.py`: the same answers, faster."""
STRAIGHT = {"q4_exact"}
