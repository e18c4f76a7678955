"""Pictures of one shape on a plain ground, drawn in code: any place, any size, any proportion."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

SHAPES = ["circle", "square", "triangle"]
COLOURS = {
    "red": (215, 40, 40),
    "green": (40, 160, 60),
    "blue": (40, 80, 215),
    "yellow": (240, 210, 40),
    "purple": (140, 50, 170),
    "black": (25, 25, 25),
}
GROUNDS = [(255, 255, 255), (235, 235, 235), (250, 240, 220), (200, 215, 230), (170, 170, 170)]


def _corners(shape: str, radius: float, turn: float) -> list[tuple[float, float]]:
    first, count = (-math.pi / 4, 4) if shape == "square" else (-math.pi / 2, 3)
    angles = [first + turn + index * 2 * math.pi / count for index in range(count)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def _near(colour: tuple[int, int, int], generator: random.Random, by: int) -> tuple[int, ...]:
    return tuple(max(0, min(255, part + generator.randint(-by, by))) for part in colour)


def draw(shape: str, colour: str, generator: random.Random, width: int = 128, height: int = 128) -> Image.Image:
    """A picture of that shape in that colour."""
    image = Image.new("RGB", (width, height), _near(generator.choice(GROUNDS), generator, 5))
    pen = ImageDraw.Draw(image)
    short = min(width, height)
    radius = short * generator.uniform(0.2, 0.36)
    x = generator.uniform(radius, width - radius)
    y = generator.uniform(radius, height - radius)
    fill = _near(COLOURS[colour], generator, 15)
    if shape == "circle":
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=fill)
    else:
        turn = generator.uniform(-0.2, 0.2)
        pen.polygon([(x + dx, y + dy) for dx, dy in _corners(shape, radius, turn)], fill=fill)
    return image
