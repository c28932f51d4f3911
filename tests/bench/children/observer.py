"""The reference of latency: one recursive observer, a 100 ms trailing debounce, a queued signal to a label.

`observer.py ROOT FILE` says `{}` when it watches, and answers every line with what it painted since:
`[[ns, text], ...]`, and how many paint events there were.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

DEBOUNCE_S = 0.1


class Panel(QLabel):
    """A label that notes each paint of a text that is new."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[tuple[int, str]] = []
        self.paints = 0
        self._last = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        self.paints += 1
        if self.text() != self._last:
            self._last = self.text()
            self.painted.append((time.perf_counter_ns(), self._last))
        super().paintEvent(event)


class Watcher(QObject, FileSystemEventHandler):
    """Each event of the file starts the 100 ms anew; then it is read, in the timer's thread."""

    read = Signal(str)

    def __init__(self, file: Path) -> None:
        QObject.__init__(self)
        self._file = file
        self._timer: threading.Timer | None = None

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called in the observer's thread."""
        if event.event_type in {"modified", "created", "moved"}:
            path = os.fsdecode(event.dest_path or event.src_path)
            if path == str(self._file):
                self._restart()

    def _restart(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(DEBOUNCE_S, self._read)
        self._timer.daemon = True
        self._timer.start()

    def _read(self) -> None:
        try:
            data = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return
        self.read.emit(str(data["progress_detail"]))


class Answers(QObject):
    """Answers what comes on standard input."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_line)

    @Slot()
    def _on_line(self) -> None:
        if not sys.stdin.readline():
            self._notifier.setEnabled(False)
            return
        painted, self._panel.painted = self._panel.painted, []
        paints, self._panel.paints = self._panel.paints, 0
        _say({"painted": painted, "paints": paints})


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main(root: str, file: str) -> int:
    """Show the panel until SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    logging.disable()
    app = QApplication([])
    panel = Panel()
    watcher = Watcher(Path(file))
    watcher.read.connect(panel.setText, Qt.ConnectionType.QueuedConnection)
    panel.resize(400, 60)
    panel.show()
    answers = Answers(panel)
    observer = Observer()
    observer.daemon = True
    observer.schedule(watcher, root, recursive=True)
    observer.start()
    _say({})
    code = app.exec()
    del answers
    return code


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
