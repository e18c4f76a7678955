"""The one environment of the chat and speech recipes: exact versions, made once, in the cache."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

RECIPES = Path(__file__).resolve().parent
CACHE = Path.home() / ".cache" / "sotto-recipes"
PYTHON = (3, 11)


def say(text: str) -> None:
    """Progress goes to stderr; figures go to stdout."""
    print(f"[models] {text}", file=sys.stderr, flush=True)


def require_python() -> None:
    """Ends the program where the pinned versions were not resolved for this Python."""
    if sys.version_info[:2] != PYTHON:
        raise SystemExit(f"Python {PYTHON[0]}.{PYTHON[1]} is needed: the pinned versions were resolved for it")


def step_environment() -> dict[str, str]:
    """Environment variables of a step: our packages importable, the caller's Python settings left out."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {**env, "PYTHONPATH": str(RECIPES), "PYTHONDONTWRITEBYTECODE": "1", "HF_HUB_OFFLINE": "1"}


def run(*command: str | Path) -> None:
    """Run a step. Raises CalledProcessError."""
    subprocess.run([str(part) for part in command], check=True, env=step_environment())


def environment(cache: Path = CACHE) -> Path:
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
