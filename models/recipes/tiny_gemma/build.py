"""Hugging Face folder -> `tiny-gemma-int4.litertlm`: INT4 body in blocks of 32, INT8 embedding, context of fixed length.

Usage: python -m tiny_gemma.build HF_FOLDER OUT.litertlm
The context is fixed because a growing one runs on the CPU only; INT4 with a fixed one runs on the GPU as well.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ai_edge_quantizer import quantizer, recipe
from litert_lm_builder import litertlm_builder
from litert_lm_builder.runtime.proto import llm_metadata_pb2, sampler_params_pb2

from builtin_model.float_graph import export

CONTEXT = 1024
PREFILL = [128]
FC = recipe.TFLOperationName.FULLY_CONNECTED
STOP = ["<end_of_turn>", "<eos>"]
# Fixed, so that a rebuild from the same weights gives the same bytes.
STAMPS = {"uuid": "5b6f6e0a-7c0e-4a8e-9d3c-2f1d6a1b7c11", "creation_timestamp": "2026-11-26T00:00:00+00:00"}


def _int4_body() -> list[dict]:
    rules = recipe.dynamic_wi4b32_afp32(regex=".*(mlp|self_attn).*", operation_name=FC)
    for rule in rules:
        rule["algorithm_key"] = "OCTAV"
    return recipe.dynamic_wi8c_afp32() + rules


def _metadata(hf: Path) -> llm_metadata_pb2.LlmMetadata:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(hf)
    metadata = llm_metadata_pb2.LlmMetadata(max_num_tokens=CONTEXT)
    for token in STOP:
        metadata.stop_tokens.add().token_ids.ids.append(tokenizer.convert_tokens_to_ids(token))
    metadata.llm_model_type.generic_model.SetInParent()
    metadata.jinja_prompt_template = tokenizer.chat_template
    metadata.sampler_params.type = sampler_params_pb2.SamplerParameters.TOP_P
    metadata.sampler_params.k = 1
    metadata.sampler_params.p = 0.95
    metadata.sampler_params.temperature = 1.0
    return metadata


def build(hf: Path, out: Path, rules) -> None:
    """Export, quantize, pack."""
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        work = Path(folder)
        export(hf, work, CONTEXT, None, PREFILL)
        graph = work / "model.tflite"
        if rules is not None:
            converter = quantizer.Quantizer(str(graph))
            converter.load_quantization_recipe(rules)
            graph = work / "quantized.tflite"
            converter.quantize().export_model(str(graph), overwrite=True)
        metadata = work / "llm_metadata.pb"
        metadata.write_bytes(_metadata(hf).SerializeToString())
        litertlm_builder.populate_system_metadata = lambda given: given + [
            litertlm_builder.Metadata(key=key, value=value, dtype=litertlm_builder.DType.STRING)
            for key, value in STAMPS.items()
        ]
        builder = litertlm_builder.LitertLmFileBuilder()
        builder.add_system_metadata(
            litertlm_builder.Metadata(key="Authors", value="Sotto", dtype=litertlm_builder.DType.STRING)
        )
        builder.add_llm_metadata(str(metadata))
        builder.add_hf_tokenizer(str(hf / "tokenizer.json"))
        builder.add_tflite_model(str(graph), litertlm_builder.TfLiteModelType.PREFILL_DECODE)
        with out.open("wb") as stream:
            builder.build(stream)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), _int4_body())
