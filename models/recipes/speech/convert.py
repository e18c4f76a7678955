"""Convert a speech model: SOURCE is a Whisper checkpoint, a CTranslate2 or a Hugging Face folder with its tokenizer.json.

    npm run models -- convert SOURCE --out DIR --precision int8 [--precision int4-block32 ...]

Each precision becomes a folder DIR/NAME-PRECISION with the .tflite, speech.json and what belongs to it, which `sotto transcribe
--model` takes. The float graph is kept in the cache: a run that was broken off goes on where it was. Nothing half-made is
left in DIR.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from chat.float_graph import export_once
from chat.problems import RecipeError, report, say
from environment import CACHE
from speech.sources import SpeechSource, open_speech_source

RECIPES = Path(__file__).resolve().parent.parent
TOOLS = ("litert-torch", "litert-converter", "ai-edge-quantizer", "ai-edge-litert", "torch", "transformers")


def float_graph(source: SpeechSource, cache: Path) -> Path:
    """The folder with model.tflite, config.json and heads.json of a source; exported once."""
    folder = cache / "speech-graphs" / f"{source.sha256[:16]}-{source.size or 'unknown'}"
    return export_once(folder, source.weights, "speech.convert", str(source.folder), source.size or "")


def export_graph(checkpoint: Path, size: str, out: Path) -> None:
    """The work of float_graph's process."""
    from speech import export, weights
    from speech.alignment_heads import heads_of
    from speech.fold import fold

    model = fold(weights.load(checkpoint))
    heads = heads_of(size, model.config.decoder_layers, model.config.decoder_attention_heads)
    export.export_float(model, heads, True, out / "model.tflite")
    model.config.to_json_file(out / "config.json")
    (out / "heads.json").write_text(json.dumps(heads), encoding="utf-8")


def quantize(graph: Path, precision: str, out: Path, calibration: dict | None, facts: dict[str, str]) -> None:
    """Write a quantized copy of the float graph. Raises RecipeError RECIPE_UNFIT where a rule does not fit a layer."""
    from chat.pack import fitting, quantize_graph
    from speech.compact import compact
    from speech.precisions import PRECISIONS

    rules = PRECISIONS[precision].rules
    if rules is None:
        shutil.copyfile(graph, out)
    else:
        with fitting(precision):
            quantize_graph(graph, rules(), out, calibration)
    compact(out, facts)


def write_folder(
    source: SpeechSource, graph: Path, precision: str, name: str, calibration: dict | None, out: Path, cache: Path
) -> Path:
    """DIR/NAME-PRECISION, whole or not at all. Returns the .tflite."""
    from transformers import WhisperConfig

    from chat.pack import facts_of
    from speech import settings
    from speech.precisions import PRECISIONS

    identity = f"{name}-{precision}"
    facts = facts_of(source.name, source.sha256, {"precision": precision}, TOOLS)
    with tempfile.TemporaryDirectory(dir=cache) as work:
        new = Path(work) / identity
        new.mkdir()
        tflite = new / f"{identity}.tflite"
        quantize(graph / "model.tflite", precision, tflite, calibration, facts)
        described = {
            "id": identity,
            "name": identity,
            "licence": "MIT",
            "source": {"maker": "OpenAI", "name": source.name, "sha256": source.sha256, "created": facts["creation_timestamp"]},
            "parameters": source.weights,
            "quantization": precision,
            "quantizationDetail": PRECISIONS[precision].label,
            "recipe": {"precision": precision, "tools": json.loads(facts["sotto.tools"])},
        }
        config = WhisperConfig.from_json_file(graph / "config.json")
        heads = [tuple(pair) for pair in json.loads((graph / "heads.json").read_text(encoding="utf-8"))]
        settings.write(new, tflite, config, heads, described, source.folder / "tokenizer.json")
        shutil.copyfile(RECIPES / "speech" / "LICENSE.openai", new / "LICENSE")
        _move(new, out / identity)
    return out / identity / tflite.name


def _move(source: Path, target: Path) -> None:
    """The cache may be on another disk: copied beside the target first, so that the target is whole or not there."""
    beside = target.with_name(f".{target.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(source, beside)
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)


def convert(args: argparse.Namespace) -> None:
    """One folder a precision. Raises RecipeError."""
    from speech.precisions import PRECISIONS

    wanted = args.precision or ["int8"]
    unknown = [name for name in wanted if name not in PRECISIONS]
    if unknown:
        raise RecipeError("PRECISION_UNKNOWN", f"There is no precision {unknown[0]} for speech.", f"Known: {', '.join(PRECISIONS)}.")
    source = open_speech_source(args.source.resolve(), args.cache, args.size)
    sound = None
    if any(PRECISIONS[name].needs_calibration for name in wanted):
        from speech.calibration import read_sound

        sound = read_sound(args.calibration, args.cache / "calibration")
    graph = float_graph(source, args.cache)
    name = args.name or source.name
    for at, precision in enumerate(wanted):
        say(f"{precision} ({at + 1} of {len(wanted)}): {PRECISIONS[precision].label}")
        calibration = _calibration(graph, sound) if PRECISIONS[precision].needs_calibration else None
        tflite = write_folder(source, graph, precision, name, calibration, args.out, args.cache)
        print(json.dumps({"type": "done", "precision": precision, "file": str(tflite), "sizeBytes": tflite.stat().st_size}))


def _calibration(graph: Path, sound) -> dict:
    from speech.calibration import calibration_data
    from speech.export import WINDOWS
    from speech.settings import mel_filters

    mels = json.loads((graph / "config.json").read_text(encoding="utf-8"))["num_mel_bins"]
    return calibration_data(sound, list(WINDOWS), mel_filters(mels))


def main() -> int:
    """Command line."""
    if sys.argv[1:2] == ["--export-graph"]:
        out, checkpoint, size = sys.argv[2:5]
        export_graph(Path(checkpoint), size, Path(out))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for the folders of the files")
    parser.add_argument("--precision", action="append", help="int8 (default) and others of speech/precisions.py; may be given again")
    parser.add_argument("--name", help="what the files are called; by default as the source")
    parser.add_argument("--size", help="a row of speech/alignment_heads.py, where the weights do not tell: tiny, base.en, large-v1 ...")
    parser.add_argument("--calibration", type=Path, default=RECIPES / "calibration.txt", help="a text that espeak-ng reads, or a folder of WAV files, for static precisions; never what files are measured on")
    parser.add_argument("--cache", type=Path, default=CACHE)
    try:
        convert(parser.parse_args())
    except RecipeError as error:
        return report(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
