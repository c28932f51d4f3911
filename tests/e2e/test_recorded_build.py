"""A recorded build, played file by file by another process: what is shown and told after each step."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cupola.desktop.window import Desktop
from cupola.domain.words import PANELS, Facet
from support.processes import Line, Lines, Watch
from support.recorded_build import Step, steps
from support.stage import PaintCounter, settle
from support.window import Start

pytestmark = pytest.mark.slow

PLAYER = Path(__file__).parents[1] / "support" / "player.py"
PATIENCE_MS = 20_000


class Player(Lines):
    """Plays steps into a project and a metrics database."""

    def __init__(self, project: Path, database: Path) -> None:
        super().__init__([sys.executable, PLAYER, project, database])
        self._played = 0

    def play(self, step: Step) -> None:
        """Returns once all of the step is written."""
        assert self.child.stdin is not None
        order = json.dumps({"files": step.files, "rows": step.rows}) + "\n"
        self.child.stdin.write(order.encode())
        self.child.stdin.flush()
        self._played += 1
        self.wait_for(lambda lines: len(lines) == self._played, f"{step.name} is written")


class Told:
    """What `watch --json` has told of the build."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._since = len(watch.all)

    def next(self) -> None:
        """From here on `panels` begins anew."""
        self._since = len(self._watch.all)

    @property
    def panels(self) -> set[Facet]:
        """The panels it told of since `next`."""
        return {Facet(line["panel"]) for line in self._watch.all[self._since :] if line["event"] == "panel"}

    def has(self, header: Line) -> bool:
        """True once the build's header says this, its progress as a bare number."""
        build = self._watch.build("weather-web")
        shown = {**build, "progress": build["progress"]["value"]} if build else {}
        return all(shown.get(key) == value for key, value in header.items())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "root" / "weather-web"
    (project / ".context-foundry").mkdir(parents=True)
    (tmp_path / "places" / "foundry").mkdir(parents=True)
    return project


@pytest.fixture
def paints(qapp: QApplication) -> Iterator[PaintCounter]:
    counter = PaintCounter()
    qapp.installEventFilter(counter)
    yield counter
    qapp.removeEventFilter(counter)


def test_that_each_step_shows_in_the_docks_and_repaints_only_those_that_changed(
    started: Start, qtbot: QtBot, project: Path, paints: PaintCounter, tmp_path: Path
) -> None:
    foundry = tmp_path / "places" / "foundry"
    begin, *rest = steps(str(project))
    with Player(project, foundry / "metrics.db") as player:
        player.play(begin)
        desktop = started(project.parent)
        desktop.window.resize(1440, 1700)  # no line of a dock lies below its edge
        qtbot.waitUntil(lambda: shows(desktop, begin), timeout=PATIENCE_MS)
        settle()
        desktop.presenter.ticker.set_shown(shown=False)  # what is painted is painted because of a file
        with Watch(project.parent, state=tmp_path / "watch", foundry=foundry) as watch:
            told = Told(watch.ready())
            assert told.has(begin.header)
            for step in rest:
                painted = play(step, player, told, paints, desktop, qtbot)
                assert (told.panels, painted) == (set(step.says), set(step.says)), step.name


def play(
    step: Step, player: Player, told: Told, paints: PaintCounter, desktop: Desktop, qtbot: QtBot
) -> set[Facet]:
    """Play a step until it is shown and told of; the docks that were painted."""
    told.next()
    paints.painted.clear()
    player.play(step)
    qtbot.waitUntil(lambda: shows(desktop, step), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: told.has(step.header) and told.panels >= set(step.says), timeout=PATIENCE_MS)
    panels = desktop.window.panels
    qtbot.waitUntil(lambda: all(paints.of(panels[facet]) for facet in step.says), timeout=PATIENCE_MS)
    settle()  # a list lays out its rows a moment after it was given new ones
    return {facet for facet in PANELS if paints.of(panels[facet])}


def shows(desktop: Desktop, step: Step) -> bool:
    """True once each dock has a line that begins so for each that is wanted, in that order."""
    return all(in_order(dock(desktop, facet), wanted) for facet, wanted in step.says.items())


def in_order(lines: Sequence[str], wanted: Sequence[str]) -> bool:
    left = iter(lines)
    return all(any(line.startswith(start) for line in left) for start in wanted)


def dock(desktop: Desktop, facet: Facet) -> list[str]:
    """The lines of a dock as they are copied; none where it says why it is empty."""
    lines = desktop.window.panels[facet].lines
    return [line.copied for line in lines.rows.lines] if lines is not None else []
