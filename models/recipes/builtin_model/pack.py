"""Float TFLite file -> quantized TFLite file -> `.litertlm`.

Usage: python -m builtin_model.pack CANDIDATE FLOAT_FOLDER OUT.litertlm
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from transformers import AutoTokenizer

from builtin_model.candidates import CANDIDATES, STRAIGHT
from chat.container import llm_metadata, write_container
from chat.pack import quantize_graph
from chat.straighten import straighten

RECIPES = Path(__file__).resolve().parent.parent


def pack(candidate: str, float_folder: Path, out: Path) -> None:
    """Quantize FLOAT_FOLDER/model.tflite by a candidate's rules and write one container with tokenizer and metadata."""
    settings = json.loads((RECIPES / "model.json").read_text(encoding="utf-8"))
    tokenizer = AutoTokenizer.from_pretrained(float_folder)
    stops = [tokenizer.convert_tokens_to_ids(token) for token in settings["stopTokens"]]
    template = (RECIPES / "chat_template.jinja").read_text(encoding="utf-8").rstrip("\n")
    metadata = llm_metadata(settings["contextTokens"], stops, template, settings["defaultSampling"])
    metadata.pad_token.token_str = tokenizer.pad_token
    stamps = {"uuid": settings["container"]["uuid"], "creation_timestamp": settings["container"]["created"]}
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        graph = Path(work) / "model.tflite"
        rules = CANDIDATES[candidate].rules
        if rules is None:
            shutil.copyfile(float_folder / "model.tflite", graph)
        else:
            quantize_graph(float_folder / "model.tflite", rules(), graph)
        if candidate in STRAIGHT:
            straighten(graph)
        write_container({"PREFILL_DECODE": graph}, float_folder / "tokenizer.json", metadata, stamps, settings["maker"], out)


if __name__ == "__main__":
    pack(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
