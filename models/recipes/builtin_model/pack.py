"""Float TFLite file -> quantized TFLite file -> `.litertlm`.

Usage: python -m builtin_model.pack CANDIDATE FLOAT_FOLDER OUT.litertlm
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from ai_edge_quantizer import quantizer
from litert_lm_builder import litertlm_builder
from litert_lm_builder.runtime.proto import llm_metadata_pb2, sampler_params_pb2
from transformers import AutoTokenizer

from builtin_model.candidates import CANDIDATES

RECIPES = Path(__file__).resolve().parent.parent


def _metadata(settings: dict, tokenizer_folder: Path) -> llm_metadata_pb2.LlmMetadata:
    """What the runtime must know. No start token: the template already opens with <|im_start|>, which is also the BOS."""
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    metadata = llm_metadata_pb2.LlmMetadata(max_num_tokens=settings["contextTokens"])
    for token in settings["stopTokens"]:
        metadata.stop_tokens.add().token_ids.ids.append(tokenizer.convert_tokens_to_ids(token))
    metadata.pad_token.token_str = tokenizer.pad_token
    metadata.llm_model_type.generic_model.SetInParent()
    metadata.jinja_prompt_template = (RECIPES / "chat_template.jinja").read_text(encoding="utf-8").rstrip("\n")
    sampling = settings["defaultSampling"]
    metadata.sampler_params.type = sampler_params_pb2.SamplerParameters.TOP_P
    metadata.sampler_params.k = sampling["topK"]
    metadata.sampler_params.p = sampling["topP"]
    metadata.sampler_params.temperature = sampling["temperature"]
    return metadata


def _stamp(container: dict[str, str]) -> None:
    """Fix the identifier and date that the builder would draw anew, so that a rebuild has the same SHA-256."""
    stamps = {"uuid": container["uuid"], "creation_timestamp": container["created"]}
    litertlm_builder.populate_system_metadata = lambda given: given + [
        litertlm_builder.Metadata(key=key, value=value, dtype=litertlm_builder.DType.STRING)
        for key, value in stamps.items()
    ]


def pack(candidate: str, float_folder: Path, out: Path) -> None:
    """Quantize FLOAT_FOLDER/model.tflite by a candidate's rules and write one container with tokenizer and metadata."""
    settings = json.loads((RECIPES / "model.json").read_text(encoding="utf-8"))
    _stamp(settings["container"])
    with tempfile.TemporaryDirectory(dir=out.parent) as work:
        graph = float_folder / "model.tflite"
        rules = CANDIDATES[candidate].rules
        if rules is not None:
            converter = quantizer.Quantizer(str(graph))
            converter.load_quantization_recipe(rules())
            graph = Path(work) / "model.tflite"
            converter.quantize().export_model(str(graph), overwrite=True)
        metadata = Path(work) / "llm_metadata.pb"
        metadata.write_bytes(_metadata(settings, float_folder).SerializeToString())
        builder = litertlm_builder.LitertLmFileBuilder()
        builder.add_system_metadata(
            litertlm_builder.Metadata(key="Authors", value=settings["maker"], dtype=litertlm_builder.DType.STRING)
        )
        builder.add_llm_metadata(str(metadata))
        builder.add_hf_tokenizer(str(float_folder / "tokenizer.json"))
        builder.add_tflite_model(str(graph), litertlm_builder.TfLiteModelType.PREFILL_DECODE)
        with out.open("wb") as stream:
            builder.build(stream)


if __name__ == "__main__":
    pack(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
