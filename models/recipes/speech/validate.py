"""How far files of a speech model are from FP32, and whether that is near enough.

    npm run models -- validate FILE.tflite... --against REFERENCE.npz [--limits NAME] [--table docs/accuracy.md]

Options and status are those of chat/validate.py; REFERENCE.npz is what reference.py wrote from the FP32 file.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from chat.problems import RecipeError, report, say
from chat.validate import missed, read_limits, write_table
from speech.reference import read_speech_reference
from speech.score import score

"""Figure, heading, decimals."""
COLUMNS = [
    ("sizeBytes", "Size, MB", 1),
    ("werPercent", "WER, %", 1),
    ("werAgainstFp32", "against FP32's text, %", 1),
    ("encoderCosine", "Encoder, cosine", 5),
    ("encoderCosineLeast", "least", 5),
    ("encoderMaxError", "largest error", 2),
    ("klDivergence", "KL, nats", 4),
    ("top1Percent", "Same choice, %", 1),
]


def table(rows: list[dict]) -> str:
    """A Markdown table of the figures."""
    known = [row for row in rows if "refused" not in row]
    lines = ["| File | " + " | ".join(heading for _, heading, _ in COLUMNS) + " |", "|" + " --- |" * (len(COLUMNS) + 1)]
    for row in rows:
        if "refused" in row:
            cells = ["not run", *[""] * (len(COLUMNS) - 1)]
        else:
            cells = [f"{row[key] / (1e6 if key == 'sizeBytes' else 1):.{digits}f}" for key, _, digits in COLUMNS]
        lines.append(f"| {row['file']} | " + " | ".join(cells) + " |")
    refused = [f"{row['file']}: {row['refused']}" for row in rows if "refused" in row]
    first = f"{known[0]['words']} words; WER of FP32: {known[0]['werPercentFp32']:.1f} %." if known else "None runs."
    return "\n".join([first, "", *lines, *(["", *refused] if refused else [])])


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--against", type=Path, required=True)
    parser.add_argument("--limits")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--table-name", default="speech")
    args = parser.parse_args()
    try:
        reference = read_speech_reference(args.against)
        limits = {} if args.limits is None else read_limits(args.limits)
        rows, failed = [], False
        for file in args.file:
            try:
                figures = {"file": file.name, **score(file, reference)}
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
        if args.table is not None:
            write_table(args.table, args.table_name, table(rows))
    except RecipeError as error:
        return report(error)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
