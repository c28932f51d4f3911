"""How this program is started again, by itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def this_program() -> Sequence[str]:
    """The beginning of a command line: frozen it is the executable itself."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "cupola")
