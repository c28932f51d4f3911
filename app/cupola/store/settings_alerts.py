"""How the settings of alerts are written down: one object for each kind, and the quiet hours.

"alerts": {
  "quiet_hours": {"from": 1320, "to": 420},
  "failed": {"on": true, "command": ["notify-phone", "--title", "failed"]}
}
"""

from __future__ import annotations

from typing import Final

from cupola.domain.alerts import KINDS, AlertKind, QuietHours
from cupola.store.settings import AlertSettings
from cupola.store.settings_reading import Document, Reader, UnusableValueError, boolean, texts

_MINUTES: Final = range(24 * 60)
_ARGUMENTS_AT_MOST: Final = 100


def decode_alerts(read: Reader) -> AlertSettings:
    """The settings of alerts out of the whole document; each value that is not usable is named."""
    alerts = read.below("alerts")
    kinds = {kind: alerts.below(kind.value) for kind in KINDS}
    none: tuple[str, ...] = ()
    commands = ((kind, below.value("command", usable_command, none)) for kind, below in kinds.items())
    return AlertSettings(
        frozenset(kind for kind, below in kinds.items() if not below.value("on", boolean, usual=True)),
        alerts.value("quiet_hours", usable_hours, None),
        tuple((kind, command) for kind, command in commands if command),
    )


def encode_alerts(alerts: AlertSettings) -> Document:
    """The object for the settings of alerts: every kind stands in it, so that it can be edited."""
    hours = alerts.quiet_hours
    written: Document = {kind.value: _encode_kind(alerts, kind) for kind in KINDS}
    return {"quiet_hours": None if hours is None else {"from": hours.since, "to": hours.until}, **written}


def _encode_kind(alerts: AlertSettings, kind: AlertKind) -> Document:
    return {"on": kind not in alerts.switched_off, "command": list(alerts.command(kind))}


def usable_command(value: object) -> tuple[str, ...]:
    """Program and arguments, empty for none. Raises UnusableValueError."""
    arguments = texts(value, _ARGUMENTS_AT_MOST)
    if arguments and not arguments[0].strip():
        raise UnusableValueError("should begin with a program")
    if any("\0" in each for each in arguments):
        raise UnusableValueError("no argument has a NUL in it")
    return arguments


def usable_hours(value: object) -> QuietHours | None:
    """Quiet hours as they are written down, None for none. Raises UnusableValueError."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise UnusableValueError("should be an object with from and to, or null")
    minutes = [_minute(value.get("from")), _minute(value.get("to"))]
    if minutes[0] == minutes[1]:
        raise UnusableValueError("should begin and end at different minutes; null means none")
    return QuietHours(*minutes)


def _minute(value: object) -> int:
    if type(value) is not int or value not in _MINUTES:
        raise UnusableValueError(f"from and to should be minutes of the day, 0 to {_MINUTES[-1]}")
    return value
