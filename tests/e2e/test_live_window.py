"""The real window on the real engine, fed by other processes: what its labels say, and when."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QThread, Slot
from pytestqt.qtbot import QtBot

from cupola.desktop.window import Desktop
from cupola.store.settings import Settings
from support.processes import writer
from support.project_files import phase, put, put_phase, state
from support.scoring import Shown, judge, project_of, roots_of, score
from support.window import Start
from support.writer import WAYS, phase_text

pytestmark = pytest.mark.slow

PATIENCE_MS = 30_000


class Reader(QObject):
    """Reads the rows of the list, as a screen reader would, whenever they change. Lives in the GUI thread."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._rows = desktop.presenter.builds
        self.seen: dict[str, Shown] = {way.replace("_", "-"): [] for way in WAYS}
        self._rows.dataChanged.connect(self.read)
        self._rows.rowsInserted.connect(self.read)

    @Slot()
    def read(self) -> None:
        """Note what is new."""
        at = time.monotonic_ns()
        for row in range(self._rows.rowCount()):
            text = str(self._rows.index(row).data(Qt.ItemDataRole.AccessibleTextRole))
            name, number = text.partition(",")[0], re.search(r"write (\d+)", text)
            if number and name in self.seen:
                shown = self.seen[name]
                if not shown or shown[-1][1] != int(number[1]):
                    shown.append((at, int(number[1])))

    def last(self) -> dict[str, int]:
        """The newest number of each project."""
        return {name: shown[-1][1] for name, shown in self.seen.items() if shown}


def detail(desktop: Desktop) -> str:
    return desktop.window.page.header.detail.text() if desktop.presenter.shown else ""


def test_that_every_value_stands_in_the_list_soon(
    started: Start, qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for way in WAYS:
        project = project_of(tmp_path, way)
        put_phase(project, phase_text(0, project.name), mtime=1_795_000_000.0)
    (tmp_path / "outside").mkdir()
    desktop = started(*roots_of(tmp_path))
    reader = Reader(desktop)
    qtbot.waitUntil(lambda: desktop.presenter.builds.rowCount() == len(WAYS), timeout=PATIENCE_MS)
    with ExitStack() as stack:
        children = {
            way: stack.enter_context(writer(way, project_of(tmp_path, way), tmp_path / "outside", seed=seed))
            for seed, way in enumerate(WAYS)
        }
        qtbot.waitUntil(lambda: all(child.is_done() for child in children.values()), timeout=PATIENCE_MS)
        writes = {way: child.until_done() for way, child in children.items()}
        last = {way.replace("_", "-"): len(lines) for way, lines in writes.items()}
        qtbot.waitUntil(lambda: reader.last() == last, timeout=PATIENCE_MS)
    judge(capsys, [score(way, writes[way], reader.seen[way.replace("_", "-")]) for way in WAYS])


def test_that_the_last_value_stands_on_the_label_after_the_window_was_blocked_for_a_second(
    started: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    project = tmp_path / "root" / "plain"
    put_phase(project, phase_text(0, "plain"))
    (tmp_path / "outside").mkdir()
    desktop = started(tmp_path / "root")
    qtbot.waitUntil(lambda: detail(desktop) == "write 0000", timeout=PATIENCE_MS)
    with writer("plain", project, tmp_path / "outside", seed=1) as child:
        qtbot.waitUntil(lambda: detail(desktop) not in {"", "write 0000"}, timeout=PATIENCE_MS)
        QThread.msleep(1000)
        qtbot.waitUntil(child.is_done, timeout=PATIENCE_MS)
        last = f"write {len(child.until_done()):04d}"
    qtbot.waitUntil(lambda: detail(desktop) == last, timeout=300)


def test_that_origin_and_state_change_by_time_alone(started: Start, qtbot: QtBot, tmp_path: Path) -> None:
    root = tmp_path / "root"
    project = root / "demo"
    now = time.time()
    put_phase(project, phase(detail="from live"), mtime=now - 8)
    put(root / "checkpoints/ralph/demo/state.json", state(), mtime=now - 1)
    desktop = started(root, settings=Settings(quiet_limit_s=6.0))
    header = desktop.window.page.header
    qtbot.waitUntil(lambda: detail(desktop) == "from live", timeout=PATIENCE_MS)
    assert (header.origin.text(), header.state.text()) == ("Live", "Running")
    qtbot.waitUntil(lambda: header.origin.text() == "Checkpoint", timeout=PATIENCE_MS)
    assert time.time() >= now + 2
    qtbot.waitUntil(lambda: header.state.text() == "Quiet", timeout=PATIENCE_MS)
    assert time.time() >= now + 5
