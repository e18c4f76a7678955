"""Hugging Face folder -> float32 TFLite file with signatures `prefill` and `decode`.

A cache of fixed length makes every token pay for attention over the whole of it; dynamic shapes end that, but run on the CPU
only. Usage: python -m builtin_model.float_graph HF_FOLDER OUT_FOLDER CONTEXT [GGUF]
With GGUF the linear layers are split (see exact_q4.py).
"""

from __future__ import annotations

import sys
import types
from importlib.machinery import ModuleSpec
from pathlib import Path


def provide_schema_module() -> None:
    """litert-torch 0.10.0 imports TensorFlow for one generated file that ai_edge_litert ships as well."""
    from ai_edge_litert import schema_py_generated

    name = ""
    for part in ("tensorflow", "lite", "python"):
        name = f"{name}.{part}".lstrip(".")
        module = types.ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        sys.modules[name] = module
    sys.modules["tensorflow.lite.python"].schema_py_generated = schema_py_generated
    sys.modules["tensorflow.lite.python.schema_py_generated"] = schema_py_generated


def _lower_activations_directly() -> None:
    """The stock lowerings of sigmoid and silu go through JAX, which asserts on a dynamic dimension."""
    import litert_torch  # noqa: F401  registers the stock lowerings first
    import torch
    from litert_converter.mlir.dialects import stablehlo
    from litert_torch.backend.lowerings import registry

    @registry.lower(torch.ops.aten.sigmoid)
    def _sigmoid(_context, x):
        return stablehlo.logistic(x)

    @registry.lower(torch.ops.aten.silu)
    def _silu(_context, x):
        return stablehlo.multiply(x, stablehlo.logistic(x))


def _mask_windows_in_graph() -> None:
    """The exporter would have the runtime give masks of sliding layers, and gives those of decode a column too few on the CPU."""
    from litert_torch.generative.export_hf.core import exportable_module

    def without_local_mask(inner):
        def sample_inputs(*args, **kwargs):
            found = inner(*args, **kwargs)
            for inputs, _shapes in found.values():
                inputs.pop("local_mask", None)
            return found

        return sample_inputs

    for name in ("LiteRTExportableModuleForDecoderOnlyLMPrefill", "LiteRTExportableModuleForDecoderOnlyLMGenerate"):
        module = getattr(exportable_module, name)
        module.get_sample_inputs = without_local_mask(module.get_sample_inputs)


def export(
    hf: Path, out: Path, context: int, gguf: Path | None, prefill: list[int] | None = None, window: int | None = None
) -> None:
    """Write OUT/model.tflite and the tokenizer beside it.

    prefill: how many tokens a prompt is read by, each a signature of its own, in a context of fixed length; None: a context
    that grows up to that length, and prompts of any length. window: with a fixed one, sliding layers keep so many positions,
    the newest in the place of the oldest (a ring buffer).
    """
    import transformers  # noqa: F401  decides that TensorFlow is absent before we name a module so

    provide_schema_module()
    _lower_activations_directly()
    from litert_torch.generative.export_hf import export as exporter
    from litert_torch.generative.export_hf.core import export_lib

    if gguf is not None:
        from builtin_model.exact_q4 import name_split_layers, split_linears
        from builtin_model.source_weights import read_blocks

        load = export_lib.load_model

        def load_split(*args, **kwargs):
            loaded = load(*args, **kwargs)
            split_linears(loaded.model, read_blocks(gguf))
            return loaded

        export_lib.load_model = load_split
    if window is not None:
        _mask_windows_in_graph()
    exporter.export(
        model=str(hf),
        output_dir=str(out),
        cache_length=context,
        **({"enable_dynamic_shape": True} if prefill is None else {"prefill_lengths": prefill}),
        **({} if window is None else {"sliding_window_ring_buffer_size": window}),
        quantization_recipe="none",
        bundle_litert_lm=False,
        keep_temporary_files=True,
    )
    if gguf is not None:
        name_split_layers(out / "model.tflite")


if __name__ == "__main__":
    hf_folder, out_folder, length = sys.argv[1:4]
    export(Path(hf_folder), Path(out_folder), int(length), Path(sys.argv[4]) if len(sys.argv) > 4 else None)
