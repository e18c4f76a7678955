"""Next-token agreement of an exported file with FP32, by teacher forcing on the held-out text.

FP32 is the dequantised PyTorch model; its choices are written once (`--write`) so that a file can be checked without
PyTorch. The quantized side runs the `decode` graph out of the container itself, one token after the other.
Usage: python -m builtin_model.agreement --write HF_FOLDER OUT.json
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np

RECIPES = Path(__file__).resolve().parent.parent
SEPARATOR = "\n=====\n"
CHAT_MARK = "<|im_start|>"
THREADS = 2


def write_reference(hf: Path, out: Path) -> None:
    """Tokenize the held-out text and write FP32's next-token choice after every token of it."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(hf)
    model = AutoModelForCausalLM.from_pretrained(hf, dtype=torch.float32).eval()
    segments = []
    for text in (RECIPES / "heldout.txt").read_text(encoding="utf-8").strip().split(SEPARATOR):
        tokens = tokenizer(text, return_tensors="pt").input_ids
        with torch.no_grad():
            choices = model(tokens).logits[0].argmax(-1)
        segments.append({"chat": CHAT_MARK in text, "tokens": tokens[0].tolist(), "choices": choices.tolist()})
    out.write_text("[\n" + ",\n".join(json.dumps(s, separators=(",", ":")) for s in segments) + "\n]\n", encoding="utf-8")


def extract_graph(model: Path, out: Path) -> None:
    """Copy the prefill/decode graph out of a `.litertlm`."""
    from litert_lm_builder import litertlm_header_schema_py_generated as schema

    with model.open("rb") as stream:
        head = stream.read(32)
        if head[:8] != b"LITERTLM":
            raise ValueError("not a .litertlm file")
        header = stream.read(int.from_bytes(head[24:32], "little") - 32)
        sections = schema.LiteRTLMMetaData.GetRootAs(header).SectionMetadata()
        for at in range(sections.ObjectsLength()):
            section = sections.Objects(at)
            if section.DataType() == schema.AnySectionDataType.TFLiteModel:
                stream.seek(section.BeginOffset())
                graph = stream.read(section.EndOffset() - section.BeginOffset())
                if section.BeginOffset() + len(graph) != section.EndOffset():
                    raise ValueError("the file is cut")
                out.write_bytes(graph)
                return
    raise ValueError("no TFLite section")


def graph_choices(graph: Path, segments: list[list[int]]) -> list[list[int]]:
    """The graph's own next-token choice after every token of every segment."""
    from ai_edge_litert.interpreter import Interpreter

    length = max(len(tokens) for tokens in segments)
    interpreter = Interpreter(str(graph), num_threads=THREADS)
    decode = interpreter.get_signature_runner("decode")
    shapes = {}
    for name, detail in decode.get_input_details().items():
        shape = [length if size < 0 else int(size) for size in detail["shape_signature"]]
        shapes[name] = (shape, detail["dtype"])
    result = []
    for tokens in segments:
        caches = {name: np.zeros(*spec) for name, spec in shapes.items() if name.startswith("kv_cache")}
        choices = []
        for position, token in enumerate(tokens):
            mask = np.full(shapes["mask"][0], -1e9, np.float32)
            mask[..., : position + 1] = 0
            outputs = decode(
                tokens=np.array([[token]], np.int32), input_pos=np.array([position], np.int32), mask=mask, **caches
            )
            choices.append(int(outputs.pop("logits").argmax()))
            caches = outputs
        result.append(choices)
    return result


def measure(model: Path, reference: Path) -> dict[str, float | int]:
    """Percentages of positions where file and FP32 choose the same next token."""
    segments = json.loads(reference.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as work:
        graph = Path(work) / "model.tflite"
        extract_graph(model, graph)
        chosen = graph_choices(graph, [segment["tokens"] for segment in segments])
    same = {True: [0, 0], False: [0, 0]}
    for segment, choices in zip(segments, chosen, strict=True):
        tally = same[segment["chat"]]
        tally[0] += sum(ours == theirs for ours, theirs in zip(choices, segment["choices"], strict=True))
        tally[1] += len(choices)
    (chat_same, chat), (text_same, text) = same[True], same[False]
    return {
        "positions": chat + text,
        "agreementPercent": round(100 * (chat_same + text_same) / (chat + text), 2),
        "agreementChatPercent": round(100 * chat_same / chat, 2),
        "agreementTextPercent": round(100 * text_same / text, 2),
    }


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        write_reference(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))
