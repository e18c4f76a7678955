"""Models that were written in JAX."""
