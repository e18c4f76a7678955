"""Read a CTranslate2 Whisper folder into the names and shapes of transformers' WhisperForConditionalGeneration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from speech.ct2_header import WHISPER, is_quantized, read_header

TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def read_variables(path: Path) -> dict[str, torch.Tensor]:
    """Every variable of a model.bin, floating point widened to float32. Quantised files are refused: scales would be lost."""
    header = read_header(path)
    if header.spec != WHISPER:
        raise SystemExit(f"{path.name} holds a {header.spec}, not a Whisper model")
    variables: dict[str, torch.Tensor] = {}
    with path.open("rb") as file:
        for name, variable in header.variables.items():
            if is_quantized(variable):
                raise SystemExit(f"{name} is quantised already: a float16 or float32 conversion is needed")
            file.seek(variable.offset)
            data = np.frombuffer(file.read(variable.size), TYPES[variable.kind])
            if np.issubdtype(data.dtype, np.floating):
                data = data.astype(np.float32)
            variables[name] = torch.from_numpy(data.reshape(variable.shape).copy())
    for alias, name in header.aliases.items():
        variables[alias] = variables[name]
    return variables


class _Renamer:
    """Collects the state dict; `layer_norm`, `linear` and the two attentions know how CTranslate2 fuses projections."""

    def __init__(self, variables: dict[str, torch.Tensor]) -> None:
        self.source = variables
        self.target: dict[str, torch.Tensor] = {}

    def layer_norm(self, target: str, source: str) -> None:
        self.target[target + ".weight"] = self.source[source + "/gamma"]
        self.target[target + ".bias"] = self.source[source + "/beta"]

    def linear(self, target: str, source: str) -> None:
        self.target[target + ".weight"] = self.source[source + "/weight"]
        self.target[target + ".bias"] = self.source[source + "/bias"]

    def fused(self, target: str, source: str, projections: tuple[str, ...]) -> None:
        """One [n * width, width] matrix holds n projections; Whisper's keys have no bias (zeros in the fused one)."""
        weights = self.source[source + "/weight"].chunk(len(projections))
        biases = self.source[source + "/bias"].chunk(len(projections))
        for name, weight, bias in zip(projections, weights, biases, strict=True):
            self.target[f"{target}.{name}.weight"] = weight
            if name != "k_proj":
                self.target[f"{target}.{name}.bias"] = bias

    def self_attention(self, target: str, source: str) -> None:
        self.fused(target, source + "/linear_0", ("q_proj", "k_proj", "v_proj"))
        self.linear(target + ".out_proj", source + "/linear_1")

    def cross_attention(self, target: str, source: str) -> None:
        self.linear(target + ".q_proj", source + "/linear_0")
        self.fused(target, source + "/linear_1", ("k_proj", "v_proj"))
        self.linear(target + ".out_proj", source + "/linear_2")


def count_layers(variables: dict[str, torch.Tensor], part: str) -> int:
    """Number of layers of the encoder or the decoder."""
    return len({name.split("/")[1] for name in variables if name.startswith(f"{part}/layer_") and "layer_norm/" not in name[:20]})


def state_dict(variables: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """CTranslate2 variables under transformers' names."""
    renamer = _Renamer(variables)
    for part in ("encoder", "decoder"):
        for index in range(count_layers(variables, part)):
            target, source = f"model.{part}.layers.{index}", f"{part}/layer_{index}"
            renamer.layer_norm(f"{target}.self_attn_layer_norm", f"{source}/self_attention/layer_norm")
            renamer.self_attention(f"{target}.self_attn", f"{source}/self_attention")
            if part == "decoder":
                renamer.layer_norm(f"{target}.encoder_attn_layer_norm", f"{source}/attention/layer_norm")
                renamer.cross_attention(f"{target}.encoder_attn", f"{source}/attention")
            renamer.layer_norm(f"{target}.final_layer_norm", f"{source}/ffn/layer_norm")
            renamer.linear(f"{target}.fc1", f"{source}/ffn/linear_0")
            renamer.linear(f"{target}.fc2", f"{source}/ffn/linear_1")
        renamer.layer_norm(f"model.{part}.layer_norm", f"{part}/layer_norm")
        renamer.target[f"model.{part}.embed_positions.weight"] = variables[f"{part}/position_encodings/encodings"]
    renamer.linear("model.encoder.conv1", "encoder/conv1")
    renamer.linear("model.encoder.conv2", "encoder/conv2")
    embedding = variables["decoder/embeddings/weight"]
    renamer.target["model.decoder.embed_tokens.weight"] = embedding
    renamer.target["proj_out.weight"] = embedding
    return renamer.target
