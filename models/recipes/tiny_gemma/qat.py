"""Trains the small Gemma on with its weights rounded as a file will have them: quantization-aware training, by torchao.

    python -m tiny_gemma.qat HF_FOLDER OUT_HF_FOLDER int4|int2   (a minute or two on two cores)

Rounding: INT4 in blocks of 32, or INT2 with a scale for each channel, of the body's linear layers, and their inputs to 8 bits for each
token as XNNPACK does. What is saved are the rounded weights, as floats; `convert --precision int4-as-trained` or `int2-as-trained`
finds their codes again.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import torch
from torch import nn
from torchao.quantization import quantize_
from torchao.quantization.qat import FakeQuantizedLinear, IntxFakeQuantizeConfig, QATConfig
from transformers import Gemma3ForCausalLM, PreTrainedTokenizerFast

from tiny_gemma.train import SEED, batch_of, learn, read_pairs

THREADS = 2
STEPS = {"int4": 300, "int2": 400}
RATE = {"int4": 2e-4, "int2": 1e-3}
"""Scales as XNNPACK holds them."""
SHORT = torch.bfloat16
GRIDS = {
    "int4": IntxFakeQuantizeConfig(torch.int4, group_size=32, is_symmetric=True, scale_precision=SHORT),
    "int2": IntxFakeQuantizeConfig(torch.int2, "per_channel", is_symmetric=True),
}
INPUTS = IntxFakeQuantizeConfig(torch.int8, "per_token", is_symmetric=False)


def train(hf: Path, out: Path, grid: str) -> None:
    """Writes a Hugging Face folder to OUT."""
    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(hf)
    model = Gemma3ForCausalLM.from_pretrained(hf, dtype=torch.float32).train()
    quantize_(model.model, QATConfig(activation_config=INPUTS, weight_config=GRIDS[grid], step="prepare"))
    pairs, generator = read_pairs(), random.Random(SEED)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE[grid])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS[grid])
    for step in range(STEPS[grid]):
        loss = learn(model, batch_of(tokenizer, pairs, generator), optimizer, schedule)
        if step % 50 == 0:
            print(f"step {step}: loss {loss:.4f}", file=sys.stderr, flush=True)
    rounded(model)
    model.eval().save_pretrained(out)
    tokenizer.save_pretrained(out)


@torch.no_grad()
def rounded(model: nn.Module) -> None:
    """Puts plain layers with rounded weights in the place of those that were trained."""
    for name, layer in list(model.named_modules()):
        if not isinstance(layer, FakeQuantizedLinear):
            continue
        plain = nn.Linear(layer.in_features, layer.out_features, bias=False)
        plain.weight.copy_(layer.weight_fake_quantizer(layer.weight))
        model.set_submodule(name, plain)


if __name__ == "__main__":
    train(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
