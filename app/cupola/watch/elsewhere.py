"""Files with much to read are read by a process of its own, so that nobody else waits for the interpreter.

The process knows nothing between two requests: each carries the place to read on from, made thin, and is
answered with the place after some more reading, which holds what is new.
"""

from __future__ import annotations

import logging
import os
import pickle
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import IO, Any, Final

from cupola.program import this_program
from cupola.sources.base import Blob, Interest, Source
from cupola.watch.following import Place, follow
from cupola.watch.opening import MissingError, RefusedError

log = logging.getLogger(__name__)

COMMAND: Final = "read-on"
_HEAD: Final = struct.Struct(">Q")
_NICENESS: Final = 10
"""What was written long ago can wait for what is written now."""

Followed = tuple[Blob, Place, bool]


@dataclass(frozen=True, slots=True)
class Request:
    """Read on in one file."""

    base: str
    relative: str
    source: Source
    interest: Interest
    place: Place


class Elsewhere:
    """Belongs to a lane, but for `stop`. The process is started when it is needed first."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = False

    def follow(self, base: str, relative: str, source: Source, interest: Interest, place: Place) -> Followed:
        """Like `following.follow`, which does the work if the process cannot. Raises what that raises."""
        portable = source.portable
        if portable is None:
            return follow(base, relative, source, interest, place)
        thin = place if place.reading is None else replace(place, reading=portable.thin(place.reading))
        plain = replace(source, interests=(), owner=None)
        try:
            answer = self._ask(Request(base, relative, plain, interest, thin))
        except (OSError, EOFError, pickle.PickleError) as error:
            if not self._stopped:
                log.warning("reading here, since the process that reads much has failed: %s", error)
            self.rest()
            return follow(base, relative, source, interest, place)
        if isinstance(answer, Exception):
            raise answer
        blob, after, at_end = answer
        if after.reading is not None and place.reading is not None:
            after = replace(after, reading=portable.joined(place.reading, after.reading))
        return blob, after, at_end

    def rest(self) -> None:
        """Nothing is left to read: end the process."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def stop(self) -> None:
        """End the process, whatever it is at, and start none any more. Safe from any thread."""
        self._stopped = True
        self.rest()

    def _ask(self, request: Request) -> Any:
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise EOFError("no pipes")
        _send(process.stdin, request)
        return _received(process.stdout)

    def _started(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise EOFError("stopped")
            if self._process is None:
                command = [*this_program(), COMMAND]
                pipe = subprocess.PIPE
                self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
            return self._process


def serve() -> int:
    """The process itself: answers requests on its standard input until that ends; the exit code."""
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(_NICENESS)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            request: Request = _received(requests)
        except EOFError:
            return 0
        try:
            answer: Followed | Exception = follow(
                request.base, request.relative, request.source, request.interest, request.place
            )
        except (MissingError, RefusedError) as error:
            answer = error
        try:
            _send(answers, answer)
        except BrokenPipeError:
            return 0


def _send(stream: IO[bytes], what: object) -> None:
    data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    stream.write(_HEAD.pack(len(data)))
    stream.write(data)
    stream.flush()


def _received(stream: IO[bytes]) -> Any:
    """What the other end sent; EOFError at its end. Only these two processes have hold of the pipe."""
    size = _HEAD.unpack(_exactly(stream, _HEAD.size))[0]
    return pickle.loads(_exactly(stream, size))  # noqa: S301 - from ourselves


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError("the other end is gone")
    return data


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()
