"""One canonical encoding of models: the base of every digest and of later wires."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import lru_cache, partial
from types import NoneType
from typing import Any, Final

_EXACT_INTEGERS: Final = 2**53
_DECIMALS: Final = 6
_string: Final = json.encoder.encode_basestring_ascii
"""What `json.dumps` writes a string with."""


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


def keep_texts(kind: type, at_most: int) -> None:
    """From now on so many texts of this dataclass are kept, as its values are written again and again.

    They have to be hashable, and no field may hold both numbers and truth values: these are equal.
    """
    _WRITERS[kind] = lru_cache(at_most)(partial(_fields, labels=_labels(kind)))


def _text(value: object) -> str:
    kind = type(value)
    write = _WRITERS.get(kind) or _writer(value, kind)
    return write(value)


def _writer(value: object, kind: type) -> Callable[[Any], str]:
    """How values of a type that was not met before are written; dataclasses and enums are kept for later."""
    if isinstance(value, Enum):
        _WRITERS[kind] = {one: _text(one.value) for one in type(value)}.__getitem__
    elif is_dataclass(kind):
        _WRITERS[kind] = partial(_fields, labels=_labels(kind))
    else:
        return next((write for base, write in _BASES if isinstance(value, base)), _refuse)
    return _WRITERS[kind]


def _refuse(value: object) -> str:
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _mapping(value: Mapping[object, object]) -> str:
    pairs = sorted((_string(_key(key)), _text(item)) for key, item in value.items())
    return "{" + ",".join(f"{name}:{item}" for name, item in pairs) + "}"


def _array(value: Iterable[object]) -> str:
    return "[" + ",".join(map(_text, value)) + "]"


def _sorted(value: Iterable[object]) -> str:
    return "[" + ",".join(sorted(map(_text, value))) + "]"


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


def _labels(kind: type) -> tuple[tuple[str, str], ...]:
    """The fields of a dataclass in the order of their names, each with its label as it is written."""
    return tuple((field.name, f"{_string(field.name)}:") for field in sorted(fields(kind), key=_name))


def _name(field: Field[object]) -> str:
    return field.name


def _fields(value: object, labels: tuple[tuple[str, str], ...]) -> str:
    return "{" + ",".join([label + _text(getattr(value, name)) for name, label in labels]) + "}"


def _null(value: None) -> str:
    del value
    return "null"


_BASES: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (str, _string),
    (int, _number),
    (float, _number),
    (Mapping, _mapping),
    (tuple, _array),
    (list, _array),
    (frozenset, _sorted),
    (set, _sorted),
)
_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    **dict(_BASES),
    NoneType: _null,
    bool: _number,
    dict: _mapping,
}
"""By exact type; there are as many as models have parts."""
