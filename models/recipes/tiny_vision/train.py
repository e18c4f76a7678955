"""Trains the model until it names shape and colour of pictures it never saw, at any turn of a conversation.

Usage: python -m tiny_vision.train OUT_HF_FOLDER   (eleven minutes on one core: more threads only get in each other's way)
The prompt is cut into pieces as LiteRT-LM cuts it: each piece is tokenized by itself, and a picture is a row of 16 vectors and
the end-of-image token between two of them. Pixels go in as the runtime gives them, from 0 to 1; attention looks back only.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import torch
from transformers import Gemma3ImageProcessorPil, PreTrainedTokenizerFast

from tiny_gemma.byte_level import train_byte_level
from tiny_vision.network import IMAGE_SIZE, SPECIAL, VECTORS, embed, make_model
from tiny_vision.pictures import COLOURS, SHAPES, draw

HERE = Path(__file__).resolve().parent
VOCABULARY = 448
PICTURES = 9000
STEPS = 2400
BATCH = 32
SEED = 7
TALK = json.loads((HERE / "conversations.json").read_text(encoding="utf-8"))
COLOUR_NAMES = list(COLOURS)


def fill(answer: str, seen: list[tuple[str, str]]) -> str:
    """An answer about the pictures: (shape, colour) of each."""
    values = {"shape": seen[0][0], "colour": seen[0][1], "Colour": seen[0][1].capitalize()}
    if len(seen) > 1:
        values |= {"shape2": seen[1][0], "colour2": seen[1][1]}
    return answer.format(**values)


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE: no character is unknown to it."""
    texts = [text for kind in ("text", "picture", "pictures") for pair in TALK[kind] for text in pair]
    words = [f" {word}" for word in [*SHAPES, *COLOURS]] + [word.capitalize() for word in COLOURS]
    said = [*texts, *words * 3, TALK["blind"], "user\n", "model\n", "\n\n"]
    tokenizer = train_byte_level(said, VOCABULARY, SPECIAL)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="<eos>",
        bos_token="<bos>",
        unk_token="<unk>",
        extra_special_tokens={"boi_token": "<start_of_image>", "eoi_token": "<end_of_image>"},
    )
    fast.chat_template = (HERE / "chat_template.jinja").read_text(encoding="utf-8").rstrip("\n")
    return fast


def pieces(question: str, pictures: int, picture_first: bool) -> list[str | None]:
    """The user's turn as LiteRT-LM cuts it; None stands for a picture."""
    parts = [None] * pictures + [question] if picture_first else [question] + [None] * pictures
    cut, open_text = [], "<start_of_turn>user\n"
    for part in parts:
        if part is None:
            cut += [f"{open_text}\n\n<start_of_image>", None, "\n\n"]
            open_text = ""
        else:
            open_text += part
    return [*cut, f"{open_text}<end_of_turn>\n<start_of_turn>model\n"]


def turn(generator: random.Random, labels: list[tuple[str, str]], last: int | None) -> tuple[str, str, list[int]]:
    """A question, its answer, and the pictures that come with it. `last`: the picture that was seen before."""
    chance = generator.random()
    if chance < 0.15:
        return (*generator.choice(TALK["text"]), [])
    if chance < 0.3:
        question, answer = generator.choice(TALK["picture"])
        return question, TALK["blind"] if last is None else fill(answer, [labels[last]]), []
    new = [generator.randrange(len(labels)) for _ in range(2 if chance < 0.4 else 1)]
    question, answer = generator.choice(TALK["pictures" if len(new) == 2 else "picture"])
    return question, fill(answer, [labels[index] for index in new]), new


def conversation(tokenizer, generator: random.Random, labels: list[tuple[str, str]]) -> tuple[list[int], list[int], list[int]]:
    """Token ids (-1 for each vector of a picture), the labels (answers only), and the pictures in their order."""
    ids, wanted, shown, last = [tokenizer.bos_token_id], [-100], [], None
    for _ in range(generator.choice([1, 1, 2, 3])):
        question, answer, new = turn(generator, labels, last)
        for piece in pieces(question, len(new), generator.random() < 0.7):
            cut = [-1] * VECTORS + [SPECIAL.index("<end_of_image>")] if piece is None else tokenizer.encode(piece)
            ids += cut
            wanted += [-100] * len(cut)
        said = tokenizer.encode(f"{answer}<end_of_turn>\n")
        ids += said
        wanted += said
        shown += new
        last = new[-1] if new else last
    return ids, wanted, shown


def drawn(count: int, generator: random.Random) -> tuple[torch.Tensor, list[tuple[str, str]]]:
    """Pictures as bytes, and what each shows."""
    labels = [(generator.choice(SHAPES), generator.choice(COLOUR_NAMES)) for _ in range(count)]
    images = []
    for shape, colour in labels:
        width, height = (generator.randint(64, 192), generator.randint(64, 192)) if generator.random() < 0.3 else (128, 128)
        image = draw(shape, colour, generator, width, height).resize((IMAGE_SIZE, IMAGE_SIZE), 3)
        images.append(torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(IMAGE_SIZE, IMAGE_SIZE, 3))
    return torch.stack(images).permute(0, 3, 1, 2), labels


def loss_of(model, heads, tokenizer, images, labels, generator: random.Random) -> torch.Tensor:
    """Of the answers, and of what the vectors alone tell about shape and colour, which makes the eye learn sooner."""
    rows = [conversation(tokenizer, generator, labels) for _ in range(BATCH)]
    length = max(len(ids) for ids, _, _ in rows)
    pad = lambda row, filler: row + [filler] * (length - len(row))  # noqa: E731
    ids = torch.tensor([pad(ids, 0) for ids, _, _ in rows])
    wanted = torch.tensor([pad(wanted, -100) for _, wanted, _ in rows])
    shown = [index for _, _, row in rows for index in row]
    pixels = images[shown].float() / 255
    pixels = (pixels + torch.randn_like(pixels) * 0.02).clamp(0, 1)
    embedded, soft = embed(model, ids, pixels)
    hidden = model.model.language_model(inputs_embeds=embedded, use_cache=False).last_hidden_state
    loss = torch.nn.functional.cross_entropy(model.lm_head(hidden[:, :-1]).flatten(0, 1), wanted[:, 1:].flatten())
    for head, (at, names) in zip(heads, enumerate((SHAPES, COLOUR_NAMES)), strict=True):
        truth = torch.tensor([names.index(labels[index][at]) for index in shown])
        loss = loss + 0.3 * torch.nn.functional.cross_entropy(head(soft.flatten(1)), truth)
    return loss


def train(out: Path) -> None:
    """Writes a Hugging Face folder to OUT."""
    torch.manual_seed(SEED)
    generator = random.Random(SEED)
    tokenizer = make_tokenizer()
    model = make_model(len(tokenizer)).train()
    width = VECTORS * model.config.text_config.hidden_size
    heads = torch.nn.ModuleList([torch.nn.Linear(width, len(SHAPES)), torch.nn.Linear(width, len(COLOURS))])
    images, labels = drawn(PICTURES, generator)
    parameters = [*model.parameters(), *heads.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=3e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=STEPS)
    for step in range(STEPS):
        loss = loss_of(model, heads, tokenizer, images, labels, generator)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step}: loss {loss.item():.4f}", flush=True)
    model.eval().save_pretrained(out)
    tokenizer.save_pretrained(out)
    size = {"height": IMAGE_SIZE, "width": IMAGE_SIZE}
    Gemma3ImageProcessorPil(size=size, do_normalize=False).save_pretrained(out)


if __name__ == "__main__":
    torch.set_num_threads(1)
    train(Path(sys.argv[1]))
