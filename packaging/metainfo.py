"""The desktop file, and the AppStream metainfo with its release notes from CHANGELOG.md."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from facts import APP_ID, GUI_NAME, NAME, REPOSITORY, ROOT, SHORT, TITLE, VERSION, commit_time

_HEADING: Final = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<day>\d{4}-\d\d-\d\d))?", re.MULTILINE)
_ITEM: Final = re.compile(r"^- (.+(?:\n  .+)*)", re.MULTILINE)
_SHOTS: Final = (("dark", "The builds of a night, dark"), ("light", "The same in light"))


@dataclass(frozen=True, slots=True)
class Release:
    """One version of the changelog: its day as YYYY-MM-DD, and its items as plain text."""

    version: str
    day: str
    items: tuple[str, ...]


def releases(changelog: str) -> list[Release]:
    """Newest first. What is unreleased counts as the version and day of the commit that is built."""
    today = time.strftime("%Y-%m-%d", time.gmtime(commit_time()))
    heads = list(_HEADING.finditer(changelog))
    ends = [head.start() for head in heads[1:]] + [len(changelog)]
    found = []
    for head, end in zip(heads, ends, strict=True):
        items = tuple(_plain(item) for item in _ITEM.findall(changelog[head.end() : end]))
        version = VERSION if head["version"] == "Unreleased" else head["version"]
        if items:
            found.append(Release(version, head["day"] or today, items))
    return found


def _plain(item: str) -> str:
    """Without the marks of Markdown, on one line."""
    return " ".join(re.sub(r"[`*]", "", item).split())


def desktop_file() -> str:
    """For menus; opens the window and never a terminal."""
    return f"""\
[Desktop Entry]
Type=Application
Version=1.4
Name={TITLE}
GenericName=Build Monitor
Comment={SHORT}
Exec={GUI_NAME}
TryExec={GUI_NAME}
Icon={APP_ID}
Terminal=false
StartupNotify=true
StartupWMClass={APP_ID}
Categories=Development;Qt;
Keywords=build;agents;tokens;monitor;tray;
X-GNOME-SingleWindow=true
Actions=demo;

[Desktop Action demo]
Name=Show the Demo
Exec={GUI_NAME} --demo
"""


def metainfo() -> str:
    """What software centres show."""
    shots = "\n".join(_screenshot(*shot) for shot in _SHOTS)
    notes = "\n".join(map(_release, releases((ROOT / "CHANGELOG.md").read_text("utf-8"))))
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Made by packaging/metainfo.py; release notes from CHANGELOG.md. -->
<component type="desktop-application">
  <id>{APP_ID}</id>
  <metadata_license>CC0-1.0</metadata_license>
  <project_license>MIT</project_license>
  <name>{TITLE}</name>
  <summary>{SHORT}</summary>
  <developer_name>Cupola contributors</developer_name>
  <description>
    <p>Cupola watches the files of autonomous AI builds and shows, within a frame of a change, which build is
    in which phase, what it has spent, how its tests go, what its agents do and what it decided.</p>
    <p>It says how old and how sure every number is, speaks up when a build finishes, fails or goes quiet, and
    leaves no trace in your projects.</p>
  </description>
  <launchable type="desktop-id">{APP_ID}.desktop</launchable>
  <url type="homepage">{REPOSITORY}</url>
  <url type="bugtracker">{REPOSITORY}/issues</url>
  <screenshots>
{shots}
  </screenshots>
  <provides>
    <binary>{NAME}</binary>
    <binary>{GUI_NAME}</binary>
  </provides>
  <content_rating type="oars-1.1"/>
  <releases>
{notes}
  </releases>
</component>
"""


def _screenshot(name: str, caption: str) -> str:
    return f"""\
    <screenshot{' type="default"' if name == _SHOTS[0][0] else ""}>
      <caption>{escape(caption)}</caption>
      <image>{REPOSITORY}/raw/v{VERSION}/packaging/screenshots/{name}.png</image>
    </screenshot>"""


def _release(release: Release) -> str:
    items = "\n".join(f"          <li>{escape(item)}</li>" for item in release.items)
    return f"""\
    <release version="{escape(release.version)}" date="{release.day}">
      <description>
        <ul>
{items}
        </ul>
      </description>
    </release>"""
