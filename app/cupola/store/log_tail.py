"""The end of Cupola's own log, fit to be handed to others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cupola.domain.text import log_line, mask

LOG_NAME: Final = "cupola.log"
LINES: Final = 20
_READ_BYTES: Final = 1 << 16
_WIDEST: Final = 500


def log_tail(state_dir: Path, lines: int = LINES) -> tuple[str, ...]:
    """The last lines, oldest first, control characters visible and secrets masked; none without a log."""
    try:
        with (state_dir / LOG_NAME).open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _READ_BYTES))
            text = file.read(_READ_BYTES).decode("utf-8", "replace")
    except OSError:
        return ()
    # Some secrets go over several lines, of which the last ones may not show the beginning.
    return tuple(log_line(line, _WIDEST) for line in mask(text).splitlines()[-lines:])
