"""Hugging Face folder -> `tiny-vision.litertlm`: text side, embedder, eye and adapter, each a graph of its own, all INT8.

Usage: python -m tiny_vision.build HF_FOLDER OUT.litertlm [PRECISION]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from builtin_model.float_graph import provide_schema_module
from chat.container import llm_metadata, write_container
from chat.pack import quantize_graph
from chat.precisions import PRECISIONS
from tiny_vision.network import IMAGE_SIZE

CONTEXT = 1024
PREFILL = [128]
SAMPLING = {"topK": 1, "topP": 0.95, "temperature": 1.0}
STOP = ["<end_of_turn>", "<eos>"]
# Fixed: a rebuild from the same weights gives the same bytes, but for some hundred that are rounded otherwise now and then.
STAMPS = {"uuid": "0d8c2c1e-5a55-4f3e-9a70-6b1f2f0c9e44", "creation_timestamp": "2026-11-26T00:00:00+00:00"}
GRAPHS = {
    "model": "PREFILL_DECODE",
    "embedder": "EMBEDDER",
    "vision_encoder": "VISION_ENCODER",
    "vision_adapter": "VISION_ADAPTER",
}


def export(hf: Path, out: Path) -> None:
    """Write the four float graphs to OUT."""
    import transformers  # noqa: F401  decides that TensorFlow is absent before we name a module so

    provide_schema_module()
    from litert_torch.generative.export_hf import export as exporter

    exporter.export(
        model=str(hf),
        output_dir=str(out),
        task="image_text_to_text",
        cache_length=CONTEXT,
        prefill_lengths=PREFILL,
        externalize_embedder=True,
        export_vision_encoder=True,
        quantization_recipe="none",
        vision_encoder_quantization_recipe="none",
        bundle_litert_lm=False,
        keep_temporary_files=True,
    )


def metadata_of(tokenizer):
    """As for any chat model, and how pictures go in."""
    stops = [tokenizer.convert_tokens_to_ids(token) for token in STOP]
    metadata = llm_metadata(CONTEXT, stops, tokenizer.chat_template, SAMPLING)
    gemma = metadata.llm_model_type.gemma3
    gemma.start_of_image_token.token_str = "<start_of_image>"
    gemma.end_of_image_token.token_str = "<end_of_image>"
    gemma.image_tensor_height = IMAGE_SIZE
    gemma.image_tensor_width = IMAGE_SIZE
    return metadata


def build(hf: Path, out: Path, precision: str = "int8") -> None:
    """Export, quantize, pack."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(hf)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        work, packed = Path(folder) / "float", Path(folder) / "packed"
        packed.mkdir()
        export(hf, work)
        rules = PRECISIONS[precision].rules
        for name in GRAPHS:
            graph, small = work / f"{name}.tflite", packed / f"{name}.tflite"
            graph.rename(small) if rules is None else quantize_graph(graph, rules(), small)
        graphs = {kind: packed / f"{name}.tflite" for name, kind in GRAPHS.items()}
        write_container(graphs, hf / "tokenizer.json", metadata_of(tokenizer), STAMPS, "Sotto", out)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4])
