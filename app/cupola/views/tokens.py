"""Theme tokens: every colour and distance the window uses, once per scheme."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cupola.domain.models import WorkState
from cupola.domain.words import BuildState
from cupola.presenters.freshness import Dot
from cupola.store.settings import Density

MARGIN: Final = 12
GAP: Final = 8
RADIUS: Final = 10
FRAME_MS: Final = 150


@dataclass(frozen=True, slots=True)
class Spacing:
    """Pixels above and below: a row of builds, a line of a dock, one of the activity, a dock's title.

    `header` is above, below and between the parts of the shown build's header.
    """

    row: int
    line: int
    activity: int
    title: tuple[int, int]
    header: tuple[int, int, int]


SPACINGS: Final = {
    Density.COMFORTABLE: Spacing(row=8, line=4, activity=1, title=(6, 4), header=(11, 8, 13)),
    Density.COMPACT: Spacing(row=4, line=2, activity=0, title=(2, 2), header=(6, 4, 7)),
}


class Scheme(StrEnum):
    """Which of the two token tables is in use."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as #rrggbb. `text`, `text_*` go on every ground; `on_*` on the chip of that name only.

    `rest`: shapes of what waits or is not in use; `line` and `track` say nothing alone. A test rates each.
    """

    scheme: Scheme
    window: str
    surface: str
    raised: str
    selected: str
    hovered: str
    line: str
    track: str
    text: str
    text_soft: str
    text_faint: str
    accent: str
    good: str
    warn: str
    bad: str
    idle: str
    rest: str
    chip: str
    chip_accent: str
    chip_good: str
    chip_warn: str
    chip_bad: str
    on_accent: str
    on_good: str
    on_warn: str
    on_bad: str
    tick: str

    def color(self, name: str) -> str:
        """The colour of a token by its name."""
        value = getattr(self, name)
        if not isinstance(value, str):
            raise TypeError(name)
        return value


DARK: Final = Tokens(
    scheme=Scheme.DARK,
    window="#14171c",
    surface="#1b1f26",
    raised="#262c36",
    selected="#223044",
    hovered="#20252d",
    line="#2d3440",
    track="#2a303b",
    text="#e6e9ef",
    text_soft="#a6adba",
    text_faint="#8f97a6",
    accent="#5aa9ff",
    good="#3fcf8e",
    warn="#f2b84b",
    bad="#ff6b6b",
    idle="#8b93a3",
    rest="#666f7e",
    chip="#2a303b",
    chip_accent="#1f3a5c",
    chip_good="#173d30",
    chip_warn="#43351a",
    chip_bad="#482629",
    on_accent="#8fc5ff",
    on_good="#5cdba3",
    on_warn="#f6c96f",
    on_bad="#ff9a9a",
    tick="#10231b",
)

LIGHT: Final = Tokens(
    scheme=Scheme.LIGHT,
    window="#f3f4f7",
    surface="#ffffff",
    raised="#e9ecf2",
    selected="#e1ecfc",
    hovered="#f4f6fa",
    line="#dde1e8",
    track="#e3e7ee",
    text="#1e2332",
    text_soft="#525b6e",
    text_faint="#5c6577",
    accent="#1f6feb",
    good="#12855a",
    warn="#a86a00",
    bad="#c93636",
    idle="#6d7688",
    rest="#828b9b",
    chip="#e9ecf2",
    chip_accent="#dce9fd",
    chip_good="#d5efe4",
    chip_warn="#fbeacb",
    chip_bad="#fbe0e0",
    on_accent="#1350b0",
    on_good="#0b5f40",
    on_warn="#7a4d00",
    on_bad="#9e2525",
    tick="#ffffff",
)

TABLES: Final = {Scheme.DARK: DARK, Scheme.LIGHT: LIGHT}

STATE_TOKEN: Final = {
    BuildState.RUNNING: "accent",
    BuildState.QUIET: "warn",
    BuildState.COMPLETED: "good",
    BuildState.FAILED: "bad",
    BuildState.UNKNOWN: "idle",
}

DOT_TOKEN: Final = {
    Dot.FRESH: "good",
    Dot.AGEING: "warn",
    Dot.BLIND: "bad",
    Dot.FINAL: "idle",
    Dot.NONE: "idle",
}

CHIP_TOKENS: Final = {
    BuildState.RUNNING: ("chip_accent", "on_accent"),
    BuildState.QUIET: ("chip_warn", "on_warn"),
    BuildState.COMPLETED: ("chip_good", "on_good"),
    BuildState.FAILED: ("chip_bad", "on_bad"),
    BuildState.UNKNOWN: ("chip", "text_soft"),
}
"""Fill and text of the state chip."""

WORK_MARK: Final = {
    WorkState.WORKING: BuildState.RUNNING,
    WorkState.WAITING: BuildState.QUIET,
    WorkState.STUCK: BuildState.QUIET,
    WorkState.LIMITED: BuildState.QUIET,
    WorkState.ENDED: BuildState.UNKNOWN,
    WorkState.NONE: BuildState.UNKNOWN,
}
"""The shape of what the sessions do; the shapes are those of builds."""

WORK_TOKENS: Final = {
    WorkState.WORKING: ("chip", "text_soft"),
    WorkState.WAITING: ("chip_warn", "on_warn"),
    WorkState.STUCK: ("chip_warn", "on_warn"),
    WorkState.LIMITED: ("chip_bad", "on_bad"),
    WorkState.ENDED: ("chip", "text_soft"),
    WorkState.NONE: ("chip", "text_soft"),
}
"""Fill and text of the chip beside it: only what somebody has to act upon has a colour."""
