"""What ends in a crash report: uncaught exceptions of every kind, and the end of the interpreter itself."""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from cupola.store.crashes import KEPT, trace_path, write_report

log = logging.getLogger(__name__)

_Place = tuple[type[BaseException], str, int]


@contextmanager
def crashes_reported(state_dir: Path) -> Iterator[None]:
    """Write reports into `state_dir` while the block lasts, and of what ends it.

    No dialog is opened: hooks run on whatever thread failed.
    """
    hooks = _Hooks(state_dir)
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks.uncaught, hooks.thread, hooks.unraisable
    try:
        with _traced(state_dir):
            yield
    except Exception as error:
        hooks.report("Cupola ended by an error", error)
        raise
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


class _Hooks:
    """Called on any thread. One report for each place that fails, however often it does."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._lock = threading.Lock()
        self._told: set[_Place] = set()

    def uncaught(self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        """See `sys.excepthook`."""
        self.report("Uncaught error", error)

    def thread(self, failed: threading.ExceptHookArgs) -> None:
        """See `threading.excepthook`."""
        name = failed.thread.name if failed.thread else "?"
        self.report(f"Uncaught error in thread {name}", failed.exc_value or failed.exc_type())

    def unraisable(self, failed: sys.UnraisableHookArgs) -> None:
        """See `sys.unraisablehook`."""
        where = failed.err_msg or "Error that cannot be raised"
        self.report(f"{where}: {failed.object!r}", failed.exc_value)

    def report(self, what: str, error: BaseException | None) -> None:
        """Log it, and keep a report unless there is one of it."""
        log.critical("%s", what, exc_info=error)
        if not isinstance(error, Exception) or not self._is_new(error):
            return
        lines = traceback.format_exception(error)
        try:
            write_report(self._state_dir, f"{what}\n{''.join(lines)}", time.time())
        except OSError as refused:
            log.warning("No report of it can be kept: %s", refused)

    def _is_new(self, error: Exception) -> bool:
        """The first ones say most, so that no later one may push them out."""
        frames = traceback.extract_tb(error.__traceback__)
        place = (type(error), frames[-1].filename, frames[-1].lineno or 0) if frames else (type(error), "", 0)
        with self._lock:
            new = place not in self._told and len(self._told) < KEPT
            self._told.add(place)
        return new


@contextmanager
def _traced(state_dir: Path) -> Iterator[None]:
    """A file that is there before the interpreter or Qt crashes, for then nothing can be opened any more."""
    with ExitStack() as stack:
        with suppress(OSError):
            path = trace_path(state_dir)
            file = path.open("w", encoding="utf-8")
            stack.callback(_leave_none, path)
            stack.enter_context(file)
            stack.callback(_restore_faulthandler, enabled=faulthandler.is_enabled())
            faulthandler.enable(file)
        yield


def _leave_none(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _restore_faulthandler(*, enabled: bool) -> None:
    faulthandler.disable()
    if enabled and sys.stderr is not None:
        with suppress(OSError, ValueError):
            faulthandler.enable()
