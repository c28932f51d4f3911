"""Start at login: what is really set up for it, and the switch."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from cupola.domain.diagnosis import AtLogin
from cupola.domain.text import printable_path
from cupola.program import this_program
from cupola.store.places import Surroundings

MINIMIZED: Final = "--minimized"
"""A start at login shows no window: it goes to the tray."""


class Autostart(Protocol):
    """The switch of one kind of system. Does file I/O: not for the GUI thread's hot paths."""

    def state(self) -> AtLogin:
        """What is there now; never raises."""

    def switch_on(self) -> None:
        """Have this program started at login, whatever was there before. Raises OSError."""

    def switch_off(self) -> None:
        """Take away what starts it; nothing there is fine. Raises OSError."""


def autostart(around: Surroundings) -> Autostart:
    """The switch of this system."""
    command = (*this_program(), MINIMIZED)
    if sys.platform == "win32":
        from cupola.store.autostart_windows import RunKey, WindowsRegistry

        switch: Autostart = RunKey(WindowsRegistry(), command)
    elif sys.platform == "darwin":
        from cupola.store.autostart_macos import LaunchAgent

        switch = LaunchAgent(around.home, command)
    else:
        from cupola.store.autostart_xdg import DesktopEntry

        switch = DesktopEntry(around, command)
    return switch


def at_login(place: str, found: Sequence[str], wanted: Sequence[str], off: str = "") -> AtLogin:
    """The state for a command that was found; `off` says why it is not run although it is there."""
    command = tuple(found)
    if not command:
        return AtLogin(place, note="it names no program")
    if off:
        return AtLogin(place, command=command, note=off)
    return AtLogin(place, on=True, command=command, note=_note(command, tuple(wanted)))


def _note(found: tuple[str, ...], wanted: tuple[str, ...]) -> str:
    words = printable_path(" ".join(found))
    program = Path(found[0])
    if program.is_absolute() and not program.exists():
        return f"starts a program that is not there: {words}"
    return "" if found == wanted else f"starts another program: {words}"
