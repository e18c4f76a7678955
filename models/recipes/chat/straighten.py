"""Takes the detours out of a growing graph: what it says stays the same to the last bit.

The converter does not know a size that grows. So it writes attention with both caches turned over and copied for every token, and
every change of shape with a shape that is computed as the graph runs. XNNPACK takes neither: the built-in model's prefill graph
falls into 1,115 pieces, with plain copies between them. Afterwards it is 63, two for each layer's cache (docs/decisions/0020).
"""

from __future__ import annotations

from pathlib import Path

from chat.tflite_edit import GraphEdit
from chat.tflite_file import read_graph, write_graph

"""The last two dimensions change places."""
TURNED = [0, 1, 3, 2]
"""What the converter computes shapes with."""
SHAPE_MATH = ("CONCATENATION", "UNSORTED_SEGMENT_PROD", "GATHER", "SLICE")


def straighten(graph: Path) -> dict[str, int]:
    """Rewrite a graph in place, float or quantized. Returns how many of each detour went."""
    model = read_graph(graph)
    gone = {"products": 0, "masks": 0, "shapes": 0, "halves": 0}
    for subgraph in model.subgraphs:
        edit = GraphEdit(model, subgraph)
        gone["products"] += _read_caches_as_they_lie(edit)
        gone["masks"] += _spread_masks(edit)
        edit.drop_unused()
        gone["shapes"] += _fix_shapes(edit)
        gone["halves"] += _split_halves(edit)
        edit.drop_unused()
    if any(gone.values()):
        write_graph(model, graph)
    return gone


def _read_caches_as_they_lie(edit: GraphEdit) -> int:
    """A product with a matrix that was turned over is one with the matrix as it lies, marked so."""
    done = 0
    for op in edit.of_kind("BATCH_MATMUL"):
        left, right = op.inputs
        turned = edit.maker(_before_reshape(edit, right))
        if op.builtinOptions.adjX or op.builtinOptions.adjY or turned is None or edit.kind(turned) != "TRANSPOSE":
            continue
        if edit.values(turned.inputs[1]) != TURNED:
            continue
        op.builtinOptions.adjY = True
        op.inputs = [_before_reshape(edit, left), turned.inputs[0]]
        after = edit.users(op.outputs[0])
        if len(after) == 1 and _is_idle_reshape(edit, after[0], {left, right, *op.inputs}):
            edit.skip(after[0])
        done += 1
    return done


def _before_reshape(edit: GraphEdit, tensor: int) -> int:
    made = edit.maker(tensor)
    if made is None or edit.kind(made) != "RESHAPE":
        return tensor
    source = made.inputs[0]
    turned = edit.maker(source)
    known = {source} if turned is None else {source, *turned.inputs}
    return source if _is_idle_reshape(edit, made, known) else tensor


def _is_idle_reshape(edit: GraphEdit, op, known: set[int]) -> bool:
    """To the shape that it had: same rank and sizes, and the open ones come from the shapes of `known`."""
    if edit.kind(op) != "RESHAPE" or edit.shape(op.inputs[0]) != edit.shape(op.outputs[0]):
        return False
    return edit.shape(op.outputs[0]).count(-1) == 1 or _shapes_read(edit, op.inputs[1]) <= known


def _shapes_read(edit: GraphEdit, tensor: int) -> set[int | None]:
    """Tensors whose shapes go into a computed one; None stands for anything else."""
    made = edit.maker(tensor)
    if made is None:
        return set() if edit.values(tensor) is not None else {None}
    if edit.kind(made) == "SHAPE":
        return {made.inputs[0]}
    if edit.kind(made) not in SHAPE_MATH:
        return {None}
    return set().union(*(_shapes_read(edit, each) for each in made.inputs))


def _spread_masks(edit: GraphEdit) -> int:
    """One mask row that is repeated for every head of a group is added as it is: an addition repeats it anyway."""
    done = 0
    for op in edit.of_kind("CONCATENATION"):
        mask, users = op.inputs[0], edit.users(op.outputs[0])
        same = len(op.inputs) > 1 and all(each == mask for each in op.inputs)
        shape = edit.shape(mask)
        if not same or len(shape) != 4 or shape[2] != 1 or shape[3] != -1 or any(edit.kind(user) != "ADD" for user in users):
            continue
        edit.replace(op.outputs[0], mask)
        done += 1
    return done


def _fix_shapes(edit: GraphEdit) -> int:
    """Where one size is open, the rest says which it is."""
    done = 0
    for op in edit.of_kind("RESHAPE"):
        if len(op.inputs) != 2 or edit.values(op.inputs[1]) is not None:
            continue
        shape = edit.shape(op.outputs[0])
        if shape.count(-1) != 1:
            continue
        op.inputs = [op.inputs[0], edit.constant(shape)]
        if op.builtinOptions is not None:
            op.builtinOptions.newShape = shape
        done += 1
    return done


def _split_halves(edit: GraphEdit) -> int:
    """Rotary positions take both halves of a head, each by a slice whose end is computed."""
    halves: dict[int, dict[bool, object]] = {}
    for op in edit.of_kind("STRIDED_SLICE"):
        source, begin, strides = op.inputs[0], edit.values(op.inputs[1]), edit.values(op.inputs[3])
        shape, whole = edit.shape(op.outputs[0]), edit.shape(source)
        if begin is None or strides is None or edit.values(op.inputs[2]) is not None:
            continue
        halved = shape[:-1] == whole[:-1] and 2 * shape[-1] == whole[-1] and begin[-1] in (0, shape[-1])
        if halved and set(strides) == {1} and not any(begin[:-1]):
            halves.setdefault(source, {})[begin[-1] > 0] = op
    pairs = [(source, pair) for source, pair in halves.items() if len(pair) == 2]
    for source, pair in pairs:
        edit.split(source, pair[False], pair[True])
    return len(pairs)
