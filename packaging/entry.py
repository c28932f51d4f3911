"""The first lines of the bundle: what PyInstaller's start leaves behind is put right, then Cupola begins."""

from __future__ import annotations

import os
import sys
from typing import Any

from cupola.__main__ import main

_SEARCHED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def let_others_be() -> None:
    """The bundle's libraries are its own: a program that Cupola starts finds the system's.

    Without the marks of PyInstaller's start, a Cupola that is started sets them up for itself again.
    """
    if not getattr(sys, "frozen", False):
        return
    for name in [name for name in os.environ if name.startswith("_PYI_")]:
        del os.environ[name]
    for name in _SEARCHED:
        before = os.environ.pop(f"{name}_ORIG", None)
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before


def hold_modules(reader: Any) -> None:
    """Keep the modules that this process may yet import, although an upgrade puts others in their place."""
    if sys.platform == "linux" and reader is not None:
        held = os.open(reader._filename, os.O_RDONLY | os.O_CLOEXEC)
        reader._filename = f"/proc/self/fd/{held}"


if __name__ == "__main__":
    let_others_be()
    hold_modules(getattr(sys.modules.get("pyimod02_importers"), "pyz_archive", None))
    raise SystemExit(main())
