"""What a Linux desktop wants to find beside the program, as a tree that every package carries."""

from __future__ import annotations

import calendar
import gzip
import textwrap
import time
from email.utils import formatdate
from pathlib import Path

import completions
import icons
import manual_page
import metainfo
from facts import APP_ID, GUI_NAME, MAINTAINER, NAME, ROOT
from steps import emptied


def write(root: Path) -> Path:
    """Everything below `root/usr/share`, replacing what was there; returns that folder."""
    share = emptied(root) / "usr" / "share"
    icons.hicolor(share / "icons")
    completions.write(share)
    _put(share / "applications" / f"{APP_ID}.desktop", metainfo.desktop_file())
    _put(share / "metainfo" / f"{APP_ID}.metainfo.xml", metainfo.metainfo())
    _put(share / "doc" / NAME / "copyright", _copyright())
    _zip(share / "doc" / NAME / "changelog.gz", _changelog().encode())
    for name in (NAME, GUI_NAME):
        _zip(share / "man" / "man1" / f"{name}.1.gz", manual_page.text().encode())
    return share


def _copyright() -> str:
    """In Debian's form: the program's own licence, and where those of its parts lie."""
    licence = (ROOT / "LICENSE").read_text("utf-8").split("\n\n", 2)
    own = "\n".join(f" {line}" if line else " ." for line in licence[2].rstrip().splitlines())
    return f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Cupola
Comment: The bundle in /opt/{NAME} contains Qt and PySide6 (LGPL-3, see
 /usr/share/common-licenses/LGPL-3), Python and further libraries. /opt/{NAME}/licenses/NOTICE.txt
 lists them, their licences lie beside it.

Files: *
Copyright: {licence[1].removeprefix("Copyright (c) ")}
License: Expat

License: Expat
{own}
"""


def _changelog() -> str:
    """In Debian's form."""
    text = []
    for release in metainfo.releases((ROOT / "CHANGELOG.md").read_text("utf-8")):
        items = "\n".join(
            textwrap.fill(item, 78, initial_indent="  * ", subsequent_indent="    ") for item in release.items
        )
        day = calendar.timegm(time.strptime(release.day, "%Y-%m-%d"))
        written = f" -- {MAINTAINER}  {formatdate(day)}"
        text.append(f"{NAME} ({release.version}) stable; urgency=medium\n\n{items}\n\n{written}\n")
    return "\n".join(text)


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _zip(file: Path, data: bytes) -> None:
    """Without a time in it, so that it is the same each time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(data, 9, mtime=0))
