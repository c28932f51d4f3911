"""Counts which folders are listed."""

from __future__ import annotations

import os
from typing import Any

import pytest


class Scans:
    """Every `os.scandir` from here on, by path."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        self._real = os.scandir
        monkeypatch.setattr(os, "scandir", self._scandir)

    def _scandir(self, path: Any = ".") -> Any:
        self.paths.append(os.fspath(path))
        return self._real(path)

    def taken(self) -> list[str]:
        """What was listed since the last time, sorted."""
        paths, self.paths = sorted(self.paths), []
        return paths
