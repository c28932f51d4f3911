"""The .deb and the .rpm, both by nfpm from one description."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any, Final

import bundle
import host_libraries
import linux_files
from facts import (
    BUILD,
    DIST,
    GUI_NAME,
    MAINTAINER,
    NAME,
    PACKAGING,
    PREFIX,
    REPOSITORY,
    SHORT,
    VERSION,
    commit_time,
)
from steps import run, size_mb, step

_TREE: Final = BUILD / "linux"
_MORE: Final = ("hicolor-icon-theme", "xkb-data", "fonts-dejavu-core | fonts-freefont-ttf | fonts-noto-core")
"""Besides libraries: where icons go, and what a window without keys and letters would lack."""
_LONG: Final = """\
Cupola watches the files of autonomous AI builds (Context Foundry) and shows,
within a frame of a change, which build is in which phase, what it has spent,
how its tests go, what its agents do and what it decided.
.
It says how old and how sure every number is, and needs no Python.
"""


def deb(*, fast: bool = False) -> Path:
    """`dist/cupola_VERSION_amd64.deb`; `fast` takes zstd instead of xz."""
    return _package("deb", DIST / f"{NAME}_{VERSION}_amd64.deb", "zstd:fastest" if fast else "xz")


def rpm() -> Path:
    """`dist/cupola-VERSION.x86_64.rpm`."""
    return _package("rpm", DIST / f"{NAME}-{VERSION}-1.x86_64.rpm", "xz")


def _package(kind: str, target: Path, compression: str) -> Path:
    folder = bundle.built()
    with step("files for the desktop"):
        share = linux_files.write(_TREE / "files")
    with step(f"{kind} ({compression})"):
        recipe = _TREE / f"nfpm-{kind}.json"  # every JSON is YAML as well
        recipe.write_text(json.dumps(description(folder, share, kind, compression), indent=1), "utf-8")
        DIST.mkdir(exist_ok=True)
        nfpm = shutil.which("nfpm", path=str(Path(sys.executable).parent))
        run(nfpm or "nfpm", "package", "--config", recipe, "--packager", kind, "--target", target)
    print(f"build: {target.name} has {size_mb(target):.1f} MB", file=sys.stderr)
    return target


def description(folder: Path, share: Path, kind: str, compression: str) -> dict[str, Any]:
    """All that nfpm has to know of the package `kind`."""
    needs = host_libraries.needed_libraries(folder)
    floor = host_libraries.glibc_floor(folder)
    libraries = [f"libc6 (>= {floor})", *host_libraries.needed_from_host(folder), *_MORE]
    sonames = [f"{name}()(64bit)" for name in needs] + [f"libc.so.6(GLIBC_{floor})(64bit)"]
    return {
        "name": NAME,
        "arch": "amd64",
        "version": VERSION,
        "release": "1" if kind == "rpm" else "",
        "section": "devel",
        "priority": "optional",
        "maintainer": MAINTAINER,
        "description": f"{SHORT}\n{_LONG}",
        "homepage": REPOSITORY,
        "license": "MIT",
        "mtime": _written(),
        "depends": libraries if kind == "deb" else [*sonames, "hicolor-icon-theme"],
        "contents": _contents(folder, share),
        "scripts": {"postremove": str(PACKAGING / "linux" / f"postremove-{kind}.sh")},
        "deb": {"compression": compression},
        "rpm": {"compression": compression, "group": "Development/Tools"},
    }


def _contents(folder: Path, share: Path) -> list[dict[str, Any]]:
    """The bundle below /opt, its names on the path, and the files for the desktop."""
    links = [
        {"src": f"{PREFIX}/{NAME}", "dst": f"/usr/bin/{name}", "type": "symlink"} for name in (NAME, GUI_NAME)
    ]
    overrides: dict[str, Any] = {
        "src": str(PACKAGING / "linux" / "lintian-overrides"),
        "dst": f"/usr/share/lintian/overrides/{NAME}",
        "packager": "deb",
        "file_info": {"mode": 0o644, "mtime": _written()},
    }
    own = [
        PREFIX,
        *(f"{PREFIX}/{file.relative_to(folder)}" for file in sorted(folder.rglob("*")) if file.is_dir()),
    ]
    folders = [_folder(name) for name in (*own, f"/usr/share/doc/{NAME}")]
    return [*folders, *_files(folder, PREFIX), *links, *_files(share, "/usr/share"), overrides]


def _folder(name: str) -> dict[str, Any]:
    """One that is the package's own: rpm leaves others behind."""
    return {"dst": name, "type": "dir", "file_info": {"mode": 0o755, "mtime": _written()}}


def _files(folder: Path, at: str) -> list[dict[str, Any]]:
    """Each file by itself: a tree would take whatever modes the builder's umask gave."""
    found: list[dict[str, Any]] = []
    for file in sorted(folder.rglob("*")):
        there = f"{at}/{file.relative_to(folder).as_posix()}"
        if file.is_symlink():
            found.append({"src": str(file.readlink()), "dst": there, "type": "symlink"})
        elif file.is_file():
            mode = 0o755 if file.stat().st_mode & 0o100 else 0o644
            found.append({"src": str(file), "dst": there, "file_info": {"mode": mode, "mtime": _written()}})
    return found


def _written() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(commit_time()))
