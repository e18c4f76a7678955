"""How far a file is from FP32, by teacher forcing: it reads the same tokens, and its own graph says what it expects next."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from chat.container import extract_graph
from chat.problems import RecipeError
from chat.reference import Reference, log_softmax

THREADS = 2
"""A logit that stands for "never": the float graph's own."""
MASKED = -1e9


def graph_logs(graph: Path, reference: Reference) -> np.ndarray:
    """Log-probabilities of every token at every position. [positions, vocabulary]"""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(graph), num_threads=THREADS)
    decode = interpreter.get_signature_runner("decode")
    segments = reference.segments()
    longest = max(end - begin for begin, end in segments)
    shapes = {}
    for name, detail in decode.get_input_details().items():
        shape = [longest if size < 0 else int(size) for size in detail["shape_signature"]]
        shapes[name] = (shape, detail["dtype"])
    if shapes["mask"][0][-1] < longest:
        raise RecipeError("REFERENCE_UNFIT", "The texts are longer than the model's context.", "Write shorter ones.")
    rows = []
    for begin, end in segments:
        caches = {name: np.zeros(*spec) for name, spec in shapes.items() if name.startswith("kv_cache")}
        for position, token in enumerate(reference.tokens[begin:end]):
            mask = np.full(shapes["mask"][0], MASKED, np.float32)
            mask[..., : position + 1] = 0
            outputs = decode(
                tokens=np.array([[token]], np.int32), input_pos=np.array([position], np.int32), mask=mask, **caches
            )
            rows.append(log_softmax(outputs.pop("logits").reshape(-1).astype(np.float64)))
            caches = outputs
    return np.stack(rows)


def figures_of(logs: np.ndarray, reference: Reference) -> dict[str, float | int]:
    """Perplexity of both, the divergence of the file from FP32, and how often both choose the same token.

    Kullback-Leibler divergence in nats, of FP32's TOP likeliest tokens and one for all the rest: never more than the whole.
    """
    if logs.shape[1] <= reference.top_ids.max():
        raise RecipeError("REFERENCE_UNFIT", "The model has another vocabulary.", "Take the reference of its source.")
    has_next = ~np.isnan(reference.following)
    following = np.append(reference.tokens[1:], 0)
    own = logs[np.arange(len(logs)), following][has_next]
    theirs = np.take_along_axis(logs, reference.top_ids, -1)
    top = np.exp(reference.top_logs.astype(np.float64))
    rest = np.clip(1 - top.sum(-1), 1e-12, None)
    their_rest = np.clip(1 - np.exp(theirs).sum(-1), 1e-12, None)
    divergence = (top * (reference.top_logs - theirs)).sum(-1) + rest * (np.log(rest) - np.log(their_rest))
    same = logs.argmax(-1) == reference.top_ids[:, 0]
    perplexity = float(np.exp(-own.mean()))
    fp32 = float(np.exp(-reference.following[has_next].astype(np.float64).mean()))
    return {
        "positions": len(logs),
        "perplexity": round(perplexity, 3),
        "perplexityFp32": round(fp32, 3),
        "perplexityRatio": round(perplexity / fp32, 4),
        "klDivergence": round(float(divergence.mean()), 5),
        "klDivergenceP99": round(float(np.quantile(divergence, 0.99)), 4),
        "top1Percent": round(100 * float(same.mean()), 2),
    }


def score(model: Path, reference: Reference) -> dict[str, float | int]:
    """Of a `.litertlm` or a `.tflite`. Raises RecipeError FILE_DAMAGED, REFERENCE_UNFIT, RUNTIME_REFUSED."""
    with tempfile.TemporaryDirectory() as work:
        graph = model
        if model.suffix != ".tflite":
            graph = Path(work) / "model.tflite"
            try:
                extract_graph(model, graph)
            except (OSError, ValueError) as cause:
                raise RecipeError("FILE_DAMAGED", f"{model.name} is no model that can be read.", "Convert it again.") from cause
        try:
            logs = graph_logs(graph, reference)
        except (RuntimeError, ValueError) as cause:
            raise RecipeError("RUNTIME_REFUSED", f"The runtime does not run it: {str(cause)[:80]} …", "Try another precision.") from cause
    return {"sizeBytes": model.stat().st_size, **figures_of(logs, reference)}
