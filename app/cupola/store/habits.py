"""What the window has learnt of its user: asked or said once, and never again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from cupola.store.kept import Kept

NAME: Final = "habits.json"


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
    return _KEPT.load(state_dir, Habits())


def save_habits(state_dir: Path, habits: Habits) -> None:
    """Write them in one step. Raises OSError."""
    _KEPT.save(state_dir, habits)


def _decode(document: Mapping[str, Any]) -> Habits:
    return Habits(document["told_of_tray"] is True, OnClose(document["on_close"]))


_KEPT: Final = Kept(NAME, 1, _decode, asdict)
