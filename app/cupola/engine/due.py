"""Timer keys of `Builds`: what is due of a directory."""

from __future__ import annotations

from dataclasses import dataclass


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
