"""The start of the window: first something to look at, then everything that can wait for that."""

from __future__ import annotations

import gc
import linecache
import logging
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from cupola import __version__
from cupola.desktop.application import Application
from cupola.desktop.doing_without import doing_without
from cupola.desktop.first_paint import FirstPaint
from cupola.desktop.frame import Frame
from cupola.desktop.hand_over import UnansweredError, Wish, hand_over, wish_for
from cupola.desktop.identity import APP_ID, APP_NAME
from cupola.desktop.interrupts import Interrupts
from cupola.desktop.logs import logging_to
from cupola.domain.clock import Clock
from cupola.engine.clock import SystemClock
from cupola.options import Options
from cupola.store.crashes import Report, untold
from cupola.store.opened import Opened
from cupola.store.trace import Trace
from cupola.views.theme import STYLE

if TYPE_CHECKING:
    from cupola.desktop.picture import PictureTaker
    from cupola.desktop.window import Desktop
    from cupola.presenters.bridge import RunsEngine

FINE: Final = 0
WRONG_USE: Final = 2

MakeEngine = Callable[[Opened, Clock, Trace | None], "RunsEngine"]

log = logging.getLogger(__name__)


def run_window(options: Options, opened: Opened, *, make_engine: MakeEngine | None = None) -> int:
    """Show the window until the user or a signal ends it; the exit code. Main thread."""
    with ExitStack() as stack:
        try:
            trace = _trace(options, stack)
        except OSError as error:
            sys.stderr.write(f"cupola: the trace cannot be written: {error}\n")
            return WRONG_USE
        report = untold(opened.places.state_dir)
        stack.enter_context(logging_to(opened.places.state_dir))
        log.info("Cupola %s starts, watching %s", __version__, ", ".join(map(str, opened.places.roots)))
        code, ended = _run(_application(options), options, opened, trace, make_engine or _engine, report)
    if not ended:
        _leave_at_once(code)
    return code


def _run(
    app: QApplication,
    options: Options,
    opened: Opened,
    trace: Trace | None,
    make_engine: MakeEngine,
    report: Report | None,
) -> tuple[int, bool]:
    """The exit code, and False if the engine's thread still runs."""
    clock = SystemClock()
    interrupts = Interrupts()
    try:
        frame = Frame(app, opened.places.state_dir, options, opened.settings)
        if not frame.starts_hidden:
            _paint_first(frame, interrupts, trace)
        # The views, their models and what feeds them: after it. With ssl asyncio takes 2 MB more, and nothing
        # here opens a connection.
        with doing_without("ssl"):
            from cupola.desktop.window import Desktop

        desktop = Desktop(frame, opened, clock, trace)
        taker = _taker(desktop, options, opened)
        with ExitStack() as stack:
            wish = wish_for(options, opened.places)
            if taker is None and not _is_first(desktop, wish, opened.places.state_dir, stack):
                return FINE, desktop.close()
            if report is not None and taker is None:
                desktop.offer(report)
            engine = make_engine(opened, clock, trace)
            ended = _serve(app, desktop, interrupts, engine, taker, wish.folder)
        code = FINE if taker is None else taker.code
        if ended:
            _take_down(desktop)
        return code, ended
    finally:
        interrupts.close()


def _take_down(desktop: Desktop) -> None:
    """Here and now: what is left to the collector of garbage may be taken down in another thread."""
    desktop.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _is_first(desktop: Desktop, wish: Wish, state_dir: Path, stack: ExitStack) -> bool:
    """Hear later starts from now on; False if one of the same moment was faster, and shows its window."""
    from cupola.desktop.instance import Instance

    instance = Instance(state_dir, desktop)
    stack.callback(instance.stop)
    instance.wished.connect(desktop.granting.grant)
    if instance.claim():
        return True
    with suppress(UnansweredError):
        if hand_over(state_dir, wish):
            return False
    if not instance.claim(wait_s=1.0):
        log.warning("Another Cupola holds %s and does not answer", state_dir)
    return True


def _paint_first(frame: Frame, interrupts: Interrupts, trace: Trace | None) -> None:
    painting = FirstPaint(frame.window)
    interrupts.requested.connect(painting.give_up)
    frame.show()
    if painting.wait():
        log.info("The first paint is done")
        if trace is not None:
            trace.write("painted", panel="window")


def _taker(desktop: Desktop, options: Options, opened: Opened) -> PictureTaker | None:
    if options.picture is None:
        return None
    from cupola.desktop.picture import PictureTaker

    if options.self_test:
        from cupola.desktop.self_test import SelfTest

        return SelfTest(desktop, options.picture, opened.places)
    # In the demo the moment is the story's, which stands still for the picture.
    return PictureTaker(desktop, options.picture, 0.0 if options.demo else options.at_s or 0.0)


def _serve(
    app: QApplication,
    desktop: Desktop,
    interrupts: Interrupts,
    engine: RunsEngine,
    taker: PictureTaker | None,
    folder: str | None,
) -> bool:
    # With asyncio and qasync: 60 ms that the first paint need not wait for.
    from cupola.desktop.program_icon import program_icon
    from cupola.desktop.serve import Server
    from cupola.engine.memory import sparing_collector

    server = Server(app, desktop)
    interrupts.requested.connect(server.request_quit)
    desktop.quit_requested.connect(server.request_quit)
    app.commitDataRequest.connect(desktop.let_session_end)
    app.aboutToQuit.connect(server.request_quit)
    if isinstance(app, Application):
        app.quit_asked.connect(server.request_quit)
    if interrupts.came:
        server.request_quit()
    if taker is not None:
        taker.done.connect(server.request_quit)
        taker.start()
    app.setWindowIcon(program_icon())
    _settle_memory()
    with sparing_collector(engine.feed):
        desktop.start(engine, folder)
        server.serve()
    return server.ended


def _application(options: Options) -> QApplication:
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    if options.picture is not None and options.picture.scale is not None:
        os.environ["QT_SCALE_FACTOR"] = str(options.picture.scale)
    app = Application([APP_NAME, "-style", STYLE])
    app.setApplicationName(APP_NAME)
    app.setApplicationDisplayName(APP_NAME)
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(APP_ID)
    app.setQuitOnLastWindowClosed(False)
    return app


def _trace(options: Options, stack: ExitStack) -> Trace | None:
    if options.trace is None:
        return None
    trace = Trace(Path(options.trace))
    stack.callback(trace.close)
    return trace


def _engine(opened: Opened, clock: Clock, trace: Trace | None) -> RunsEngine:
    from cupola.engine.engine import Engine

    return Engine(places=opened.places, settings=opened.settings, clock=clock, trace=trace)


def _settle_memory() -> None:
    """What a start made stays: the collector, off until here, need never look at it again.

    Qt's import hook looks into the source of each module and leaves all its lines in the line cache (8 MB).
    """
    linecache.clearcache()
    gc.collect()
    gc.freeze()
    gc.enable()


def _leave_at_once(code: int) -> None:
    """End the process although a thread of it hangs: destroying it while it runs would abort instead."""
    logging.shutdown()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    os._exit(code)
