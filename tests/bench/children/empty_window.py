"""The reference of start, memory and idle: an empty window with four docks, as large as Cupola's."""

from __future__ import annotations

import json
import signal
import sys
import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QMainWindow


class FirstPaint(QObject):
    """Says when the window was painted for the first time, as children/window.py does."""

    painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and not self.painted:
            self.painted = True
            QTimer.singleShot(0, self, self.say)
        return False

    def say(self) -> None:
        """When this paint is through."""
        sys.stdout.write(json.dumps({"painted_ns": time.perf_counter_ns()}) + "\n")
        sys.stdout.flush()


def main() -> int:
    """Show it until SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QLabel("Build"))
    for name in ("Tokens", "Tests", "Agents", "Decisions"):
        dock = QDockWidget(name)
        dock.setWidget(QLabel("nothing"))
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.resize(1440, 900)
    first = FirstPaint(window)
    window.installEventFilter(first)
    window.show()
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
