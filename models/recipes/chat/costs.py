"""What rounding errors in a layer's outputs cost the whole model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

"""Windows of which the gradient is taken."""
GRADED = 6


def linears_of(model: nn.Module) -> dict[str, nn.Linear]:
    """By their names in the whole model, without the output layer."""
    return {name: each for name, each in model.model.named_modules() if isinstance(each, nn.Linear)}


@contextmanager
def hooked(hooks: Iterable) -> Iterator[None]:
    """Hooks for a while."""
    held = list(hooks)
    yield
    for hook in held:
        hook.remove()


def output_costs(model: nn.Module, windows: torch.Tensor) -> dict[str, torch.Tensor]:
    """What an error of one in an output costs, squared, in nats a token: half the mean of the squared gradient. [rows]

    Of the log-probability of a token that the model itself draws: to second order that is the divergence (Fisher).
    """
    generator = torch.Generator().manual_seed(0)
    costs: dict[str, torch.Tensor] = {}

    def see(name: str):
        def keep(_layer, _args, out):
            out.requires_grad_(True)
            out.register_hook(lambda slope: costs.__setitem__(name, costs.get(name, 0) + slope.square().sum((0, 1)) / 2))

        return keep

    model.requires_grad_(False)
    with hooked(each.register_forward_hook(see(name)) for name, each in linears_of(model).items()):
        for part in windows[:: max(len(windows) // GRADED, 1)][:GRADED].split(1):
            with torch.enable_grad():
                logs = torch.log_softmax(model(part, use_cache=False).logits[0], -1)
                drawn = torch.multinomial(logs.detach().exp(), 1, generator=generator)
                (-logs.gather(1, drawn).sum()).backward()
    return {name: cost / (GRADED * windows.shape[1]) for name, cost in costs.items()}
