"""The wheel and the sdist: the same bytes each time one commit is built."""

from __future__ import annotations

import sys
from pathlib import Path

from facts import BUILD, DIST, NAME, ROOT, VERSION
from steps import emptied, run, step


def build() -> Path:
    """The sdist from the checkout and the wheel from the unpacked sdist, in dist/; returns the wheel."""
    DIST.mkdir(exist_ok=True)
    with step("sdist and wheel"):
        hatchling = Path(sys.executable).with_name("hatchling")
        run(hatchling, "build", "-t", "sdist", "-d", DIST, cwd=ROOT)
        unpacked = emptied(BUILD / "sdist")
        run("tar", "-xf", DIST / f"{NAME}-{VERSION}.tar.gz", "-C", unpacked, "--strip-components=1")
        run(hatchling, "build", "-t", "wheel", "-d", DIST, cwd=unpacked)
    return DIST / f"{NAME}-{VERSION}-py3-none-any.whl"
