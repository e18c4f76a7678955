"""Whether there is enough disk and memory, asked before any long work."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from chat.problems import RecipeError


def check_room(disk: float, memory: float, folder: Path) -> None:
    """Bytes that will be taken in `folder` and in memory. Raises RecipeError DISK_LOW, MEMORY_LOW."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < disk:
        raise RecipeError("DISK_LOW", f"{_gb(disk)} are needed in {folder}, {_gb(free)} are free.", "Make room.")
    available = _available_memory()
    if available is not None and available < memory:
        raise RecipeError(
            "MEMORY_LOW", f"{_gb(memory)} of memory are needed, {_gb(available)} are free.", "Close other programs."
        )


def _available_memory() -> int | None:
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB"
