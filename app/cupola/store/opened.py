"""The first thing a start does: places and settings, in the order in which they need each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from cupola.domain.problems import Problem
from cupola.store.marks import Marks, load_marks
from cupola.store.places import Places, Surroundings, Wanted, folders
from cupola.store.roots import choose_roots
from cupola.store.settings import Settings
from cupola.store.settings_file import load


@dataclass(frozen=True, slots=True)
class Opened:
    """What a start stands on, and what a person should know of it."""

    places: Places
    settings: Settings
    problems: tuple[Problem, ...] = ()
    marks: Marks = field(default_factory=Marks)


def open_store(wanted: Wanted, around: Surroundings) -> Opened:
    """Places and settings for this start; never raises for what stands in a file."""
    where = folders(wanted, around)
    loaded = load(where.config_dir)
    roots = choose_roots(wanted, loaded.settings, around)
    places = Places(
        roots=roots.paths,
        explicit_roots=roots.explicit,
        foundry_home=where.foundry_home,
        claude_dirs=where.claude_dirs,
        config_dir=where.config_dir,
        state_dir=where.state_dir,
        cache_dir=where.cache_dir,
        home=around.home,
        cwd=around.cwd,
    )
    return Opened(places, loaded.settings, loaded.problems, load_marks(where.state_dir))
