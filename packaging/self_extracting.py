"""The .run: a shell script with the bundle behind it that installs, upgrades and removes for one user."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

import bundle
import linux_files
from facts import BUILD, DIST, NAME, PACKAGING, TITLE, VERSION, commit_time
from steps import emptied, run, size_mb, step

_TREE: Final = BUILD / "run"


def build() -> Path:
    """`dist/cupola-VERSION-x86_64.run`."""
    folder = bundle.built()
    target = DIST / f"{NAME}-{VERSION}-x86_64.run"
    with step("run"):
        tree = emptied(_TREE / "content")
        shutil.copytree(folder, tree / NAME, symlinks=True)
        shutil.copytree(linux_files.write(_TREE / "files"), tree / "share")
        archive = _TREE / "content.tar.xz"
        fixed = ("--sort=name", f"--mtime=@{commit_time()}", "--owner=0", "--group=0", "--numeric-owner")
        run("tar", *fixed, "-C", tree, "-cJf", archive, ".", XZ_OPT="-6 -T2")
        DIST.mkdir(exist_ok=True)
        target.write_bytes(script().encode() + archive.read_bytes())
        target.chmod(0o755)
    print(f"build: {target.name} has {size_mb(target):.1f} MB", file=sys.stderr)
    return target


def script() -> str:
    """What stands before the archive, with the place of the archive in it."""
    text = (PACKAGING / "linux" / "self-extracting.sh").read_text("utf-8")
    text = text.replace("@TITLE@", TITLE).replace("@NAME@", NAME).replace("@VERSION@", VERSION)
    return text.replace("@LINES@", str(len(text.splitlines()) + 1))
