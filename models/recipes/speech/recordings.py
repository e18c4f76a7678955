"""Human speech with transcripts, fetched when it is needed: Debian's pocketsphinx-testdata (LibriVox: public domain; BSD-2)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PACKAGE = "pocketsphinx-testdata"


def recordings(cache: Path) -> Path:
    """The folder of Debian's test recordings, unpacked into the cache without installing them."""
    folder = cache / "recordings"
    if not folder.exists():
        (cache / "deb").mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "--quiet", PACKAGE], cwd=cache / "deb", check=True, stdout=sys.stderr)
        (package,) = (cache / "deb").glob(f"{PACKAGE}_*.deb")
        subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True, stdout=sys.stderr)
    return folder / "usr/share/pocketsphinx/test/data"
