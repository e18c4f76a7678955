"""One runtime with the encoder of Whisper: answers one JSON request a line with one JSON line.

start: {"kind", "model", "threads", "mel": FILE, "shape", "compute"}; run: {}; save: {"out": FILE}. Kinds:
litert (XNNPACK), litert-plain (LiteRT's own kernels, no delegate), onnx (ONNX Runtime, CPU), ctranslate2.
"""

import json
import resource
import sys
import time


def memory_bytes(name):
    """VmHWM: the largest resident size so far; VmRSS: the present one. ru_maxrss would count what the parent held."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(name))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def prepare(kind):
    """Import what the kind takes, before the clock starts: the price of Python is not the runtime's."""
    if kind == "onnx":
        import onnxruntime

        return lambda request: onnx(onnxruntime, request)
    if kind == "ctranslate2":
        import ctranslate2

        return lambda request: translate(ctranslate2, request)
    from ai_edge_litert import interpreter

    return lambda request: litert(interpreter, request)


def litert(runtime, request):
    """A .tflite with the signature `encode`."""
    kinds = runtime.OpResolverType
    plain = request["kind"] == "litert-plain"
    resolver = kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES if plain else kinds.AUTO
    loaded = runtime.Interpreter(
        request["model"], num_threads=request["threads"], experimental_op_resolver_type=resolver
    )
    encode = loaded.get_signature_runner("encode")
    return lambda mel: encode(mel=mel)["states"]


def onnx(runtime, request):
    """An .onnx with the input `mel`."""
    options = runtime.SessionOptions()
    options.intra_op_num_threads = request["threads"]
    options.inter_op_num_threads = 1
    session = runtime.InferenceSession(request["model"], options, providers=["CPUExecutionProvider"])
    return lambda mel: session.run(None, {"mel": mel})[0]


def translate(runtime, request):
    """A CTranslate2 folder; what faster-whisper runs on."""
    loaded = runtime.models.Whisper(
        request["model"], device="cpu", compute_type=request["compute"], inter_threads=1, intra_threads=request["threads"]
    )
    return lambda mel: loaded.encode(runtime.StorageView.from_array(mel), to_cpu=True)


def serve():
    """Answer until standard input ends."""
    import numpy

    encode = mel = states = None
    for line in sys.stdin:
        request = json.loads(line)
        reply = {}
        if request["type"] == "start":
            load = prepare(request["kind"])
            mel = numpy.fromfile(request["mel"], "<f4").reshape(request["shape"])
            reply["baseRssBytes"] = memory_bytes("VmRSS")
            started = time.perf_counter()
            encode = load(request)
            reply["loadMs"] = (time.perf_counter() - started) * 1000
        elif request["type"] == "run":
            started = time.perf_counter()
            states = encode(mel)
            reply["tookMs"] = (time.perf_counter() - started) * 1000
        else:
            numpy.array(states, dtype="<f4").tofile(request["out"])
        reply["peakRssBytes"] = memory_bytes("VmHWM")
        print(json.dumps(reply), flush=True)


serve()
