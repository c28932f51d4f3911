"""Start at login on macOS: a launch agent of the user."""

from __future__ import annotations

import plistlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from cupola.domain.diagnosis import AtLogin
from cupola.domain.text import printable_path
from cupola.program import APP_ID
from cupola.store.autostart import at_login
from cupola.store.files import write_atomically


class LaunchAgent:
    """A property list in `~/Library/LaunchAgents`; launchd reads it at the next login."""

    def __init__(self, home: Path, command: Sequence[str]) -> None:
        self.path = home / "Library" / "LaunchAgents" / f"{APP_ID}.plist"
        self._command = tuple(command)

    def state(self) -> AtLogin:
        """See `Autostart`."""
        place = printable_path(str(self.path))
        try:
            agent = plistlib.loads(self.path.read_bytes())
            found = [str(word) for word in agent.get("ProgramArguments", ())]
        except FileNotFoundError:
            return AtLogin(place)
        except OSError as error:
            return AtLogin(place, note=f"cannot be read: {error.strerror}")
        except (ValueError, ExpatError, AttributeError, TypeError):
            return AtLogin(place, note="is no property list")
        return at_login(place, found, self._command, _why_off(agent))

    def switch_on(self) -> None:
        """See `Autostart`."""
        agent = {
            "Label": APP_ID,
            "ProgramArguments": list(self._command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        write_atomically(self.path, plistlib.dumps(agent))

    def switch_off(self) -> None:
        """See `Autostart`."""
        self.path.unlink(missing_ok=True)


def _why_off(agent: Mapping[str, Any]) -> str:
    if agent.get("Disabled") is True:
        return "switched off in the file (Disabled)"
    return "" if agent.get("RunAtLoad") is True else "not run at login (RunAtLoad)"
