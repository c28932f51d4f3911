"""Pictures of the window with made-up builds: `python tests/support/gallery.py FOLDER [CASE...]`.

Each picture is taken by a process of its own, because scale and fonts are fixed when Qt starts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).parents[2] / "app"), str(Path(__file__).parents[1])]

from support.builds import CASES  # noqa: E402 - found through the path set above
from support.dock_models import DOCKS, shown_with  # noqa: E402 - as above

if TYPE_CHECKING:
    from cupola.engine.feed import FeedEvent
    from cupola.views.main_window import MainWindow

SIZES = {"wide": (1440, 926), "usual": (1280, 800), "small": (1000, 700), "tall": (1440, 1700)}
HOW = (("dark", "wide", "1"), ("light", "small", "1"), ("dark", "usual", "2"))
PICTURES = [
    ("seven", "dark", "wide", "1"),
    ("seven", "light", "wide", "1"),
    ("seven", "dark", "wide", "2"),
    ("seven", "light", "usual", "1"),
    ("seven", "dark", "small", "1"),
    ("seven", "light", "small", "1"),
    ("strange", "dark", "usual", "1"),
    ("strange", "light", "usual", "1"),
    ("many", "dark", "usual", "1"),
    ("empty", "dark", "usual", "1"),
    ("searching", "light", "small", "1"),
    ("failed", "light", "wide", "1"),
    ("done", "dark", "wide", "1"),
    *((f"panels-{case}", scheme, "wide", "1") for case in DOCKS for scheme in ("dark", "light")),
    *(("panels-full", scheme, size, "1") for scheme in ("dark", "light") for size in ("usual", "small")),
    *((f"panels-{case}", "dark", "wide", "2") for case in ("full", "estimated")),
    ("panels-full", "light", "wide", "2"),
    *((f"panels-{case}", "dark", "tall", "1") for case in DOCKS),
    *((f"{case}-{tab}", *how) for tab in ("problems", "log") for case in ("seven", "strange") for how in HOW),
    ("empty-problems", "dark", "usual", "1"),
]


def main(arguments: list[str]) -> int:
    """Take all pictures, or those of the cases named."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    if len(arguments) == 2 and arguments[1].startswith("@"):
        return _take(folder, *arguments[1][1:].split(","))
    wanted = [p for p in PICTURES if not arguments[1:] or p[0] in arguments[1:]]
    for picture in wanted:
        environment = {**os.environ, "QT_SCALE_FACTOR": picture[3], "TZ": "UTC"}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, __file__, str(folder), "@" + ",".join(picture)]
        subprocess.run(command, env=environment, check=True)
    return 0


def _take(folder: Path, case: str, scheme: str, size: str, scale: str) -> int:
    from PySide6.QtWidgets import QApplication

    from support.window import made_window

    app = QApplication([])
    window, presenter = made_window(app, scheme)
    window.resize(*SIZES[size])
    window.show()
    presenter.on_events(_events(case))
    deadline = time.monotonic() + 0.4
    while time.monotonic() < deadline:
        app.processEvents()
    if case.endswith(("-problems", "-log")):
        _open_tab(window, case)
        app.processEvents()
    target = folder / f"{case}-{scheme}-{size}-{scale}00.png"
    saved = window.grab().save(str(target))
    print(target)
    window.close()
    return 0 if saved else 1


def _events(case: str) -> tuple[FeedEvent, ...]:
    if case.startswith("panels-"):
        return shown_with(case.removeprefix("panels-"))
    return CASES[case.removesuffix("-problems").removesuffix("-log")]()


def _open_tab(window: MainWindow, case: str) -> None:
    """Problems as they are, or a made-up log."""
    from support.dock_models import log_news

    if case.endswith("-problems"):
        window.page.open_problems()
    else:
        window.page.tabs.setCurrentIndex(1)
        window.page.log.show_news(log_news())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
