"""What a CTranslate2 model.bin holds, without its numbers: for a look before any long work, and for reading them.

The file format is CTranslate2's own (model spec version 6): little endian, strings with a 16-bit length that counts the
closing zero, then for each variable its name, rank, sizes, type, number of bytes and bytes, then aliases.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

"""Bytes of a number, by CTranslate2's number of the type: float32, int8, int16, int32, float16."""
WIDTHS = {0: 4, 1: 1, 2: 2, 3: 4, 4: 2}
FLOATS = (0, 4)
WHISPER = "WhisperSpec"
"""More than any Whisper has: a damaged count is not followed for long."""
MOST_VARIABLES = 100_000


@dataclass(frozen=True)
class Variable:
    """A tensor's name, sizes, CTranslate2's number of its type, and where its bytes lie."""

    name: str
    shape: tuple[int, ...]
    kind: int
    offset: int
    size: int


@dataclass(frozen=True)
class Header:
    """`spec` names the kind of model; aliases are further names of variables."""

    spec: str
    variables: dict[str, Variable]
    aliases: dict[str, str]


def _take(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise ValueError("cut")
    return data


def _text(file: BinaryIO) -> str:
    return _take(file, _number(file, "H"))[:-1].decode()


def _number(file: BinaryIO, kind: str) -> int:
    return struct.unpack("<" + kind, _take(file, struct.calcsize(kind)))[0]


def _count(file: BinaryIO) -> int:
    count = _number(file, "I")
    if count > MOST_VARIABLES:
        raise ValueError("damaged")
    return count


def read_header(path: Path) -> Header:
    """Raises ValueError for a file that is cut or none of CTranslate2's."""
    whole = path.stat().st_size
    variables: dict[str, Variable] = {}
    with path.open("rb") as file:
        _number(file, "I")  # version of the binary format
        spec = _text(file)
        _number(file, "I")  # revision of the spec
        for _ in range(_count(file)):
            name = _text(file)
            shape = tuple(_number(file, "I") for _ in range(_number(file, "B")))
            kind, size = _number(file, "B"), _number(file, "I")
            if kind not in WIDTHS or math.prod(shape) * WIDTHS[kind] != size or file.tell() + size > whole:
                raise ValueError("cut or damaged")
            variables[name] = Variable(name, shape, kind, file.tell(), size)
            file.seek(size, 1)
        aliases = {_text(file): _text(file) for _ in range(_count(file))}
    if any(name not in variables for name in aliases.values()):
        raise ValueError("damaged")
    return Header(spec, variables, aliases)


def is_quantized(variable: Variable) -> bool:
    """Whether its scales would be needed: such a file was rounded before."""
    return variable.kind not in FLOATS and math.prod(variable.shape) > 1 and variable.name.endswith("/weight")
