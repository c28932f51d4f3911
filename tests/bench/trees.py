"""Trees of directories and projects as they lie on real disks: some deep, some nested, half of it rubbish."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from bench.content import phase_text, project_files

SEARCH_DEPTH: Final = 3
_MINUTE: Final = 60.0
_DEPTHS: Final = (1, 2, 3, 1, 2, 1, 2, 1, 3, 2)
"""Of ten projects two lie at depth 3."""
_NESTED_EVERY: Final = 20


@dataclass(frozen=True, slots=True)
class TreeSpec:
    """`directories` counts all below the root; half of what the projects leave lies in skipped folders.

    `active` projects run, the rest has ended. `rich`: projects have the sub-folders that builds make;
    `full`: all 30 files that a build leaves.
    """

    projects: int
    directories: int = 0
    active: int = 0
    rich: bool = False
    full: bool = False


@dataclass(slots=True)
class Tree:
    """What was made. `entered` are the directories that a search to depth 3 enters, projects apart."""

    root: Path
    projects: list[Path] = field(default_factory=list)
    plain: list[Path] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)

    @property
    def phase_files(self) -> list[Path]:
        """The phase file of every project, those of active builds first."""
        return [project / ".context-foundry" / "current-phase.json" for project in self.projects]

    @property
    def entered(self) -> int:
        """How many directories the search enters that are no projects, the root included."""
        return 1 + sum(len(path.relative_to(self.root).parts) <= SEARCH_DEPTH for path in self.plain)


def plant(root: Path, spec: TreeSpec) -> Tree:
    """Make a tree; projects of a batch have ended hours ago, the active ones wrote a second ago."""
    root.mkdir(parents=True)
    tree = Tree(root)
    _plant_projects(tree, spec)
    marked = len(tree.projects) * (6 if spec.full else 3 if spec.rich else 2)
    left = spec.directories - marked - len(tree.plain)
    if left > 0:
        _plant_skipped(tree, spec.directories // 2)
        _plant_plain(tree, left - len(tree.skipped))
    return tree


def _plant_projects(tree: Tree, spec: TreeSpec) -> None:
    for number, depth in enumerate(islice(cycle(_DEPTHS), spec.projects)):
        nested = number % _NESTED_EVERY == _NESTED_EVERY - 1
        above = tree.projects[0] if nested else _group(tree, number % 7, depth - 1)
        project = above / f"project-{number:04}"
        _plant_project(project, active=number < spec.active, number=number, spec=spec)
        tree.projects.append(project)


def _group(tree: Tree, number: int, depth: int) -> Path:
    """A folder `depth` levels below the root that holds projects."""
    folder = tree.root
    for level in range(depth):
        folder /= f"group-{level}-{number}"
        if not folder.exists():
            folder.mkdir()
            tree.plain.append(folder)
    return folder


def _plant_project(project: Path, *, active: bool, number: int, spec: TreeSpec) -> None:
    foundry = project / ".context-foundry"
    foundry.mkdir(parents=True)
    if spec.rich:
        (foundry / "feedback").mkdir()
    ended_at = time.time() - (1.0 if active else 3600.0 + 60.0 * (number % 600))
    for place, (name, text) in enumerate(project_files(number).items() if spec.full else ()):
        (foundry / name).parent.mkdir(exist_ok=True)
        _leave(foundry / name, text, ended_at - 10 * _MINUTE + 15 * place)
    _leave(foundry / "scout-report.md", "# Scout\n", ended_at - 20 * _MINUTE)
    _leave(foundry / "architecture.md", "# Architecture\n", ended_at - 10 * _MINUTE)
    _leave(foundry / "current-phase.json", phase_text("task 0", ended=not active), ended_at)


def _leave(path: Path, text: str, mtime: float) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (mtime, mtime))


def _plant_skipped(tree: Tree, wanted: int) -> None:
    """node_modules in the projects, 40 packages of 3 folders at a time."""
    for number in range(wanted):
        if len(tree.skipped) >= wanted:
            return
        project = tree.projects[number % len(tree.projects)]
        _plant_modules(tree, project / "node_modules", number // len(tree.projects), wanted)


def _plant_modules(tree: Tree, folder: Path, batch: int, wanted: int) -> None:
    if batch == 0:
        _add(tree.skipped, folder)
    for number in range(13):
        package = folder / f"package-{batch}-{number}"
        for path in (package, package / "lib", package / "lib" / "core"):
            if len(tree.skipped) < wanted:
                _add(tree.skipped, path)


def _plant_plain(tree: Tree, wanted: int) -> None:
    """Folders of every other kind at depths 1 to 4: branches of 1, 2, 4 and 4 folders."""
    for number in range(wanted):
        if wanted <= 0:
            return
        branch = tree.root / f"notes-{number:04}"
        inner = [branch / f"year-{n}" for n in range(2)]
        deep = [folder / f"month-{n}" for folder in inner for n in range(2)]
        deepest = [folder / "week" for folder in deep]
        for path in (branch, *inner, *deep, *deepest)[:wanted]:
            _add(tree.plain, path)
            wanted -= 1


def _add(where: list[Path], path: Path) -> None:
    path.mkdir(exist_ok=True)
    where.append(path)
