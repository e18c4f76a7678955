"""How far files are from FP32, and whether that is near enough.

    npm run models -- validate FILE... --against REFERENCE.npz [--limits NAME] [--table docs/accuracy.md] [--questions [FP32.litertlm]]

Prints one JSON line a file. With --questions, files are also asked what chat/questions.py has, and so is the FP32 file. With
--limits, ends with status 1 where a limit of limits.json is missed. With --table, writes the figures into the place between the
marks of that name in a Markdown file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from chat.accuracy_table import write_table
from chat.problems import RecipeError, report, say
from chat.questions import ask_file, read_questions, same_answers
from chat.questions import figures_of as answer_figures
from chat.reference import read_reference
from chat.score import score

RECIPES = Path(__file__).resolve().parent.parent
LIMITS = RECIPES / "limits.json"
"""Heading and decimals of each figure."""
COLUMNS = {
    "sizeBytes": ("Size, MB", 1),
    "perplexity": ("Perplexity", 2),
    "perplexityRatio": ("against FP32", 3),
    "klDivergence": ("KL, nats", 4),
    "klDivergenceP99": ("KL, P99", 2),
    "top1Percent": ("Same choice, %", 1),
}
"""Further ones where questions were asked."""
ASKED = {"exactMatchPercent": ("Questions, %", 1), "sameAnswersPercent": ("FP32's answer, %", 1)}


def read_limits(name: str) -> dict[str, float]:
    """Raises RecipeError LIMITS_UNKNOWN."""
    every = json.loads(LIMITS.read_text(encoding="utf-8"))
    if name not in every:
        raise RecipeError("LIMITS_UNKNOWN", f"There are no limits for {name}.", f"Known: {', '.join(every)}.")
    return every[name]


def missed(figures: dict, limits: dict[str, float]) -> list[str]:
    """The limits that are not kept, in words. A name ends with Max or Min."""
    failures = []
    for name, limit in limits.items():
        value = figures[name[:-3]]
        if value > limit if name.endswith("Max") else value < limit:
            failures.append(f"{name[:-3]} is {value}, {'at most' if name.endswith('Max') else 'at least'} {limit}")
    return failures


class Asked:
    """The questions, and FP32's answers to them where its file is given."""

    def __init__(self, fp32: Path | None) -> None:
        self.questions = read_questions()
        self.expected = None if fp32 is None else ask_file(fp32, self.questions)

    def figures(self, file: Path) -> dict[str, float | int]:
        """Of one file. Raises RecipeError RUNTIME_REFUSED."""
        answers = ask_file(file, self.questions)
        figures = answer_figures(self.questions, answers)
        if self.expected is not None:
            figures["exactMatchPercentFp32"] = answer_figures(self.questions, self.expected)["exactMatchPercent"]
            figures["sameAnswersPercent"] = same_answers(answers, self.expected)
        return figures

    def told(self) -> str:
        """For people."""
        if self.expected is None:
            return f" {len(self.questions)} questions."
        return f" {len(self.questions)} questions; FP32 answers {answer_figures(self.questions, self.expected)['exactMatchPercent']} %."


def options(description: str, table_name: str) -> argparse.ArgumentParser:
    """What every kind of model is validated with."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--against", type=Path, required=True)
    parser.add_argument("--limits")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--table-name", default=table_name)
    parser.add_argument("--add", action="store_true", help="leave the table's rows of other files as they are")
    return parser


def validate(args: argparse.Namespace, figures_of: Callable[[Path], dict]) -> tuple[list[dict], bool]:
    """Prints a line for each file. Returns all of them, and whether one misses a limit. Raises RecipeError."""
    limits = {} if args.limits is None else read_limits(args.limits)
    rows, failed = [], False
    for file in args.file:
        try:
            figures = {"file": file.name, **figures_of(file)}
        except RecipeError as error:
            # A precision that this runtime does not know is a row of the table, but no file to ship.
            if error.code != "RUNTIME_REFUSED" or args.table is None:
                raise
            figures = {"file": file.name, "refused": error.sentence}
        else:
            figures["failures"] = missed(figures, limits)
            failed = failed or bool(figures["failures"])
        rows.append(figures)
        print(json.dumps(figures), flush=True)
        for failure in figures.get("failures", []):
            say(f"{file.name}: {failure}")
    return rows, failed


def main() -> int:
    """Command line."""
    parser = options(__doc__, "accuracy")
    parser.add_argument("--questions", type=Path, nargs="?", const=Path(), help="ask them; FP32's answers come from its own .litertlm")
    args = parser.parse_args()
    try:
        reference = read_reference(args.against)
        asked = None if args.questions is None else Asked(None if args.questions == Path() else args.questions)
        rows, failed = validate(args, lambda file: {**score(file, reference), **(asked.figures(file) if asked else {})})
        if args.table is not None:
            fp32 = next((row["perplexityFp32"] for row in rows if "perplexityFp32" in row), float("nan"))
            first = f"Perplexity of FP32: {fp32:.2f}.{asked.told() if asked else ''}"
            write_table(args.table, args.table_name, rows, COLUMNS | ASKED if asked else COLUMNS, first, args.add)
    except RecipeError as error:
        return report(error)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
