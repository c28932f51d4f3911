"""What the status bar shows: health, problems of all builds, last change and how fast it was shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cupola.domain.clock import Instant
from cupola.domain.formatting import age
from cupola.domain.models import BuildModel, HealthModel
from cupola.presenters.ages import age_changes_in_s
from cupola.presenters.contracts import PageView, StatusView, Trouble
from cupola.presenters.status import last_text, watching_details, watching_note, watching_text


class StatusPresenter:
    """Lives in the GUI thread."""

    def __init__(self) -> None:
        self.health = HealthModel()
        self._shown_health: HealthModel | None = None
        self.shown_in_ms: float | None = None
        self._view: StatusView | None = None
        self._page: PageView | None = None
        self._last_change: Instant | None = None

    def attach(self, view: StatusView, page: PageView) -> None:
        """From now on show everything in `view`, and the problems one by one in `page`."""
        self._view, self._page = view, page

    def note_change(self, at: Instant | None) -> None:
        """A build changed at `at`."""
        self._last_change = max(self._last_change or 0.0, at or 0.0) or None

    def show(self, troubled: Collection[BuildModel], shown: str | None = None) -> None:
        """Bring what is watched and what is wrong up to date; the views ignore what is equal.

        `troubled` are the builds that have problems, `shown` is the id of the one in the centre.
        """
        if self._view is None or self._page is None:
            return
        health = self.health
        if health is not self._shown_health:
            self._shown_health = health
            self._view.show_watching(watching_text(health), watching_note(health), watching_details(health))
            self._view.show_paused(paused=health.paused)
        first = [build for build in troubled if build.id == shown]
        others = [build for build in troubled if build.id != shown]
        own = [Trouble("", problem) for problem in health.problems]
        troubles = (*_troubles(first), *own, *_troubles(others))
        self._view.show_count(len(troubles))
        self._page.show_problems(troubles)

    def refresh(self, now: Instant) -> Instant | None:
        """A `TickSource`: the right end changes only here, so that an event paints what it changed."""
        if self._view is None or self._last_change is None:
            return None
        since_s = now - self._last_change
        self._view.show_last(last_text(age(since_s), self.shown_in_ms))
        return now + age_changes_in_s(since_s)


def _troubles(builds: Iterable[BuildModel]) -> list[Trouble]:
    return [Trouble(build.project, problem) for build in builds for problem in build.problems]
