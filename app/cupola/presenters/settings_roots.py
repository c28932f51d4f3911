"""The watched folders as the settings show them: what was chosen, and how each is watched now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.domain.text import plain, printable_path
from cupola.presenters.status import counted
from cupola.store.roots import DEFAULT_ROOT
from cupola.store.settings import Settings

DEFAULT: str = f"~/{DEFAULT_ROOT}"
HOW = {Watching.EVENTS: "events", Watching.POLLING: "polling", Watching.OFF: "not watched"}


@dataclass(frozen=True, slots=True)
class RootLine:
    """One folder. `written` is how it stands in the settings, empty for one of this session alone.

    `well`: it can be read and is watched; None where there is nothing to watch yet, which is no error.
    """

    written: str
    path: str
    note: str
    well: bool | None

    @property
    def removable(self) -> bool:
        """Whether the user chose it, so that it can be taken away again."""
        return bool(self.written)


def root_lines(
    settings: Settings, health: HealthModel, absolute: Callable[[str], Path], *, explicit: bool = False
) -> tuple[RootLine, ...]:
    """Those of the settings first. `explicit`: this session watches others, which the command line named."""
    watched = {root.path: root for root in health.roots}
    lines = []
    for written in settings.roots:
        root = watched.pop(str(absolute(written)), None)
        lines.append(_line(written, printable_path(written), root, explicit=explicit))
    if not settings.roots and not explicit:
        root = watched.pop(str(absolute(DEFAULT)), None)
        line = _line("", DEFAULT, root, explicit=False)
        note = f"{line.note} · the default, as long as no other is chosen"
        lines.append(replace(line, note=note, well=line.well or None))  # it need not be there
    return (*lines, *_of_this_session(watched.values()))


def _of_this_session(roots: Iterable[RootModel]) -> Iterator[RootLine]:
    for root in roots:
        line = _line("", printable_path(root.path), root, explicit=False)
        yield replace(line, note=f"{line.note} · for this session only")


def _line(written: str, path: str, root: RootModel | None, *, explicit: bool) -> RootLine:
    if root is None:
        elsewhere = "not watched in this session, which was started with other folders"
        return RootLine(written, path, elsewhere if explicit else "looking for it", well=None)
    if not root.readable:
        return RootLine(written, path, plain(root.note) or "cannot be read", well=False)
    watched = root.watching is not Watching.OFF
    projects = counted(root.projects, "project") if watched else ""
    watches = counted(root.watches, "watch", "watches") if root.watches else ""
    parts = (projects, watches, HOW[root.watching], plain(root.note))
    note = " · ".join(part for part in parts if part)
    return RootLine(written, path, note, well=watched or None)


def without_root(settings: Settings, written: str) -> Settings:
    """Settings that watch a folder no longer; without any the default one counts again."""
    return replace(settings, roots=tuple(root for root in settings.roots if root != written))
