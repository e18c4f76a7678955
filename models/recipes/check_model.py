"""Print what a built-in chat model must reach, as JSON; exit status 1 if it does not.

1. how far it is from FP32 on the held-out text (`chat/score.py`), within the limits of `limits.json`;
2. answers to the committed prompts at temperature 0, with the model's own repetition penalty: none may collapse.
Also: Paris for the capital of France, at temperature 0 and at the default sampling.
Usage: CACHE/venv/bin/python models/recipes/check_model.py FILE [--penalty X] [--answers OUT.txt]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from builtin_model.answers import GREEDY, Answer, ask_all, open_engine
from builtin_model.collapse import collapse_reason
from chat.reference import read_reference
from chat.score import score
from chat.validate import missed, read_limits

RECIPES = Path(__file__).resolve().parent
MAX_COLLAPSED = 0
ANSWER_TOKENS = 300
SURE_QUESTION, SURE_ANSWER = "What is the capital of France?", "Paris"
SEEDS = 5


def _answers(model: Path, penalty: float | None) -> tuple[list[Answer], bool]:
    """Answers at temperature 0, and whether the sure question is answered at default sampling whatever the seed."""
    prompts = json.loads((RECIPES / "prompts.json").read_text(encoding="utf-8"))
    default = json.loads((RECIPES / "model.json").read_text(encoding="utf-8"))["defaultSampling"]
    greedy = {**GREEDY, "repetitionPenalty": penalty or default["repetitionPenalty"]}
    with tempfile.TemporaryDirectory() as cache, open_engine(model, Path(cache)) as engine:
        answers = list(ask_all(engine, prompts, greedy, ANSWER_TOKENS))
        sure = all(
            SURE_ANSWER in answer.text
            for seed in range(SEEDS)
            for answer in ask_all(engine, [SURE_QUESTION], default, ANSWER_TOKENS, seed)
        )
    return answers, sure


def check(model: Path, penalty: float | None, answers_out: Path | None) -> dict:
    """Measure everything; `failures` names each limit that was missed."""
    settings = json.loads((RECIPES / "model.json").read_text(encoding="utf-8"))
    reference = read_reference(RECIPES / "builtin_model" / "reference.npz")
    figures: dict = {"file": model.name, **score(model, reference)}
    answers, sure_at_default = _answers(model, penalty)
    collapsed = {answer.prompt: reason for answer in answers if (reason := collapse_reason(answer.text))}
    figures["prompts"] = len(answers)
    figures["collapsed"] = len(collapsed)
    figures["collapsedPrompts"] = collapsed
    figures["cutAtLimit"] = sum(answer.answer_tokens >= ANSWER_TOKENS - 1 for answer in answers)
    figures["prefillTokensPerSecond"] = round(statistics.median(answer.prefill_rate for answer in answers))
    figures["decodeTokensPerSecond"] = round(statistics.median(answer.decode_rate for answer in answers))
    sure = any(answer.prompt == SURE_QUESTION and SURE_ANSWER in answer.text for answer in answers)
    limits = {
        f"collapsed at most {MAX_COLLAPSED}": len(collapsed) <= MAX_COLLAPSED,
        f"{SURE_ANSWER} at temperature 0": sure,
        f"{SURE_ANSWER} at default sampling": sure_at_default,
    }
    figures["failures"] = missed(figures, read_limits(settings["id"]))
    figures["failures"] += [limit for limit, kept in limits.items() if not kept]
    if answers_out is not None:
        answers_out.write_text("".join(f"### {a.prompt}\n{a.text}\n\n" for a in answers), encoding="utf-8")
    return figures


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--penalty", type=float, help="repetition penalty at temperature 0 (default: the model's own)")
    parser.add_argument("--answers", type=Path, help="write the answers to this file, to be read by a person")
    args = parser.parse_args()
    figures = check(args.file, args.penalty, args.answers)
    print(json.dumps(figures, indent=2))
    return 1 if figures["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
