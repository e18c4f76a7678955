"""Milliseconds a call of each signature, inputs left in place: python -m speech.timing FILE.tflite [threads]"""

from __future__ import annotations

import statistics
import sys
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter

CALLS = {"encode": 9, "decode": 60, "prefill": 15}
ORDER = ("encode_5", "encode_10", "encode_30", "decode_5", "decode_10", "decode_30", "prefill_5", "prefill_30")


def measure(path: str, threads: int = 2) -> dict[str, float]:
    """Median milliseconds of the runtime alone; the first two calls of each signature are not counted."""
    interpreter = Interpreter(path, num_threads=threads)
    figures = {}
    for name in ORDER:
        runner = interpreter.get_signature_runner(name)
        inputs = {key: np.zeros(detail["shape"], detail["dtype"]) for key, detail in runner.get_input_details().items()}
        runner(**inputs)
        wrapper, subgraph = runner._interpreter_wrapper, runner._subgraph_index  # noqa: SLF001  no public call without copies
        times = []
        for _ in range(CALLS[name.split("_")[0]]):
            start = time.perf_counter()
            wrapper.Invoke(subgraph)
            times.append(1000 * (time.perf_counter() - start))
        figures[name] = round(statistics.median(times[1:]), 2)
    return figures


if __name__ == "__main__":
    print(measure(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2))
