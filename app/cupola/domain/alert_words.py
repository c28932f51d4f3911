"""What an alert says: project, phase and reason, as plain text of one line per build."""

from __future__ import annotations

from typing import Final

from cupola.domain.alerts import Alert, AlertKind, Occasion
from cupola.domain.text import plain, printable_path

_NAME: Final = 80
_REASON: Final = 200
_LINES: Final = 6
"""More than what most desktops show of a notification."""

_SAYS: Final = {
    AlertKind.FAILED: "failed",
    AlertKind.LIMITED: "is at its usage limit",
    AlertKind.WAITING: "waits for you",
    AlertKind.QUIET: "went quiet",
    AlertKind.CRITICAL: "has little context left",
    AlertKind.FINISHED: "finished",
}


def title_of(alert: Alert) -> str:
    """`weather-app failed`, `weather-app failed, and 2 more`."""
    more = len(alert.occasions) - 1
    return headline(alert.first) + (f", and {more:,} more" if more else "")


def body_of(alert: Alert) -> str:
    """Phase and reason of one; of several a line each, with the names."""
    if len(alert.occasions) == 1:
        return details(alert.first)
    shown = alert.occasions[:_LINES] if len(alert.occasions) > _LINES + 1 else alert.occasions
    lines = [": ".join(filter(None, (headline(each), details(each)))) for each in shown]
    rest = len(alert.occasions) - len(shown)
    return "\n".join([*lines, f"… and {rest:,} more"] if rest else lines)


def headline(said: Occasion) -> str:
    """`weather-app waits for you`."""
    if said.kind is AlertKind.IMPAIRED:
        return "Watching is impaired"
    return f"{plain(said.project, _NAME)} {_SAYS[said.kind]}"


def details(said: Occasion) -> str:
    """`Test: tests_failed_max_iterations in current-phase.json`; of Cupola itself folder and reason."""
    place = printable_path(said.project, _NAME) if said.kind is AlertKind.IMPAIRED else said.phase
    return ": ".join(filter(None, (plain(place or "", _NAME), plain(said.reason, _REASON))))
