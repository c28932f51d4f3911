"""Writing to whoever reads: a reader that went away is an end like any other, not an error."""

from __future__ import annotations

import errno
import os
import select
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, TextIO

_SIGNALS: Final = tuple(
    number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))
)


class ReaderGoneError(Exception):
    """Nobody reads what is written any more."""


class InterruptedWriteError(Exception):
    """A signal asked for the end while a write was under way."""


class Output:
    """One stream and the signals that end it. Main thread only.

    A write may block for as long as its reader likes; a signal that comes then ends the write.
    """

    def __init__(self, stream: TextIO, on_stop: Callable[[], None]) -> None:
        self.stream = stream
        self.stopped: int | None = None
        self._on_stop = on_stop
        self._writing = False

    def line(self, text: str) -> None:
        """Write one line and flush it. Raises ReaderGoneError or InterruptedWriteError."""
        with self.writing():
            self.stream.write(text + "\n")
            self.stream.flush()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn what may go wrong while writing into this module's errors."""
        self._writing = True
        try:
            if self.stopped is not None:
                raise InterruptedWriteError
            yield
        except OSError as error:
            if error.errno not in {errno.EPIPE, errno.EIO, errno.ECONNRESET, errno.ESHUTDOWN}:
                raise
            silence(self.stream)
            raise ReaderGoneError from error
        except InterruptedWriteError:
            silence(self.stream)
            raise
        finally:
            self._writing = False

    @contextmanager
    def signals(self) -> Iterator[None]:
        """Have SIGINT, SIGTERM and SIGHUP call for the end while the block lasts."""
        before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.stopped = number
        self._on_stop()
        if self._writing:
            raise InterruptedWriteError


def silence(stream: TextIO) -> None:
    """Let what is still held for `stream` go nowhere, else the end of the process trips over it."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


@contextmanager
def watching_reader(stream: TextIO, on_gone: Callable[[], None]) -> Iterator[None]:
    """Call `on_gone`, from a thread, when the reader of a pipe leaves although nothing is being written."""
    handle = _pipe(stream)
    if handle is None:
        yield
        return
    end, wake = os.pipe()
    thread = threading.Thread(target=_await_gone, args=(handle, end, on_gone), name="cupola-reader")
    thread.daemon = True
    thread.start()
    try:
        yield
    finally:
        os.close(wake)
        thread.join()
        os.close(end)


def _await_gone(handle: int, end: int, on_gone: Callable[[], None]) -> None:
    poll = select.poll()
    poll.register(handle, 0)  # errors and hang-ups are always reported
    poll.register(end, select.POLLIN)
    if any(ready == handle for ready, _ in poll.poll()):
        on_gone()


def _pipe(stream: TextIO) -> int | None:
    """The handle of a stream that is a pipe or socket on a system that can tell, else None."""
    with suppress(OSError, ValueError):
        mode = os.fstat(stream.fileno()).st_mode
        if sys.platform != "win32" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
            return stream.fileno()
    return None
