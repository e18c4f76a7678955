"""Linear layers that keep Q4_1 weights as they are.

TFLite's INT4 blocks have a scale and no minimum, so quantizing dequantised Q4_1 weights again loses accuracy: answers of
this small model fall into loops. But w = scale * (q - 8) + offset splits into an INT4 matrix that fits the symmetric grid
exactly and a small matrix of one offset for each block of 32 inputs, which multiplies the sums of those blocks:
y = grid @ x + offsets @ (sums @ x). Both extra products together are a tenth of the work of the first one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from builtin_model.source_weights import BLOCK

MIN_COLUMNS = 64  # fewer inputs: block sums, not activations
MAX_ROWS = 10_000  # more outputs: the vocabulary


def _linear(weight: np.ndarray) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
    layer.weight = nn.Parameter(torch.from_numpy(np.ascontiguousarray(weight)), requires_grad=False)
    return layer


class ExactQ4Linear(nn.Module):
    """grid(x) + offsets(sums(x)); the three names are what the quantization rules look for."""

    def __init__(self, grid: np.ndarray, offset: np.ndarray):
        super().__init__()
        self.grid = _linear(grid)
        self.offsets = _linear(offset)
        self.sums = _linear(np.kron(np.eye(offset.shape[1], dtype=np.float32), np.ones(BLOCK, np.float32)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.grid(x) + self.offsets(self.sums(x))


def split_linears(model: nn.Module, blocks: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    """Replace every Q4_1 layer in place, after checking that the split says the same as the dequantised weight."""
    for name, (grid, offset) in blocks.items():
        parent_name, _, attribute = name.rpartition(".")
        parent = model.get_submodule(parent_name)
        whole = getattr(parent, attribute).weight.detach().numpy()
        worst = float(np.abs(grid + np.repeat(offset, BLOCK, axis=1) - whole).max())
        if worst > 1e-4:
            raise ValueError(f"{name}: the 4-bit blocks differ from the dequantised weight by {worst}")
        setattr(parent, attribute, ExactQ4Linear(grid, offset))


def name_split_layers(graph: Path) -> None:
    """Give the parts of split layers names of their own in an exported graph, and every other tensor a short one.

    The converter merges equal products (the block sums of query, key and value are one) and then names some of them after
    a neighbour, so names say nothing; shapes do. The long names of the other tensors would cost 3 MB.
    """
    from ai_edge_litert.schema_py_generated import BuiltinOperator
    from ai_edge_litert.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model(str(graph))
    for index, subgraph in enumerate(model.subgraphs):
        named = {*subgraph.inputs, *subgraph.outputs}
        for at, tensor in enumerate(subgraph.tensors):
            if at not in named:
                tensor.name = f"t_{index}_{at}".encode()
        for at, operator in enumerate(subgraph.operators):
            if model.operatorCodes[operator.opcodeIndex].builtinCode != BuiltinOperator.FULLY_CONNECTED:
                continue
            rows, columns = (int(size) for size in subgraph.tensors[operator.inputs[1]].shape)
            if rows > MAX_ROWS:  # the output layer
                continue
            kind = "sums" if columns == rows * BLOCK else "offsets" if columns < MIN_COLUMNS else "grid"
            subgraph.tensors[operator.outputs[0]].name = f"split_{kind}_{index}_{at}".encode()
    flatbuffer_utils.write_model(model, str(graph))
