"""What goes wrong, as a code, a sentence and a next step."""

from __future__ import annotations

import json
import sys


class RecipeError(Exception):
    """A code that does not change, a sentence for people, and what they can do."""

    def __init__(self, code: str, sentence: str, hint: str):
        super().__init__(sentence)
        self.code, self.sentence, self.hint = code, sentence, hint


def say(text: str) -> None:
    """Progress goes to standard error; figures go to standard output."""
    print(f"[models] {text}", file=sys.stderr, flush=True)


def report(error: RecipeError) -> int:
    """Tell of a failure on standard output as JSON and on standard error in words. Returns the exit status."""
    print(json.dumps({"type": "failed", "code": error.code, "message": error.sentence, "hint": error.hint}))
    say(f"{error.sentence} {error.hint} ({error.code})")
    return 2
