"""The door of `npm run models`. Each command says with --help what it takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from environment import environment, require_python, run
from speech.sources import is_speech_folder

COMMANDS = {
    "fetch": "chat.fetch",
    "random": "chat.random_model",
    "inspect": "chat.sources",
    "convert": "chat.convert",
    "reference": "chat.reference",
    "validate": "chat.validate",
    "jax": "jax_path.convert",
}
"""The same for Whisper checkpoints and what is made of them."""
SPEECH = {
    "inspect": "speech.sources",
    "convert": "speech.convert",
    "reference": "speech.reference",
    "validate": "speech.validate",
}


def is_speech(args: list[str]) -> bool:
    """Whether a command is about speech: it names a Whisper checkpoint, or a .tflite that speech.json describes."""
    paths = [Path(arg) for arg in args if not arg.startswith("-")]
    return any(is_speech_folder(path) or (path.suffix == ".tflite" and (path.parent / "speech.json").exists()) for path in paths)


def main() -> int:
    """Command line."""
    name, *args = sys.argv[1:] or [""]
    if name not in COMMANDS:
        print(f"Use: npm run models -- {'|'.join(COMMANDS)} ...", file=sys.stderr)
        return 2
    module = SPEECH[name] if name in SPEECH and is_speech(args) else COMMANDS[name]
    require_python()
    try:
        run(environment(), "-m", module, *args)
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
