"""Work shared with a second process, for what is over in seconds and too much for one core."""

from __future__ import annotations

import marshal
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

_TICKET_BYTES: Final = 4
_MOST_TICKETS: Final = 4_000
"""As many as a pipe holds before anybody reads from it."""
_PIPE_BYTES: Final = 1 << 20
_SET_PIPE_SIZE: Final = 1031  # F_SETPIPE_SZ

Answer = tuple[Any, ...]
"""Numbers, texts, bytes, None, and tuples and lists of them."""


def can_share() -> bool:
    """True where a second process costs next to nothing and has a core: Linux, and no thread but this one."""
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2:
        return False
    return len(os.listdir("/proc/self/task")) == 1  # a fork beside any thread, Qt's as well, may hang


def shared(count: int, work: Callable[[int], Iterator[Answer]], take: Callable[[Answer], None]) -> None:
    """Give `take` all that `work` yields for the numbers below `count`; half of them are done in a child.

    Both draw the next numbers when they are done with the last. `take` is called in this process only. If the
    child dies, what it had drawn is missing: whoever calls has to see to it. Ends the child in any case.
    """
    tickets, answers = _tickets(count), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answers[0])
        _work_on(tickets, count, work, answers[1])
    os.close(answers[1])
    try:
        inbox = _Inbox(answers[0])
        for number in _drawn(tickets, count):
            for answer in work(number):
                take(answer)
            for answer in inbox.there():
                take(answer)
        for answer in inbox.rest():
            take(answer)
    finally:
        os.close(tickets)
        os.close(answers[0])
        os.kill(child, signal.SIGKILL)  # it has ended, or nobody wants the rest
        os.waitpid(child, 0)


def _tickets(count: int) -> int:
    """A pipe full of numbers: the system sees to it that nobody gets one twice."""
    source, sink = os.pipe()
    for number in range(-(-count // _step(count))):
        os.write(sink, number.to_bytes(_TICKET_BYTES, "big"))
    os.close(sink)
    return source


def _step(count: int) -> int:
    return -(-count // _MOST_TICKETS) or 1


def _drawn(tickets: int, count: int) -> Iterator[int]:
    step = _step(count)
    while ticket := os.read(tickets, _TICKET_BYTES):
        first = int.from_bytes(ticket, "big") * step
        yield from range(first, min(first + step, count))


def _work_on(tickets: int, count: int, work: Callable[[int], Iterator[Answer]], sink: int) -> NoReturn:
    """The child: nothing of its parent's ends with it, and the next answer that nobody hears ends it."""
    code = 1
    try:
        _widen(sink)
        with os.fdopen(sink, "wb") as out:
            for number in _drawn(tickets, count):
                for answer in work(number):
                    data = marshal.dumps(answer)
                    out.write(len(data).to_bytes(_TICKET_BYTES, "big") + data)
        code = 0
    finally:
        os._exit(code)


def _widen(pipe: int) -> None:
    """So that neither has to wait for the other all the time."""
    import fcntl

    try:
        fcntl.fcntl(pipe, _SET_PIPE_SIZE, _PIPE_BYTES)
    except OSError:
        return  # it is a matter of speed only


class _Inbox:
    """Answers as they come through the pipe."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._data = bytearray()

    def there(self) -> Iterator[Answer]:
        """Those that came meanwhile; waits for none."""
        while select.select([self._source], [], [], 0)[0] and self._read():
            yield from self._whole()

    def rest(self) -> Iterator[Answer]:
        """All others, until the child has ended."""
        while self._read():
            yield from self._whole()

    def _read(self) -> bool:
        data = os.read(self._source, _PIPE_BYTES)
        self._data += data
        return bool(data)

    def _whole(self) -> Iterator[Answer]:
        start = 0
        while len(self._data) >= start + _TICKET_BYTES:
            end = start + _TICKET_BYTES
            end += int.from_bytes(self._data[start:end], "big")
            if end > len(self._data):
                break
            yield marshal.loads(self._data[start + _TICKET_BYTES : end])  # noqa: S302 - it comes from our own child
            start = end
        del self._data[:start]
