"""One dock: its gate, and the freshness at the end of its title bar."""

from __future__ import annotations

from cupola.domain.clock import Clock, Instant
from cupola.domain.formatting import age
from cupola.domain.models import PanelModel
from cupola.domain.words import Facet
from cupola.presenters.ages import age_changes_in_s, earliest
from cupola.presenters.contracts import HeadView, PanelView
from cupola.presenters.freshness import Dot, freshness
from cupola.presenters.gate import Gate, PassHook
from cupola.presenters.known import Known, has_data

NO_DATA = "No data yet"
NO_DATA_FINAL = "Final · no data"


class PanelPresenter:
    """Lives in the GUI thread."""

    def __init__(self, view: PanelView, head: HeadView, clock: Clock, on_pass: PassHook) -> None:
        self.facet: Facet = view.facet
        self.gate: Gate[PanelModel] = Gate(view.facet.value, view, on_pass)
        self._head = head
        self._clock = clock
        self._known: Known | None = None

    def show(self, known: Known | None, seen_ns: int = 0) -> None:
        """From now on show this build; its content passes the gate. `seen_ns`: see `Gate.offer`."""
        self._known = known
        if known is not None:
            self.gate.offer(known.digest(self.facet), known.panel(self.facet), seen_ns)

    def refresh(self, now: Instant) -> Instant | None:
        """A `TickSource`: dot and age of the head."""
        known = self._known
        build = known.build if known is not None else None
        if known is None or build is None:
            self._head.show_freshness(Dot.NONE, "")
            return None
        fresh = freshness(known.checked_at, self._clock.continuous(), ended=build.state.ended)
        text, until = self._age(known, now, ended=build.state.ended)
        self._head.show_freshness(fresh.dot, text)
        dot_until = None if fresh.valid_until is None else now + fresh.valid_until - self._clock.continuous()
        return earliest(until, dot_until)

    def _age(self, known: Known, now: Instant, *, ended: bool) -> tuple[str, Instant | None]:
        if not has_data(known.panel(self.facet)):
            return (NO_DATA_FINAL if ended else NO_DATA), None
        changed = known.changed_at(self.facet)
        if changed is None:
            return "Age unknown", None
        since_s = now - changed
        written = age(since_s).replace(" ", "")
        return (f"Final · {written} ago" if ended else f"Updated: {written} ago"), now + age_changes_in_s(
            since_s
        )
