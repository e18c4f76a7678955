"""Hugging Face folder or GGUF -> `.litertlm` in any of the precisions, and how far each is from FP32."""
