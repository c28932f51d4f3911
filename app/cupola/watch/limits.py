"""Linux's limits on watching, and what to tell a person who has met one."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LIMITS: Final = Path("/proc/sys/fs/inotify")
_WATCHES_TO_ASK_FOR: Final = 524_288
_INSTANCES_TO_ASK_FOR: Final = 512


@dataclass(frozen=True, slots=True)
class Limits:
    """Per user; None where the system has no such limit or does not tell."""

    max_user_watches: int | None = None
    max_user_instances: int | None = None
    max_queued_events: int | None = None


def read_limits(folder: Path = _LIMITS) -> Limits:
    """The limits now."""
    return Limits(
        _number(folder / "max_user_watches"),
        _number(folder / "max_user_instances"),
        _number(folder / "max_queued_events"),
    )


def explain(error: OSError, limits: Limits | None = None) -> str:
    """Why something cannot be watched, and the command that helps; without the path."""
    limits = read_limits() if limits is None else limits
    if error.errno == errno.ENOSPC:
        return _watches_used_up(limits)
    if error.errno == errno.EMFILE:
        return _instances_used_up(limits)
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


_REASONS: Final = {
    errno.ENOENT: "It is not there.",
    errno.ENOTDIR: "It is not a folder.",
    errno.EACCES: "You may not read it.",
    errno.EPERM: "You may not read it.",
    errno.ENFILE: "The whole system has too many files open.",
    errno.ENOMEM: "The system has no memory left to watch it.",
}


def _watches_used_up(limits: Limits) -> str:
    allowed = _said(limits.max_user_watches)
    return (
        f"Linux lets you watch {allowed} folders and all are in use, so this one is polled instead. "
        f"To raise the limit: {_raise('max_user_watches', limits.max_user_watches, _WATCHES_TO_ASK_FOR)}"
    )


def _instances_used_up(limits: Limits) -> str:
    allowed = _said(limits.max_user_instances)
    command = _raise("max_user_instances", limits.max_user_instances, _INSTANCES_TO_ASK_FOR)
    return (
        f"Linux lets you run {allowed} programs' watches at once and all are in use (or Cupola has too "
        f"many files open), so folders are polled instead. To raise the limit: {command}"
    )


def _raise(name: str, now: int | None, least: int) -> str:
    return f"sudo sysctl fs.inotify.{name}={max(least, 2 * (now or 0))}"


def _said(number: int | None) -> str:
    return "only so many" if number is None else f"{number:,}"


def _number(file: Path) -> int | None:
    try:
        return int(os.fsdecode(file.read_bytes()))
    except (OSError, ValueError):
        return None
