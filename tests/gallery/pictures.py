"""Which pictures there are: each case in a few ways, two of them in every way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

NAMES: Final = {
    "builds-1": "One build",
    "builds-7": "Seven builds, one of each kind",
    "builds-500": "500 builds",
    "builds-marked": "Pinned, hidden and archived builds",
    "builds-none": "Nothing found",
    "builds-paused": "Watching is paused",
    "builds-none-paused": "Watching is paused, and nothing was found before",
    "builds-searching": "Still searching",
    "builds-waiting": "Builds whose sessions wait, are stuck, limited, at work",
    "builds-working": "A build whose sessions work",
    "builds-limited": "A build that waits for its limit, for an endless reason",
    "builds-failed": "A failed build",
    "builds-done": "A completed build, in ten phases",
    "builds-long": "Names and words without an end",
    "builds-rtl": "Right-to-left names and words",
    "builds-hostile": "Markup, control characters, missing times",
    "docks-full": "Docks: full",
    "docks-none": "Docks: empty",
    "docks-estimated": "Docks: estimates, lower bounds, nothing rated",
    "docks-conflicting": "Docks: reports that contradict themselves",
    "docks-measured": "Docks: from transcripts, live",
    "docks-ended": "Docks: from transcripts, after the end",
    "docks-unpriced": "Docks: a model without a price",
    "docks-lower": "Docks: lower bounds of estimates",
    "docks-tree": "Docks: a tree of 40 agents, one of them opened",
    "docks-rows": "Docks: 300 rows",
    "docks-hostile": "Docks: hostile names and numbers",
    "log-full": "Log tab",
    "log-none": "Log tab: no log",
    "problems-few": "Problems tab",
    "problems-many": "Problems tab: many, of hostile paths",
    "problems-none": "Problems tab: none",
    "sizes-compact": "Compact rows",
    "sizes-compact-6": "Compact rows, text of 6 points",
    "sizes-8": "Text of 8 points",
    "sizes-12": "Text of 12 points",
    "sizes-16": "Text of 16 points",
    "sizes-24": "Text of 24 points",
    "sizes-32": "Text of 32 points",
    "settings-folders": "Settings: folders",
    "settings-roots": "Settings: sixty folders, some of which cannot be seen",
    "settings-long-roots": "Settings: folders with paths without an end",
    "settings-builds": "Settings: builds",
    "settings-changed-builds": "Settings: builds, other than the defaults",
    "settings-alerts": "Settings: alerts",
    "settings-changed-alerts": "Settings: alerts, other than the defaults",
    "settings-appearance": "Settings: appearance",
    "settings-start": "Settings: start and tray",
    "settings-places": "Settings: places",
    "settings-long-places": "Settings: places with paths without an end",
    "settings-wrong-folders": "Settings: folders, everything wrong",
    "settings-wrong-builds": "Settings: builds, everything wrong",
    "settings-wrong-alerts": "Settings: alerts, everything wrong",
    "settings-wrong-appearance": "Settings: appearance, everything wrong",
    "settings-problems": "Settings: a file that could be used only in part",
    "about": "About, with licences",
}
"""Every case and its heading; `gallery.cases` knows what is in it."""

SIZES: Final = {
    "least": (740, 420),
    "narrow": (1000, 700),
    "usual": (1280, 800),
    "wide": (1440, 926),
    "tall": (1440, 1700),
    "dialog": (780, 640),
    "small": (560, 420),
}
"""Logical pixels."""

SCHEMES: Final = ("dark", "light")
PERCENTS: Final = (100, 200)

Way = tuple[str, str, int]
"""Scheme, size and scale in percent."""

OF_DIALOGS: Final = frozenset({"dialog", "small"})
EVERY_WAY: Final = tuple(product(SCHEMES, [size for size in SIZES if size not in OF_DIALOGS], PERCENTS))
THOROUGH: Final = frozenset({"builds-7", "docks-full", "docks-measured"})
LEAST: Final = frozenset({"builds-waiting", "builds-working", "builds-limited"})
FEW_WAYS: Final[tuple[Way, ...]] = (
    ("dark", "usual", 100),
    ("light", "usual", 100),
    ("light", "narrow", 100),
    ("dark", "wide", 200),
)
LEAST_WAYS: Final[tuple[Way, ...]] = (*FEW_WAYS, ("dark", "least", 100), ("light", "least", 200))
DOCK_WAYS: Final[tuple[Way, ...]] = (
    *FEW_WAYS,
    ("dark", "narrow", 100),
    ("dark", "tall", 100),
    ("light", "tall", 200),
)
DIALOG_WAYS: Final[tuple[Way, ...]] = (
    ("dark", "dialog", 100),
    ("light", "dialog", 100),
    ("light", "dialog", 200),
    ("dark", "small", 100),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the set."""

    case: str
    scheme: str
    size: str
    percent: int

    @property
    def name(self) -> str:
        """The name of its file, which says all of it."""
        return f"{self.case}-{self.scheme}-{self.size}-{self.percent}.png"


def ways_of(case: str) -> tuple[Way, ...]:
    """How a case is looked at."""
    if case.startswith(("settings-", "about")):
        return DIALOG_WAYS
    if case in THOROUGH:
        return EVERY_WAY
    if case in LEAST:
        return LEAST_WAYS
    return DOCK_WAYS if case.startswith("docks-") else FEW_WAYS


PICTURES: Final = tuple(Picture(case, *way) for case in NAMES for way in ways_of(case))


def case_of(name: str) -> str:
    """The case that a file's name begins with; "" for a name that is none of ours."""
    parts = name.rsplit("-", 3)
    return parts[0] if len(parts) == 4 else ""
