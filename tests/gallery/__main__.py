"""The pictures of the window: `.venv/bin/python tests/gallery FOLDER [CASE...] [--against OLDER_FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from gallery.cli import main  # noqa: E402 - found through the path set above

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
