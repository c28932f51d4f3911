"""Where everything is: decided once from options, environment and the system's habits."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

APP_FOLDER: Final = "cupola"
_XDG: Final = (
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_STATE_HOME", ".local/state"),
    ("XDG_CACHE_HOME", ".cache"),
)


@dataclass(frozen=True, slots=True)
class Places:
    """Every folder that Cupola reads or writes, absolute; nothing else is ever looked up.

    `explicit_roots`: the user named the roots for this start, so one that is missing is an error.
    """

    roots: tuple[Path, ...]
    explicit_roots: bool
    foundry_home: Path
    config_dir: Path
    state_dir: Path
    cache_dir: Path
    claude_dirs: tuple[Path, ...]
    """Claude Code's folders, below each of which transcripts lie in `projects`."""
    home: Path
    cwd: Path
    """What `~` and a relative path in the settings stand for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options say of places; None or empty where they say nothing."""

    roots: tuple[str, ...] = ()
    foundry_home: str | None = None
    config_dir: str | None = None
    state_dir: str | None = None
    cache_dir: str | None = None
    claude_dirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the process finds around itself; a value, so that tests can make one up."""

    environment: Mapping[str, str]
    home: Path
    cwd: Path
    from_terminal: bool
    program: tuple[Path, ...] = ()


class Standpoint(Protocol):
    """From where a path is written."""

    @property
    def home(self) -> Path: ...

    @property
    def cwd(self) -> Path: ...


@dataclass(frozen=True, slots=True)
class Folders:
    """The part of `Places` that does not depend on settings."""

    foundry_home: Path
    config_dir: Path
    state_dir: Path
    cache_dir: Path
    claude_dirs: tuple[Path, ...]


def folders(wanted: Wanted, around: Surroundings) -> Folders:
    """Option before environment before the system's habit. Pure but for the user's home folder."""
    config, state, cache = _linux_habit(around) if sys.platform == "linux" else _other_habit()

    def pick(option: str | None, variable: str, default: Path) -> Path:
        return absolute(option or around.environment.get(variable) or str(default), around)

    return Folders(
        foundry_home=pick(wanted.foundry_home, "CUPOLA_FOUNDRY_HOME", around.home / ".context-foundry"),
        config_dir=pick(wanted.config_dir, "CUPOLA_CONFIG_DIR", config),
        state_dir=pick(wanted.state_dir, "CUPOLA_STATE_DIR", state),
        cache_dir=pick(wanted.cache_dir, "CUPOLA_CACHE_DIR", cache),
        claude_dirs=tuple(claude_dirs(wanted.claude_dirs, around)),
    )


def _linux_habit(around: Surroundings) -> list[Path]:
    """What platformdirs says on Linux, where it takes 5 ms to load: settings, state and cache."""
    given = [around.environment.get(name, "").strip() for name, _ in _XDG]
    homes = [one or around.home / usual for one, (_, usual) in zip(given, _XDG, strict=True)]
    return [Path(one) / APP_FOLDER for one in homes]


def _other_habit() -> list[Path]:
    from platformdirs import PlatformDirs

    usual = PlatformDirs(APP_FOLDER, appauthor=False)
    return [usual.user_config_path, usual.user_state_path, usual.user_cache_path]


def claude_dirs(written: tuple[str, ...], around: Surroundings) -> list[Path]:
    """Those written, else `CLAUDE_CONFIG_DIR` (several, by commas), else both usual ones (C.1)."""
    named = around.environment.get("CLAUDE_CONFIG_DIR", "").split(",")
    chosen = written or tuple(filter(None, map(str.strip, named)))
    if chosen:
        return [absolute(folder.strip(), around) for folder in chosen]
    config = around.environment.get("XDG_CONFIG_HOME") or str(around.home / ".config")
    return [absolute(config, around) / "claude", around.home / ".claude"]


def absolute(written: str, around: Standpoint) -> Path:
    """A written path as an absolute one, `~` and `..` resolved by text alone: no disk is asked."""
    first, *rest = Path(written).parts or (".",)
    path = around.home.joinpath(*rest) if first == "~" else around.cwd / written
    return Path(os.path.normpath(path))
