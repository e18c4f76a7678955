"""A model's layers run one by one, so that only one layer's inputs are held at a time."""

from __future__ import annotations

import torch
from torch import nn

"""Windows that go through a layer together."""
AT_ONCE = 8


class _Enough(Exception):
    """What a layer was run for is known."""


class Walk:
    """Over the same windows of text, [windows, tokens], for every layer."""

    def __init__(self, model: nn.Module, windows: torch.Tensor):
        self.layers = model.model.layers
        # Positions and masks: the same for every window.
        self._contexts: list[tuple[tuple, dict]] = []
        hooks = [layer.register_forward_pre_hook(self._keep, with_kwargs=True) for layer in self.layers]
        model.model(windows[:1], use_cache=False)
        for hook in hooks:
            hook.remove()

    def _keep(self, _layer: nn.Module, args: tuple, named: dict) -> None:
        self._contexts.append((args[1:], named))

    def run(self, index: int, states: torch.Tensor) -> torch.Tensor:
        """A layer's outputs. [windows, tokens, width]"""
        return torch.cat([self._one(index, part) for part in states.split(AT_ONCE)])

    def inputs(self, index: int, states: torch.Tensor, wanted: nn.Module) -> torch.Tensor:
        """What a linear layer in a layer gets, after the hooks that it has. [windows * tokens, columns]"""
        got: list[torch.Tensor] = []

        def see(_linear: nn.Module, args: tuple) -> None:
            got.append(args[0].reshape(-1, args[0].shape[-1]))
            raise _Enough

        hook = wanted.register_forward_pre_hook(see)
        for part in states.split(AT_ONCE):
            try:
                self._one(index, part)
            except _Enough:
                continue
        hook.remove()
        return torch.cat(got)

    def _one(self, index: int, states: torch.Tensor) -> torch.Tensor:
        rest, named = self._contexts[index]
        out = self.layers[index](states, *rest, **named)
        return out[0] if isinstance(out, tuple) else out
