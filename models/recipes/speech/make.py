"""Checkpoint -> folder with the .tflite and all that belongs to it: python -m speech.make SOURCE.json CHECKPOINT OUT"""

from __future__ import annotations

import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from speech import export, settings, weights
from speech.alignment_heads import alignment_heads
from speech.fold import fold

HERE = Path(__file__).resolve().parent
TOOLS = ("litert-torch", "litert-converter", "ai-edge-quantizer", "ai-edge-litert", "torch", "transformers")


def make(source: dict, checkpoint: Path, out: Path, composite: bool) -> None:
    """The FP32 file stays beside the folder, for comparison; it is not part of the model."""
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    model = fold(weights.load(checkpoint))
    config = model.config
    alignment = alignment_heads(source["size"], config.decoder_layers, config.decoder_attention_heads)
    full, tflite = out.parent / f"{source['id']}-f32.tflite", out / f"{source['id']}.tflite"
    export.export_float(model, alignment, composite, full)
    export.quantize(full, tflite)
    identity = {
        "id": source["id"],
        "name": source["name"],
        "licence": "MIT",
        "source": {
            "maker": source.get("maker", "OpenAI"),
            "packages": source["packages"],
            "provenance": source.get("provenance", "a checkpoint of the user's own"),
        },
        "parameters": sum(tensor.numel() for tensor in model.model.parameters()),
        "quantization": "INT8",
        "quantizationDetail": "dynamic: INT8 weights per output channel, activations quantised at run time",
        **({"accuracy": source["accuracy"]} if "accuracy" in source else {}),
        "recipe": {"python": "3.11", "tools": {tool: version(tool) for tool in TOOLS}},
    }
    settings.write(out, tflite, config, alignment, identity, checkpoint / "tokenizer.json")
    shutil.copyfile(HERE / "LICENSE.openai", out / "LICENSE")


if __name__ == "__main__":
    described = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    make(described, Path(sys.argv[2]), Path(sys.argv[3]), "--plain" not in sys.argv[4:])
