"""Weights that were rounded elsewhere, in a file as they are: into the float graph, and out of it as the codes that they lie on."""

from __future__ import annotations

import functools
import hashlib
import re
from pathlib import Path

import numpy as np

from chat.precisions import ON_GRID
from chat.problems import RecipeError
from chat.rounding import BLOCK, LOWEST
from chat.tflite_file import read_graph, write_graph


def replace_weights(graph: Path, hf: Path, weights: dict[str, np.ndarray], out: Path) -> str:
    """Write a copy of a float graph with other weights of linear layers, found by what they were: names say too little.

    `weights`: [rows, columns] by the module's name in the transformer. Returns a regex for the operators that read them.
    Raises RecipeError RECIPE_UNFIT.
    """
    from ai_edge_litert.schema_py_generated import BuiltinOperator

    model = read_graph(graph)
    names = _names_by_digest(hf, set(weights))
    found: dict[int, str | None] = {}
    outputs = []
    for subgraph in model.subgraphs:
        for op in subgraph.operators:
            if model.operatorCodes[op.opcodeIndex].builtinCode != BuiltinOperator.FULLY_CONNECTED:
                continue
            at = subgraph.tensors[op.inputs[1]].buffer
            buffer = model.buffers[at]
            if at not in found and buffer.data is not None:
                found[at] = names.get(_digest(buffer.data))
                if found[at] is not None:
                    new = np.ascontiguousarray(weights[found[at]], np.float32).tobytes()
                    buffer.data = np.frombuffer(new, np.uint8) if isinstance(buffer.data, np.ndarray) else new
            if found.get(at) is not None:
                outputs.append(re.escape(subgraph.tensors[op.outputs[0]].name.decode()))
    missing = set(weights) - set(found.values())
    if missing:
        raise RecipeError("RECIPE_UNFIT", f"The graph does not hold {min(missing)} as the model does.", "Try another precision.")
    write_graph(model, out)
    # The quantizer puts a semicolon after each name of an operator's outputs.
    return f"^({'|'.join(outputs)});?$"


def _digest(data) -> bytes:
    return hashlib.sha256(bytes(data)).digest()


def _names_by_digest(hf: Path, wanted: set[str]) -> dict[bytes, str]:
    import torch
    from safetensors import safe_open

    names = {}
    for file in sorted(hf.glob("*.safetensors")):
        with safe_open(str(file), "pt") as held:
            for key in held.keys():  # noqa: SIM118  it is no dict
                name = key.removeprefix("model.").removesuffix(".weight")
                if name in wanted:
                    names[_digest(held.get_tensor(key).to(torch.float32).numpy().tobytes())] = name
    return names


def codes_of(weights: np.ndarray, block: int = BLOCK, lowest: int = LOWEST) -> tuple[np.ndarray, np.ndarray]:
    """INT8 codes [rows, columns] and scales [rows, blocks] of weights that are multiples of one number in each block.

    `lowest`: the least code that there is. Raises ValueError where weights are anything else.
    """
    blocks = weights.reshape(len(weights), -1, block)
    widest = np.abs(blocks).max(-1)
    scales = np.zeros_like(widest)
    # The widest weight of a block is one step or more, eight at most for INT4; the fewest that fit all the others are as good as the true ones.
    for steps in range(1, 1 - lowest):
        tried = np.where(widest > 0, widest / steps, 1).astype(np.float32)
        parts = blocks / tried[..., None]
        fits = np.abs(parts - np.round(parts)).max(-1) < 1e-4
        scales = np.where((scales == 0) & fits, tried, scales)
    if (scales == 0).any():
        raise ValueError("a weight lies between two codes")
    return np.round(blocks / scales[..., None]).astype(np.int8).reshape(weights.shape), scales


def register() -> None:
    """Mend how the quantizer finds codes again: it takes the least difference for the step, and fails where codes have gaps."""
    from ai_edge_quantizer import algorithm_manager, qtyping
    from ai_edge_quantizer.algorithms.uniform_quantize import (
        common_quantize,
        naive_min_max_quantize,
    )

    def params(op_info, config, content=None, ranges=None):
        if content is None:
            return naive_min_max_quantize.get_tensor_quant_params(op_info, config, content, ranges)
        by_channel = config.granularity == qtyping.QuantGranularity.CHANNELWISE
        block = content.shape[1] if by_channel else BLOCK
        codes, scales = codes_of(content, block, -(2 ** (config.num_bits - 1)))
        return qtyping.UniformQuantParams(
            num_bits=config.num_bits,
            quantized_dimension=0 if by_channel else 1,
            scale=scales,
            zero_point=np.zeros_like(scales, np.int32),
            symmetric=True,
            quantized_data=codes,
            block_size=0 if by_channel else BLOCK,
        )

    algorithm_manager.register_quantized_op(
        ON_GRID,
        qtyping.TFLOperationName.FULLY_CONNECTED,
        naive_min_max_quantize.init_qsvs,
        calibration_func=naive_min_max_quantize.min_max_calibrate,
        materialize_func=functools.partial(common_quantize.materialize_fc_conv, params),
    )
