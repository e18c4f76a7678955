"""INT4 codes in blocks of 32, chosen so that a layer's outputs stay near, not its weights.

GPTQ: Frantar et al., "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers", 2022. Columns are rounded
one after the other, and those that are left make up for the error. Afterwards scales are fitted to the codes that came of it, and
every code is chosen anew with all the others as they are, which takes another quarter off the error.

`hessian` is always the mean of x x^T over the layer's inputs, [columns, columns]; weights are [rows, columns].
"""

from __future__ import annotations

import torch

BLOCK = 32
LOWEST, HIGHEST = -8, 7
"""Added to the hessian's diagonal, as a part of its mean: inputs that hardly occur in the text may yet come."""
DAMPING = 0.01
"""Scales are stored as float16: below this it is no longer as exact as bfloat16."""
LEAST = 2.0**-14
"""Columns whose errors are handed on together."""
GROUP = 64
"""How often scales and codes are chosen anew."""
PASSES = 3


def damped(hessian: torch.Tensor, damping: float = DAMPING) -> torch.Tensor:
    """A copy that can be inverted."""
    held = hessian.clone()
    held.diagonal().add_(damping * hessian.diagonal().mean() + torch.finfo(held.dtype).tiny)
    return held


def round_to_grid(weight: torch.Tensor, hessian: torch.Tensor) -> torch.Tensor:
    """The weights as INT4 in blocks tells them: code times scale, the scale a bfloat16, as XNNPACK holds it."""
    held = damped(hessian)
    scales = _choose_scales(weight, hessian.diagonal())
    rounded = _feed_errors_on(weight, held, scales)
    for _ in range(PASSES):
        rounded, scales = _fit_scales(weight, rounded, held, scales)
        rounded = _choose_again(weight, rounded, held, scales)
    return rounded


def _short(scales: torch.Tensor) -> torch.Tensor:
    return scales.to(torch.bfloat16).to(scales.dtype)


def _nearest(values: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    return torch.div(values, scales).round_().clamp_(LOWEST, HIGHEST).mul_(scales)


def _choose_scales(weight: torch.Tensor, importance: torch.Tensor) -> torch.Tensor:
    """The one of 16 clippings that costs least, inputs weighed by how strong they are. [rows, blocks]"""
    blocks = weight.reshape(len(weight), -1, BLOCK)
    each = importance.reshape(-1, BLOCK)
    widest = blocks.abs().amax(-1) / HIGHEST
    least = best = None
    for part in torch.linspace(0.6, 1.05, 16).tolist():
        # A block of zeros has no width; any scale tells it.
        scales = _short(widest * part).clamp(min=LEAST)
        error = (_nearest(blocks, scales[..., None]).sub_(blocks).square_() * each).sum(-1)
        if best is None:
            least, best = error, scales
        else:
            best, least = torch.where(error < least, scales, best), torch.minimum(error, least)
    return best


def _feed_errors_on(weight: torch.Tensor, held: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """GPTQ's own pass, the strongest inputs first."""
    order = torch.argsort(held.diagonal(), descending=True, stable=True)
    sorted_ = held[order][:, order].double()
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(sorted_))
    upper = torch.linalg.cholesky(inverse, upper=True).to(weight.dtype)
    # Turned over: a column of weights lies in one piece.
    left = weight[:, order].T.contiguous()
    wide = scales.repeat_interleave(BLOCK, 1)[:, order].T.contiguous()
    for begin in range(0, len(left), GROUP):
        end = min(begin + GROUP, len(left))
        errors = torch.empty_like(left[begin:end])
        for at in range(begin, end):
            rounded = _nearest(left[at], wide[at])
            errors[at - begin] = (left[at] - rounded) / upper[at, at]
            left[at] = rounded
            left[at + 1 : end].addr_(upper[at, at + 1 : end], errors[at - begin], alpha=-1)
        left[end:].addmm_(upper[begin:end, end:].T, errors, alpha=-1)
    result = torch.empty_like(weight)
    result[:, order] = left.T
    return result


def _fit_scales(
    weight: torch.Tensor, rounded: torch.Tensor, held: torch.Tensor, scales: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The scale of least error for the codes as they are, one block of columns after the other."""
    codes = (rounded.reshape(*scales.shape, BLOCK) / scales[..., None]).round_()
    scales = scales.clone()
    pull = held @ (weight - rounded).T
    for block in range(scales.shape[1]):
        span = slice(block * BLOCK, (block + 1) * BLOCK)
        own, old = codes[:, block], scales[:, block].clone()
        strength = ((own @ held[span, span]) * own).sum(1)
        better = _short(old + (own * pull[span].T).sum(1) / strength.clamp(min=torch.finfo(old.dtype).tiny))
        new = torch.where((better > (old / 2).clamp(min=LEAST)) & (better < old * 2), better, old)
        pull.addmm_(held[:, span], ((new - old)[:, None] * own).T, alpha=-1)
        scales[:, block] = new
    return (codes * scales[..., None]).reshape(weight.shape), scales


def _choose_again(weight: torch.Tensor, rounded: torch.Tensor, held: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Coordinate descent: every code once more, with all the others as they are."""
    now = rounded.T.contiguous()
    wide = scales.repeat_interleave(BLOCK, 1).T.contiguous()
    pull = held @ (weight.T - now)
    for begin in range(0, len(now), GROUP):
        end = min(begin + GROUP, len(now))
        near, changes = pull[begin:end].clone(), torch.empty_like(now[begin:end])
        for at in range(begin, end):
            row = at - begin
            new = _nearest(now[at] + near[row] / held[at, at], wide[at])
            changes[row] = now[at] - new
            near.addr_(held[begin:end, at], changes[row])
            now[at] = new
        pull.addmm_(held[:, begin:end], changes)
    return now.T.contiguous()
