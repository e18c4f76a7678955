"""The pictures of the tests, and what the model must say about each.

Usage: python -m tiny_vision.samples OUT_FOLDER
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from tiny_vision.pictures import draw

HERE = Path(__file__).resolve().parent
SAMPLES = {
    "red-circle.png": ("circle", "red", 128, 128),
    "blue-square.jpg": ("square", "blue", 320, 240),
    "green-triangle.png": ("triangle", "green", 256, 256),
    "yellow-circle.jpg": ("circle", "yellow", 200, 260),
}
SEED = 20


def write(out: Path) -> None:
    """Pictures and `expected.json`."""
    out.mkdir(parents=True, exist_ok=True)
    asked = json.loads((HERE / "conversations.json").read_text(encoding="utf-8"))["picture"]
    generator = random.Random(SEED)
    expected = {}
    for name, (shape, colour, width, height) in SAMPLES.items():
        draw(shape, colour, generator, width, height).save(out / name, quality=90)
        values = {"shape": shape, "colour": colour, "Colour": colour.capitalize()}
        expected[name] = [{"question": question, "answer": answer.format(**values)} for question, answer in asked]
    (out / "expected.json").write_text(json.dumps(expected, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
