"""Whether a window can be shown at all: Qt aborts the process when it cannot, so this asks first."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

_X11_NEEDS: Final = (
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-keysyms.so.1",
    "libxkbcommon-x11.so.0",
)
_WAYLAND_NEEDS: Final = ("libwayland-client.so.0", "libwayland-cursor.so.0")


def why_no_display(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str | None:
    """None if a window can be shown, else the reason in words. Takes milliseconds; any thread."""
    if platform in {"win32", "cygwin", "darwin"}:
        return None
    wanted = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if wanted not in {"", "xcb", "wayland"}:
        return None
    reasons = []
    if wanted != "xcb":
        reasons.append(_why_no_wayland(environment))
    if wanted != "wayland":
        reasons.append(_why_no_x11(environment))
    return None if None in reasons else "no display: " + ", ".join(filter(None, reasons))


def _why_no_wayland(environment: Mapping[str, str]) -> str | None:
    name = environment.get("WAYLAND_DISPLAY", "")
    if not name:
        return "WAYLAND_DISPLAY is not set"
    path = Path(environment.get("XDG_RUNTIME_DIR", "/"), name)
    with suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        probe.connect(os.fspath(path))
        return _why_incomplete(_WAYLAND_NEEDS)
    return f"the Wayland display {name} does not answer"


def _why_no_x11(environment: Mapping[str, str]) -> str | None:
    name = environment.get("DISPLAY", "")
    if not name:
        return "DISPLAY is not set"
    xcb = _library("libxcb.so.1")
    if xcb is None:
        return "libxcb.so.1 is missing"
    if not _answers(xcb, name):
        return f"the X display {name} does not answer"
    return _why_incomplete(_X11_NEEDS)


def _why_incomplete(libraries: tuple[str, ...]) -> str | None:
    """What Qt's plugin would not load without; a bundle brings its own."""
    missing = [] if getattr(sys, "frozen", False) else [name for name in libraries if _library(name) is None]
    return f"missing {' and '.join(missing)}" if missing else None


def _answers(xcb: ctypes.CDLL, display: str) -> bool:
    """Connect as Qt will, with the user's cookie, and let go again."""
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not broken


def _library(name: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None
