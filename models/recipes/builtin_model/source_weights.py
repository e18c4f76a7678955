"""GGUF -> Hugging Face folder, and the raw 4-bit blocks of the same GGUF.

The GGUF keeps every linear layer as Q4_1: blocks of 32 weights w = scale * q + minimum with q in 0..15. The folder holds
the dequantised weights (our FP32 reference); `read_blocks` keeps scale and minimum apart, so that an export can hold the
very same 4-bit values without quantizing a second time.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM

BLOCK = 32
LAYERS = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def write_hf_folder(gguf: Path, out: Path) -> None:
    """Write the dequantised model and its tokenizer as a Hugging Face folder."""
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    loaded = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    config = loaded.config.to_dict()
    config.pop("quantization_config", None)  # save_pretrained refuses a model that says it is quantized
    config.pop("_name_or_path", None)
    model = LlamaForCausalLM(LlamaConfig(**config))
    model.load_state_dict({name: value.float() for name, value in loaded.state_dict().items()})
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def _undo_rope_permutation(rows: np.ndarray, heads: int) -> np.ndarray:
    """GGUF interleaves the two rotary halves of every query and key head; Hugging Face keeps them apart."""
    half = rows.shape[0] // heads // 2
    return rows.reshape(heads, half, 2, -1).swapaxes(1, 2).reshape(rows.shape[0], -1)


def read_blocks(gguf: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Map a linear layer's name to (weights on a symmetric grid -8..7 times scale, one offset for each block)."""
    reader = GGUFReader(str(gguf))
    heads = {
        "attn_q": reader.fields["llama.attention.head_count"].contents(),
        "attn_k": reader.fields["llama.attention.head_count_kv"].contents(),
    }
    blocks = {}
    for tensor in reader.tensors:
        if tensor.tensor_type.name != "Q4_1":
            continue
        _, layer, kind, _ = tensor.name.split(".")
        columns, rows = (int(size) for size in tensor.shape)
        raw = tensor.data.reshape(rows, columns // BLOCK, 4 + BLOCK // 2)
        halves = raw[..., :4].copy().view(np.float16).astype(np.float32)
        scale, minimum = halves[..., 0], halves[..., 1]
        codes = np.concatenate([raw[..., 4:] & 15, raw[..., 4:] >> 4], axis=-1).astype(np.float32) - 8
        grid = (codes * scale[..., None]).reshape(rows, columns)
        offset = minimum + 8 * scale
        if kind in heads:
            grid = _undo_rope_permutation(grid, heads[kind])
            offset = _undo_rope_permutation(offset, heads[kind])
        blocks[f"model.layers.{layer}.{LAYERS[kind]}"] = (grid, offset)
    return blocks


if __name__ == "__main__":
    write_hf_folder(Path(sys.argv[1]), Path(sys.argv[2]))
