"""JAX to `.tflite` by way of StableHLO, without TensorFlow.

    npm run models -- jax MODEL.py --out DIR [--precision fp32] [--precision int8]

MODEL.py is as example.py has it: `inputs`, `outputs` and `apply`. Prints one JSON line a file, with its largest difference from
what JAX itself computes of random inputs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np

from chat.pack import fitting, quantize_graph
from chat.precisions import PRECISIONS
from chat.problems import RecipeError, report

"""Rules of the others name layers of chat models."""
KNOWN = ("fp32", "int8")
SIGNATURE = "serving_default"
"""Out of the portable form of StableHLO, functions in one piece."""
PASSES = "builtin.module(vhlo-legalize-stablehlo,reconcile-unrealized-casts,func.func(stablehlo-legalize-composite-to-call),inline)"


def read_model(path: Path) -> ModuleType:
    """Raises RecipeError SOURCE_MISSING, SOURCE_DAMAGED."""
    if not path.is_file():
        raise RecipeError("SOURCE_MISSING", f"{path} is not there.", "Name a Python file like models/recipes/jax_path/example.py.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    model = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(model)
    except Exception as cause:
        raise RecipeError("SOURCE_DAMAGED", f"{path.name} does not run: {cause}", "Mend it.") from cause
    missing = [name for name in ("inputs", "outputs", "apply") if not hasattr(model, name)]
    if missing:
        raise RecipeError("SOURCE_DAMAGED", f"{path.name} has no {missing[0]}.", "See models/recipes/jax_path/example.py.")
    return model


def export(model: ModuleType, out: Path) -> None:
    """Write the float graph. Raises RecipeError EXPORT_FAILED."""
    import jax
    from litert_converter.mlir import ir, passmanager
    from litert_converter.mlir._mlir_libs import converter_api_ext as converter
    from litert_torch.backend.jax_bridge._wrap import _stablehlo_to_vhlo

    # The bridge above turns double precision on, which a file for laptops has no use for.
    jax.config.update("jax_enable_x64", False)
    try:
        shapes = {name: jax.ShapeDtypeStruct(shape, np.float32) for name, shape in model.inputs.items()}
        names = list(shapes)
        lowered = jax.jit(lambda *given: model.apply(**dict(zip(names, given, strict=True)))).lower(*shapes.values())
        context = ir.Context()
        converter.prepare_mlir_context(context)
        with context:
            module = ir.Module.parse(_stablehlo_to_vhlo(lowered.as_text()))
            passmanager.PassManager.parse(PASSES).run(module.operation)
            converter.set_signature(
                module.operation, signature_name=SIGNATURE, input_names=names, output_names=list(model.outputs)
            )
            merged = converter.merge_modules([module])
            config = converter.ConvertToTFLConfig()
            config.model_origin_framework = "JAX"
            converter.run_convert_to_tfl_passes(merged, passmanager.PassManager(), config)
            converter.export_flatbuffer_to_file(merged.operation, str(out))
    except Exception as cause:
        raise RecipeError("EXPORT_FAILED", f"The model could not be exported: {str(cause)[:300]}", "Look at what it computes.") from cause


def difference(model: ModuleType, file: Path) -> float:
    """The largest, of all outputs, from JAX's own, on inputs drawn from a normal distribution."""
    from ai_edge_litert.interpreter import Interpreter

    generator = np.random.default_rng(0)
    given = {name: generator.standard_normal(shape, np.float32) for name, shape in model.inputs.items()}
    ours = Interpreter(str(file), num_threads=2).get_signature_runner(SIGNATURE)(**given)
    theirs = dict(zip(model.outputs, model.apply(**given), strict=True))
    return max(float(np.abs(ours[name] - np.asarray(theirs[name])).max()) for name in model.outputs)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--precision", action="append")
    args = parser.parse_args()
    wanted = args.precision or ["fp32"]
    try:
        unknown = [name for name in wanted if name not in KNOWN]
        if unknown:
            raise RecipeError("PRECISION_UNKNOWN", f"There is no precision {unknown[0]} for models in JAX.", f"Known: {', '.join(KNOWN)}.")
        model = read_model(args.source)
        args.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=args.out) as work:
            graph = Path(work) / "float.tflite"
            export(model, graph)
            for precision in wanted:
                made, out = Path(work) / f"{precision}.tflite", args.out / f"{args.source.stem}-{precision}.tflite"
                rules = PRECISIONS[precision].rules
                if rules is None:
                    made.write_bytes(graph.read_bytes())
                else:
                    with fitting(precision):
                        quantize_graph(graph, rules(), made)
                made.replace(out)
                print(json.dumps({"file": str(out), "sizeBytes": out.stat().st_size, "largestDifference": difference(model, out)}))
    except RecipeError as error:
        return report(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
