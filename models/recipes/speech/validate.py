"""How far files of a speech model are from FP32, and whether that is near enough.

    npm run models -- validate FILE.tflite... --against REFERENCE.npz [--limits NAME] [--table docs/accuracy.md]

Options and status are those of chat/validate.py; REFERENCE.npz is what reference.py wrote from the FP32 file.
"""

from __future__ import annotations

import sys

from chat.problems import RecipeError, report
from chat.accuracy_table import write_table
from chat.validate import options, validate
from speech.reference import read_speech_reference
from speech.score import score

"""Heading and decimals of each figure."""
COLUMNS = {
    "sizeBytes": ("Size, MB", 1),
    "werPercent": ("WER, %", 1),
    "werAgainstFp32": ("against FP32's text, %", 1),
    "encoderCosine": ("Encoder, cosine", 5),
    "encoderCosineLeast": ("least", 5),
    "encoderMaxError": ("largest error", 2),
    "klDivergence": ("KL, nats", 4),
    "top1Percent": ("Same choice, %", 1),
}


def first_line(rows: list[dict]) -> str:
    """What is said above the table."""
    known = [row for row in rows if "refused" not in row]
    return f"{known[0]['words']} words; WER of FP32: {known[0]['werPercentFp32']:.1f} %." if known else "None runs."


def main() -> int:
    """Command line."""
    args = options(__doc__, "speech").parse_args()
    try:
        reference = read_speech_reference(args.against)
        rows, failed = validate(args, lambda file: score(file, reference))
        if args.table is not None:
            write_table(args.table, args.table_name, rows, COLUMNS, first_line(rows), args.add)
    except RecipeError as error:
        return report(error)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
