"""How well Cupola itself sees, put together from all that watches."""

from __future__ import annotations

from cupola.domain.models import HealthModel
from cupola.engine.builds import Builds
from cupola.engine.feed import Publisher
from cupola.engine.metrics import Metrics
from cupola.engine.roots import Roots
from cupola.engine.sessions import Sessions
from cupola.engine.troubles import Troubles
from cupola.watch.observing import EventFeed


class Health:
    """Belongs to the control thread."""

    def __init__(
        self,
        feed: Publisher,
        events: EventFeed,
        roots: Roots,
        builds: Builds,
        metrics: Metrics,
        sessions: Sessions,
        troubles: Troubles,
    ) -> None:
        self._feed = feed
        self._events = events
        self._roots = roots
        self._builds = builds
        self._metrics = metrics
        self._sessions = sessions
        self._troubles = troubles

    def tell(self, *, paused: bool) -> None:
        """Hand it out as it is now; silent when it is as it was. Costs the more the more is watched."""
        problems = (
            *self._troubles.problems(),
            *self._roots.problems(),
            *self._metrics.problems(),
            *self._sessions.problems(),
            *self._builds.stray_problems(),
        )
        model = HealthModel(
            self._roots.models(),
            self._events.count,
            problems,
            self._metrics.unattached,
            self._roots.disk_models(),
            self._troubles.blinding,
            reading=self._sessions.unread_bytes > 0,
            paused=paused,
        )
        self._feed.health(model)
