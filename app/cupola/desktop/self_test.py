"""`--self-test`: the window on the demo's builds, and all that an incomplete installation would lack."""

from __future__ import annotations

import json
import logging
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from PySide6.QtCore import Slot, qVersion
from PySide6.QtGui import QGuiApplication, QIcon

from cupola import __version__
from cupola.desktop.picture import FAILED, FINE, LONGEST_MS, LOOK_MS, PictureTaker
from cupola.desktop.program_icon import icon_files
from cupola.desktop.window import Desktop
from cupola.domain.models import BuildModel
from cupola.domain.words import PANELS, BuildState
from cupola.engine.feed import Change, FeedEvent
from cupola.options import Picture
from cupola.presenters.overriding import override
from cupola.program import this_program
from cupola.store.ledger import NAME as LEDGER
from cupola.store.ledger import Ledger
from cupola.store.places import Places
from cupola.store.prices import load_prices
from cupola.views.tray_icon import tray_icon

log = logging.getLogger(__name__)

PROJECT: Final = "self-test"
PHASES: Final = ("Scout", "Architect")
"""The second is the write that has to be seen."""
_ICON_PX: Final = 64
_LEAST_COLOURS: Final = 40
"""On a window that shows something; an empty one has half as many."""


class SelfTest(PictureTaker):
    """Waits as for a picture, writes a build of its own meanwhile, and prints a line for each check.

    Lives in the GUI thread, from before the engine starts until `done`.
    """

    def __init__(self, desktop: Desktop, picture: Picture, places: Places) -> None:
        super().__init__(desktop, picture, 0.0)
        self._places = places
        self._written: list[str] = []
        self._seen: set[str | None] = set()
        self._since_write_ms = 0
        desktop.bridge.arrived.connect(self._on_events)

    @Slot(object)
    def _on_events(self, batch: tuple[FeedEvent, ...]) -> None:
        for event in batch:
            model = event.model if isinstance(event, Change) else None
            if isinstance(model, BuildModel) and model.project == PROJECT:
                self._seen.add(model.phase)

    @Slot()
    @override
    def _look(self) -> None:
        """An error in a slot would be logged, and the next turn would meet it again: it is a failed check."""
        try:
            super()._look()
        except Exception as error:
            log.exception("A check could not be made")
            self._end(f"{type(error).__name__}: {error}")

    @override
    def _missing(self) -> str:
        return super()._missing() or self._unseen()

    def _unseen(self) -> str:
        """Each phase is written once the one before it was seen."""
        self._since_write_ms += LOOK_MS
        if self._written and self._written[-1] not in self._seen:
            return f"the write of {self._written[-1]} was not seen"
        if len(self._written) == len(PHASES):
            return ""
        self._write(PHASES[len(self._written)])
        return "a write is about to be seen"

    def _write(self, phase: str) -> None:
        folder = self._places.roots[0] / PROJECT / ".context-foundry"
        folder.mkdir(parents=True, exist_ok=True)
        done = list(PHASES[: PHASES.index(phase)])
        content = {
            "session_id": PROJECT,
            "current_phase": phase,
            "status": "running",
            "phases_completed": done,
        }
        draft = folder / "draft"
        draft.write_text(json.dumps(content), "utf-8")
        draft.replace(folder / "current-phase.json")
        self._written.append(phase)
        self._since_write_ms = 0

    @override
    def _take(self) -> None:
        lines = [*self._checks()]
        failed = [name for name, said, fine in lines if not fine]
        for name, said, fine in lines:
            _say(name, said, fine=fine)
        self.code = FAILED if failed else FINE
        self._end("")

    @override
    def _end(self, trouble: str) -> None:
        if trouble:
            _say("window", trouble, fine=False)
        super()._end("")

    def _checks(self) -> Iterator[tuple[str, str, bool]]:
        yield "version", _versions(), True
        yield self._window()
        yield self._docks()
        yield _files()
        yield _drawn(self._desktop)
        yield "write", f"seen within {self._since_write_ms} ms", True
        yield _ledger(self._places)
        yield _prices(self._places)

    def _window(self) -> tuple[str, str, bool]:
        """A window whose fonts or platform are broken is of few colours."""
        image = self._desktop.window.grab().toImage()
        some = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
        size = f"{image.width()}x{image.height()}"
        said = f"{size} on {QGuiApplication.platformName()}, {len(some)} colours"
        return "window", said, len(some) >= _LEAST_COLOURS

    def _docks(self) -> tuple[str, str, bool]:
        shown = [facet for facet, panel in self._desktop.window.panels.items() if panel.isVisible()]
        filled = {count.panel for count in self._desktop.presenter.gate_counts() if count.passed}
        missing = [facet.value for facet in PANELS if facet not in shown or facet.value not in filled]
        return (
            "docks",
            f"without data: {', '.join(missing)}" if missing else f"{len(shown)} with data",
            not missing,
        )


def _versions() -> str:
    """With where it runs from: a bundle may be run where an installation was meant."""
    kind = "bundle" if getattr(sys, "frozen", False) else "Python package"
    return f"Cupola {__version__}, a {kind}, Python {platform.python_version()}, Qt {qVersion()}"


def _files() -> tuple[str, str, bool]:
    files = icon_files()
    broken = [file.name for file in files if not _has_ink(QIcon(str(file)))]
    said = f"cannot be drawn: {', '.join(broken)}" if broken else f"{len(files)} files drawn"
    return "icons", said, bool(files) and not broken


def _drawn(desktop: Desktop) -> tuple[str, str, bool]:
    tokens = desktop.theme.tokens
    broken = [str(state) for state in (None, *BuildState) if not _has_ink(tray_icon(state, 3, tokens))]
    said = (
        f"cannot be drawn: {', '.join(broken)}" if broken else f"{len(BuildState) + 1} signs of states drawn"
    )
    return "tray icons", said, not broken


def _has_ink(icon: QIcon) -> bool:
    image = icon.pixmap(_ICON_PX, _ICON_PX).toImage()
    return any(
        image.pixelColor(x, y).alpha()
        for x in range(0, image.width(), 4)
        for y in range(0, image.height(), 4)
    )


def _ledger(places: Places) -> tuple[str, str, bool]:
    """Counted by a process of Cupola's own, as it is when a build comes to rest."""
    folders = [part for folder in places.claude_dirs for part in ("--config-dir", str(folder))]
    command = [*this_program(), "tokens", "--json", "--state-dir", str(places.state_dir), *folders]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=LONGEST_MS / 1000)
        with closing(Ledger(places.state_dir / LEDGER)) as ledger:
            replies = sum(1 for _ in ledger.replies())
    except (OSError, subprocess.SubprocessError) as error:
        return "ledger", str(error), False
    return "ledger", f"{replies} replies counted", bool(replies)


def _prices(places: Places) -> tuple[str, str, bool]:
    try:
        prices = load_prices(places.config_dir)
    except (OSError, ValueError) as error:
        return "prices", str(error), False
    return "prices", f"{len(prices.models)} models, list of {prices.date}", bool(prices.models)


def _say(name: str, said: str, *, fine: bool) -> None:
    """A windowed program on Windows has no stream to write to; its exit code is all that it says."""
    if sys.stdout is not None:
        sys.stdout.write(f"{'ok    ' if fine else 'FAILED'}  {name}: {said}\n")
        sys.stdout.flush()
