"""Which folders to watch: those named, else those set, else `~/homelab` and the current folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cupola.domain.models import Problem
from cupola.store.places import Surroundings, Wanted, absolute
from cupola.store.settings import Settings

DEFAULT_ROOT: Final = "homelab"


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders to watch, in the order they were named; none lies within reach of another."""

    paths: tuple[Path, ...]
    explicit: bool
    covered: tuple[Path, ...] = ()
    notes: tuple[Problem, ...] = ()


def choose_roots(wanted: Wanted, settings: Settings, around: Surroundings) -> Roots:
    """The roots of this start; looks at no disk."""
    named = _named(wanted, around)
    paths = tuple(dict.fromkeys(named or _usual(settings, around)))
    holders = _holders(paths, settings)
    return Roots(
        paths=tuple(path for path in paths if path not in holders),
        explicit=bool(named),
        covered=tuple(holders) if named else (),
        notes=tuple(_note(path, holder) for path, holder in holders.items() if named),
    )


def _named(wanted: Wanted, around: Surroundings) -> list[Path]:
    from_environment = around.environment.get("CUPOLA_ROOTS", "").split(os.pathsep)
    written = wanted.roots or tuple(text for text in from_environment if text)
    return [absolute(text, around) for text in written]


def _usual(settings: Settings, around: Surroundings) -> list[Path]:
    roots = [absolute(text, around) for text in settings.roots] or [around.home / DEFAULT_ROOT]
    if around.from_terminal and _may_be_root(around.cwd, around):
        roots.append(around.cwd)
    return roots


def _may_be_root(folder: Path, around: Surroundings) -> bool:
    """False for a drive or file system root, the home folder, and the program's own folder."""
    own = any(folder.is_relative_to(place) for place in around.program)
    return folder not in {around.home, folder.parent} and not own


def _holders(paths: tuple[Path, ...], settings: Settings) -> dict[Path, Path]:
    """Each path whose projects are found from another one of `paths`, with that other one."""
    kept: list[Path] = []
    holders: dict[Path, Path] = {}
    for path in sorted(paths, key=_depth_of):
        holder = next((root for root in kept if _reaches(root, path, settings)), None)
        if holder is None:
            kept.append(path)
        else:
            holders[path] = holder
    return holders


def _depth_of(path: Path) -> int:
    return len(path.parts)


def _reaches(root: Path, path: Path, settings: Settings) -> bool:
    if not path.is_relative_to(root):
        return False
    between = path.relative_to(root).parts
    return len(between) <= settings.depth and not set(between) & set(settings.skipped_folders)


def _note(path: Path, holder: Path) -> Problem:
    return Problem(str(path), f"lies inside {holder} and is watched as a part of it")
