"""Writes the model as a Hugging Face folder.

Usage: python -m tiny_qwen.make OUT_HF_FOLDER

What Qwen3 has and the other models of the tests have not: a norm of queries and keys beside grouped heads whose size is
not the hidden size over their number, ChatML with two tokens that end an answer, and marks around what it thinks.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from transformers import GenerationConfig, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from tiny_gemma.byte_level import train_byte_level
from tiny_gemma.train import read_pairs

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
THOUGHT = ["<think>", "</think>"]
VOCABULARY = 480
SEED = 7
TEMPLATE = (
    "{%- for message in messages -%}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}"
)


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE. As in Qwen3, the marks around a thought are tokens of their own, but text."""
    said = [text for pair in read_pairs() for text in pair]
    tokenizer = train_byte_level([*said, "system\n", "user\n", "assistant\n"], VOCABULARY, SPECIAL)
    tokenizer.add_tokens(THOUGHT)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=SPECIAL[2], pad_token=SPECIAL[0])
    fast.chat_template = TEMPLATE
    return fast


def make_model(vocabulary: int) -> Qwen3ForCausalLM:
    """Weights large enough that answers to two questions differ, norms that are not all the same."""
    torch.manual_seed(SEED)
    config = Qwen3Config(
        vocab_size=vocabulary,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=2048,
        rope_theta=1e6,
        tie_word_embeddings=True,
        attention_bias=False,
        bos_token_id=0,
        eos_token_id=2,
        pad_token_id=0,
    )
    model = Qwen3ForCausalLM(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.normal_(1, 0.2)
            else:
                parameter.normal_(0, parameter.shape[1] ** -0.5)
    # Qwen3's own, with both tokens that end an answer.
    model.generation_config = GenerationConfig(
        do_sample=True, temperature=0.6, top_k=20, top_p=0.95, eos_token_id=[2, 0], pad_token_id=0, bos_token_id=0
    )
    return model


if __name__ == "__main__":
    out = Path(sys.argv[1])
    tokenizer = make_tokenizer()
    make_model(len(tokenizer)).save_pretrained(out)
    tokenizer.save_pretrained(out)
