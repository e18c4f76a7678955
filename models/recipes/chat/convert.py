"""Convert a model: SOURCE is a Hugging Face folder or a GGUF file.

    npm run models -- convert SOURCE --out DIR --precision int4-block32 [--precision int8 ...]

What takes long (dequantising, exporting the float graph) is kept in the cache and used again, so that a run that was broken
off goes on where it was. Nothing half-made is left in DIR.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from chat.calibration import read_calibration
from chat.float_graph import export_once
from chat.merge import merge
from chat.pack import pack, provenance, quantize
from chat.precisions import PRECISIONS
from chat.problems import RecipeError, report, say
from chat.sources import Source, open_source
from chat.straighten import straighten
from environment import CACHE

RECIPES = Path(__file__).resolve().parent.parent
PREFILL = [128, 512]


def float_graph(source: Source, context: int, shape: str, cache: Path) -> Path:
    """The float graph of a source, exported once. Returns its folder. Raises RecipeError RECIPE_UNFIT, EXPORT_FAILED."""
    folder = cache / "graphs" / f"{source.sha256[:16]}-{context}-{shape}"
    prefill = "" if shape == "growing" else ",".join(str(length) for length in PREFILL if length < context)
    window = str(window_of(source.hf, context)) if shape == "windowed" else ""
    return export_once(folder, source.weights, "chat.convert", str(source.hf), str(context), prefill, window)


def window_of(hf: Path, context: int) -> int:
    """Positions that sliding layers look back. Raises RecipeError RECIPE_UNFIT where there are none, or the context is no longer."""
    config = json.loads((hf / "config.json").read_text(encoding="utf-8"))
    window = config.get("sliding_window")
    if window is None or "sliding_attention" not in (config.get("layer_types") or []):
        raise RecipeError("RECIPE_UNFIT", "This model has no sliding layers.", "Take --context-shape fixed.")
    if window >= context:
        raise RecipeError("RECIPE_UNFIT", f"Its layers look back {window} tokens, the whole of the context.", "Take --context-shape fixed.")
    return int(window)


def read_texts(args: argparse.Namespace, wanted: list[str], hf: Path) -> tuple:
    """Texts that any of the precisions asks for, before long work: tokens for ranges, and windows. Raises RecipeError CALIBRATION_EMPTY."""
    chosen = [PRECISIONS[name] for name in wanted]
    calibration = windows = None
    if any(each.needs_calibration or each.price is not None for each in chosen):
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(hf)
        if any(each.needs_calibration for each in chosen):
            calibration = read_calibration(args.calibration, tokenizer)
        if any(each.price is not None for each in chosen):
            from chat.corrected import read_windows

            windows = read_windows(args.correction, tokenizer)
    return calibration, windows


def convert(args: argparse.Namespace) -> None:
    """Write one file a precision. Raises RecipeError."""
    wanted = args.precision or ["int4-block32"]
    reading = args.prefill_precision
    unknown = [name for name in [*wanted, *([reading] if reading else [])] if name not in PRECISIONS]
    if unknown:
        raise RecipeError("PRECISION_UNKNOWN", f"There is no precision {unknown[0]}.", f"Known: {', '.join(PRECISIONS)}.")
    if reading and (PRECISIONS[reading].needs_calibration or any(PRECISIONS[each].needs_calibration for each in wanted)):
        raise RecipeError("RECIPE_UNFIT", "A static precision has a cache of its own and cannot be mixed.", "Leave --prefill-precision out.")
    if reading and PRECISIONS[reading].price is not None:
        raise RecipeError("RECIPE_UNFIT", f"{reading} is made to write by.", "Read by int8.")
    source = open_source(args.source.resolve(), args.cache)
    name = args.name or source.name
    calibration, windows = read_texts(args, wanted, source.hf)
    for at, precision in enumerate(wanted):
        chosen = PRECISIONS[precision]
        needs = chosen.needs_calibration
        # Activations of a fixed shape can be measured, those of a growing one cannot.
        shape = "fixed" if needs and args.context_shape == "growing" else args.context_shape
        growing = shape == "growing"
        graphs = float_graph(source, args.context, shape, args.cache)
        full = f"{precision}-prefill-{reading}" if reading and reading != precision else precision
        out = args.out / f"{name}-{full}.litertlm"
        say(f"{precision} ({at + 1} of {len(wanted)}): {chosen.label}")
        args.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=args.cache) as work:
            graph = Path(work) / "model.tflite"
            if chosen.price is None:
                quantize(graphs / "model.tflite", precision, graph, calibration)
            else:
                from chat.corrected import quantize_corrected

                quantize_corrected(graphs / "model.tflite", precision, graph, source.hf, windows)
            if growing:
                straighten(graph)
            if full != precision:
                prefill = Path(work) / "prefill.tflite"
                quantize(graphs / "model.tflite", reading, prefill, None)
                if growing:
                    straighten(prefill)
                merge(prefill, graph, graph)
            text = args.correction if chosen.price is not None else args.calibration if needs else None
            pack(graph, source.hf, args.context, provenance(name, source.sha256, full, args.context, shape, text), out)
        print(json.dumps({"type": "done", "precision": full, "file": str(out), "sizeBytes": out.stat().st_size}))


def main() -> int:
    """Command line."""
    if sys.argv[1:2] == ["--export-graph"]:
        from builtin_model.float_graph import export

        out, hf, context, prefill, window = sys.argv[2:7]
        lengths = [int(length) for length in prefill.split(",") if length]
        export(Path(hf), Path(out), int(context), None, lengths or None, int(window) if window else None)
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    parser.add_argument("--precision", action="append", help=f"one of {', '.join(PRECISIONS)}; may be given again")
    parser.add_argument("--prefill-precision", help="reads prompts by another precision: int8 over 4-bit ones is quicker, and larger")
    parser.add_argument("--name", help="what the files are called; by default as the source")
    parser.add_argument("--context", type=int, default=2048, help="the longest conversation, in tokens")
    parser.add_argument("--context-shape", choices=["growing", "fixed", "windowed"], default="growing", help="fixed runs on GPUs too; windowed is fixed, and sliding layers keep their window only")
    parser.add_argument("--calibration", type=Path, default=RECIPES / "calibration.txt", help="a text, for static precisions and GPTQ; never the one that files are measured on")
    parser.add_argument("--correction", type=Path, default=RECIPES / "chat" / "correction.txt", help="a longer text, for int4-corrected")
    parser.add_argument("--cache", type=Path, default=CACHE)
    try:
        convert(parser.parse_args())
    except RecipeError as error:
        return report(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
