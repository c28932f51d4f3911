"""The search for projects below one root: stat folders to a depth, list only those that changed."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from cupola.sources.base import PROJECT_MARKER

FOLDERS_CAP: Final = 20_000
PROJECTS_CAP: Final = 5_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search goes. `never` holds full paths that are no projects (Foundry's own home)."""

    depth: int
    skipped: frozenset[str]
    never: frozenset[str] = frozenset()
    folders: int = FOLDERS_CAP
    projects: int = PROJECTS_CAP


@dataclass(slots=True)
class _Folder:
    depth: int
    mtime_ns: int
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search step tells: called in the search's own thread."""

    project: Callable[[str], None]
    lost: Callable[[str], None]
    refused: Callable[[str, str], None]
    watch: Callable[[str], None]


class Search:
    """Lane-local: belongs to the thread of its lane. Remembers every folder it entered."""

    def __init__(self, root: str, limits: Limits, found: Found) -> None:
        self.root = root
        self.projects: set[str] = set()
        self.reached: str | None = None
        """What limit was reached, in words; None if all was seen."""
        self._limits = limits
        self._found = found
        self._folders: dict[str, _Folder] = {}

    @property
    def folders(self) -> int:
        """How many folders were entered."""
        return len(self._folders)

    def all(self) -> Iterator[None]:
        """Search everything; yields after each folder. Raises OSError for the root itself."""
        os.stat(self.root)
        self.reached = None
        yield from self._breadth_first(deque([(self.root, 0)]))

    def below(self, folder: str) -> Iterator[None]:
        """Search one folder that has just appeared, appears again, or is looked for."""
        place = self._place_of(folder)
        if place is None:
            return
        folder, depth = place
        parent = self._folders.get(os.path.dirname(folder))
        if parent is not None and folder not in parent.children:
            parent.children = (*parent.children, folder)
        yield from self._breadth_first(deque([(folder, depth)]))

    def sweep(self) -> Iterator[None]:
        """Stat every known folder and enter those whose mtime changed; yields now and then."""
        for count, (folder, kept) in enumerate(list(self._folders.items())):
            if count % 50 == 49:
                yield
            mtime_ns = _mtime_ns(folder, follow=folder == self.root)
            if mtime_ns is None:
                self._forget(folder)
            elif mtime_ns != kept.mtime_ns and folder in self._folders:
                yield from self._breadth_first(deque([(folder, kept.depth)]))

    def forget(self, folder: str) -> None:
        """A folder was removed or moved away: it and all below are no longer known."""
        self._forget(folder)

    def _breadth_first(self, waiting: deque[tuple[str, int]]) -> Iterator[None]:
        while waiting:
            folder, depth = waiting.popleft()
            if len(self._folders) >= self._limits.folders and folder not in self._folders:
                self.reached = f"only the first {self._limits.folders:,} folders are searched"
                return
            for child in self._enter(folder, depth):
                waiting.append((child, depth + 1))
            yield

    def _enter(self, folder: str, depth: int) -> tuple[str, ...]:
        """Watch, then read one folder; returns the sub-folders that were not known before."""
        known = self._folders.get(folder)
        try:
            self._found.watch(folder)
            mtime_ns = os.stat(folder, follow_symlinks=folder == self.root).st_mtime_ns
            deepest = depth >= self._limits.depth
            children = () if deepest else tuple(self._children(folder))
            marked = self._is_marked(folder)
        except (FileNotFoundError, NotADirectoryError):
            self._forget(folder)
            return ()
        except OSError as error:
            self._folders[folder] = _Folder(depth, 0)
            self._found.refused(folder, f"cannot be searched: {error.strerror}")
            return ()
        self._folders[folder] = _Folder(depth, mtime_ns, children)
        self._mark(folder, marked=marked)
        before = set(known.children) if known else set()
        for lost in before.difference(children):
            self._forget(lost)
        return tuple(child for child in children if child not in before)

    def _children(self, folder: str) -> Iterator[str]:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in self._limits.skipped or entry.name == PROJECT_MARKER:
                    continue
                path = f"{folder.rstrip('/')}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    yield path
                elif entry.is_symlink() and _is_folder(f"{path}/{PROJECT_MARKER}"):
                    self._found.refused(path, "is a link to a project; add it as a root to watch it")

    def _is_marked(self, folder: str) -> bool:
        marker = f"{folder.rstrip('/')}/{PROJECT_MARKER}"
        mode = _mode(marker)
        if mode is not None and stat.S_ISLNK(mode):
            self._found.refused(marker, "is a link, and links are not followed")
        return mode is not None and stat.S_ISDIR(mode)

    def _mark(self, folder: str, *, marked: bool) -> None:
        if marked and folder not in self.projects and folder not in self._limits.never:
            if len(self.projects) >= self._limits.projects:
                self.reached = f"only the first {self._limits.projects:,} projects are watched"
                return
            self.projects.add(folder)
            self._found.project(folder)
        elif not marked and folder in self.projects:
            self._lose(folder)

    def _forget(self, folder: str) -> None:
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            known = self._folders.pop(path, None)
            if known is not None:
                waiting.extend(known.children)
            if path in self.projects:
                self._lose(path)

    def _lose(self, project: str) -> None:
        self.projects.discard(project)
        self._found.lost(project)

    def _place_of(self, folder: str) -> tuple[str, int] | None:
        """The folder to enter for something that happened at `folder`, with its depth; None for none.

        What makes a folder a project says something of that folder, and what lies in it nothing at all.
        """
        if folder == self.root:
            return folder, 0
        prefix = self.root.rstrip("/") + "/"
        parts = folder.removeprefix(prefix).split("/") if folder.startswith(prefix) else [PROJECT_MARKER, ""]
        if parts[-1] == PROJECT_MARKER:
            parts.pop()
        if (
            PROJECT_MARKER in parts
            or self._limits.skipped.intersection(parts)
            or len(parts) > self._limits.depth
        ):
            return None
        return (prefix + "/".join(parts) if parts else self.root), len(parts)


def _is_folder(path: str) -> bool:
    mode = _mode(path)
    return mode is not None and stat.S_ISDIR(mode)


def _mode(path: str) -> int | None:
    try:
        return os.lstat(path).st_mode
    except OSError:
        return None


def _mtime_ns(path: str, *, follow: bool) -> int | None:
    try:
        return os.stat(path, follow_symlinks=follow).st_mtime_ns
    except OSError:
        return None
