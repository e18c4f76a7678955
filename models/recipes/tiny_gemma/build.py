"""Hugging Face folder -> `tiny-gemma-int4.litertlm`: INT4 body in blocks of 32, INT8 embedding, context of fixed length.

Usage: python -m tiny_gemma.build HF_FOLDER OUT.litertlm
The context is fixed because a growing one runs on the CPU only; INT4 with a fixed one runs on the GPU as well.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from builtin_model.float_graph import export
from chat.container import llm_metadata, write_container
from chat.pack import quantize_graph
from chat.precisions import PRECISIONS

CONTEXT = 1024
PREFILL = [128]
SAMPLING = {"topK": 1, "topP": 0.95, "temperature": 1.0}
STOP = ["<end_of_turn>", "<eos>"]
# Fixed, so that a rebuild from the same weights gives the same bytes.
STAMPS = {"uuid": "5b6f6e0a-7c0e-4a8e-9d3c-2f1d6a1b7c11", "creation_timestamp": "2026-11-26T00:00:00+00:00"}


def build(hf: Path, out: Path) -> None:
    """Export, quantize, pack."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(hf)
    stops = [tokenizer.convert_tokens_to_ids(token) for token in STOP]
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        work = Path(folder)
        export(hf, work, CONTEXT, None, PREFILL)
        graph = work / "quantized.tflite"
        quantize_graph(work / "model.tflite", PRECISIONS["int4-block32"].rules(), graph)
        metadata = llm_metadata(CONTEXT, stops, tokenizer.chat_template, SAMPLING)
        write_container({"PREFILL_DECODE": graph}, hf / "tokenizer.json", metadata, STAMPS, "Sotto", out)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
