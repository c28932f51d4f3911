"""The folder that Claude Code keeps a directory's transcripts in (transcripts.md C.2)."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 200
"""A longer name ends in a hash that writers compute in different ways: only its beginning can be known."""

_OTHER: Final = re.compile("[^a-zA-Z0-9]")
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def slug(directory: str) -> str:
    """The name of the folder; lossy, so what lies in it has to be confirmed by its `cwd`."""
    name = _dashed(directory)
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}-{_base36(abs(_hash(directory)))}"


def beginning(directory: str) -> str:
    """What every writer's name of the folder begins with."""
    return _dashed(directory)[:LONGEST]


def _dashed(directory: str) -> str:
    """A dash for each UTF-16 unit that is no letter or digit of ASCII: two for most emoji."""
    return _OTHER.sub(lambda found: "--" if ord(found.group()) > 0xFFFF else "-", directory)


def _hash(text: str) -> int:
    """JavaScript's usual hash of a string: signed, of 32 bits."""
    units = text.encode("utf-16-le", "surrogatepass")
    value = 0
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + low + 256 * high) & 0xFFFFFFFF
    return value - 0x100000000 if value & 0x80000000 else value


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, last = divmod(number, 36)
        digits = _DIGITS[last] + digits
        if not number:
            return digits
