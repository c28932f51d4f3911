"""Whether there is a D-Bus session to talk to."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def has_session_bus() -> bool:
    """Whether there is a session bus to ask; nothing is started."""
    if sys.platform != "linux":
        return False
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or bool(runtime and Path(runtime, "bus").exists())
