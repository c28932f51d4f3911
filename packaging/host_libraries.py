"""What the bundle needs of the system it runs on: libraries by package, and the oldest C library."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

from bootstrap_say import Trouble

DEBIAN: Final = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libgthread-2.0.so.0": "libglib2.0-0 | libglib2.0-0t64",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
}
"""Which package of Debian has a library that the bundle leaves to the system. A new one has to be added
here, or bundled: the build stops at it."""
_C_LIBRARY: Final = re.compile(r"^(lib(c|m|dl|rt|pthread|util|resolv)\.so|ld-linux)")
_NEEDED: Final = re.compile(r"\(NEEDED\).*\[(.+)\]")
_GLIBC: Final = re.compile(r"GLIBC_(\d+)\.(\d+)")


def needed_libraries(bundle: Path) -> list[str]:
    """Names of shared libraries that files of the bundle ask for and that are not in it."""
    files = _binaries(bundle)
    inside = {file.name for file in bundle.rglob("*.so*")}
    asked = {name for file in files for name in _NEEDED.findall(_readelf("-d", file))}
    return sorted(name for name in asked - inside if not _C_LIBRARY.match(name))


def needed_from_host(bundle: Path) -> list[str]:
    """The same as packages of Debian. Raises Trouble for a library that nobody has thought of."""
    names = needed_libraries(bundle)
    unknown = [name for name in names if name not in DEBIAN]
    if unknown:
        raise Trouble(f"the bundle needs {', '.join(unknown)}: bundle it, or name its package in {__file__}")
    return sorted({DEBIAN[name] for name in names})


def glibc_floor(bundle: Path) -> str:
    """The oldest C library on which all of the bundle can be loaded, such as 2.36."""
    found = {
        tuple(map(int, pair)) for file in _binaries(bundle) for pair in _GLIBC.findall(_readelf("-V", file))
    }
    return "{}.{}".format(*max(found))


def _binaries(bundle: Path) -> list[Path]:
    return [
        file for file in sorted(bundle.rglob("*"))
        if file.is_file() and not file.is_symlink() and file.open("rb").read(4) == b"\x7fELF"
    ]  # fmt: skip


def _readelf(what: str, file: Path) -> str:
    done = subprocess.run(["readelf", "-W", what, file], capture_output=True, text=True, check=False)
    return done.stdout
