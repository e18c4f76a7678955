"""The yardstick: the pinned LiteRT-LM over its own Python API. Answers one JSON request a line with one JSON line."""

import json
import resource
import sys
import time

import litert_lm

GREEDY = litert_lm.SamplerConfig(top_k=1, top_p=1.0, temperature=0.0)
litert_lm.set_min_log_severity(litert_lm.LogSeverity.FATAL)
engine = None


def start(request: dict) -> dict:
    """Load a model."""
    global engine
    started = time.perf_counter()
    engine = litert_lm.Engine(
        request["model"],
        backend=litert_lm.Backend.CPU(thread_count=request["threads"]),
        max_num_tokens=request["contextTokens"],
        cache_dir=request["cacheDir"],
        activation_data_type=litert_lm.ActivationDataType.FLOAT32,
        enable_benchmark=True,
    )
    return {"loadMs": (time.perf_counter() - started) * 1000}


def ask(request: dict) -> dict:
    """One answer in a fresh conversation; the figures are the runtime's own."""
    with engine.create_conversation(sampler_config=GREEDY) as conversation:
        conversation.send_message(request["prompt"], max_output_tokens=request["tokens"])
        info = conversation.get_benchmark_info()
    return {
        "tokens": info.last_decode_token_count,
        "promptTokens": info.last_prefill_token_count,
        "prefillTokensPerSecond": info.last_prefill_tokens_per_second,
        "decodeTokensPerSecond": info.last_decode_tokens_per_second,
        "ttftMs": info.time_to_first_token_in_second * 1000,
    }


for line in sys.stdin:
    request = json.loads(line)
    try:
        reply = start(request) if request["type"] == "start" else ask(request)
    except Exception as error:  # The other side tells it.
        reply = {"error": str(error)}
    reply["peakRssBytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(reply), flush=True)
