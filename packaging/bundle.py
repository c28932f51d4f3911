"""The bundle: a folder with everything that Cupola needs but the desktop's own libraries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import licences
from bootstrap_say import Trouble
from facts import BUILD, NAME, PACKAGING, SYSTEM
from host_libraries import glibc_floor, needed_from_host
from steps import run, size_mb, step

FOLDER: Final = BUILD / "bundle" / NAME
PROGRAM: Final = FOLDER / (f"{NAME}.exe" if SYSTEM == "win32" else NAME)


def build() -> Path:
    """The folder of a whole bundle that passed its self-test. Raises Trouble."""
    if sys.platform in {"win32", "darwin"}:
        import icons

        with step("icons"):
            icons.for_system(BUILD / "icons")
    with step("bundle"):
        shutil.rmtree(FOLDER.parent, ignore_errors=True)
        places = ("--distpath", FOLDER.parent, "--workpath", BUILD / "pyinstaller")
        run(sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", *places, PACKAGING / "cupola.spec")
    with step("licences"):
        licences.collect(FOLDER, FOLDER / "licenses")
    if sys.platform == "linux":
        _finish_on_linux()
    with step("self-test of the bundle"):
        self_test(PROGRAM)
    print(f"build: {FOLDER} has {size_mb(FOLDER):.1f} MB", file=sys.stderr)
    return FOLDER


def built() -> Path:
    """The bundle that is there, else a new one: packages of one run share it."""
    stamp = BUILD / "bundle" / "commit"
    now = _state()
    if stamp.exists() and stamp.read_text() == now and PROGRAM.exists():
        return FOLDER
    build()
    stamp.write_text(now)
    return FOLDER


def self_test(program: Path) -> None:
    """Let the program try itself without a display. Raises Trouble with what it said."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([program, "--self-test"], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"the bundle fails its self-test:\n{done.stdout}{done.stderr}")
    sys.stderr.write(done.stdout)


def _state() -> str:
    """The commit, and whatever is changed beside it."""
    ask = ("git", "-C", str(PACKAGING.parent))
    return run(*ask, "rev-parse", "HEAD") + run(*ask, "diff", "HEAD", "--", "app", "resources", "packaging")


def _finish_on_linux() -> None:
    with step("what it needs of the system"):
        packages = needed_from_host(FOLDER)
        floor = glibc_floor(FOLDER)
    print(f"build: needs glibc {floor} and {', '.join(packages)}", file=sys.stderr)
    for file in FOLDER.rglob("*"):
        if not file.is_symlink():
            file.chmod(
                0o755 if file.is_dir() or (os.access(file, os.X_OK) and file.parent == FOLDER) else 0o644
            )
