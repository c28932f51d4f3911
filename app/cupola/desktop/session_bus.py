"""Whether there is a D-Bus session to talk to."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


def has_session_bus() -> bool:
    """Whether there is a session bus to ask; nothing is started."""
    if sys.platform != "linux":
        return False
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    with suppress(OSError):  # the variable may name another user's folder
        return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS") or (runtime and Path(runtime, "bus").exists()))
    return False
