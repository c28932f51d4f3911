"""Start at login on Windows: a value of the user's Run key, and Task Manager's say on it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import PureWindowsPath
from typing import Final, Protocol

from cupola.domain.diagnosis import AtLogin
from cupola.domain.text import printable_path
from cupola.store.autostart import at_login

RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED: Final = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
NAME: Final = "Cupola"
_ARGUMENT: Final = re.compile(r'"([^"]*)"|(\S+)')


class Registry(Protocol):
    """The current user's part of the registry. Raises OSError."""

    def get(self, key: str, name: str) -> str | bytes | None:
        """A value, None where there is none."""

    def put(self, key: str, name: str, text: str) -> None:
        """Set a value that is text."""

    def delete(self, key: str, name: str) -> None:
        """Remove a value; none is fine."""


class RunKey:
    """The value `Cupola` of the Run key."""

    def __init__(self, registry: Registry, command: Sequence[str]) -> None:
        self._registry = registry
        self._command = _without_console(command)

    def state(self) -> AtLogin:
        """See `Autostart`."""
        place = rf"HKEY_CURRENT_USER\{RUN}\{NAME}"
        try:
            line, approved = self._registry.get(RUN, NAME), self._registry.get(APPROVED, NAME)
        except OSError as error:
            return AtLogin(place, note=f"cannot be read: {printable_path(str(error))}")
        if not isinstance(line, str):
            return AtLogin(place)
        # Task Manager writes 02 for what may start and 03 for what it switched off.
        is_off = isinstance(approved, bytes) and bool(approved) and approved[0] % 2 == 1
        return at_login(place, _split(line), self._command, "switched off in Task Manager" if is_off else "")

    def switch_on(self) -> None:
        """See `Autostart`."""
        self._registry.put(RUN, NAME, subprocess.list2cmdline(self._command))
        self._registry.delete(APPROVED, NAME)

    def switch_off(self) -> None:
        """See `Autostart`."""
        self._registry.delete(RUN, NAME)
        self._registry.delete(APPROVED, NAME)


def _split(line: str) -> list[str]:
    """The arguments of a command line; no path on Windows has a quote in it."""
    return [quoted or bare for quoted, bare in _ARGUMENT.findall(line)]


def _without_console(command: Sequence[str]) -> tuple[str, ...]:
    """The same by `pythonw.exe`, where it is `python.exe`: that one opens a black window at each login."""
    program, *arguments = command
    path = PureWindowsPath(program)
    windowless = str(path.with_name("pythonw.exe")) if path.name.lower() == "python.exe" else program
    return (windowless, *arguments)


if sys.platform == "win32":
    import winreg

    class WindowsRegistry:
        """See `Registry`."""

        def get(self, key: str, name: str) -> str | bytes | None:
            """See `Registry`."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    value = winreg.QueryValueEx(opened, name)[0]
            except FileNotFoundError:
                return None
            return value if isinstance(value, (str, bytes)) else None

        def put(self, key: str, name: str, text: str) -> None:
            """See `Registry`."""
            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as opened:
                winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, text)

        def delete(self, key: str, name: str) -> None:
            """See `Registry`."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return
