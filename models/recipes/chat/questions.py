"""Short questions whose answers are known, asked through LiteRT-LM at temperature 0, as the app asks.

    python -m chat.questions FILE.litertlm [--answers OUT.txt]

prints one JSON line. Exact: the first sentence of the answer, levelled, is one that is accepted, or ends with "is" or "=" and
one that is accepted ("The capital of France is Paris."). Contained: an accepted one stands anywhere in it, as words. The set is
small: one question of 42 is 2.4 %.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from chat.problems import RecipeError, report

QUESTIONS = Path(__file__).resolve().parent.parent / "questions.json"
"""Enough for a sentence; what goes on for longer is no exact answer."""
MOST_TOKENS = 48


@dataclass(frozen=True)
class Question:
    """What is asked, and every answer that counts."""

    ask: str
    accept: tuple[str, ...]


def read_questions(path: Path = QUESTIONS) -> list[Question]:
    """Raises RecipeError QUESTIONS_DAMAGED."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        questions = [Question(str(entry["ask"]), tuple(map(str, entry["accept"]))) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise RecipeError("QUESTIONS_DAMAGED", f"{path.name} is no set of questions.", 'Write [{"ask": …, "accept": […]}, …].') from cause
    if not questions or not all(question.accept for question in questions):
        raise RecipeError("QUESTIONS_DAMAGED", f"{path.name} asks nothing, or accepts nothing.", "Write questions with answers.")
    return questions


def level(text: str) -> str:
    """Lower case, one form of each letter, no punctuation but the signs of arithmetic, no articles, single spaces."""
    plain = unicodedata.normalize("NFKC", text).lower()
    words = re.sub(r"[^\w\s+\-*/=°]", " ", plain).split()
    return " ".join(word for word in words if word not in {"a", "an", "the"})


def is_exact(question: Question, answer: str) -> bool:
    """Whether the first sentence is an accepted answer, or says that it is one."""
    sentence = re.split(r"(?<=[.!?])\s|\n", answer.strip())[0]
    said = level(sentence)
    told = {said, *(said.rsplit(f" {word} ", 1)[-1] for word in ("is", "="))}
    return bool(told & {level(accepted) for accepted in question.accept})


def is_contained(question: Question, answer: str) -> bool:
    """Whether an accepted answer stands in it, as words."""
    padded = f" {level(answer)} "
    return any(f" {level(accepted)} " in padded for accepted in question.accept)


def ask_file(model: Path, questions: list[Question]) -> list[str]:
    """The answers of a `.litertlm`. Raises RecipeError RUNTIME_REFUSED."""
    from builtin_model.answers import GREEDY, ask_all, open_engine

    with tempfile.TemporaryDirectory() as cache:
        try:
            with open_engine(model, Path(cache)) as engine:
                return [answer.text for answer in ask_all(engine, [one.ask for one in questions], GREEDY, MOST_TOKENS)]
        except (RuntimeError, ValueError, OSError) as cause:
            raise RecipeError("RUNTIME_REFUSED", f"LiteRT-LM does not run it: {str(cause)[:80]} …", "Try another precision.") from cause


def figures_of(questions: list[Question], answers: list[str]) -> dict[str, float | int]:
    """In percent of the questions."""

    def percent(test) -> float:
        right = sum(test(question, answer) for question, answer in zip(questions, answers, strict=True))
        return round(100 * right / len(questions), 1)

    return {"questions": len(questions), "exactMatchPercent": percent(is_exact), "containedPercent": percent(is_contained)}


def same_answers(ours: list[str], theirs: list[str]) -> float:
    """How many answers of two files are the same, in percent."""
    return round(100 * sum(level(a) == level(b) for a, b in zip(ours, theirs, strict=True)) / len(ours), 1)


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--answers", type=Path, help="write what was asked and answered, to be read")
    args = parser.parse_args()
    try:
        questions = read_questions()
        answers = ask_file(args.file, questions)
    except RecipeError as error:
        return report(error)
    if args.answers is not None:
        lines = [f"{'=' if is_exact(q, a) else '~' if is_contained(q, a) else 'x'} {q.ask}\n    {a.strip()}" for q, a in zip(questions, answers, strict=True)]
        args.answers.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(json.dumps({"file": args.file.name, **figures_of(questions, answers)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
