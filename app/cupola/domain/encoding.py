"""One canonical encoding of models: the base of every digest and of later wires."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Final

from cupola.domain.models import ActivityEntry

_EXACT_INTEGERS: Final = 2**53
_DECIMALS: Final = 6
_string: Final = json.JSONEncoder().encode


def canonical(value: object) -> bytes:
    """`value` as JSON bytes that are equal for equal values on every platform.

    Sorted keys, no spaces, ASCII with escapes (so surrogates do no harm), floats to 6 decimals with
    whole ones as integers, NaN and infinities as null. Dataclasses become objects, enums their value,
    sets sorted arrays. TypeError for anything else (a defect).
    """
    return _text(value).encode("ascii")


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in lower-case hex."""
    return hashlib.sha256(_text(value).encode("ascii")).hexdigest()


def _text(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, ActivityEntry):
        return _entry(value)
    if isinstance(value, Enum):
        return _text(value.value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int | float):
        return _number(value)
    return _composite(value)


def _composite(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value, type(value))
    if isinstance(value, Mapping):
        return _object((_key(key), item) for key, item in value.items())
    if isinstance(value, tuple | list):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, frozenset | set):
        return "[" + ",".join(sorted(map(_text, value))) + "]"
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _object(items: Iterable[tuple[str, object]]) -> str:
    pairs = sorted((json.dumps(name), _text(item)) for name, item in items)
    return "{" + ",".join(f"{name}:{item}" for name, item in pairs) + "}"


def _number(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value)) if abs(value) < 10**300 else f'"{value:#x}"'
    if not math.isfinite(value):
        return "null"
    rounded = round(value, _DECIMALS)
    if rounded == int(rounded) and abs(rounded) < _EXACT_INTEGERS:
        return str(int(rounded))
    return repr(float(rounded))


def _key(key: object) -> str:
    return str(key.value if isinstance(key, Enum) else key)


@lru_cache(maxsize=256)
def _labels(kind: type) -> tuple[tuple[str, str], ...]:
    """The fields of a dataclass in the order of their names, each with its label as it is written."""
    return tuple((field.name, f"{_string(field.name)}:") for field in sorted(fields(kind), key=_name))


def _name(field: Field[object]) -> str:
    return field.name


def _fields(value: object, kind: type) -> str:
    return "{" + ",".join([label + _text(getattr(value, name)) for name, label in _labels(kind)]) + "}"


@lru_cache(maxsize=16384)
def _entry(entry: ActivityEntry) -> str:
    return _fields(entry, ActivityEntry)
