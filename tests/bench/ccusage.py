"""The reference for tokens: ccusage, pinned, installed by npm into a cache folder of the bench's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

VERSION: Final = "20.0.24"
_INSTALL_S: Final = 300.0


@cache
def ccusage() -> str | None:
    """The program, without the script that starts it; None where npm is missing or finds nothing."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = home / "cupola-bench" / f"ccusage-{VERSION}"
    return _program(folder) or (_program(folder) if _installed(folder) else None)


def command(folder: Path) -> tuple[list[str], dict[str, str]] | None:
    """How it counts one of Claude's folders, and what of the environment says which."""
    program = ccusage()
    if program is None:
        return None
    return [program, "claude", "session", "--json", "--offline"], {"CLAUDE_CONFIG_DIR": str(folder)}


def counted(folder: Path, environment: dict[str, str]) -> Any:
    """What it says of one of Claude's folders."""
    found = command(folder)
    assert found is not None
    done = subprocess.run(
        found[0], env={**environment, **found[1]}, capture_output=True, text=True, check=True, cwd="/"
    )
    return json.loads(done.stdout)


def _program(folder: Path) -> str | None:
    found = sorted(folder.glob("node_modules/@ccusage/*/bin/ccusage*"))
    if not found:
        return None
    found[0].chmod(0o755)  # else the script that starts it does so, at its first start
    return str(found[0])


def _installed(folder: Path) -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    install = [npm, "install", "--prefix", str(folder), "--no-save", "--no-audit", f"ccusage@{VERSION}"]
    try:
        done = subprocess.run(install, capture_output=True, text=True, check=False, timeout=_INSTALL_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"ccusage: {error}", file=sys.stderr)
        return False
    if done.returncode:
        print(f"ccusage: {done.stderr.strip()[-300:]}", file=sys.stderr)
    return done.returncode == 0
