"""What the status bar says, as text."""

from __future__ import annotations

from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.domain.text import plain, printable_path

HOW_BUILDS_APPEAR = (
    "A build appears here as soon as an orchestrator writes .context-foundry/current-phase.json"
    " in a project below one of them."
)


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 root`, `3 roots`, `1,204 watches`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def watching_text(health: HealthModel) -> str:
    """Roots, projects and watches in use."""
    projects = sum(root.projects for root in health.roots)
    return " · ".join(
        (
            f"Watching {counted(len(health.roots), 'root')}",
            counted(projects, "project"),
            counted(health.watches, "watch", "watches"),
        )
    )


def watching_note(health: HealthModel) -> str:
    """What a user should know of the roots, in a few words; empty when all is well."""
    polled = sum(root.watching is Watching.POLLING for root in health.roots)
    unreadable = sum(not root.readable and not root.note for root in health.roots)
    notes = [plain(root.note) for root in health.roots if root.note and root.watching is not Watching.POLLING]
    parts = [f"{len(group)} × {note}" if len(group) > 1 else note for note, group in _grouped(notes)]
    if polled:
        parts.insert(0, f"polling {counted(polled, 'root')}")
    if unreadable:
        parts.append(f"{counted(unreadable, 'root')} unreadable")
    return " · ".join(parts)


def watching_details(health: HealthModel) -> str:
    """One line for each root."""
    return "\n".join(_root_line(root) for root in health.roots)


def last_text(age: str | None, shown_in_ms: float | None) -> str:
    """When something last changed, and how fast it was on screen."""
    if age is None:
        return ""
    shown = "" if shown_in_ms is None else f" · shown in {max(1, round(shown_in_ms)):,} ms"
    return f"last change {age} ago{shown}"


def empty_words(health: HealthModel, *, ready: bool, builds: int) -> tuple[str, str]:
    """Title and text of the centre when it shows no build."""
    if builds:
        return "No build chosen", "Choose one on the left."
    if not health.roots:
        return ("Nothing is watched", "No root is set.") if ready else ("Looking for builds", "")
    roots = ", ".join(_root_name(root) for root in health.roots)
    if not ready:
        return "Looking for builds", f"Searching {roots}."
    return "No builds yet", f"Watching {roots}. {HOW_BUILDS_APPEAR}"


def _root_name(root: RootModel) -> str:
    return f"{_short(root.path)} ({plain(root.note)})" if root.note else _short(root.path)


def _root_line(root: RootModel) -> str:
    how = {Watching.EVENTS: "watched", Watching.POLLING: "polled", Watching.OFF: "not watched"}[root.watching]
    note = f", {plain(root.note)}" if root.note else ""
    return f"{_short(root.path)}: {counted(root.projects, 'project')}, {how}{note}"


def _short(path: str) -> str:
    return printable_path(path, 120)


def _grouped(notes: list[str]) -> list[tuple[str, list[str]]]:
    return [(note, [n for n in notes if n == note]) for note in dict.fromkeys(notes)]
