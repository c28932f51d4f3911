"""What the tray says: the worst state, how many builds run, and each build that is active or ended unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from cupola.domain.models import BuildModel, HealthModel
from cupola.domain.text import plain
from cupola.domain.words import AT_WORK, BuildState
from cupola.domain.work_words import call_of, work_of, work_words
from cupola.engine.feed import Change, FeedEvent, Gone, HealthChange, Ready
from cupola.presenters.builds_filter import key_of
from cupola.presenters.status import counted
from cupola.presenters.texts import STATE_WORD
from cupola.store.marks import Mark, Marks

WORST_FIRST: Final = (
    BuildState.FAILED,
    BuildState.QUIET,
    BuildState.RUNNING,
    BuildState.COMPLETED,
    BuildState.UNKNOWN,
)
MOST_ROWS: Final = 12
"""Builds that a menu names; a line says how many more there are."""
MOST_LINES: Final = 6
MOST_CHARS: Final = 60
_RANK: Final = {state: rank for rank, state in enumerate(WORST_FIRST)}
_NO_MARKUP: Final = str.maketrans({"<": "\u2039", ">": "\u203a"})
"""Some panels take a tooltip for markup, and say so to nobody."""


@dataclass(frozen=True, slots=True)
class TrayRow:
    """One build: `mark` is the shape it has, which is that of quiet while it waits for somebody."""

    build: str
    mark: BuildState
    text: str


@dataclass(frozen=True, slots=True)
class TrayModel:
    """What icon, tooltip and menu are made of; `mark` None: nothing is active. `more` builds have no row.

    `paused`: nothing is watched, so that all of it is as it was seen last.
    """

    mark: BuildState | None = None
    running: int = 0
    tooltip: str = "Cupola: looking for builds"
    rows: tuple[TrayRow, ...] = ()
    more: int = 0
    paused: bool = False


class TrayPresenter(QObject):
    """Lives in the GUI thread and takes the feed as the window does, whether that is shown or not."""

    changed = Signal(object)
    """The `TrayModel` now; only when it is another one."""

    def __init__(self, marks: Marks | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = TrayModel()
        self._told: dict[str, BuildModel] = {}
        """Those that are active or ended unseen: few, however many builds there are."""
        self._unseen: set[str] = set()
        self._marks = marks or Marks()
        self._ready = False
        self._paused = False
        self._looked_at = False

    @Slot(object)
    def on_events(self, batch: tuple[FeedEvent, ...]) -> None:
        """Take what happened since the last batch."""
        told = [self._take(event) for event in batch]
        if any(told):
            self._tell()

    @Slot(object)
    def set_marks(self, marks: Marks) -> None:
        """What the user put away is no matter of the tray either."""
        self._marks = marks
        self._tell()

    @Slot(bool)
    def set_looked_at(self, looked_at: bool) -> None:
        """Whether the window has the user's attention: what ended is no news then."""
        self._looked_at = looked_at
        if looked_at and self._unseen:
            for build in self._unseen:
                self._told.pop(build, None)
            self._unseen.clear()
            self._tell()

    def _take(self, event: FeedEvent) -> bool:
        """True if it may change what is told."""
        match event:
            case Change(model=BuildModel() as build):
                return self._keep(build)
            case Gone():
                self._unseen.discard(event.build)
                return self._told.pop(event.build, None) is not None
            case Ready():
                self._ready = True
                return True
            case HealthChange(model=HealthModel(paused=paused)):
                before, self._paused = self._paused, paused
                return before is not paused
            case _:
                return False

    def _keep(self, build: BuildModel) -> bool:
        old = self._told.pop(build.id, None)
        self._note(old, build)
        if build.state in AT_WORK or build.id in self._unseen:
            self._told[build.id] = build
            return True
        return old is not None

    def _note(self, old: BuildModel | None, new: BuildModel) -> None:
        if not new.state.ended:
            self._unseen.discard(new.id)
        elif old is not None and old.state in AT_WORK and self._ready and not self._looked_at:
            self._unseen.add(new.id)

    def _tell(self) -> None:
        listed = [build for build in self._told.values() if not self._is_put_away(build)]
        model = tray_model(listed, self._unseen, ready=self._ready, paused=self._paused)
        if model != self.model:
            self.model = model
            self.changed.emit(model)

    def _is_put_away(self, build: BuildModel) -> bool:
        away = (Mark.HIDDEN, Mark.ARCHIVED)
        return any(key_of(build, mark) in self._marks.of(mark) for mark in away)


def tray_model(
    builds: Iterable[BuildModel], unseen: Collection[str] = (), *, ready: bool = True, paused: bool = False
) -> TrayModel:
    """Of all builds those that are active, and those of `unseen`, which ended and nobody looked since."""
    told = [build for build in builds if build.state in AT_WORK or build.id in unseen]
    if not told and not ready and not paused:
        return TrayModel()
    told.sort(key=_order)
    rows = tuple(TrayRow(build.id, mark_of(build), row_text(build)) for build in told)
    running = sum(build.state is BuildState.RUNNING for build in told)
    mark = rows[0].mark if rows else None
    tooltip = _tooltip(told, rows, paused=paused)
    return TrayModel(mark, running, tooltip, rows[:MOST_ROWS], len(rows[MOST_ROWS:]), paused)


def mark_of(build: BuildModel) -> BuildState:
    """The shape of a build: one that runs but waits for somebody is as good as quiet."""
    return BuildState.QUIET if build.state is BuildState.RUNNING and call_of(build) else build.state


def row_text(build: BuildModel) -> str:
    """`weather-app: Running · Builder · waiting for a permission (Bash)`, without anything like markup."""
    called = work_words(work_of(build)) if call_of(build) else ""
    said = [STATE_WORD[build.state], _short(build.phase or ""), called]
    text = f"{_short(build.project)}: {' · '.join(filter(None, said))}"
    return text.translate(_NO_MARKUP)


def summary_text(builds: Iterable[BuildModel]) -> str:
    """`2 running, 1 quiet`."""
    counts = Counter(build.state for build in builds)
    said = [f"{counts[state]} {STATE_WORD[state].lower()}" for state in WORST_FIRST if counts[state]]
    return ", ".join(said) or "no build is active"


def more_text(count: int) -> str:
    """`3 more builds`."""
    return counted(count, "more build")


def _tooltip(builds: list[BuildModel], rows: tuple[TrayRow, ...], *, paused: bool) -> str:
    head = "Cupola: watching is paused, last seen: " if paused else "Cupola: "
    lines = [f"{head}{summary_text(builds)}", *(row.text for row in rows[:MOST_LINES])]
    if rows[MOST_LINES:]:
        lines.append(more_text(len(rows[MOST_LINES:])))
    return "\n".join(lines)


def _order(build: BuildModel) -> tuple[int, str, str]:
    return _RANK[mark_of(build)], build.project.casefold(), build.id


def _short(text: str) -> str:
    text = plain(text)
    return text if len(text) <= MOST_CHARS else f"{text[: MOST_CHARS - 1]}…"
