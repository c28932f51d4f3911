"""What the presenters ask of the views; widgets satisfy these by their shape alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cupola.domain.clock import Instant
from cupola.domain.models import BuildModel, PanelModel
from cupola.domain.problems import Problem
from cupola.domain.words import Facet
from cupola.presenters.freshness import Dot


@dataclass(frozen=True, slots=True)
class Trouble:
    """One entry of the problem list: `build` is the name of the build it belongs to, "" for Cupola itself."""

    build: str
    problem: Problem


class PanelView(Protocol):
    """The content of one dock."""

    @property
    def facet(self) -> Facet:
        """Which part of a build it shows."""

    def show_model(self, model: PanelModel) -> None:
        """Show `model`."""


class HeadView(Protocol):
    """The freshness at the right end of a dock's title bar."""

    def show_freshness(self, dot: Dot, text: str) -> None:
        """Equal content paints nothing."""


class HeaderView(Protocol):
    """Name, state, progress and pipeline of the shown build."""

    def show_model(self, model: BuildModel) -> None:
        """Show `model`."""

    def refresh(self, now: Instant) -> Instant | None:
        """Bring durations up to `now`; returns when one of them changes next."""


@dataclass(frozen=True, slots=True)
class EmptyWords:
    """Why no build is shown: `folders` are those that are watched, each with what was found in it.

    `offers`: nothing was found at all, so that a folder can be added, or the demo looked at.
    """

    title: str
    text: str = ""
    folders: tuple[tuple[str, str], ...] = ()
    offers: bool = False


class PageView(Protocol):
    """The centre: one build, or words that say why there is none."""

    def show_build(self) -> None:
        """Show header and tabs."""

    def show_empty(self, words: EmptyWords) -> None:
        """Show words instead of a build."""

    def show_problems(self, troubles: tuple[Trouble, ...]) -> None:
        """Of all builds and of Cupola itself, those of the shown build first."""


class ListView(Protocol):
    """The builds on the left."""

    def show_selected(self, build_id: str | None) -> None:
        """Mark a row without telling anybody."""


class StatusView(Protocol):
    """The status bar."""

    def show_watching(self, text: str, note: str, details: str) -> None:
        """What is watched, what a user should know of it ("" for nothing), and the roots one by one."""

    def show_paused(self, *, paused: bool) -> None:
        """Whether nothing is watched, as the user wants it."""

    def show_count(self, problems: int) -> None:
        """How many problems there are."""

    def show_last(self, text: str) -> None:
        """When something last changed and how fast it was shown."""


class PaintHook(Protocol):
    """Tells when a panel was really painted."""

    def arm(self, panel: str, digest: str) -> None:
        """The next paint of `panel` shows `digest`."""


class TraceWrite(Protocol):
    """Writes one line of the trace file."""

    def __call__(self, kind: str, /, **fields: object) -> None:
        """`kind` happened now."""


@dataclass(frozen=True, slots=True)
class WindowViews:
    """All views of one window, as its presenter needs them."""

    builds: ListView
    page: PageView
    header: HeaderView
    panels: Mapping[Facet, PanelView]
    heads: Mapping[Facet, HeadView]
    status: StatusView
    paints: PaintHook
