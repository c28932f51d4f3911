"""What the user types for a setting, and the value it means: each pair is a way there and back.

All that reads raises UnusableValueError with what should be typed.
"""

from __future__ import annotations

import re
import shlex
import sys
from typing import Final

from cupola.domain.alerts import QuietHours
from cupola.store import settings_values as values
from cupola.store.settings_alerts import usable_command, usable_hours
from cupola.store.settings_reading import UnusableValueError

ON: Final = "on"
OFF: Final = "off"

_SECONDS: Final = {"": 60.0, "s": 1.0, "m": 60.0, "h": 3600.0}
_SPAN: Final = re.compile(
    r"\s*(\d+(?:\.\d+)?)\s*(h|hours?|hrs?|m|mins?|minutes?|s|secs?|seconds?|)(?=[\s\d]|$)", re.IGNORECASE
)
_TOKENS: Final = re.compile(r"(\d+(?:\.\d+)?)([km]?)", re.IGNORECASE)
_TIMES: Final = {"": 1, "k": 1_000, "m": 1_000_000}
_TIME: Final = r"(\d{1,2})(?::(\d\d))?"
_HOURS: Final = re.compile(rf"{_TIME}\s*(?:-|\N{{EN DASH}}|to|until)\s*{_TIME}", re.IGNORECASE)


def read_whole(text: str) -> int:
    """A whole number."""
    written = text.strip()
    if not re.fullmatch(r"\d{1,15}", written):
        raise UnusableValueError("should be a whole number")
    return int(written)


def read_depth(text: str) -> int:
    """How many folders deep."""
    return values.depth(read_whole(text))


def read_span(text: str) -> float:
    """Seconds: `15` and `15 min` are minutes, and there are `90 s`, `1 h 30 min`."""
    at, total_s = 0, 0.0
    written = text.strip()
    while at < len(written):
        found = _SPAN.match(written, at)
        if found is None:
            raise UnusableValueError("should be a time like 15 min, 90 s or 1 h 30 min")
        total_s += float(found[1]) * _SECONDS[found[2][:1].lower()]
        at = found.end()
    low, high = values.QUIET_S
    if not low <= total_s <= high:
        raise UnusableValueError(f"should be from {write_span(low)} to {write_span(high)}")
    return total_s


def write_span(seconds: float) -> str:
    """Such as `15 min`, `1 h 30 min`, `2.5 s`; read again it is the same, to a billionth of a second."""
    whole, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(whole), 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", _seconds(rest)]
    return " ".join(part for part in parts if part) or "0 s"


def _seconds(seconds: float) -> str:
    return f"{seconds:.9f}".rstrip("0").rstrip(".") + " s" if seconds else ""


def read_budget(text: str) -> int | None:
    """Tokens: `2,000,000`, `2 000 000`, `2M`, `500k`; nothing is none."""
    written = re.sub(r"[\s,_']", "", text)
    if not written:
        return None
    found = _TOKENS.fullmatch(written)
    if found is None or ("." in found[1] and not found[2]):
        raise UnusableValueError("should be a number of tokens like 2,000,000 or 1.5M, or nothing")
    return values.token_budget(round(float(found[1]) * _TIMES[found[2].lower()]))


def write_budget(tokens: int | None) -> str:
    """With separators; nothing for none."""
    return "" if tokens is None else f"{tokens:,}"


def read_points(text: str) -> int | None:
    """Points; nothing means the system's size."""
    written = text.strip().lower().removesuffix("pt").strip()
    return values.font_points(read_whole(written)) if written else None


def write_points(points: int | None) -> str:
    """Nothing for the system's size."""
    return "" if points is None else str(points)


def read_names(text: str) -> tuple[str, ...]:
    """Names of folders, one a line."""
    return values.folder_names(_lines(text))


def read_folders(text: str) -> tuple[str, ...]:
    """Paths of folders, one a line."""
    return values.folders(_lines(text))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def write_names(names: tuple[str, ...]) -> str:
    """One a line."""
    return "\n".join(names)


def read_path(text: str) -> str:
    """A path as it is written."""
    return values.file(text.strip())


def read_hours(text: str) -> QuietHours | None:
    """`22:00-07:00` or `22 to 7`, local times; nothing is none."""
    if not text.strip():
        return None
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise UnusableValueError("should be like 22:00\N{EN DASH}07:00, or nothing")
    since, until = (_minute(found[at], found[at + 1]) for at in (1, 3))
    if since == until:
        raise UnusableValueError("should begin and end at different times")
    return usable_hours({"from": since, "to": until})


def write_hours(hours: QuietHours | None) -> str:
    """With an en dash; nothing for none."""
    if hours is None:
        return ""
    return f"{_clock(hours.since)}\N{EN DASH}{_clock(hours.until)}"


def _minute(hour: str, minute: str | None) -> int:
    if int(hour) > 23 or int(minute or 0) > 59:
        raise UnusableValueError(f"there is no {hour}:{minute or '00'}: times go from 00:00 to 23:59")
    return int(hour) * 60 + int(minute or 0)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def read_command(text: str, platform: str = sys.platform) -> tuple[str, ...]:
    """Program and arguments, quoted as in a terminal; no shell will look at them. Nothing is none."""
    words = shlex.shlex(text, posix=True, punctuation_chars=False)
    words.whitespace_split, words.commenters = True, ""
    if platform == "win32":
        words.escape = ""  # there it separates folders
    try:
        return usable_command(list(words))
    except UnusableValueError:
        raise
    except ValueError as error:
        why = "a quote is not closed" if "quotation" in str(error) else "nothing follows the last backslash"
        raise UnusableValueError(f"{why}: quote arguments as in a terminal") from error


def write_command(command: tuple[str, ...], platform: str = sys.platform) -> str:
    """Quoted so that it is read as it was."""
    if platform != "win32":
        return shlex.join(command)
    return " ".join(map(_quoted, command))


def _quoted(argument: str) -> str:
    if argument and not re.search(r"[\s\"']", argument):
        return argument
    inside = argument.replace('"', '"\'"\'"')
    return f'"{inside}"'


def read_switch(text: str) -> bool:
    """`on` or not."""
    return text == ON


def write_switch(on: bool) -> str:
    """`on` or `off`."""
    return ON if on else OFF
