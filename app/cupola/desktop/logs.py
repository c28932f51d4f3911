"""Where Cupola writes what went wrong: one rotating log, and reports of crashes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from cupola.desktop.crashes import crashes_reported
from cupola.domain.text import plain
from cupola.store.log_tail import LOG_NAME

LOG_BYTES: Final = 1_000_000
LOGS_KEPT: Final = 3
_MESSAGE_LIMIT: Final = 4_000

_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

qt_log = logging.getLogger("qt")


class PlainFormatter(logging.Formatter):
    """Messages as one safe line each: logs are read in terminals, and builds name files as they like."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        record.message = plain(record.message, _MESSAGE_LIMIT)
        return super().formatMessage(record)


class RotatingLog(logging.FileHandler):
    """Turns over at LOG_BYTES and keeps LOGS_KEPT old ones. The standard one loads sockets and pickle."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        """Called with the handler's lock held."""
        super().emit(record)
        if self.stream is not None and self.stream.tell() >= LOG_BYTES:
            self.stream.close()
            with suppress(OSError):
                self._turn_over()
            self.stream = self._open()

    def _turn_over(self) -> None:
        names = [self._path, *(self._path.with_name(f"{LOG_NAME}.{n}") for n in range(1, LOGS_KEPT + 1))]
        for newer, older in reversed(list(pairwise(names))):
            if newer.exists():
                newer.replace(older)


@contextmanager
def logging_to(state_dir: Path) -> Iterator[None]:
    """Log into `state_dir` while the block lasts: Cupola's words, Qt's, and every uncaught exception.

    A folder that cannot be written leaves only the error stream, and says so there.
    """
    with ExitStack() as stack:
        root = logging.getLogger()
        for handler in _handlers(state_dir):
            root.addHandler(handler)
            stack.callback(handler.close)
            stack.callback(root.removeHandler, handler)
        stack.callback(root.setLevel, root.level)
        root.setLevel(logging.INFO)
        stack.enter_context(crashes_reported(state_dir))
        stack.callback(qInstallMessageHandler, qInstallMessageHandler(_on_qt_message))
        yield


def _handlers(state_dir: Path) -> list[logging.Handler]:
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:
        screen = logging.StreamHandler(sys.stderr)
        screen.setLevel(logging.WARNING)
        screen.setFormatter(PlainFormatter("cupola: %(message)s"))
        handlers.append(screen)
    try:
        handlers.append(_file(state_dir))
    except OSError as error:
        if sys.stderr is not None:
            sys.stderr.write(f"cupola: no log is written: {error}\n")
    return handlers


def _file(state_dir: Path) -> logging.Handler:
    state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = RotatingLog(state_dir / LOG_NAME)
    handler.setFormatter(PlainFormatter("%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"))
    return handler


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    qt_log.log(_LEVELS.get(kind, logging.WARNING), "%s", message)
