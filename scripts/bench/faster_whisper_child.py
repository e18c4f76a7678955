"""faster-whisper, int8 on the CPU: answers one JSON request a line with one JSON line."""

import json
import resource
import sys
import time

from faster_whisper import WhisperModel

model = None
for line in sys.stdin:
    request = json.loads(line)
    started = time.perf_counter()
    if request["type"] == "start":
        model = WhisperModel(request["model"], device="cpu", compute_type="int8", cpu_threads=request["threads"])
        reply = {"loadMs": (time.perf_counter() - started) * 1000}
    else:
        segments, info = model.transcribe(request["path"], language="en", beam_size=1)
        text = " ".join(segment.text.strip() for segment in segments)
        reply = {"text": text, "audioMs": info.duration * 1000, "tookMs": (time.perf_counter() - started) * 1000}
    reply["peakRssBytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(reply), flush=True)
