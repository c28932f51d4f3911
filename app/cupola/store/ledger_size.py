"""How large the ledger is, without bringing it up to date or making one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from cupola.domain.diagnosis import LedgerSize
from cupola.domain.text import plain
from cupola.store.ledger import NAME


def ledger_size(state_dir: Path) -> LedgerSize:
    """Bytes and replies; never raises."""
    path = state_dir / NAME
    try:
        size_bytes = path.stat().st_size
    except FileNotFoundError:
        return LedgerSize(note="none yet")
    except OSError as error:
        return LedgerSize(note=f"cannot be read: {error.strerror}")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1.0)) as connection:
            (replies,) = connection.execute("SELECT count(*) FROM replies").fetchone()
    except sqlite3.Error as error:
        return LedgerSize(size_bytes, note=f"{size_bytes:,} bytes that cannot be read: {plain(str(error))}")
    return LedgerSize(size_bytes, replies)
