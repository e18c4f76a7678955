"""TFLite models read from a file and written to one, large ones too.

A FlatBuffer holds no more than 2 GB, so the weights of a large graph lie behind it, each with its offset. The reader of LiteRT's
tools takes them in as plain bytes, and its writer would then write them one byte at a time into the FlatBuffer: hours.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

"""As the format wants it for kernels that read weights where they lie."""
ALIGNED = 16


def read_graph(path: Path):
    """The model as an object; buffers that lay behind the FlatBuffer are bytes, others arrays."""
    from ai_edge_litert.tools import flatbuffer_utils

    return flatbuffer_utils.read_model(str(path))


def write_graph(model, path: Path) -> None:
    """Weights go where they were: into the FlatBuffer, or behind it."""
    from ai_edge_litert.tools import flatbuffer_utils

    behind = [buffer for buffer in model.buffers if _has_data(buffer) and not isinstance(buffer.data, np.ndarray)]
    if not behind:
        flatbuffer_utils.write_model(model, str(path))
        return
    held = [(buffer, buffer.data) for buffer in behind]
    for buffer, data in held:
        # Not zero, which would not be written: the second time all numbers take the same place as the first.
        buffer.data, buffer.offset, buffer.size = None, 1, len(data)
    end = len(flatbuffer_utils.convert_object_to_bytearray(model))
    for buffer, data in held:
        buffer.offset = -(-end // ALIGNED) * ALIGNED
        end = buffer.offset + len(data)
    head = flatbuffer_utils.convert_object_to_bytearray(model)
    # The weights are still read from the file itself.
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as stream:
        stream.write(head)
        for buffer, data in held:
            stream.write(b"\0" * (buffer.offset - stream.tell()))
            stream.write(data)
    new.replace(path)
    for buffer, data in held:
        buffer.data, buffer.offset, buffer.size = data, 0, 0


def _has_data(buffer) -> bool:
    return buffer.data is not None and len(buffer.data) > 0
