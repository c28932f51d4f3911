"""One form of path inside Cupola: with `/`, which Windows takes as well."""

from __future__ import annotations

import os


def portable(path: str) -> str:
    """`path` with `/` between its parts; on Linux and macOS `path` itself."""
    return path if os.sep == "/" else path.replace(os.sep, "/")
