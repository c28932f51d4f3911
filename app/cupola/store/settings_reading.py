"""Values out of a settings document, one by one: one that is not usable gives its default and is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

Document = dict[str, object]
T = TypeVar("T")


class UnusableValueError(ValueError):
    """A value that a setting cannot take; the text says what it should be."""


class Reader:
    """Reads one object; what is in it by another name is read by a reader `below`."""

    def __init__(self, values: Mapping[str, object], at: str = "", dropped: list[str] | None = None) -> None:
        self._values = values
        self._at = at
        self.dropped: list[str] = [] if dropped is None else dropped

    def value(self, name: str, read: Callable[[object], T], usual: T) -> T:
        """What `read` makes of a value; `usual` where it is missing, or raises UnusableValueError."""
        if name not in self._values:
            return usual
        try:
            return read(self._values[name])
        except UnusableValueError as error:
            self.dropped.append(f"{self._at}{name}: {error}; the default is used")
            return usual

    def below(self, name: str) -> Reader:
        """A reader of an object within; of an empty one where it is missing or no object."""
        return Reader(self.value(name, _object, {}), f"{self._at}{name}.", self.dropped)


def texts(value: object, at_most: int) -> tuple[str, ...]:
    """A list of texts as it stands."""
    if not isinstance(value, list) or len(value) > at_most:
        raise UnusableValueError(f"should be a list of at most {at_most} texts")
    found = tuple(item for item in value if isinstance(item, str))
    if len(found) != len(value):
        raise UnusableValueError("should be a list of texts")
    return found


def boolean(value: object) -> bool:
    """True or false, and nothing that is only taken for one of them."""
    if not isinstance(value, bool):
        raise UnusableValueError("should be true or false")
    return value


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise UnusableValueError("should be an object")
    return value
