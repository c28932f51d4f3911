"""Which folders to watch: those named, else those set, else `~/homelab` and the current folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cupola.store.places import Standpoint, Surroundings, Wanted, absolute
from cupola.store.settings import Settings

DEFAULT_ROOT: Final = "homelab"


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders to watch, in the order they were named, each once."""

    paths: tuple[Path, ...]
    explicit: bool


def choose_roots(wanted: Wanted, settings: Settings, around: Surroundings) -> Roots:
    """The roots of this start; looks at no disk."""
    named = _named(wanted, around)
    return Roots(tuple(dict.fromkeys(named or _usual(settings, around))), explicit=bool(named))


def with_root(settings: Settings, path: str) -> Settings:
    """Settings with one more folder, at whose side the default one stays watched; the same if it is one."""
    before = settings.roots or (f"~/{DEFAULT_ROOT}",)
    return settings if path in before else replace(settings, roots=(*before, path))


def roots_of(settings: Settings, around: Standpoint) -> tuple[Path, ...]:
    """The folders that were set, or the default one, each once; looks at no disk."""
    written = settings.roots or (f"~/{DEFAULT_ROOT}",)
    return tuple(dict.fromkeys(absolute(text, around) for text in written))


def _named(wanted: Wanted, around: Surroundings) -> list[Path]:
    from_environment = around.environment.get("CUPOLA_ROOTS", "").split(os.pathsep)
    written = wanted.roots or tuple(text for text in from_environment if text)
    return [absolute(text, around) for text in written]


def _usual(settings: Settings, around: Surroundings) -> list[Path]:
    """What was set, or the default, and the current folder unless it is found from one of these anyway."""
    roots = list(roots_of(settings, around))
    within_reach = any(_reaches(root, around.cwd, settings) for root in roots)
    if around.from_terminal and _may_be_root(around.cwd, around) and not within_reach:
        roots.append(around.cwd)
    return roots


def _may_be_root(folder: Path, around: Surroundings) -> bool:
    """False for a drive or file system root, the home folder, and the program's own folder."""
    own = any(folder.is_relative_to(place) for place in around.program)
    return folder not in {around.home, folder.parent} and not own


def _reaches(root: Path, path: Path, settings: Settings) -> bool:
    if not path.is_relative_to(root):
        return False
    between = path.relative_to(root).parts
    return len(between) <= settings.depth and not set(between) & set(settings.skipped_folders)
