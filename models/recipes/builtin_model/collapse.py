"""Does an answer hold together? A mechanical check for loops, emptiness and garble; it does not judge truth or style."""

from __future__ import annotations

import re

MAX_WORD = 60
LOOP_REPEATS = 4
LONG_ANSWER_WORDS = 40
MIN_DISTINCT_FOURGRAMS = 0.6
MIN_READABLE = 0.9


def _longest_run(words: list[str], size: int) -> int:
    """How often the same `size` words follow each other directly, at most."""
    best = 1
    for start in range(size):
        run = 1
        for at in range(start + size, len(words) - size + 1, size):
            run = run + 1 if words[at : at + size] == words[at - size : at] else 1
            best = max(best, run)
    return best


def collapse_reason(answer: str) -> str | None:
    """Name what is wrong with an answer, or None."""
    text = answer.strip()
    if not any(char.isalnum() for char in text):
        return "empty"
    if "\ufffd" in text or "<|" in text:
        return "garbled: broken characters or control tokens"
    readable = sum(char.isascii() and (char.isprintable() or char.isspace()) for char in text)
    if readable / len(text) < MIN_READABLE:
        return "garbled: few readable characters"
    words = text.lower().split()
    if any(len(word) > MAX_WORD for word in words if not re.fullmatch(r"[-=_*#|]+", word)):
        return "garbled: endless word"
    lines = [line.strip().lower() for line in text.splitlines() if len(line.strip()) > 3]
    if lines and max(lines.count(line) for line in lines) >= LOOP_REPEATS:
        return "loop: the same line again and again"
    if any(_longest_run(words, size) >= LOOP_REPEATS for size in range(1, 13)):
        return "loop: the same words one after the other"
    if len(words) >= LONG_ANSWER_WORDS:
        grams = [tuple(words[at : at + 4]) for at in range(len(words) - 3)]
        if len(set(grams)) / len(grams) < MIN_DISTINCT_FOURGRAMS:
            return "loop: most word groups occur more than once"
    return None
