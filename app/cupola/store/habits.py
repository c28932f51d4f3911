"""What the window has learnt of its user: asked or said once, and never again."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from cupola.store.files import write_atomically

log = logging.getLogger(__name__)

NAME: Final = "habits.json"
SCHEMA: Final = 1
_CAP_BYTES: Final = 1 << 16


class OnClose(StrEnum):
    """What closing the window does where there is no tray; ASK until the user said."""

    ASK = "ask"
    MINIMISE = "minimise"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Habits:
    """A change is a new value."""

    told_of_tray: bool = False
    on_close: OnClose = OnClose.ASK


def load_habits(state_dir: Path) -> Habits:
    """Those of earlier sessions as far as they can be used; never raises, what is wrong is logged."""
    path = state_dir / NAME
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_CAP_BYTES))
        if document["schema"] != SCHEMA:
            raise ValueError(f"schema {document['schema']}")
        return Habits(document["told_of_tray"] is True, OnClose(document["on_close"]))
    except FileNotFoundError:
        return Habits()
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        log.warning("%s cannot be used and begins anew: %s", path, error)
        return Habits()


def save_habits(state_dir: Path, habits: Habits) -> None:
    """Write them in one step. Raises OSError."""
    document = {"schema": SCHEMA, **asdict(habits)}
    write_atomically(state_dir / NAME, json.dumps(document, indent=0).encode())
