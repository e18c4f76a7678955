"""Float TFLite file -> quantized TFLite file -> `.litertlm` with tokenizer, template, stop tokens and where it comes from."""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import json
import sys
import uuid
from pathlib import Path

from chat.precisions import PRECISIONS, Precision
from chat.problems import RecipeError, say

HERE = Path(__file__).resolve().parent
TEMPLATES = {
    "<start_of_turn>": (HERE.parent / "tiny_gemma" / "chat_template.jinja", ["<end_of_turn>"]),
    "<|im_start|>": (HERE.parent / "chat_template.jinja", ["<|im_end|>"]),
}
"""A model that was trained to go on with a text, not to answer."""
PLAIN = "{% for message in messages %}{{ message.content if message.content is string else message.content[0].text }}{% endfor %}"
TOOLS = ("litert-torch", "ai-edge-quantizer", "ai-edge-litert", "litert-lm-builder", "torch", "transformers")


def provenance(source_name: str, source_sha256: str, precision: str, context: int, growing: bool) -> dict[str, str]:
    """Where a file comes from, as its system metadata tells it."""
    return {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{source_sha256} {precision} {context} {growing}")),
        "creation_timestamp": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "sotto.source": source_name,
        "sotto.source_sha256": source_sha256,
        "sotto.recipe": json.dumps({"precision": precision, "context": context, "growing": growing}),
        "sotto.tools": json.dumps({tool: importlib.metadata.version(tool) for tool in TOOLS}),
    }


def quantize(graph: Path, precision: str, out: Path, calibration: list[int] | None) -> None:
    """Write a quantized copy of a float graph. Raises RecipeError RECIPE_UNFIT where a rule does not fit a layer."""
    from ai_edge_quantizer import quantizer

    chosen = PRECISIONS[precision]
    if chosen.rules is None:
        out.write_bytes(graph.read_bytes())
        return
    converter = quantizer.Quantizer(str(graph))
    try:
        with contextlib.redirect_stdout(sys.stderr):
            _quantize(converter, chosen, graph, out, calibration)
    except (ValueError, RuntimeError, NotImplementedError) as cause:
        out.unlink(missing_ok=True)
        raise RecipeError(
            "RECIPE_UNFIT", f"The precision {precision} does not fit a layer of this model: {cause}", "Try another one."
        ) from cause


def _quantize(converter, chosen: Precision, graph: Path, out: Path, calibration: list[int] | None) -> None:
    converter.load_quantization_recipe(chosen.rules())
    ranges = None
    if chosen.needs_calibration:
        from chat.calibration import calibration_data

        say("measuring activations")
        ranges = converter.calibrate(calibration_data(graph, calibration or []))
    converter.quantize(ranges).export_model(str(out), overwrite=True)


def _metadata(hf: Path, context: int):
    from litert_lm_builder.runtime.proto import llm_metadata_pb2, sampler_params_pb2
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(hf)
    metadata = llm_metadata_pb2.LlmMetadata(max_num_tokens=context)
    own = tokenizer.chat_template or ""
    marks = [(path, ends) for mark, (path, ends) in TEMPLATES.items() if mark in own]
    template, ends = (marks[0][0].read_text(encoding="utf-8").rstrip("\n"), marks[0][1]) if marks else (own or PLAIN, [])
    stops = {tokenizer.convert_tokens_to_ids(token) for token in ends} | {tokenizer.eos_token_id}
    generation = _json(hf / "generation_config.json")
    told = generation.get("eos_token_id")
    stops |= set(told if isinstance(told, list) else [told])
    for stop in sorted(stop for stop in stops if stop is not None):
        metadata.stop_tokens.add().token_ids.ids.append(stop)
    metadata.llm_model_type.generic_model.SetInParent()
    metadata.jinja_prompt_template = template
    metadata.sampler_params.type = sampler_params_pb2.SamplerParameters.TOP_P
    metadata.sampler_params.k = int(generation.get("top_k") or 40)
    metadata.sampler_params.p = float(generation.get("top_p") or 0.95)
    metadata.sampler_params.temperature = float(generation.get("temperature") or 0.8)
    return metadata


def _json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def pack(graph: Path, hf: Path, context: int, facts: dict[str, str], out: Path) -> None:
    """Write the container, whole or not at all."""
    from litert_lm_builder import litertlm_builder

    def entry(key: str, value: str):
        return litertlm_builder.Metadata(key=key, value=value, dtype=litertlm_builder.DType.STRING)

    litertlm_builder.populate_system_metadata = lambda given: given + [entry(*fact) for fact in facts.items()]
    metadata = graph.with_name("llm_metadata.pb")
    metadata.write_bytes(_metadata(hf, context).SerializeToString())
    builder = litertlm_builder.LitertLmFileBuilder()
    builder.add_llm_metadata(str(metadata))
    builder.add_hf_tokenizer(str(hf / "tokenizer.json"))
    builder.add_tflite_model(str(graph), litertlm_builder.TfLiteModelType.PREFILL_DECODE)
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as stream:
            builder.build(stream)
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
