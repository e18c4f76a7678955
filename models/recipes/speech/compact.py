"""Rewrite a .tflite so that equal vectors are stored once and weights start at multiples of 64 bytes.

Every signature has its own tensors, and each of those carries scales and zero points of all its channels: for nine
signatures more bytes than Whisper tiny's encoder. A flatbuffer may point to one vector from many places.
"""

from __future__ import annotations

import json
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

ALIGNMENT = 64  # bytes; large enough for any vector register
SHARED = 64  # bytes; smaller vectors are not worth the look-up
IDENTIFIER = b"TFL3"
PROVENANCE = "sotto"  # the metadata entry that says where a file comes from


class SharingBuilder(flatbuffers.Builder):
    """A builder that returns the offset of an equal vector written before."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.written: dict[tuple[str, bytes], int] = {}

    def CreateNumpyVector(self, x: np.ndarray) -> int:  # noqa: N802  the base class's name
        if x.nbytes < SHARED:
            return super().CreateNumpyVector(x)
        key = (x.dtype.str, x.tobytes())
        if key not in self.written:
            self.Prep(ALIGNMENT, x.nbytes)  # pads so that the bytes to come will start aligned
            self.written[key] = super().CreateNumpyVector(x)
        return self.written[key]


def compact(path: Path, facts: dict[str, str] | None = None) -> None:
    """Rewrite the file in place; `facts` go into it as JSON, where read_facts finds them."""
    data = path.read_bytes()
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    for buffer in model.buffers:
        if buffer.offset > 1:  # large weights lie behind the flatbuffer; take them in
            buffer.data = np.frombuffer(data, np.uint8, buffer.size, buffer.offset)
            buffer.offset = buffer.size = 0
    if facts is not None:
        buffer, entry = schema.BufferT(), schema.MetadataT()
        buffer.data = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        entry.name, entry.buffer = PROVENANCE, len(model.buffers)
        model.buffers.append(buffer)
        model.metadata = [*(model.metadata or []), entry]
    builder = SharingBuilder(len(data))
    builder.Finish(model.Pack(builder), file_identifier=IDENTIFIER)
    path.write_bytes(builder.Output())
    path.chmod(0o644)


def read_facts(path: Path) -> dict[str, str]:
    """What compact wrote; nothing where a file does not say where it comes from."""
    model = schema.Model.GetRootAs(path.read_bytes(), 0)
    for index in range(model.MetadataLength()):
        if model.Metadata(index).Name().decode() == PROVENANCE:
            return json.loads(model.Buffers(model.Metadata(index).Buffer()).DataAsNumpy().tobytes())
    return {}
