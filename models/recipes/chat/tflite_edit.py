"""One subgraph of a TFLite model, read and changed by what makes and uses its tensors."""

from __future__ import annotations

import numpy as np


class GraphEdit:
    """Tensors are their numbers in the subgraph. Makers and users are kept up with every change."""

    def __init__(self, model, subgraph):
        from ai_edge_litert import schema_py_generated as schema

        self._schema = schema
        self._model = model
        self._graph = subgraph
        self._names = {value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)}
        self._constants: dict[tuple[int, ...], int] = {}
        self._makers = {tensor: op for op in subgraph.operators for tensor in op.outputs}

    def kind(self, op) -> str:
        """Name of an operator's kind."""
        return self._names[self._model.operatorCodes[op.opcodeIndex].builtinCode]

    def of_kind(self, name: str) -> list:
        """All operators of a kind."""
        return [op for op in self._graph.operators if self.kind(op) == name]

    def maker(self, tensor: int):
        """The operator that a tensor comes from, or None."""
        return self._makers.get(tensor)

    def users(self, tensor: int) -> list:
        """The operators that read a tensor."""
        return [op for op in self._graph.operators if tensor in op.inputs]

    def shape(self, tensor: int) -> list[int]:
        """Sizes; -1 for those that are open."""
        held = self._graph.tensors[tensor]
        sizes = held.shape if held.shapeSignature is None else held.shapeSignature
        return [] if sizes is None else [int(size) for size in sizes]

    def values(self, tensor: int) -> list[int] | None:
        """Of a constant of whole numbers; None for anything else."""
        held = self._graph.tensors[tensor]
        data = self._model.buffers[held.buffer].data
        if held.type != self._schema.TensorType.INT32 or data is None or len(data) == 0:
            return None
        return [int(value) for value in np.frombuffer(bytes(data), np.int32)]

    def constant(self, values: list[int], is_scalar: bool = False) -> int:
        """A tensor that holds whole numbers; the same one for the same numbers."""
        key = (is_scalar, *values)
        if key not in self._constants:
            buffer = self._schema.BufferT()
            buffer.data = np.frombuffer(np.asarray(values, np.int32).tobytes(), np.uint8)
            buffer.offset = buffer.size = 0
            self._model.buffers.append(buffer)
            tensor = self._schema.TensorT()
            # Names are one space in the whole model.
            tensor.name = f"fixed_{len(self._model.buffers)}".encode()
            tensor.type = self._schema.TensorType.INT32
            tensor.shape = [] if is_scalar else [len(values)]
            tensor.buffer = len(self._model.buffers) - 1
            self._graph.tensors.append(tensor)
            self._constants[key] = len(self._graph.tensors) - 1
        return self._constants[key]

    def replace(self, tensor: int, by: int) -> None:
        """Everything that read one tensor reads the other."""
        for op in self.users(tensor):
            op.inputs = [by if each == tensor else each for each in op.inputs]

    def skip(self, op) -> None:
        """What an operator gave comes from the one before it at once; the operator is left without use."""
        before, result = op.inputs[0], op.outputs[0]
        made = self._makers[before]
        made.outputs = [result if each == before else each for each in made.outputs]
        op.inputs, op.outputs = [result, *op.inputs[1:]], [before]
        self._makers[result], self._makers[before] = made, op

    def split(self, source: int, first, second) -> None:
        """One operator for two that each take a half of the last dimension."""
        at = min(self._place(first), self._place(second))
        outputs = [first.outputs[0], second.outputs[0]]
        op = self._graph.operators[at]
        op.opcodeIndex = self._code(self._schema.BuiltinOperator.SPLIT)
        op.builtinOptionsType = self._schema.BuiltinOptions.SplitOptions
        op.builtinOptions = self._schema.SplitOptionsT()
        op.builtinOptions.numSplits = 2
        op.inputs = [self.constant([len(self.shape(source)) - 1], is_scalar=True), source]
        op.outputs = outputs
        other = second if op is first else first
        self._graph.operators = [each for each in self._graph.operators if each is not other]
        self._makers.update({tensor: op for tensor in outputs})

    def drop_unused(self) -> None:
        """Takes out what nothing reads any more."""
        while True:
            needed = set(self._graph.outputs).union(*(op.inputs for op in self._graph.operators))
            kept = [op for op in self._graph.operators if any(tensor in needed for tensor in op.outputs)]
            if len(kept) == len(self._graph.operators):
                return
            self._graph.operators = kept

    def _place(self, op) -> int:
        return next(at for at, each in enumerate(self._graph.operators) if each is op)

    def _code(self, builtin: int) -> int:
        for at, code in enumerate(self._model.operatorCodes):
            if code.builtinCode == builtin:
                return at
        code = self._schema.OperatorCodeT()
        code.builtinCode, code.version = builtin, 1
        # Older readers look here; 127 says "look there".
        code.deprecatedBuiltinCode = min(builtin, 127)
        self._model.operatorCodes.append(code)
        return len(self._model.operatorCodes) - 1
