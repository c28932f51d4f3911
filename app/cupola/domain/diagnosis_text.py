"""`Diagnostics` as lines for people, and as the public JSON of `doctor --json`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

from cupola.domain.diagnosis import AtLogin, Diagnostics, GateCount, Place, WindowFacts
from cupola.domain.formatting import rfc3339
from cupola.domain.models import DiskModel, RootModel, Watching
from cupola.domain.problems import Problem
from cupola.domain.shape import SCHEMA, Json, problem_json, root_json
from cupola.domain.text import plain, printable_path

MOST_PROBLEMS: Final = 50
_LABEL_MOST: Final = 40
_HOW: Final = {Watching.EVENTS: "events", Watching.POLLING: "polling", Watching.OFF: "not watched"}

Row = tuple[str, str]


def diagnosis_lines(of: Diagnostics) -> list[str]:
    """Sections with a heading each, their values below one another."""
    lines = [f"Cupola's diagnostics of {rfc3339(of.at)}"]
    for title, rows in _sections(of):
        lines += ["", title, *(_aligned(list(rows)) or ["  none"])]
    return lines


def diagnosis_json(of: Diagnostics) -> Json:
    """The same as one object."""
    shape: Json = {"schema": SCHEMA, **asdict(of), "at": rfc3339(of.at)}
    del shape["window"]
    return shape | {
        "versions": dict(of.versions),
        "limits": dict(of.limits),
        "roots": [root_json(root) for root in of.roots],
        "settings_problems": [problem_json(problem) for problem in of.settings_problems],
        "problems": [{"project": one.project, **problem_json(one.problem)} for one in of.problems],
    }


def _sections(of: Diagnostics) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "Versions", of.versions
    if of.window is not None:
        yield "Window", _window(of.window)
        yield "Panels", map(_gate, of.window.gates)
    yield "Places", map(_place, of.places)
    yield "Transcripts", map(_place, of.transcripts)
    yield "Kept", _kept(of)
    yield "Start at login", _login(of.login)
    yield "Roots", map(_root, of.roots)
    yield "Disks", map(_disk, of.disks)
    yield "Watches", _watches(of)
    yield "Problems of the settings", map(_problem, of.settings_problems)
    yield "Problems", _problems(of)
    yield "Rows of metrics.db that no build claims", (("", row) for row in of.unattached)
    yield "Log", (("", line) for line in of.log_tail)


def _aligned(rows: list[Row]) -> list[str]:
    """Values below one another, but not pushed away by one label that is long."""
    width = max((len(label) for label, _ in rows if len(label) <= _LABEL_MOST), default=0)
    return [f"  {label:<{width}}  {text}".rstrip() if label else f"  {text}" for label, text in rows]


def _window(window: WindowFacts) -> Iterator[Row]:
    yield "Qt", window.qt_version
    yield "platform", window.qt_platform
    yield "screen", window.screen


def _gate(gate: GateCount) -> Row:
    took = "" if gate.last_ms is None else f", last shown in {gate.last_ms:.1f} ms"
    return gate.panel, f"{gate.passed:,} passed, {gate.stopped:,} stopped{took}"


def _place(place: Place) -> Row:
    if not place.exists:
        return place.name, f"{place.path}  (not there)"
    allowed = (
        "readable" if place.readable else "NOT readable",
        "writable" if place.writable else "not writable",
    )
    return place.name, f"{place.path}  ({', '.join(allowed)})"


def _kept(of: Diagnostics) -> Iterator[Row]:
    counted = "" if of.ledger.replies is None else f", {of.ledger.replies:,} replies"
    yield "ledger", of.ledger.note or f"{of.ledger.size_bytes:,} bytes{counted}"
    yield "journal", f"{of.journal_bytes:,} bytes"
    yield "prices", of.prices


def _login(login: AtLogin) -> Iterator[Row]:
    yield "state", ("on" if login.on else "off") + (f", {login.note}" if login.note else "")
    yield "by", login.place


def _root(root: RootModel) -> Row:
    found = f"{root.projects:,} project{'' if root.projects == 1 else 's'}"
    readable = "" if root.readable else "cannot be read"
    watches = f"{root.watches:,} watch{'' if root.watches == 1 else 'es'}" if root.watches else ""
    return root.path, ", ".join(filter(None, (_HOW[root.watching], watches, found, readable, root.note)))


def _disk(disk: DiskModel) -> Row:
    return disk.name, f"{_HOW[disk.watching]}, {'HANGS' if disk.hangs else 'answers'}"


def _watches(of: Diagnostics) -> Iterator[Row]:
    yield "in use", f"{of.watches:,}" + (" (watching is paused)" if of.paused else "")
    for name, limit in of.limits:
        yield name, "no limit known" if limit is None else f"{limit:,}"


def _problems(of: Diagnostics) -> Iterator[Row]:
    for one in of.problems[:MOST_PROBLEMS]:
        owner = f"{one.project}: " if one.project else ""
        yield "", owner + ": ".join(filter(None, _problem(one.problem)))
    if len(of.problems) > MOST_PROBLEMS:
        yield "", f"and {len(of.problems) - MOST_PROBLEMS:,} more"


def _problem(problem: Problem) -> Row:
    dropped = f" ({', '.join(map(plain, problem.dropped))})" if problem.dropped else ""
    return printable_path(problem.path), plain(problem.message) + dropped
