"""The real window, started by the real entry point, with a listener on its standard input.

It says `{}` when it listens, and answers each line: `hide`, `show`, `hold` (no ticks, so
that only files can cause paints), `count` (paints of any widget since the last `count`), `keys`, `search`,
`log`, `tokens`, `state`.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QSocketNotifier, Qt, Slot
from PySide6.QtTest import QTest

from bench.figures import percentile
from cupola.__main__ import main
from cupola.desktop.tray_place import TraySystem
from cupola.desktop.window import Desktop
from cupola.domain.models import TokensModel
from cupola.domain.words import Facet
from cupola.presenters.bridge import FeedBridge
from cupola.presenters.ticker import Ticker
from cupola.views.build_page import Tab

_slots_ms: list[tuple[float, float]] = []
"""Wall and processor milliseconds of every slot that the engine or the clock called."""
_keep: list[QObject] = []


class Paints(QObject):
    """Counts every paint event in the process."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and watched.isWidgetType():
            self.seen[type(watched).__name__] += 1
        return False


class Listener(QObject):
    """Answers what comes on standard input; lives in the GUI thread."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._paints = Paints()
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_line)

    @Slot()
    def _on_line(self) -> None:
        line = sys.stdin.readline().strip()
        if not line:
            self._notifier.setEnabled(False)
            return
        _say(getattr(self, f"_do_{line}")())

    def _do_hide(self) -> object:
        self._desktop.window.hide()
        return {}

    def _do_show(self) -> object:
        self._desktop.window.show()
        return {}

    def _do_hold(self) -> object:
        self._desktop.presenter.ticker.set_shown(shown=False)
        app = QCoreApplication.instance()
        assert app is not None
        app.installEventFilter(self._paints)
        return {}

    def _do_count(self) -> object:
        seen, self._paints.seen = self._paints.seen, Counter()
        return dict(seen)

    def _do_log(self) -> object:
        """Open the Log tab; milliseconds until it shows a line."""
        page = self._desktop.window.page
        began = time.perf_counter()
        page.tabs.setCurrentIndex(Tab.LOG)
        while page.log.text is None or not page.log.text.toPlainText():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return {"ms": 1e3 * (time.perf_counter() - began), "lines": page.log.text.blockCount()}

    def _do_keys(self) -> object:
        """Move through the list by keyboard; milliseconds from each key until its row is painted."""
        rows = self._desktop.window.builds.list
        rows.setFocus()
        keys = [Qt.Key.Key_Down] * 60 + [Qt.Key.Key_PageDown] * 60 + [Qt.Key.Key_End, Qt.Key.Key_Home] * 5
        return _taken(partial(QTest.keyClick, rows, key) for key in keys)

    def _do_search(self) -> object:
        """Type a name into the search, letter by letter, and delete it again."""
        search = self._desktop.window.builds.search
        search.setFocus()
        name = "project-0012"
        keys = [partial(QTest.keyClicks, search, letter) for letter in name]
        return _taken([*keys, *[partial(QTest.keyClick, search, Qt.Key.Key_Backspace)] * len(name)])

    def _do_tokens(self) -> object:
        """What Token Usage shows as spent of the shown build."""
        presenter = self._desktop.presenter
        shown = presenter.shown
        known = presenter._known[shown.id].panel(Facet.TOKENS) if shown else None
        assert isinstance(known, TokensModel)
        return {"spent": known.spent.value}

    def _do_state(self) -> object:
        presenter = self._desktop.presenter
        shown = presenter.shown
        return {
            "shown": shown.project if shown else None,
            "label": _label(self._desktop),
            "details": {model.project: model.detail for model in presenter.builds.builds()},
            "slots_ms": _slots_ms,
        }


def _taken(deeds: Iterable[Callable[[], object]]) -> object:
    """How long each deed takes until everything it causes is painted."""
    taken = []
    for deed in deeds:
        began = time.perf_counter()
        deed()
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()
        taken.append(1e3 * (time.perf_counter() - began))
    return {"p99": percentile(taken, 0.99), "longest": max(taken)}


def _label(desktop: Desktop) -> str:
    """The text that the page shows as the build's detail."""
    return desktop.window.page.header.detail.text()


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _timed(owner: type, name: str) -> None:
    """Time a slot of a class, before anything is connected to it."""
    original: Callable[..., Any] = getattr(owner, name)

    @wraps(original)  # Qt finds a slot by its name
    def slot(self: object) -> None:
        wall, own = time.perf_counter(), time.thread_time()
        original(self)
        _slots_ms.append(((time.perf_counter() - wall) * 1e3, (time.thread_time() - own) * 1e3))

    setattr(owner, name, slot)


def _has_tray(_system: TraySystem) -> bool:
    """Nobody leaves a window hidden for a minute where there is none to get it back from."""
    return True


def _listen_from_start() -> None:
    original = Desktop.start

    def start(self: Desktop, *arguments: Any) -> None:
        original(self, *arguments)
        _keep.append(Listener(self))
        _say({})

    setattr(Desktop, "start", start)  # noqa: B010 - this process is the bench's own


if __name__ == "__main__":
    assert threading.current_thread() is threading.main_thread()
    _listen_from_start()
    setattr(TraySystem, "is_there", _has_tray)  # noqa: B010 - this process is the bench's own
    if "--timed" in sys.argv:
        sys.argv.remove("--timed")
        _timed(FeedBridge, "_on_mail")
        _timed(Ticker, "tick")
    raise SystemExit(main(sys.argv[1:]))
