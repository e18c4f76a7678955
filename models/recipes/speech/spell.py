"""Tokens to text by tokenizer.json, in plain Python: GPT-2's bytes, so that no tokenizer package is needed to measure a file."""

from __future__ import annotations

import json
from pathlib import Path


def _bytes_of_characters() -> dict[str, int]:
    """GPT-2 writes each byte as a character that can be seen: printable ones as they are, the others from 256 on."""
    seen = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    hidden = [byte for byte in range(256) if byte not in seen]
    return {chr(byte): byte for byte in seen} | {chr(256 + index): byte for index, byte in enumerate(hidden)}


class Speller:
    """The vocabulary of one tokenizer.json. Special tokens are not text and are left out."""

    def __init__(self, path: Path) -> None:
        described = json.loads(path.read_text(encoding="utf-8"))
        added = {entry["id"] for entry in described["added_tokens"]}
        self.pieces = {index: piece for piece, index in described["model"]["vocab"].items() if index not in added}
        self.bytes = _bytes_of_characters()

    def text(self, tokens: list[int]) -> str:
        """Plain text; bytes that are no UTF-8 become replacement characters."""
        pieces = "".join(self.pieces.get(int(token), "") for token in tokens)
        return bytes(self.bytes[character] for character in pieces).decode("utf-8", errors="replace").strip()
