"""What each case shows, as the feed would tell of it, and what is opened then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from cupola.domain.models import BuildModel
from cupola.domain.problems import Problem
from cupola.domain.words import BuildState, Facet
from cupola.engine.feed import FeedEvent, HealthChange
from cupola.presenters.log_follower import NOTHING, LogNews
from cupola.presenters.window import WindowPresenter
from cupola.store.marks import Marks
from cupola.store.settings import Density
from cupola.views.build_page import Tab
from cupola.views.main_window import MainWindow
from support.builds import NOW, at_work, batch, build, endless, health, many, mirrored, seven, strange
from support.dock_models import LONG, RTL, log_news, shown_with

Events = tuple[FeedEvent, ...]


def events(case: str) -> Events:
    """What the window is told in a case."""
    if case.startswith("sizes-"):
        return (*batch(seven()), *shown_with("measured"))
    if case.startswith("docks-"):
        return shown_with(case.removeprefix("docks-"))
    return _EVENTS[case]()


def arrange(case: str, window: MainWindow, presenter: WindowPresenter) -> None:
    """Do what a user does before the case is to be seen."""
    if case == "builds-marked":
        presenter.filter.show_put_away(shown=True)
        presenter.filter.set_marks(_marks())
    elif case.startswith("sizes-"):
        presenter.select_project("weather-web")
        points = int("".join(filter(str.isdigit, case)) or 0)
        density = Density.COMPACT if "compact" in case else Density.COMFORTABLE
        window._theme.set_sizes(density, points or None)
    elif case == "docks-tree":
        _open_a_row(window)
    elif case.startswith("problems-"):
        window.page.open_problems()
    elif case.startswith("log-"):
        window.page.tabs.setCurrentIndex(Tab.LOG)
        window.page.log.show_news(log_news() if case == "log-full" else _no_log())


def _open_a_row(window: MainWindow) -> None:
    """The sixth agent shows its last activity."""
    agents = window.panels[Facet.AGENTS].lines
    if agents is not None:
        agents.rows.toggle(6)


def _marks() -> Marks:
    """One of the seven pinned, one hidden, one archived."""
    by_name = {model.project: model for model in seven()}
    pinned, hidden = (frozenset({str(by_name[name].directory)}) for name in ("todo-cli", "weather-web"))
    return Marks(pinned, hidden, frozenset({by_name["tennis-scoring"].id}))


def _no_log() -> LogNews:
    return LogNews(0, (), fresh=True, note=NOTHING)


def _one() -> Events:
    return batch((build("weather-web"),))


def _seven() -> Events:
    return batch(seven())


def _paused() -> HealthChange:
    return HealthChange(replace(health(), paused=True))


def _of(name: str) -> Events:
    """One of the seven, and one of which nobody saw a build run."""
    chosen = next(model for model in seven() if model.project == name)
    return batch((chosen, build("another", BuildState.UNKNOWN, state_reason="copied or checked out")))


def _failed() -> Events:
    return _of("space-invaders")


def _done() -> Events:
    return _of("bedrock-agent")


def _limited() -> Events:
    """A build that waits for its limit, with a reason without an end and a problem besides."""
    limited = at_work()[2]
    return batch((replace(limited, work=replace(limited.work, reason=f"usage limit until 16:00, {LONG}")),))


def _troubled() -> tuple[BuildModel, ...]:
    """Builds of which much cannot be read."""
    words = ("not UTF-8", "too large: 3 GB", "<b>bold</b>", RTL, LONG)
    problems = tuple(
        Problem(
            f"weather-web/.context-foundry/{n}-{RTL if n % 3 == 0 else LONG}.md", words[n % 5], (f"line {n}",)
        )
        for n in range(40)
    )
    return tuple(replace(model, problems=problems) for model in (*seven(), *strange()))


_EVENTS: Final[dict[str, Callable[[], Events]]] = {
    "builds-1": _one,
    "builds-7": _seven,
    "builds-500": lambda: batch(many()),
    "builds-marked": _seven,
    "builds-none": lambda: batch(()),
    "builds-paused": lambda: (*batch(seven()), _paused()),
    "builds-none-paused": lambda: (*batch(()), _paused()),
    "builds-searching": lambda: (HealthChange(health()),),
    "builds-waiting": lambda: batch(at_work()),
    "builds-working": lambda: batch(at_work()[4:]),
    "builds-limited": _limited,
    "builds-failed": _failed,
    "builds-done": _done,
    "builds-long": lambda: batch(endless()),
    "builds-rtl": lambda: batch(mirrored()),
    "builds-hostile": lambda: batch(strange()),
    "log-full": _seven,
    "log-none": _seven,
    "problems-few": _seven,
    "problems-many": lambda: batch(_troubled()),
    "problems-none": lambda: batch((build("weather-web", changed_at=NOW),)),
}
