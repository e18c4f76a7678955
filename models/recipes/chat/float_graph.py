"""The float graph of a source, exported once and kept in the cache."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from chat.problems import RecipeError, say

RECIPES = Path(__file__).resolve().parent.parent


def export_once(folder: Path, weights: int, module: str, *args: str) -> Path:
    """The folder, made by `python -m MODULE --export-graph FOLDER ARGS` where it is not there. Raises EXPORT_FAILED."""
    if folder.exists():
        say("the float graph is there from before")
        return folder
    say(f"exporting the float graph ({weights / 1e6:.0f} million weights)")
    started = time.monotonic()
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    # In a process of its own: the exporter keeps memory, and writes to standard output.
    command = [sys.executable, "-m", module, "--export-graph", str(new), *args]
    done = subprocess.run(command, stdout=sys.stderr, cwd=RECIPES, check=False)
    if done.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise RecipeError("EXPORT_FAILED", "The model could not be exported.", "The reason stands above.")
    new.rename(folder)
    say(f"exported in {time.monotonic() - started:.0f} s")
    return folder
