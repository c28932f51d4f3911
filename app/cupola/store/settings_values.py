"""Which values the settings may have; each function raises UnusableValueError with what a value should be."""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeVar

from cupola.store.settings_reading import UnusableValueError, texts

DEPTHS: Final = range(9)
QUIET_S: Final = (1.0, 86_400.0)
TOKEN_BUDGETS: Final = range(1, 10**12 + 1)
FONT_POINTS: Final = range(6, 33)
_NAMES_AT_MOST: Final = 1_000
_PATH_AT_MOST: Final = 4_096

Choice = TypeVar("Choice", bound=Enum)


def folders(value: object) -> tuple[str, ...]:
    """Paths of folders as they were written, each once."""
    names = _names(value)
    if any("\0" in name for name in names):
        raise UnusableValueError("a folder's path has no NUL in it")
    return names


def folder_names(value: object) -> tuple[str, ...]:
    """Names of folders, each once."""
    names = _names(value)
    if any("/" in name or "\\" in name for name in names):
        raise UnusableValueError("should be names of folders, not paths")
    return names


def depth(value: object) -> int:
    """How many folders deep projects are searched for."""
    return _whole(value, DEPTHS)


def quiet_limit(value: object) -> float:
    """Seconds of silence."""
    low, high = QUIET_S
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableValueError("should be a number of seconds")
    if not low <= value <= high:
        raise UnusableValueError(f"should be from {low:.0f} to {high:.0f} seconds")
    return float(value)


def token_budget(value: object) -> int | None:
    """Tokens, or None for no budget."""
    return None if value is None else _whole(value, TOKEN_BUDGETS)


def font_points(value: object) -> int | None:
    """Points, or None for the system's size."""
    return None if value is None else _whole(value, FONT_POINTS)


def file(value: object) -> str:
    """The path of a file as it was written, empty for none."""
    if not isinstance(value, str) or len(value) > _PATH_AT_MOST:
        raise UnusableValueError(f"should be a text of at most {_PATH_AT_MOST:,} characters")
    if "\0" in value:
        raise UnusableValueError("a file's path has no NUL in it")
    return value if value.strip() else ""


def one_of(choices: type[Choice], value: object) -> Choice:
    """The one of `choices` whose value is written."""
    for choice in choices:
        if isinstance(value, str) and choice.value == value:
            return choice
    raise UnusableValueError(f"should be one of {', '.join(str(choice.value) for choice in choices)}")


def _names(value: object) -> tuple[str, ...]:
    names = texts(value, _NAMES_AT_MOST)
    if not all(name.strip() for name in names):
        raise UnusableValueError("should be a list of texts, none of them empty")
    return tuple(dict.fromkeys(names))


def _whole(value: object, usable: range) -> int:
    if type(value) is not int or value not in usable:
        raise UnusableValueError(f"should be a whole number from {usable[0]:,} to {usable[-1]:,}")
    return value
