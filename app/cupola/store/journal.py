"""Accepted facts as JSON lines: durations and activity survive a restart; history imports them later."""

from __future__ import annotations

import json
import logging
import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, BinaryIO, Final, get_args, get_origin, get_type_hints

from cupola.domain.facts import Fact, Observation
from cupola.store.locking import FileLock
from cupola.store.runs import ID_LENGTH

log = logging.getLogger(__name__)

JOURNAL_NAME: Final = "journal.jsonl"
CAP_BYTES: Final = 10 * 1024 * 1024
"""Size at which a file becomes the older one of two: together they keep to 20 MB."""

_HEAD: Final = b'{"build":"'

_FACTS: Final[dict[str, type]] = {kind.__name__: kind for kind in get_args(Fact)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted fact of one build."""

    build: str
    observation: Observation


def journal_bytes(state_dir: Path) -> int:
    """How large both files of the journal are together; 0 where they cannot be asked."""
    path = state_dir / JOURNAL_NAME
    total = 0
    for one in (path, _older(path)):
        with suppress(OSError):
            total += one.stat().st_size
    return total


class Journal:
    """`journal.jsonl` of the state folder; only one Cupola at a time writes it. Belongs to one thread."""

    def __init__(self, path: Path, cap_bytes: int = CAP_BYTES) -> None:
        self._path = path
        self._older = _older(path)
        self._cap_bytes = cap_bytes
        self._lock = FileLock(f"{path}.lock")

    def claim(self) -> bool:
        """Become the one that writes; False if another Cupola is. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._lock.acquire()
        except TimeoutError:
            return False
        return True

    def release(self) -> None:
        """Let another Cupola write."""
        self._lock.release()

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries, whole lines at a time. Raises OSError."""
        data = b"".join(_encode(entry) for entry in entries)
        if not data:
            return
        if self._path.exists() and self._path.stat().st_size > self._cap_bytes:
            self._path.replace(self._older)
        with self._path.open("ab+") as stream:
            if _is_cut(stream):
                data = b"\n" + data
            stream.write(data)

    def lines(self, builds: Collection[str]) -> dict[str, list[bytes]]:
        """The lines of these builds, oldest first, for `observations`. Raises OSError.

        They stay as they were written: most builds are never asked for what was seen of them.
        """
        found: dict[str, list[bytes]] = defaultdict(list)
        for path in (self._older, self._path):
            try:
                with path.open("rb") as stream:
                    for line in stream:
                        build = line[len(_HEAD) : len(_HEAD) + ID_LENGTH].decode("ascii", "replace")
                        if line.startswith(_HEAD) and build in builds:
                            found[build].append(line)
            except FileNotFoundError:
                continue
        return dict(found)


def observations(lines: Iterable[bytes]) -> list[Observation]:
    """What was seen according to lines of the journal; those that cannot be used are passed over."""
    decoded = [_decode(line) for line in lines]
    bad = decoded.count(None)
    if bad:
        log.info("%d lines of the journal could not be used", bad)
    return [seen for seen in decoded if seen is not None]


def _older(path: Path) -> Path:
    return path.with_suffix(".older.jsonl")


def _is_cut(stream: BinaryIO) -> bool:
    """True if a power cut or a full disk ended the file within a line, which must not spoil the next."""
    if stream.seek(0, os.SEEK_END) == 0:
        return False
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) != b"\n"


def _encode(entry: Entry) -> bytes:
    seen = entry.observation
    row = {"build": entry.build, "kind": type(seen.fact).__name__, "fact": asdict(seen.fact)}
    row |= {name: getattr(seen, name) for name in _PLAIN}
    return json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def _decode(line: bytes) -> Observation | None:
    try:
        row = json.loads(line)
        fact = _typed(_FACTS[row["kind"]], row["fact"])
        hints = _hints(Observation)
        return Observation(fact=fact, **{name: _typed(hints[name], row[name]) for name in _PLAIN})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _typed(hint: Any, value: Any) -> Any:
    """`value` out of JSON as what it was before. Raises TypeError, ValueError and KeyError."""
    if isinstance(hint, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        return None if value is None else _typed(kinds[0], value)
    if get_origin(hint) is tuple:
        return tuple(_typed(get_args(hint)[0], item) for item in _checked(list, value))
    if hasattr(hint, "__dataclass_fields__"):
        hints = _hints(hint)
        return hint(**{name: _typed(hints[name], item) for name, item in _checked(dict, value).items()})
    if issubclass(hint, Enum):
        return hint(value)
    return _checked((int, float) if hint is float else hint, value)


def _checked(kind: type | tuple[type, ...], value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} where {kind} was")
    return value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


_PLAIN: Final = tuple(field.name for field in fields(Observation) if field.name != "fact")
