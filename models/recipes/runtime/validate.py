"""How far files are from FP32 when a given LiteRT-LM library runs them.

    python -m runtime.validate LIBRARY FILE --against REFERENCE.npz

Prints one JSON line, as `chat.validate` does.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from chat.container import extract_graph
from chat.problems import RecipeError, report
from chat.reference import read_reference
from chat.score import figures_of
from runtime.graph import Library, graph_logs


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--against", type=Path, required=True)
    args = parser.parse_args()
    try:
        reference = read_reference(args.against)
        with tempfile.TemporaryDirectory() as work:
            graph = Path(work) / "model.tflite"
            try:
                extract_graph(args.file, graph)
            except (OSError, ValueError) as cause:
                raise RecipeError("FILE_DAMAGED", f"{args.file.name} is no model that can be read.", "Convert it again.") from cause
            logs = graph_logs(Library(args.library), graph, reference)
        print(json.dumps({"file": args.file.name, "sizeBytes": args.file.stat().st_size, **figures_of(logs, reference)}))
    except RecipeError as error:
        return report(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
