"""What a second start tells the first, and how: one line of JSON over a local socket, before Qt is loaded."""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cupola.desktop.instance_place import instance_path
from cupola.options import Options
from cupola.store.places import Places

ANSWER: Final = b"shown\n"
ANSWER_S: Final = 5.0
MOST_BYTES: Final = 1 << 16
_TOKENS: Final = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


class UnansweredError(Exception):
    """A first start listens but does not answer: it hangs."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the first start is to do; paths are absolute. `show`: its window, too.

    `token` is the desktop's leave to come to the front, which it gave to the second start.
    """

    roots: tuple[str, ...] = ()
    folder: str | None = None
    token: str | None = None
    show: bool = True

    def encoded(self) -> bytes:
        """As one line."""
        said = {"roots": self.roots, "folder": self.folder, "token": self.token, "show": self.show}
        return json.dumps(said).encode("ascii") + b"\n"


def wish_of(line: bytes) -> Wish | None:
    """A wish that was encoded, None for anything else."""
    try:
        said = json.loads(line)
        texts = [*said["roots"], *(said[name] for name in ("folder", "token") if said[name] is not None)]
        if not all(isinstance(text, str) for text in texts):
            return None
        return Wish(tuple(said["roots"]), said["folder"], said["token"], said["show"] is True)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def wish_for(options: Options, places: Places) -> Wish:
    """What a command line asks for: the roots it names, not those that Cupola would choose."""
    return Wish(
        roots=tuple(map(str, places.roots)) if options.wanted.roots else (),
        folder=None if options.folder is None else str(Path(options.folder).absolute()),
        token=next(filter(None, map(os.environ.get, _TOKENS)), None),
        show=not options.minimized,
    )


def hand_over(state_dir: Path, wish: Wish) -> bool:
    """Let the first start of this state folder do it; False if there is none. Raises UnansweredError."""
    path = instance_path(state_dir)
    if path is None:
        return False
    return _over_pipe(path, wish) if sys.platform == "win32" else _over_socket(path, wish)


def _over_socket(path: str, wish: Wish) -> bool:
    with socket.socket(socket.AF_UNIX) as first:
        first.settimeout(ANSWER_S)
        try:
            first.connect(path)
            first.sendall(wish.encoded())
            return first.recv(len(ANSWER)) == ANSWER  # nothing: it ended in between
        except (FileNotFoundError, ConnectionError):
            return False
        except OSError as error:
            raise UnansweredError(str(error)) from error


def _over_pipe(path: str, wish: Wish) -> bool:
    with suppress(OSError), Path(path).open("r+b", buffering=0) as first:
        first.write(wish.encoded())
        return first.read(len(ANSWER)) == ANSWER
    return False
