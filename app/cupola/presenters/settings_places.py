"""The folders and files that Cupola reads and writes, as the settings show them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cupola.domain.text import printable_path
from cupola.store.places import Places
from cupola.store.settings_file import NAME as SETTINGS


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place by its name: `folder` is what is opened for it, `path` what is copied."""

    name: str
    path: str
    folder: str

    @property
    def shown(self) -> str:
        """The path as it can be printed."""
        return printable_path(self.path)


def place_lines(places: Places, log_file: str) -> tuple[PlaceLine, ...]:
    """All places; no disk is asked whether they are there."""
    config, state = places.config_dir, places.state_dir
    transcripts = [str(folder / "projects") for folder in places.claude_dirs]
    return (
        PlaceLine("Settings", str(config / SETTINGS), str(config)),
        PlaceLine("State", str(state), str(state)),
        PlaceLine("Cache", str(places.cache_dir), str(places.cache_dir)),
        PlaceLine("Log", str(state / log_file), str(state)),
        PlaceLine("Foundry's home", str(places.foundry_home), str(places.foundry_home)),
        *(PlaceLine("Transcripts", folder, folder) for folder in transcripts),
    )


def are_there(lines: tuple[PlaceLine, ...]) -> tuple[bool, ...]:
    """Which of them are there. Asks disks: not for the GUI thread."""
    return tuple(_is_there(line.path) for line in lines)


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:
        return False
