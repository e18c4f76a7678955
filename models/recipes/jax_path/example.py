"""What `npm run models -- jax` takes, by example: one layer of a transformer's encoder, with random weights."""

from __future__ import annotations

import jax
import jax.numpy as jnp

WIDTH, HEADS, POSITIONS = 128, 4, 64
_KEYS = jax.random.split(jax.random.PRNGKey(0), 6)
_QUERY, _KEY, _VALUE, _OUT = (jax.random.normal(key, (WIDTH, WIDTH)) * 0.08 for key in _KEYS[:4])
_UP = jax.random.normal(_KEYS[4], (WIDTH, 4 * WIDTH)) * 0.08
_DOWN = jax.random.normal(_KEYS[5], (4 * WIDTH, WIDTH)) * 0.04

"""Names and shapes of what goes in, all float32, and names of what comes out, in order."""
inputs = {"states": (1, POSITIONS, WIDTH)}
outputs = ["states"]


def _norm(x: jax.Array) -> jax.Array:
    centred = x - x.mean(-1, keepdims=True)
    return centred / jnp.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)


def _heads(x: jax.Array) -> jax.Array:
    return x.reshape(1, POSITIONS, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)


def apply(states: jax.Array) -> tuple[jax.Array, ...]:
    """[1, POSITIONS, WIDTH] to the same."""
    x = _norm(states)
    query, key, value = (_heads(x @ weight) for weight in (_QUERY, _KEY, _VALUE))
    attention = jax.nn.softmax(query @ key.swapaxes(-1, -2) / (WIDTH // HEADS) ** 0.5, -1) @ value
    states = states + attention.transpose(0, 2, 1, 3).reshape(1, POSITIONS, WIDTH) @ _OUT
    return (states + jax.nn.gelu(_norm(states) @ _UP) @ _DOWN,)
