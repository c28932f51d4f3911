"""What a setting is to a person: what it is called, how it is entered, and where it stands in `Settings`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final, Generic, TypeVar

from cupola.store.settings import Settings

T = TypeVar("T")
DEFAULTS: Final = Settings()


class Page(StrEnum):
    """The pages, in order, by their headings."""

    FOLDERS = "Folders"
    BUILDS = "Builds"
    ALERTS = "Alerts"
    APPEARANCE = "Appearance"
    START = "Start and tray"
    PLACES = "Places"


class Control(Enum):
    """How a value is entered."""

    SWITCH = auto()
    CHOICE = auto()
    LINE = auto()
    LINES = auto()
    FILE = auto()
    FOLDERS = auto()
    """A list of its own, which is no single field."""


class Check(Enum):
    """What only a disk can tell of a value before it may be applied."""

    PRICES = auto()
    PROGRAM = auto()


@dataclass(frozen=True, slots=True)
class Item(Generic[T]):
    """One setting. `&` in the title marks its mnemonic; `below` another item: it belongs to that one.

    `read` raises UnusableValueError; `usual` is the default in words where `write` would not do.
    """

    key: str
    page: Page
    title: str
    help: str
    control: Control
    get: Callable[[Settings], T]
    put: Callable[[Settings, T], Settings]
    read: Callable[[str], T]
    write: Callable[[T], str]
    usual: str = ""
    unit: str = ""
    blank: str = ""
    """What stands in an empty field."""
    choices: tuple[tuple[str, str], ...] = ()
    """Text to enter, and its name on screen."""
    steps: range | None = None
    """What the arrow keys go through."""
    below: str = ""
    check: Check | None = None

    @property
    def name(self) -> str:
        """The title without its mnemonic."""
        return self.title.replace("&", "")

    @property
    def default(self) -> str:
        """The default in words."""
        if self.usual:
            return self.usual
        written = self.write(self.get(DEFAULTS))
        return f"{dict(self.choices).get(written, written)} {self.unit}".rstrip()

    def shown(self, settings: Settings) -> str:
        """What stands in the field."""
        return self.write(self.get(settings))

    def differs(self, settings: Settings) -> bool:
        """Whether it is another than the default."""
        return self.get(settings) != self.get(DEFAULTS)

    def entered(self, settings: Settings, text: str) -> Settings:
        """The settings with what was typed. Raises UnusableValueError."""
        return self.put(settings, self.read(text))

    def reset(self, settings: Settings) -> Settings:
        """The settings with the default of this one."""
        return self.put(settings, self.get(DEFAULTS))
