"""Timer keys: what is due of all there is, and of a directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SAVE: Final = "save"
"""Write what is gathered."""
READ: Final = "read"
"""Wake up, for files are due."""
TELL: Final = "tell"
"""Say how all there is stands."""


@dataclass(frozen=True, slots=True)
class Publish:
    """Timer key: present a directory again."""

    home: str


@dataclass(frozen=True, slots=True)
class Expire:
    """Timer key: a directory that vanished has not come back."""

    home: str


@dataclass(frozen=True, slots=True)
class Lose:
    """Timer key: a file that vanished has not come back."""

    home: str
    source: str
    path: str
