"""Proves the .rpm and the .run in a minimal Debian: `check_others.py FILE.rpm FILE.run`, as root.

The .rpm is laid into the root by rpm itself; no system that is made of .rpm files was there to try it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # not there by itself under PYTHONSAFEPATH

import host_libraries
from bootstrap_say import Trouble
from check_deb import expect
from chroot import HOME, USER_ID, Chroot
from facts import GUI_NAME, NAME
from steps import run, step

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


def prepared(folder: Path) -> Chroot:
    """A root with the libraries that the bundle leaves to the system, and what unpacks."""
    chroot = Chroot(folder, folder, "")
    names = {name.partition(" ")[0] for name in host_libraries.DEBIAN.values()}
    chroot.as_root("apt-get", "update", "-qq", network=True)
    apt = ("apt-get", "install", "-qq", "-y", "--no-install-recommends")
    chroot.as_root(*apt, *sorted(names), "xkb-data", "fonts-dejavu-core", "xz-utils", network=True)
    return chroot


def check_rpm(chroot: Chroot, package: Path) -> None:
    """It is installed, tries itself, and is removed."""
    rpm = ("rpm", "--root", chroot.root, "--nodeps")
    run(*rpm, "--install", package)
    said = chroot.as_user(NAME, "--self-test", **OFFSCREEN)
    expect("FAILED" not in said and "a bundle" in said, f"the self-test of the .rpm: {said}")
    expect(chroot.as_user(GUI_NAME, "--version").startswith(NAME), f"{GUI_NAME} is on the path")
    run(*rpm, "--erase", NAME)
    expect(not (chroot.root / "opt" / NAME).exists(), "nothing of the .rpm is left")
    expect(not (chroot.root / "usr" / "bin" / NAME).exists(), "nothing of the .rpm is on the path")


def check_run(chroot: Chroot, file: Path) -> None:
    """It installs for one user, also from a path with spaces, is upgraded over itself, and is removed."""
    home = chroot.root / HOME.lstrip("/")
    there = home / "my downloads" / file.name
    there.parent.mkdir()
    shutil.copy(file, there)
    run("chown", "-R", f"{USER_ID}:{USER_ID}", home)
    before = _files(home)
    inside = f"{HOME}/my downloads/{file.name}"
    for _ in ("install", "upgrade"):
        chroot.as_user("sh", inside)
        said = chroot.as_user(f"{HOME}/.local/bin/{NAME}", "--self-test", **OFFSCREEN)
        expect("FAILED" not in said and "a bundle" in said, f"the self-test of the .run: {said}")
    entry = next(home.glob(".local/share/applications/*.desktop")).read_text("utf-8")
    expect(f'Exec="{HOME}/.local/bin/{GUI_NAME}"\n' in entry, f"it is in the menus: {entry}")
    chroot.as_user("sh", inside, "--remove")
    left = [
        name
        for name in _files(home) - before
        if not name.startswith((".config/", ".local/state/", ".cache/"))
    ]
    expect(not left, f"nothing of the .run is left: {left}")


def _files(home: Path) -> set[str]:
    return {str(file.relative_to(home)) for file in home.rglob("*") if not file.is_dir()}


def main(arguments: list[str]) -> int:
    """Check both; the exit code."""
    if len(arguments) != 2:
        print("usage: check_others.py FILE.rpm FILE.run", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="cupola-check-") as name:
        try:
            with step("a root of its own"):
                chroot = prepared(Path(name))
            with step("rpm"):
                check_rpm(chroot, Path(arguments[0]))
            with step("run"):
                check_run(chroot, Path(arguments[1]))
        except Trouble as trouble:
            print(f"check: error: {trouble}", file=sys.stderr)
            return 1
    print("check: all of it holds", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
