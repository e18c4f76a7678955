"""A Qwen3 shaped chat model of a few hundred kilobytes with random weights: for tests only, it says nothing but nonsense."""
