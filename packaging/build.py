"""Makes the packages of a release, with nothing but Python.

    python3 packaging/build.py bundle | deb | rpm | run | windows | macos | wheel | all [--fast]

Makes its own environment in build/venv from packaging/requirements-package.lock, says a line per step, and
leaves the packages in dist/ with SHA256SUMS and an SBOM. --fast: zstd in the .deb; a release takes xz.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # not there by itself under PYTHONSAFEPATH

import bootstrap
import bootstrap_env
import bootstrap_libs
from bootstrap_say import Trouble

ROOT = Path(__file__).resolve().parent.parent
USAGE = (__doc__ or "").split("\n\n")[1]
FAST = "--fast"


def targets() -> dict[str, Callable[[bool], object]]:
    """What can be built; each is told whether it is to be fast rather than small."""
    import bundle
    import linux_packages
    import macos
    import python_packages
    import self_extracting
    import windows

    return {
        "bundle": lambda _fast: bundle.build(),
        "deb": lambda fast: linux_packages.deb(fast=fast),
        "rpm": lambda _fast: linux_packages.rpm(),
        "run": lambda _fast: self_extracting.build(),
        "wheel": lambda _fast: python_packages.build(),
        "windows": lambda _fast: windows.build(),
        "macos": lambda _fast: macos.build(),
    }


def names_of(target: str) -> list[str]:
    """The targets that one word stands for; `all` is what this system can make."""
    if target != "all":
        return [target]
    own = {"win32": ["windows"], "darwin": ["macos"]}.get(sys.platform, ["deb", "rpm", "run"])
    return [*own, "wheel"]


def environment() -> bootstrap_env.Venv:
    """The environment that packages are made in; raises Trouble when Qt's libraries are not to be had."""
    venv = bootstrap_env.Venv(ROOT / "build" / "venv", ROOT, "package", "requirements-package.lock")
    if not venv.is_ready():
        with venv.lock():
            if not venv.is_ready():
                venv.make()
    if not venv.has_libraries():
        if bootstrap_libs.provide(venv.python):
            raise Trouble("the bundle takes these libraries in")
        venv.remember_libraries()
    return venv


def main(arguments: Sequence[str]) -> int:
    """Build, in the environment of its own; the exit code."""
    asked = [word for word in arguments if word != FAST]
    if len(asked) != 1 or asked[0].startswith("-"):
        print("usage:\n" + USAGE, file=sys.stderr)
        return 2
    try:
        bootstrap.need_python(arguments)
        venv = environment()
        if Path(sys.prefix) != venv.folder:
            os.environ.pop("PYTHONPATH", None)
            bootstrap.become([str(venv.python), "-P", str(Path(__file__).resolve()), *arguments])
        return _build(asked[0], fast=FAST in arguments)
    except Trouble as trouble:
        print(f"build: error: {trouble}", file=sys.stderr)
        return 1


def _build(target: str, *, fast: bool) -> int:
    import sums

    known = targets()
    names = names_of(target)
    if not set(names) <= known.keys():
        print("usage:\n" + USAGE, file=sys.stderr)
        return 2
    for name in names:
        known[name](fast)
    if target != "bundle":
        sums.write()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
