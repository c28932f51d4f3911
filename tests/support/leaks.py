"""What a test may not leave behind, and how it is found."""

from __future__ import annotations

import gc
import logging
import re
import threading
import time
from collections.abc import Iterable

GRACE_S = 1.0
"""How long a thread may take to end after its test."""


class ExpectedWarnings(logging.Handler):
    """Collects what is logged at WARNING or above; what was announced is fine, and has to come."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._patterns: dict[str, int] = {}
        self._unexpected: list[str] = []
        self._early: list[tuple[str, str]] = []

    def add(self, pattern: str) -> None:
        """Announce messages in which that regular expression is found, already logged or still to come."""
        self._patterns[pattern] = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it until the end of the test: an announcement may come after."""
        message = record.getMessage()
        self._early.append((message, f"{record.levelname} {record.name}: {message}"))

    def _match(self, message: str) -> bool:
        found = [pattern for pattern in self._patterns if re.search(pattern, message)]
        for pattern in found:
            self._patterns[pattern] += 1
        return bool(found)

    def complaint(self) -> str:
        """Why the test fails, or nothing."""
        unexpected = [text for message, text in self._early if not self._match(message)]
        silent = [pattern for pattern, count in self._patterns.items() if not count]
        parts = [f"unexpected in the log: {text}" for text in unexpected]
        return "\n".join([*parts, *(f"announced but never logged: {pattern}" for pattern in silent)])


# --- threads and handlers -----------------------------------------------------------------------------------


def threads_now() -> frozenset[threading.Thread]:
    """Every Python thread that runs now."""
    return frozenset(threading.enumerate())


def new_threads(before: frozenset[threading.Thread]) -> list[threading.Thread]:
    """Threads started since, less those that Qt started and Python only met."""
    return [t for t in threads_now() - before if not isinstance(t, threading._DummyThread)]


def leaked_threads(before: frozenset[threading.Thread]) -> list[str]:
    """Names of the threads that do not end within GRACE_S."""
    deadline = time.monotonic() + GRACE_S
    for thread in new_threads(before):
        thread.join(max(0.0, deadline - time.monotonic()))
    return sorted(f"thread {t.name}" for t in new_threads(before))


def handlers_now() -> frozenset[logging.Handler]:
    """The root logger's handlers, less pytest's own."""
    return frozenset(h for h in logging.getLogger().handlers if not type(h).__module__.startswith("_pytest"))


def leaked_handlers(before: frozenset[logging.Handler]) -> list[str]:
    """Handlers added since; they are taken away, so that one leak fails one test."""
    leaked = handlers_now() - before
    for handler in leaked:
        logging.getLogger().removeHandler(handler)
    return sorted(f"log handler {type(handler).__name__}" for handler in leaked)


# --- Qt -----------------------------------------------------------------------------------------------------


class QtGuard:
    """Remembers what Qt had running; needs a QApplication."""

    def __init__(self) -> None:
        self._before = {id(thing) for thing in self._alive()}

    def _alive(self) -> list[object]:
        from PySide6.QtCore import QThread, QTimer
        from PySide6.QtWidgets import QApplication
        from shiboken6 import isValid

        # By type and not by isinstance: a fake may answer to __class__ with an error.
        known = [thing for thing in gc.get_objects() if issubclass(type(thing), QThread | QTimer)]
        running: Iterable[object] = (
            thing
            for thing in known
            if isValid(thing) and (thing.isRunning() if isinstance(thing, QThread) else thing.isActive())
        )
        current = QThread.currentThread()
        return [*(thing for thing in running if thing is not current), *QApplication.topLevelWidgets()]

    def _new(self) -> list[object]:
        from PySide6.QtCore import QCoreApplication, QEvent

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return [thing for thing in self._alive() if id(thing) not in self._before]

    def leaked(self) -> list[str]:
        """What is new and still there once what nobody holds has been collected."""
        if not self._new():
            return []
        gc.collect()
        return sorted({self._name(thing) for thing in self._new()})

    @staticmethod
    def _name(thing: object) -> str:
        """Class and object name."""
        from PySide6.QtCore import QObject

        named = thing.objectName() if isinstance(thing, QObject) else ""
        return f"{type(thing).__name__} {named}".strip()
