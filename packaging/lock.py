"""Writes the lock files anew: `python3 packaging/lock.py`, with `uv` on PATH; `--upgrade` moves on.

They hold every platform and every Python from 3.11 on behind environment markers, with hashes and without
addresses, so that plain pip installs them anywhere. The other locks are made on top of the first and never
hold another version of the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent
COMPILE = (
    "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header",
    "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--no-config", "--quiet",
)  # fmt: skip


def clean_environment() -> dict[str, str]:
    """The environment without what points pip or uv at a machine's own packages: those have other hashes."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}


def compile_lock(target: str, group: str, extra: list[str]) -> None:
    """Resolve the project with one dependency group into `packaging/<target>`; raises when uv fails."""
    command = [*COMPILE, *extra, "pyproject.toml", "--group", group, "--output-file", f"packaging/{target}"]
    subprocess.run(command, cwd=PACKAGING.parent, env=clean_environment(), check=True)


def main() -> None:
    """The run lock first; the others are bound to its versions."""
    extra = sys.argv[1:]
    compile_lock("requirements.lock", "build", extra)
    bound = [*extra, "--constraint", "packaging/requirements.lock"]
    compile_lock("requirements-dev.lock", "dev", bound)
    compile_lock("requirements-package.lock", "package", bound)


if __name__ == "__main__":
    main()
