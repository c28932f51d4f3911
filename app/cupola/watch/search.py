"""The search for projects below one root: stat folders to a depth, list only those that changed."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from cupola.sources.base import PROJECT_MARKER

FOLDERS_CAP: Final = 20_000
PROJECTS_CAP: Final = 5_000
SWEPT_AT_ONCE: Final = 50
"""Folders whose stat is one step of a sweep."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search goes. `never` holds full paths that are no projects (Foundry's own home)."""

    depth: int
    skipped: frozenset[str]
    never: frozenset[str] = frozenset()
    folders: int = FOLDERS_CAP
    projects: int = PROJECTS_CAP


_Stamp = tuple[int, int]
"""mtime_ns and inode: differs when names in a folder change, and when another folder stands in its place."""


@dataclass(slots=True)
class _Folder:
    depth: int
    stamp: _Stamp | None
    """None: to be entered at the next sweep, whatever it looks like then."""
    children: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    """What was told of it, by path, to be taken back when it is over."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search step tells: called in the search's own thread. An empty message takes one back."""

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

    def __contains__(self, folder: str) -> bool:
        """True if it was entered. Safe from any thread."""
        return folder in self._folders

    @property
    def entered(self) -> frozenset[str]:
        """Every folder that was entered."""
        return frozenset(self._folders)

    @property
    def folders(self) -> int:
        """How many folders were entered."""
        return len(self._folders)

    def all(self) -> Iterator[None]:
        """Search everything; yields after each folder."""
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
        """Stat every known folder and enter those that changed; yields now and then."""
        for count, (folder, kept) in enumerate(list(self._folders.items())):
            if count % SWEPT_AT_ONCE == SWEPT_AT_ONCE - 1:
                yield
            if self._folders.get(folder) is not kept:
                continue
            try:
                stamp = self._stamp(folder)
            except (FileNotFoundError, NotADirectoryError):
                self.forget(folder)
            except OSError:
                continue  # not to be seen now, which does not mean that it is gone
            else:
                if stamp != kept.stamp:
                    yield from self._breadth_first(deque([(folder, kept.depth)]))
        if self.reached is not None and self._has_room():
            yield from self._go_on()

    def forget(self, folder: str) -> None:
        """A folder was removed or moved away: it and all below are no longer known."""
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            known = self._folders.pop(path, None)
            if known is not None:
                waiting.extend(known.children)
                self._refuse(known.refused, {})
            if path in self.projects:
                self._lose(path)

    def _breadth_first(self, waiting: deque[tuple[str, int]]) -> Iterator[None]:
        while waiting:
            folder, depth = waiting.popleft()
            if len(self._folders) >= self._limits.folders and folder not in self._folders:
                self.reached = f"only the first {self._limits.folders:,} folders are searched"
                return
            for child in self._enter(folder, depth):
                waiting.append((child, depth + 1))
            yield

    def _has_room(self) -> bool:
        return len(self._folders) < self._limits.folders and len(self.projects) < self._limits.projects

    def _go_on(self) -> Iterator[None]:
        """Take in what was left out when a limit was reached, now that there is room again."""
        self.reached = None
        left: deque[tuple[str, int]] = deque()
        for count, (folder, kept) in enumerate(list(self._folders.items())):
            if count % SWEPT_AT_ONCE == SWEPT_AT_ONCE - 1:
                yield
            if folder not in self.projects and _is_folder(_marker(folder)):
                self._mark(folder, marked=True)
            left.extend((child, kept.depth + 1) for child in kept.children if child not in self._folders)
        yield from self._breadth_first(left)

    def _enter(self, folder: str, depth: int) -> tuple[str, ...]:
        """Watch, then read one folder; returns the sub-folders that were not known before."""
        known = self._folders.get(folder) or _Folder(depth, None)
        refused: dict[str, str] = {}
        try:
            self._found.watch(folder)
            stamp = self._stamp(folder)
            deepest = depth >= self._limits.depth
            children = () if deepest else tuple(self._children(folder, refused))
            marked = self._is_marked(folder, refused)
        except (FileNotFoundError, NotADirectoryError):
            self.forget(folder)
            return ()
        except OSError as error:
            # What was known of it may still be there: it is only not to be seen now.
            refused = {folder: f"cannot be searched: {error.strerror}"}
            self._folders[folder] = _Folder(depth, None, known.children, refused)
            self._refuse(known.refused, refused)
            return ()
        self._folders[folder] = _Folder(depth, stamp, children, refused)
        self._refuse(known.refused, refused)
        self._mark(folder, marked=marked)
        before = set(known.children)
        for lost in before.difference(children):
            self.forget(lost)
        return tuple(child for child in children if child not in before)

    def _stamp(self, folder: str) -> _Stamp:
        entry = os.stat(folder, follow_symlinks=folder == self.root)
        if not stat.S_ISDIR(entry.st_mode):
            raise NotADirectoryError
        return entry.st_mtime_ns, entry.st_ino

    def _children(self, folder: str, refused: dict[str, str]) -> Iterator[str]:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in self._limits.skipped or entry.name == PROJECT_MARKER:
                    continue
                path = f"{folder.rstrip('/')}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    yield path
                elif entry.is_symlink() and _is_folder(_marker(path)):
                    refused[path] = "is a link to a project; add it as a root to watch it"

    def _is_marked(self, folder: str, refused: dict[str, str]) -> bool:
        """Raises OSError where it cannot be told."""
        marker = _marker(folder)
        try:
            mode = os.lstat(marker).st_mode
        except FileNotFoundError:
            return False
        if stat.S_ISLNK(mode):
            refused[marker] = "is a link, and links are not followed"
        return stat.S_ISDIR(mode)

    def _refuse(self, before: dict[str, str], now: dict[str, str]) -> None:
        for path in before.keys() - now.keys():
            self._found.refused(path, "")
        for path, message in now.items():
            if before.get(path) != message:
                self._found.refused(path, message)

    def _mark(self, folder: str, *, marked: bool) -> None:
        if marked and folder not in self.projects and folder not in self._limits.never:
            if len(self.projects) >= self._limits.projects:
                self.reached = f"only the first {self._limits.projects:,} projects are watched"
                return
            self.projects.add(folder)
            self._found.project(folder)
        elif not marked and folder in self.projects:
            self._lose(folder)

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


def _marker(folder: str) -> str:
    return f"{folder.rstrip('/')}/{PROJECT_MARKER}"


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False
