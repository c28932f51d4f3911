"""The user's settings: one frozen value, handed down; a change is a new value."""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may choose. `roots` is empty until the user chose some: then the default one counts."""

    roots: tuple[str, ...] = ()
    depth: int = 3
    skipped_folders: tuple[str, ...] = SKIPPED_FOLDERS
    quiet_limit_s: float = 900.0
    alerts: AlertSettings = field(default_factory=AlertSettings)
