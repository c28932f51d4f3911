"""The user's settings: one frozen value, handed down; a change is a new value."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cupola.domain.alerts import AlertKind, AlertPolicy, QuietHours
from cupola.domain.clock import Instant

SKIPPED_FOLDERS: Final = (
    ".cache",
    ".cargo",
    ".git",
    ".gradle",
    ".hg",
    ".idea",
    ".mypy_cache",
    ".next",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".terraform",
    ".tox",
    ".venv",
    "__pycache__",
    "bower_components",
    "dist",
    "node_modules",
    "site-packages",
    "target",
    "vendor",
    "venv",
)
"""Folders with much in them and no project of a build. `build` is not among them: people name projects so."""


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Which kinds are said and when not, and the command that is run for a kind: its arguments, no shell."""

    switched_off: frozenset[AlertKind] = frozenset()
    quiet_hours: QuietHours | None = None
    commands: tuple[tuple[AlertKind, tuple[str, ...]], ...] = ()

    def command(self, kind: AlertKind) -> tuple[str, ...]:
        """Program and arguments; empty for none."""
        return dict(self.commands).get(kind, ())

    def policy(self, muted_until: Instant | None = None) -> AlertPolicy:
        """What of it the domain goes by; muting is of this session and never kept."""
        return AlertPolicy(self.switched_off, self.quiet_hours, muted_until)


class ThemeChoice(StrEnum):
    """Which colours the window has: those of the system, as it changes them, or always the same."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    """How close rows lie together."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may choose. `roots` is empty until the user chose some: then the default one counts.

    `token_budget` in tokens: of a total, which has no zone without one. `prices_file`: the user's own
    price list, empty for the usual place. `font_points` in points, None for the system's size.
    """

    roots: tuple[str, ...] = ()
    depth: int = 3
    skipped_folders: tuple[str, ...] = SKIPPED_FOLDERS
    quiet_limit_s: float = 900.0
    alerts: AlertSettings = field(default_factory=AlertSettings)
    token_budget: int | None = None
    prices_file: str = ""
    theme: ThemeChoice = ThemeChoice.SYSTEM
    density: Density = Density.COMFORTABLE
    font_points: int | None = None
