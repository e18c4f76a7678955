"""Weights of a model's linear layers, rounded with their errors made up for, layer by layer.

Each layer's inputs are those that the file will see: after the rounded layers before it, and rounded to 8 bits themselves, as
XNNPACK does at run time. A linear layer becomes INT4 only where that costs little for its size; the others are INT8.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from chat.calibration import read_calibration
from chat.costs import hooked, output_costs
from chat.on_grid import replace_weights
from chat.pack import fitting, quantize_graph
from chat.precisions import PRECISIONS, on_grid
from chat.problems import RecipeError, say
from chat.rounding import BLOCK, round_to_grid
from chat.walk import Walk

THREADS = 2
"""Tokens of a window, each read anew from the first token on."""
WINDOW = 256
"""Windows of a text: with fewer, weights would be fitted to it."""
FEWEST = 16
"""Linear layers with the same inputs; the names are those of Llama, Gemma 3 and Qwen3 alike."""
GROUPS = (
    ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    ("self_attn.o_proj",),
    ("mlp.gate_proj", "mlp.up_proj"),
    ("mlp.down_proj",),
)


def read_windows(text: Path, tokenizer) -> torch.Tensor:
    """A text as `quantize_corrected` wants it. Raises RecipeError CALIBRATION_EMPTY."""
    return windows_of(read_calibration(text, tokenizer), tokenizer("").input_ids)


def quantize_corrected(graph: Path, precision: str, out: Path, hf: Path, windows: torch.Tensor) -> None:
    """Write a copy of a float graph by a precision with a price, on windows of a text. Raises RecipeError RECIPE_UNFIT."""
    weights = corrected_weights(hf, windows, PRECISIONS[precision].price)
    changed = out.with_suffix(".float.tflite")
    regex = replace_weights(graph, hf, {name: weight.numpy() for name, weight in weights.items()}, changed)
    with fitting(precision):
        quantize_graph(changed, on_grid(regex), out)
    changed.unlink()


def windows_of(tokens: list[int], first: list[int]) -> torch.Tensor:
    """A text in windows that each begin as texts do: with `first`, one token or none. Raises RecipeError CALIBRATION_EMPTY.

    [windows, WINDOW]
    """
    step = WINDOW - len(first)
    body = tokens[len(first) :]
    windows = [first + body[begin : begin + step] for begin in range(0, len(body) - step + 1, step)]
    if len(windows) < FEWEST:
        raise RecipeError(
            "CALIBRATION_EMPTY", f"The text has {len(tokens)} tokens; {FEWEST * WINDOW} are the least.", "Give a longer text."
        )
    return torch.tensor(windows)


def round_inputs(_layer: nn.Module, args: tuple) -> tuple:
    """To 8 bits with a scale and a zero for each row, as XNNPACK does."""
    (values,) = args
    low, high = values.amin(-1, keepdim=True).clamp(max=0), values.amax(-1, keepdim=True).clamp(min=0)
    scale = ((high - low) / 255).clamp(min=1e-12)
    zero = torch.round(-128 - low / scale)
    return (((torch.round(values / scale) + zero).clamp_(-128, 127) - zero) * scale,)


def by_channel(weight: torch.Tensor) -> torch.Tensor:
    """INT8 with a scale for each row."""
    scales = (weight.abs().amax(1, keepdim=True) / 127).clamp(min=1e-12)
    return torch.round(weight / scales) * scales


@torch.no_grad()
def corrected_weights(hf: Path, windows: torch.Tensor, price: float) -> dict[str, torch.Tensor]:
    """New weights by the name of their module, of those that are to be INT4: whose cost, in nats, is below `price` a weight."""
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(THREADS)
    model = AutoModelForCausalLM.from_pretrained(hf, dtype=torch.float32).eval()
    say("measuring what errors cost")
    costs = output_costs(model, windows)
    walk, table = Walk(model, windows), model.model.embed_tokens
    table.weight.copy_(by_channel(table.weight))
    states = table(windows)
    found: dict[str, torch.Tensor] = {}
    for index, layer in enumerate(walk.layers):
        before = len(found)
        with hooked(each.register_forward_pre_hook(round_inputs) for each in layer.modules() if isinstance(each, nn.Linear)):
            for group in GROUPS:
                linears = {f"layers.{index}.{name}": layer.get_submodule(name) for name in group}
                given = walk.inputs(index, states, layer.get_submodule(group[0]))
                hessian = given.T @ given / len(given)
                for name, linear in linears.items():
                    weight = linear.weight
                    better = _if_worth_it(weight, hessian, costs[name], price)
                    if better is not None:
                        found[name] = better
                    weight.copy_(by_channel(weight) if better is None else better)
            states = walk.run(index, states)
        say(f"layer {index + 1} of {len(walk.layers)}: {len(found) - before} linear layers in INT4")
    return found


def _if_worth_it(weight: torch.Tensor, hessian: torch.Tensor, costs: torch.Tensor, price: float) -> torch.Tensor | None:
    """The weight on INT4's grid, unless that costs more than `price` for each weight, or blocks do not fit."""
    if weight.shape[1] % BLOCK:
        return None
    better = round_to_grid(weight, hessian)
    off = better - weight
    cost = float(costs @ ((off @ hessian) * off).sum(1)) / weight.numel()
    return better if cost < price else None
