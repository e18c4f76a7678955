"""One file that reads by one precision and writes by another: the prefill graph of the first, the decode graph of the second.

Reading a prompt is arithmetic, so plain 8-bit weights are quickest; writing is one token at a time and waits for memory, so 4-bit
ones are. Both signatures keep one cache, whose shape is the float graph's. What both have alike (embedding, tables) is kept once.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from chat.tflite_file import read_graph, write_graph

DECODE = b"decode"


def merge(prefill: Path, decode: Path, out: Path) -> None:
    """Write a graph with `decode`'s decode signature and all others of `prefill`; both from one float graph."""
    target = read_graph(prefill)
    _Merge(target, read_graph(decode)).run()
    write_graph(target, out)


class _Merge:
    def __init__(self, target, source):
        self._target, self._source = target, source
        self._codes = {_key(code): at for at, code in enumerate(target.operatorCodes)}
        self._held: dict[bytes, int] = {}
        for at, buffer in enumerate(target.buffers):
            if _has_data(buffer):
                self._held.setdefault(_digest(buffer), at)
        self._brought: dict[int, int] = {}

    def run(self) -> None:
        """Bring the signature over, then drop what only the old one used."""
        old, new = _decode_of(self._target), _decode_of(self._source)
        new.subgraphIndex = self._bring(new.subgraphIndex, old.subgraphIndex)
        self._target.signatureDefs = [new if each is old else each for each in self._target.signatureDefs]
        self._drop_subgraphs()
        self._drop_buffers()

    def _bring(self, index: int, at: int | None = None) -> int:
        """A subgraph of the source, with those that its composites fall back to. Returns its number in the target."""
        if index in self._brought:
            return self._brought[index]
        graph = self._source.subgraphs[index]
        if at is None:
            at = len(self._target.subgraphs)
            self._target.subgraphs.append(graph)
        else:
            self._target.subgraphs[at] = graph
        self._brought[index] = at
        for tensor in graph.tensors:
            tensor.buffer = self._buffer(tensor.buffer)
        for op in graph.operators:
            op.opcodeIndex = self._code(self._source.operatorCodes[op.opcodeIndex])
        for options in _composites(graph):
            options.decompositionSubgraphIndex = self._bring(options.decompositionSubgraphIndex)
        return at

    def _buffer(self, index: int) -> int:
        buffer = self._source.buffers[index]
        if not _has_data(buffer):
            return 0
        digest = _digest(buffer)
        if digest not in self._held:
            self._held[digest] = len(self._target.buffers)
            self._target.buffers.append(buffer)
        return self._held[digest]

    def _code(self, code) -> int:
        key = _key(code)
        if key not in self._codes:
            self._codes[key] = len(self._target.operatorCodes)
            self._target.operatorCodes.append(code)
        return self._codes[key]

    def _drop_subgraphs(self) -> None:
        model = self._target
        used: set[int] = set()
        todo = [each.subgraphIndex for each in model.signatureDefs]
        while todo:
            index = todo.pop()
            if index not in used:
                used.add(index)
                todo += [options.decompositionSubgraphIndex for options in _composites(model.subgraphs[index])]
        place = {old: new for new, old in enumerate(sorted(used))}
        model.subgraphs = [model.subgraphs[index] for index in sorted(used)]
        for graph in model.subgraphs:
            for options in _composites(graph):
                options.decompositionSubgraphIndex = place[options.decompositionSubgraphIndex]
        for each in model.signatureDefs:
            each.subgraphIndex = place[each.subgraphIndex]

    def _drop_buffers(self) -> None:
        model = self._target
        holders = [tensor for graph in model.subgraphs for tensor in graph.tensors] + list(model.metadata or [])
        # The first is empty by the format's own rule.
        used = sorted({holder.buffer for holder in holders} | {0})
        place = {old: new for new, old in enumerate(used)}
        model.buffers = [model.buffers[index] for index in used]
        for holder in holders:
            holder.buffer = place[holder.buffer]


def _key(code) -> tuple:
    return (code.builtinCode, code.version, code.customCode)


def _has_data(buffer) -> bool:
    return buffer.data is not None and len(buffer.data) > 0


def _digest(buffer) -> bytes:
    return hashlib.sha256(bytes(buffer.data)).digest()


def _decode_of(model):
    return next(each for each in model.signatureDefs if each.signatureKey == DECODE)


def _composites(graph):
    for op in graph.operators:
        options = getattr(op, "builtinOptions2", None)
        if options is not None and hasattr(options, "decompositionSubgraphIndex"):
            yield options
