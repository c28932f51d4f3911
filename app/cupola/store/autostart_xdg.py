"""Start at login on Linux: a desktop entry in the autostart folder, by the rules of freedesktop.org."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from cupola.domain.diagnosis import AtLogin
from cupola.domain.text import printable_path
from cupola.program import APP_ID
from cupola.store.autostart import at_login
from cupola.store.files import write_atomically
from cupola.store.places import Surroundings

NAME: Final = "cupola.desktop"
_CAP_BYTES: Final = 1 << 16
_RESERVED: Final = re.compile(r"[\s\"'\\><~|&;$*?#()`]")
_IN_QUOTES: Final = re.compile(r"([\"`$\\])")
_ARGUMENT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)', re.DOTALL)
_FIELD_CODE: Final = re.compile(r"%(.)")
_ESCAPES: Final = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\"}

_ENTRY: Final = """\
[Desktop Entry]
Type=Application
Name=Cupola
Comment=A window onto autonomous builds
Exec={command}
Icon={icon}
Terminal=false
X-GNOME-Autostart-enabled=true
"""


class DesktopEntry:
    """`cupola.desktop` in the user's autostart folder."""

    def __init__(self, around: Surroundings, command: Sequence[str]) -> None:
        given = around.environment.get("XDG_CONFIG_HOME", "")
        # The specification has a relative path ignored.
        config = Path(given) if Path(given).is_absolute() else around.home / ".config"
        self.path = config / "autostart" / NAME
        self._command = tuple(command)

    def state(self) -> AtLogin:
        """See `Autostart`."""
        place = printable_path(str(self.path))
        try:
            entry = _entry(self.path)
        except FileNotFoundError:
            return AtLogin(place)
        except OSError as error:
            return AtLogin(place, note=f"cannot be read: {error.strerror}")
        return at_login(place, split(entry.get("Exec", "")), self._command, _why_off(entry))

    def switch_on(self) -> None:
        """See `Autostart`."""
        text = _ENTRY.format(command=joined(self._command), icon=APP_ID)
        write_atomically(self.path, text.encode("utf-8", "surrogateescape"))

    def switch_off(self) -> None:
        """See `Autostart`."""
        self.path.unlink(missing_ok=True)


def joined(command: Sequence[str]) -> str:
    """A command line as the value of `Exec`: arguments quoted, then escaped as every string is."""
    line = " ".join(map(_quoted, command))
    return line.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def split(value: str) -> list[str]:
    """The command line in a value of `Exec`, without the codes that stand for files to open."""
    line = re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[0]), value, flags=re.DOTALL)
    arguments = []
    for found in _ARGUMENT.finditer(line):
        word = found[2] if found[1] is None else re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL)
        plain = _FIELD_CODE.sub(lambda code: "%" if code[1] == "%" else "", word)
        if plain or not word:
            arguments.append(plain)
    return arguments


def _quoted(argument: str) -> str:
    doubled = argument.replace("%", "%%")
    if doubled and not _RESERVED.search(doubled):
        return doubled
    escaped = _IN_QUOTES.sub(r"\\\1", doubled)
    return f'"{escaped}"'


def _entry(path: Path) -> dict[str, str]:
    """The keys of the entry's own group, the first of each, as they are written. Raises OSError."""
    with path.open("rb") as file:
        text = file.read(_CAP_BYTES).decode("utf-8", "surrogateescape")
    found: dict[str, str] = {}
    group = ""
    for line in text.split("\n"):
        if line.startswith("["):
            group = line.strip()
        key, sign, value = line.partition("=")
        if group == "[Desktop Entry]" and sign and not line.startswith("#"):
            found.setdefault(key.strip(), value.strip())
    return found


def _why_off(entry: Mapping[str, str]) -> str:
    if entry.get("Hidden") == "true":
        return "switched off in the file (Hidden=true)"
    if entry.get("X-GNOME-Autostart-enabled") == "false":
        return "switched off in the file (X-GNOME-Autostart-enabled=false)"
    return ""
