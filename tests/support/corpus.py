"""Where the real files are that parsers are held against; nothing of them is part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def corpus() -> Path:
    """The corpus folder: $CUPOLA_CORPUS, or ../shared/corpus beside the checkout. Skips without it."""
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
    folder = Path(os.environ.get("CUPOLA_CORPUS") or beside)
    if not folder.is_dir():
        pytest.skip("corpus: not here")
    return folder
