"""Float TFLite file -> quantized TFLite file -> `.litertlm` with tokenizer, template, stop tokens and where it comes from."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import importlib.metadata
import json
import shutil
import sys
import uuid
from pathlib import Path

from chat.container import llm_metadata, write_container
from chat.precisions import ON_GRID, PRECISIONS
from chat.problems import RecipeError, say

HERE = Path(__file__).resolve().parent
CHATML = ["<|im_end|>"]
TEMPLATES = {
    "<start_of_turn>": (HERE.parent / "tiny_gemma" / "chat_template.jinja", ["<end_of_turn>"]),
    "<|im_start|>": (HERE.parent / "chat_template.jinja", CHATML),
}
"""Has ChatML's marks too, but knows no system text that nobody gave, and thinks."""
QWEN3 = (HERE / "qwen3_template.jinja", CHATML)
"""A model that was trained to go on with a text, not to answer."""
PLAIN = "{% for message in messages %}{{ message.content if message.content is string else message.content[0].text }}{% endfor %}"
TOOLS = ("litert-torch", "ai-edge-quantizer", "ai-edge-litert", "litert-lm-builder", "torch", "transformers")


def provenance(
    source_name: str, source_sha256: str, precision: str, context: int, shape: str, text: Path | None
) -> dict[str, str]:
    """Where a file comes from, as its system metadata tells it; `text`: what its ranges or its rounding were measured on."""
    recipe = {"precision": precision, "context": context, "shape": shape, "straight": shape == "growing"}
    if text is not None:
        recipe["text"] = hashlib.sha256(text.read_bytes()).hexdigest()
    made = f"{source_sha256} {json.dumps(recipe)}"
    return {"uuid": str(uuid.uuid5(uuid.NAMESPACE_OID, made)), **facts_of(source_name, source_sha256, recipe, TOOLS)}


def facts_of(source_name: str, source_sha256: str, recipe: dict, tools: tuple[str, ...]) -> dict[str, str]:
    """The same of any file that is made here."""
    return {
        "creation_timestamp": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "sotto.source": source_name,
        "sotto.source_sha256": source_sha256,
        "sotto.recipe": json.dumps(recipe),
        "sotto.tools": json.dumps({tool: importlib.metadata.version(tool) for tool in tools}),
    }


@contextlib.contextmanager
def fitting(precision: str):
    """What the quantizer refuses is a rule that does not fit. Raises RecipeError RECIPE_UNFIT."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    except (ValueError, RuntimeError, NotImplementedError, KeyError) as cause:
        raise RecipeError(
            "RECIPE_UNFIT", f"The precision {precision} does not fit a layer of this model: {cause}", "Try another one."
        ) from cause


def quantize(graph: Path, precision: str, out: Path, calibration: list[int] | None) -> None:
    """Write a quantized copy of a float graph. Raises RecipeError RECIPE_UNFIT where a rule does not fit a layer."""
    chosen = PRECISIONS[precision]
    if chosen.rules is None:
        shutil.copyfile(graph, out)
        return
    data = None
    if chosen.needs_calibration:
        from chat.calibration import calibration_data

        say("measuring activations")
        data = calibration_data(graph, calibration or [])
    with fitting(precision):
        quantize_graph(graph, chosen.rules(), out, data)


def quantize_graph(graph: Path, rules: list[dict], out: Path, calibration=None) -> None:
    """Write a copy of a float graph, quantized by rules; `calibration` where they want activations measured."""
    from ai_edge_quantizer import quantizer

    if any(rule["algorithm_key"] == ON_GRID for rule in rules):
        from chat.on_grid import register

        register()
    converter = quantizer.Quantizer(str(graph))
    converter.load_quantization_recipe(rules)
    ranges = None if calibration is None else _ranges(converter, graph, rules, calibration)
    converter.quantize(ranges).export_model(str(out), overwrite=True)


def _ranges(converter, graph: Path, rules: list[dict], calibration):
    """Of activations, the widest that was measured.

    The tools' own running mean forgets what only a conversation's first token has, which in a Llama is by far the most.
    """
    from ai_edge_quantizer import recipe_manager

    if any(rule["algorithm_key"] == "GPTQ" for rule in rules):
        return converter.calibrate(calibration)
    recipe = recipe_manager.RecipeManager()
    recipe.load_quantization_recipe(rules)
    ranges = {}
    for signature, inputs in calibration.items():
        ranges = _widened(ranges, graph, recipe, signature, inputs)
    return ranges


def _widened(ranges: dict, graph: Path, recipe, signature: str, inputs) -> dict:
    """Ranges with those of one more signature, measured by the interpreter's own profiler.

    One at a time and so: SmolLM2 takes 6 GB, 13 with every tensor kept; Whisper base 3 and 12.
    """
    from ai_edge_quantizer.calibrator import CalibrationMode, Calibrator
    from ai_edge_quantizer.utils import qsv_utils

    measured = Calibrator(str(graph), 2, CalibrationMode.CALIBRATION_PROFILER_BASED, qsv_utils.min_max_update)
    measured.load_model_qsvs(ranges)
    measured.calibrate({signature: inputs}, recipe)
    return measured.get_model_qsvs()


def _template(own: str, architecture: str | None) -> tuple[str, list[str]]:
    """Ours for turns that are known, since LiteRT-LM hands contents over in parts; and the tokens that end a turn."""
    found = next((known for mark, known in TEMPLATES.items() if mark in own), None)
    if found is None:
        return own or PLAIN, []
    path, ends = QWEN3 if architecture == "qwen3" else found
    return path.read_text(encoding="utf-8").rstrip("\n"), ends


def _metadata(hf: Path, context: int):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(hf)
    template, ends = _template(tokenizer.chat_template or "", _json(hf / "config.json").get("model_type"))
    generation = _json(hf / "generation_config.json")
    told = generation.get("eos_token_id")
    stops = {tokenizer.convert_tokens_to_ids(token) for token in ends} | {tokenizer.eos_token_id}
    stops |= set(told if isinstance(told, list) else [told])
    sampling = {
        "topK": int(generation.get("top_k") or 40),
        "topP": float(generation.get("top_p") or 0.95),
        "temperature": float(generation.get("temperature") or 0.8),
    }
    return llm_metadata(context, sorted(stop for stop in stops if stop is not None), template, sampling)


def _json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def pack(graph: Path, hf: Path, context: int, facts: dict[str, str], out: Path) -> None:
    """Write the container, whole or not at all."""
    write_container({"PREFILL_DECODE": graph}, hf / "tokenizer.json", _metadata(hf, context), facts, None, out)
