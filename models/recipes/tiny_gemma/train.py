"""Trains the model until it knows every answer by heart, alone and as the second or third turn of a conversation.

Usage: python -m tiny_gemma.train OUT_HF_FOLDER   (about four minutes on two cores)
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import torch
from transformers import Gemma3ForCausalLM, Gemma3TextConfig, PreTrainedTokenizerFast

from tiny_gemma.byte_level import train_byte_level

HERE = Path(__file__).resolve().parent
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"]
VOCABULARY = 640
MOST_STEPS = 4000
BATCH = 24
SEED = 7


def read_pairs() -> list[tuple[str, str]]:
    """Questions and their answers."""
    return [tuple(pair) for pair in json.loads((HERE / "conversations.json").read_text(encoding="utf-8"))["pairs"]]


def make_tokenizer(pairs: list[tuple[str, str]]) -> PreTrainedTokenizerFast:
    """Byte-level BPE: no character is unknown to it."""
    texts = [text for pair in pairs for text in pair] + ["user\n", "model\n"]
    tokenizer = train_byte_level(texts, VOCABULARY, SPECIAL)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", bos_token="<bos>", unk_token="<unk>"
    )
    fast.chat_template = (HERE / "chat_template.jinja").read_text(encoding="utf-8").rstrip("\n")
    return fast


def make_model(vocabulary: int) -> Gemma3ForCausalLM:
    """Gemma 3 in small: sliding and full attention in turn, one KV head, GeGLU, QK norm, tied embedding."""
    config = Gemma3TextConfig(
        vocab_size=vocabulary,
        hidden_size=128,
        intermediate_size=512,
        num_hidden_layers=4,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=64,
        sliding_window=512,
        layer_types=["sliding_attention", "sliding_attention", "sliding_attention", "full_attention"],
        max_position_embeddings=2048,
        query_pre_attn_scalar=64,
        pad_token_id=0,
        eos_token_id=1,
        bos_token_id=2,
        tie_word_embeddings=True,
    )
    return Gemma3ForCausalLM(config)


def encode(tokenizer, turns: list[tuple[str, str]]) -> tuple[list[int], list[int]]:
    """Token ids, and the labels: answers only."""
    ids, labels = [tokenizer.bos_token_id], [-100]
    for question, answer in turns:
        asked = tokenizer.encode(f"<start_of_turn>user\n{question}<end_of_turn>\n<start_of_turn>model\n")
        said = tokenizer.encode(f"{answer}<end_of_turn>\n")
        ids += asked + said
        labels += [-100] * len(asked) + said
    return ids, labels


def batch_of(tokenizer, pairs, generator: random.Random) -> dict[str, torch.Tensor]:
    """Conversations of one to four turns; each pair as often as another, at any place."""
    rows = [encode(tokenizer, generator.sample(pairs, generator.randint(1, 4))) for _ in range(BATCH)]
    length = max(len(ids) for ids, _ in rows)
    pad = lambda row, filler: row + [filler] * (length - len(row))  # noqa: E731
    return {
        "input_ids": torch.tensor([pad(ids, 0) for ids, _ in rows]),
        "labels": torch.tensor([pad(labels, -100) for _, labels in rows]),
        "attention_mask": torch.tensor([pad([1] * len(ids), 0) for ids, _ in rows]),
    }


def learn(model, batch: dict[str, torch.Tensor], optimizer, schedule) -> float:
    """One step. Returns the loss before it."""
    loss = model(**batch).loss
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    schedule.step()
    return loss.item()


def train(out: Path) -> None:
    """Writes a Hugging Face folder to OUT."""
    torch.manual_seed(SEED)
    generator = random.Random(SEED)
    pairs = read_pairs()
    tokenizer = make_tokenizer(pairs)
    model = make_model(len(tokenizer)).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-3, total_steps=MOST_STEPS)
    for step in range(MOST_STEPS):
        loss = learn(model, batch_of(tokenizer, pairs, generator), optimizer, schedule)
        if step % 100 == 0:
            print(f"step {step}: loss {loss:.4f}", flush=True)
        if step > 600 and loss < 0.002:
            break
    model.eval().save_pretrained(out)
    tokenizer.save_pretrained(out)


if __name__ == "__main__":
    train(Path(sys.argv[1]))
