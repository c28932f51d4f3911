"""Typed reading of JSON that may hold anything: keep what is sound, list what was left out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final, TypeVar

from cupola.domain.text import plain
from cupola.domain.words import phase_name
from cupola.sources.json_text import kind

NAME_LIMIT: Final = 200
DETAIL_LIMIT: Final = 500
LIST_LIMIT: Final = 64
DROPPED_LIMIT: Final = 20
MAX_ITERATION: Final = 1000

_MAX_PATH: Final = 4096
_INNER_NAMES: Final = ("name", "phase", "value", "text")
_WHOLE_NUMBER: Final = re.compile(r"\s*[0-9]{1,9}(?:\.0+)?\s*", re.ASCII)
_AMOUNT: Final = re.compile(r"\s*[0-9]{1,12}(?:\.[0-9]{1,9})?\s*", re.ASCII)
_FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}

T = TypeVar("T")


class Dropped:
    """What had to be left out, in words; at most DROPPED_LIMIT lines and a count of the rest."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._count = 0

    def wrong(self, name: str, expected: str, value: object) -> None:
        """Note a value that is not what `name` should be."""
        self.note(f"{plain(name, NAME_LIMIT)}: expected {expected}, found {kind(value)}")

    def note(self, line: str) -> None:
        """Note a line that is already fit to be shown."""
        self._count += 1
        if len(self._lines) < DROPPED_LIMIT:
            self._lines.append(line)

    def lines(self) -> tuple[str, ...]:
        """All that was noted, in its order."""
        more = self._count - len(self._lines)
        return (*self._lines, f"and {more} more") if more else tuple(self._lines)


class Fields:
    """One value under several names: the first of a sound type is taken, in the order of `objects`.

    What is left out goes to `dropped`, each name with `place` before it.
    """

    def __init__(
        self, *objects: Mapping[str, object], dropped: Dropped | None = None, place: str = ""
    ) -> None:
        self._objects = objects
        self._place = place
        self.dropped = Dropped() if dropped is None else dropped

    def pick(self, names: Sequence[str], convert: Callable[[object], T | None], expected: str) -> T | None:
        """The first value that `convert` accepts; absent, null and blank values do not count as wrong."""
        for name, value in self._present(names):
            found = convert(value)
            if found is not None:
                return found
            self.dropped.wrong(self._place + name, expected, value)
        return None

    def text(self, *names: str, limit: int = NAME_LIMIT) -> str | None:
        """A text fit to be shown."""
        return self.pick(names, lambda value: shown(value, limit), "a text")

    def phase(self, *names: str) -> str | None:
        """A normalised phase name; one that is not known verbatim."""
        return self.pick(names, phase, "a text")

    def count(self, *names: str, limit: int = MAX_ITERATION) -> int | None:
        """A whole number from 0 to `limit`, also from a text of digits or a float without fraction."""
        for name, value in self._present(names):
            found = whole(value, limit)
            if found is not None:
                return found
            numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
            expected = f"a number from 0 to {limit:,}" if numeric else "a number"
            self.dropped.wrong(self._place + name, expected, value)
        return None

    def amount(self, *names: str, limit: float) -> float | None:
        """A number from 0 to `limit`, with or without a fraction, also from a text of digits."""
        return self.pick(names, lambda value: amount(value, limit), f"a number from 0 to {limit:,.0f}")

    def flag(self, *names: str) -> bool | None:
        """True or false, also from a text that says so."""
        return self.pick(names, flag, "true or false")

    def mapping(self, *names: str) -> Mapping[str, object]:
        """An object; an empty one if there is none."""
        return self.pick(names, as_object, "an object") or {}

    def _present(self, names: Sequence[str]) -> list[tuple[str, object]]:
        found = ((name, values.get(name)) for values in self._objects for name in names)
        return [(name, value) for name, value in found if not _blank(value)]


def as_object(value: object) -> dict[str, object] | None:
    """The value if it is a JSON object."""
    return value if isinstance(value, dict) else None


def as_list(value: object) -> list[object] | None:
    """The value if it is a JSON list."""
    return value if isinstance(value, list) else None


def inner_text(value: object) -> str | None:
    """A text, or the text that names an object which stands where a text is expected (rule 3)."""
    if isinstance(value, dict):
        value = next((value[name] for name in _INNER_NAMES if isinstance(value.get(name), str)), None)
    return value.strip() or None if isinstance(value, str) else None


def shown(value: object, limit: int = NAME_LIMIT) -> str | None:
    """The text of a value, fit to be shown, or None if it has none."""
    text = inner_text(value)
    return plain(text, limit) if text else None


def phase(value: object) -> str | None:
    """The phase that a value names, fit to be shown."""
    text = inner_text(value)
    return plain(phase_name(text), NAME_LIMIT) if text else None


def whole(value: object, limit: int) -> int | None:
    """A whole number from 0 to `limit`, or None; a bool is no number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = float(value) if _WHOLE_NUMBER.fullmatch(value) else None
    if isinstance(value, (int, float)) and 0 <= value <= limit and value == int(value):
        return int(value)
    return None


def amount(value: object, limit: float) -> float | None:
    """A number from 0 to `limit`, or None; a bool is no number."""
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        value = float(value)
    sound = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= limit
    return float(value) if sound and isinstance(value, (int, float)) else None


def flag(value: object) -> bool | None:
    """A bool, or the text "true", "yes", "false" or "no"; None for anything else."""
    if isinstance(value, str):
        return _FLAGS.get(value.strip().casefold())
    return value if isinstance(value, bool) else None


def number_text(value: object) -> str | None:
    """A finite number as a person writes it, or the text of a value."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        sound = abs(value) < 1e15 and math.isfinite(value)
        return f"{value:.15g}" if sound else None
    return shown(value)


def full_path(value: object) -> str | None:
    """A full path as it is written: it is compared, so one that cannot also be shown is left out."""
    if not isinstance(value, str) or plain(value, _MAX_PATH) != value:
        return None
    full = PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
    return value if full else None


def phases(items: Sequence[object], name: str, dropped: Dropped) -> tuple[str, ...]:
    """The phases that a list names: normalised, in order, each once, at most LIST_LIMIT."""
    found: dict[str, None] = {}
    for index, item in enumerate(items[: 4 * LIST_LIMIT]):
        named = phase(item)
        if named is None:
            dropped.wrong(f"{name}[{index}]", "a text", item)
        else:
            found[named] = None
    if len(items) > 4 * LIST_LIMIT or len(found) > LIST_LIMIT:
        dropped.note(f"{name}: {len(items):,} entries, only the first {LIST_LIMIT} names are kept")
    return tuple(found)[:LIST_LIMIT]


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
