"""The `decode` graph of a model, run by the TensorFlow Lite that is inside a LiteRT-LM library, over its C API."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np

from chat.problems import RecipeError
from chat.reference import Reference, log_softmax
from chat.score import MASKED, THREADS

SIGNATURE = b"decode"


class XnnpackOptions(ctypes.Structure):
    """TfLiteXNNPackDelegateOptions: only its first field is looked at, which every version has; the rest is room."""

    _fields_ = [("num_threads", ctypes.c_int32), ("rest", ctypes.c_int32 * 127)]


POINTER = ctypes.c_void_p
RESULTS = {
    "ModelCreateFromFile": POINTER,
    "InterpreterOptionsCreate": POINTER,
    "XNNPackDelegateOptionsDefault": XnnpackOptions,
    "XNNPackDelegateCreate": POINTER,
    "InterpreterCreate": POINTER,
    "InterpreterGetSignatureRunner": POINTER,
    "SignatureRunnerGetInputTensor": POINTER,
    "SignatureRunnerGetOutputTensor": POINTER,
    "TensorData": POINTER,
    "TensorByteSize": ctypes.c_size_t,
}


class Library:
    """A LiteRT-LM library. Raises RecipeError RUNTIME_REFUSED where it cannot be opened, or lacks a function."""

    def __init__(self, path: Path):
        try:
            self._library = ctypes.CDLL(str(path))
        except OSError as cause:
            raise RecipeError("RUNTIME_REFUSED", f"{path.name} cannot be opened: {cause}", "Take another version.") from cause

    def call(self, name: str, *arguments):
        """A function of TensorFlow Lite's C API, without its prefix. Integers go as pointers where they are large."""
        try:
            function = getattr(self._library, f"TfLite{name}")
        except AttributeError as cause:
            raise RecipeError("RUNTIME_REFUSED", f"The library lacks TfLite{name}.", "Take another version.") from cause
        function.restype = RESULTS.get(name, ctypes.c_int)
        return function(*arguments)


def decode_inputs(graph: Path) -> dict[str, tuple[list[int], type]]:
    """Names of the inputs of `decode`, with their shapes (-1: as long as needed) and types."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(graph.read_bytes())
    for at in range(model.SignatureDefsLength()):
        signature = model.SignatureDefs(at)
        if signature.SignatureKey() != SIGNATURE:
            continue
        subgraph = model.Subgraphs(signature.SubgraphIndex())
        inputs = {}
        for index in range(signature.InputsLength()):
            named = signature.Inputs(index)
            tensor = subgraph.Tensors(named.TensorIndex())
            shape = tensor.ShapeSignatureAsNumpy() if tensor.ShapeSignatureLength() > 0 else tensor.ShapeAsNumpy()
            kind = np.int32 if tensor.Type() == schema.TensorType.INT32 else np.float32
            inputs[named.Name().decode()] = ([int(size) for size in shape], kind)
        return inputs
    raise RecipeError("FILE_DAMAGED", "The model has no decode graph.", "Convert it again.")


class Decoder:
    """One runner of `decode`, its inputs sized for texts of at most `longest` tokens."""

    def __init__(self, library: Library, graph: Path, longest: int):
        self._library = library
        self.shapes = {
            name: ([longest if size < 0 else size for size in shape], kind)
            for name, (shape, kind) in decode_inputs(graph).items()
        }
        call = library.call
        model = self._made("ModelCreateFromFile", str(graph).encode())
        xnnpack = call("XNNPackDelegateOptionsDefault")
        xnnpack.num_threads = THREADS
        delegate = self._made("XNNPackDelegateCreate", ctypes.byref(xnnpack))
        options = self._made("InterpreterOptionsCreate")
        call("InterpreterOptionsSetNumThreads", options, THREADS)
        call("InterpreterOptionsAddDelegate", options, delegate)
        interpreter = self._made("InterpreterCreate", model, options)
        self._runner = self._made("InterpreterGetSignatureRunner", interpreter, SIGNATURE)
        for name, (shape, _) in self.shapes.items():
            dims = (ctypes.c_int * len(shape))(*shape)
            self._done("SignatureRunnerResizeInputTensor", self._runner, name.encode(), dims, len(shape))
        self._done("SignatureRunnerAllocateTensors", self._runner)

    def _made(self, name: str, *arguments) -> POINTER:
        made = self._library.call(name, *arguments)
        if not made:
            raise RecipeError("RUNTIME_REFUSED", f"The runtime does not run it: {name} failed.", "Try another precision.")
        return POINTER(made)

    def _done(self, name: str, *arguments) -> None:
        if self._library.call(name, *arguments) != 0:
            raise RecipeError("RUNTIME_REFUSED", f"The runtime does not run it: {name} failed.", "Try another precision.")

    def _view(self, side: str, name: str) -> np.ndarray:
        """The bytes of a tensor, where they lie."""
        tensor = self._made(f"SignatureRunnerGet{side}Tensor", self._runner, name.encode())
        size = self._library.call("TensorByteSize", tensor)
        data = self._made("TensorData", tensor)
        return np.ctypeslib.as_array(ctypes.cast(data, ctypes.POINTER(ctypes.c_uint8)), (size,))

    def run(self, inputs: dict[str, np.ndarray], caches: list[str]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Logits of one token, [vocabulary], and the caches after it."""
        for name, value in inputs.items():
            self._view("Input", name)[:] = np.ascontiguousarray(value).reshape(-1).view(np.uint8)
        self._done("SignatureRunnerInvoke", self._runner)
        logits = self._view("Output", "logits").view(np.float32).copy()
        return logits, {name: self._view("Output", name).view(np.float32).copy() for name in caches}


def graph_logs(library: Library, graph: Path, reference: Reference) -> np.ndarray:
    """Log-probabilities of every token at every position, as `chat.score.graph_logs` tells them. [positions, vocabulary]"""
    segments = reference.segments()
    decoder = Decoder(library, graph, max(end - begin for begin, end in segments))
    names = [name for name in decoder.shapes if name.startswith("kv_cache")]
    mask_shape = decoder.shapes["mask"][0]
    rows = []
    for begin, end in segments:
        caches = {name: np.zeros(*decoder.shapes[name]) for name in names}
        for position, token in enumerate(reference.tokens[begin:end]):
            mask = np.full(mask_shape, MASKED, np.float32)
            mask[..., : position + 1] = 0
            given = {"tokens": np.array([token], np.int32), "input_pos": np.array([position], np.int32), "mask": mask}
            logits, caches = decoder.run({**given, **caches}, names)
            rows.append(log_softmax(logits.astype(np.float64)))
    return np.stack(rows)
