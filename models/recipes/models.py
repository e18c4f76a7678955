"""The door of `npm run models`. Each command says with --help what it takes."""

from __future__ import annotations

import subprocess
import sys

from environment import environment, require_python, run

COMMANDS = {
    "fetch": "chat.fetch",
    "inspect": "chat.sources",
    "convert": "chat.convert",
    "reference": "chat.reference",
    "validate": "chat.validate",
}


def main() -> int:
    """Command line."""
    name, *args = sys.argv[1:] or [""]
    if name not in COMMANDS:
        print(f"Use: npm run models -- {'|'.join(COMMANDS)} ...", file=sys.stderr)
        return 2
    require_python()
    try:
        run(environment(), "-m", COMMANDS[name], *args)
    except subprocess.CalledProcessError as failed:
        return failed.returncode
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
