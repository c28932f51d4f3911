"""What the status bar says, as text."""

from __future__ import annotations

from typing import Final

from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.domain.text import file_name, plain, printable_path
from cupola.presenters.contracts import EmptyWords

MOST_NOTES: Final = 2
HOW_BUILDS_APPEAR: Final = (
    "A build appears here as soon as an orchestrator writes .context-foundry/current-phase.json"
    " in a project below one of these folders."
)

HOW_IT_GOES_ON: Final = (
    "No folder is looked at until it goes on: by Pause Watching in the File menu or in that of the tray."
)


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 root`, `3 roots`, `1,204 watches`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def watching_text(health: HealthModel) -> str:
    """Roots, projects and watches in use, and whether watching is paused."""
    projects = sum(root.projects for root in health.roots)
    return " · ".join(
        (
            f"{'Watching is paused:' if health.paused else 'Watching'} {counted(len(health.roots), 'root')}",
            counted(projects, "project"),
            counted(health.watches, "watch", "watches"),
        )
    )


def watching_note(health: HealthModel) -> str:
    """What a user should know of the roots, in a few words; empty when all is well."""
    notes = [(root, _note(root)) for root in health.roots if _note(root)]
    if len(notes) > MOST_NOTES:
        return f"{counted(len(notes), 'root')} with notes"
    return " · ".join(f"{file_name(root.path) or root.path}: {note}" for root, note in notes)


def watching_details(health: HealthModel) -> str:
    """One line for each root."""
    return "\n".join(_root_line(root) for root in health.roots)


def last_text(age: str | None, shown_in_ms: float | None) -> str:
    """When something last changed, and how fast it was on screen."""
    if age is None:
        return ""
    shown = "" if shown_in_ms is None else f" · shown in {max(1, round(shown_in_ms)):,} ms"
    return f"last change {age} ago{shown}"


def empty_words(health: HealthModel, *, ready: bool, builds: int) -> EmptyWords:
    """What the centre says when it shows no build."""
    if builds:
        return EmptyWords("No build chosen", "Choose one on the left.")
    if health.paused:
        folders = tuple((_short(root.path), "") for root in health.roots)
        return EmptyWords("Watching is paused", HOW_IT_GOES_ON, folders)
    if not ready:
        return EmptyWords(
            "Looking for builds", folders=tuple((_short(root.path), "") for root in health.roots)
        )
    if not health.roots:
        return EmptyWords("Nothing is watched", "No folder is set.", offers=True)
    folders = tuple((_short(root.path), _found_in(root)) for root in health.roots)
    return EmptyWords("No builds yet", _why_none(health), folders, offers=True)


def _why_none(health: HealthModel) -> str:
    """A file that cannot be read may be the very one that would make a build."""
    if not health.problems:
        return HOW_BUILDS_APPEAR
    first = health.problems[0]
    more = f" And {counted(len(health.problems) - 1, 'more problem')}." if health.problems[1:] else ""
    return f"{HOW_BUILDS_APPEAR}\n\nThis cannot be read: {_short(first.path)}: {first.message}.{more}"


def _found_in(root: RootModel) -> str:
    """Why nothing of a root is shown, in a few words."""
    if not root.readable:
        return plain(root.note) or "cannot be read"
    found = (
        counted(root.projects, "project") + ", none with a build" if root.projects else "no project below it"
    )
    return ", ".join(part for part in (found, _note(root)) if part)


def _note(root: RootModel) -> str:
    how = "polling" if root.watching is Watching.POLLING else ""
    unreadable = "unreadable" if not root.readable and not root.note else ""
    return ", ".join(part for part in (how, plain(root.note), unreadable) if part)


def _root_line(root: RootModel) -> str:
    how = {Watching.EVENTS: "watched", Watching.POLLING: "polled", Watching.OFF: "not watched"}[root.watching]
    note = f", {plain(root.note)}" if root.note else ""
    watches = f" by {counted(root.watches, 'watch', 'watches')}" if root.watches else ""
    return f"{_short(root.path)}: {counted(root.projects, 'project')}, {how}{watches}{note}"


def _short(path: str) -> str:
    return printable_path(path, 120)
