"""Checkpoint -> a .tflite without a KV cache, in the shape of the published LiteRT files, to try that form on real weights.

    python -m speech.plain CHECKPOINT OUT.tflite
    python -m speech.plain --toy FOLDER          the small graph with made-up weights that the tests load

`encode`: spectrum [1, mels, 3000] -> states [1, 1500, width]. `decode`: states, tokens [1, 128] and an additive mask
[1, 1, 128, 128] -> scores [1, 128, vocabulary]. Sotto's own form is export.py, which is far quicker.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import litert_torch
import torch
from torch.nn.functional import gelu

FRAMES, LENGTH = 3000, 128


class PlainEncode(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, mel):
        return self.model.model.encoder(mel).last_hidden_state


class PlainDecode(torch.nn.Module):
    """The decoder over all positions at once."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, states, tokens, mask):
        decoder = self.model.model.decoder
        x = decoder.embed_tokens(tokens) + decoder.embed_positions.weight[:LENGTH][None]
        for layer in decoder.layers:
            x = x + self._attend(layer.self_attn, layer.self_attn_layer_norm(x), None, mask)
            x = x + self._attend(layer.encoder_attn, layer.encoder_attn_layer_norm(x), states, None)
            x = x + layer.fc2(gelu(layer.fc1(layer.final_layer_norm(x))))
        return self.model.proj_out(decoder.layer_norm(x))

    @staticmethod
    def _attend(attention, x, states, mask):
        source = x if states is None else states
        heads = attention.num_heads

        def split(values):
            return values.view(1, values.shape[1], heads, -1).transpose(1, 2)

        query, key, value = split(attention.q_proj(x)), split(attention.k_proj(source)), split(attention.v_proj(source))
        scores = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(2, 3))
        weights = torch.softmax(scores if mask is None else scores + mask, -1)
        return attention.out_proj(torch.matmul(weights, value).transpose(1, 2).reshape(x.shape))


class ToyEncode(torch.nn.Module):
    """Halves the frames and projects the bands."""

    def __init__(self, width: int):
        super().__init__()
        self.project = torch.nn.Linear(80, width)

    def forward(self, mel):
        halves = mel.view(1, 80, FRAMES // 2, 2).mean(-1)
        return self.project(halves.transpose(1, 2))


class ToyDecode(torch.nn.Module):
    """What comes next depends on all tokens before it, by the mask alone, and on the sound."""

    def __init__(self, width: int, vocabulary: int):
        super().__init__()
        self.embed = torch.nn.Embedding(vocabulary, width)
        self.out = torch.nn.Linear(width, vocabulary)

    def forward(self, states, tokens, mask):
        x = self.embed(tokens)
        before = torch.matmul(torch.softmax(mask[0, 0], -1), x[0])[None]
        return self.out(torch.tanh(x + 2 * before + states.mean(1, keepdim=True)))


def export(encode, decode, width: int, length: int, mels: int, path: Path) -> None:
    sound = (torch.zeros(1, mels, FRAMES),)
    text = (torch.zeros(1, FRAMES // 2, width), torch.zeros(1, length, dtype=torch.int32), torch.zeros(1, 1, length, length))
    litert_torch.signature("encode", encode.eval(), sound).signature("decode", decode.eval(), text).convert().export(str(path))


def make_toy(folder: Path) -> None:
    """The graph, and what it says to silence: the likeliest token after each, as PyTorch computes it."""
    torch.manual_seed(7)
    width, vocabulary, length = 8, 64, 16
    encode, decode = ToyEncode(width), ToyDecode(width, vocabulary)
    folder.mkdir(parents=True, exist_ok=True)
    export(encode, decode, width, length, 80, folder / "plain-whisper.tflite")
    # Whisper's spectrum of silence is the same number everywhere.
    states = encode(torch.full((1, 80, FRAMES), -1.5))
    mask = torch.triu(torch.full((length, length), -1e9), 1)[None, None]
    tokens = [1, 2, 3]
    while len(tokens) < length:
        padded = torch.tensor([tokens + [0] * (length - len(tokens))], dtype=torch.int32)
        tokens.append(int(decode(states, padded, mask)[0, len(tokens) - 1].argmax()))
    (folder / "plain-whisper.json").write_text(json.dumps({"prompt": tokens[:3], "likeliest": tokens[3:]}) + "\n")


def main() -> None:
    if sys.argv[1] == "--toy":
        make_toy(Path(sys.argv[2]))
        return
    from speech import weights

    model = weights.load(Path(sys.argv[1]))
    config = model.config
    export(PlainEncode(model), PlainDecode(model), config.d_model, LENGTH, config.num_mel_bins, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
