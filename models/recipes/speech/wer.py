"""Word errors, after spelling differences that are not errors are levelled."""

from __future__ import annotations

import re

NUMBERS = "zero one two three four five six seven eight nine ten".split()
SPELLINGS = {"mr": "mister", "metres": "meters", **{str(n): word for n, word in enumerate(NUMBERS)}}


def words(text: str) -> list[str]:
    """Lower case, no punctuation, hyphens as spaces, digits up to ten and a few abbreviations spelt out."""
    plain = re.sub(r"[^\w ]", "", re.sub("[-–—]", " ", text.lower()))
    return [SPELLINGS.get(word, word) for word in plain.split()]


def errors(reference: str, heard: str) -> tuple[int, int]:
    """(substitutions + insertions + deletions, words of the reference)."""
    wanted, found = words(reference), words(heard)
    row = list(range(len(found) + 1))
    for i, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(found, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1], len(wanted)
