"""Whether there is enough disk and memory, asked before any long work."""

from __future__ import annotations

import shutil
from pathlib import Path

from chat.problems import RecipeError

MEMORY = Path("/proc/meminfo")


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
    """In bytes, as Linux tells it: with what its caches would give back, which its free pages leave out."""
    try:
        text = MEMORY.read_text(encoding="ascii")
        return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return None


def _gb(size: float) -> str:
    return f"{size / 1e9:.1f} GB"
