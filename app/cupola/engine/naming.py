"""What is wrong with the files of a build, by path, as its header lists it."""

from __future__ import annotations

from cupola.domain.clock import Instant
from cupola.domain.problems import Problem
from cupola.domain.text import plain, printable_path
from cupola.engine.tracker import Tracker
from cupola.sources.base import Reading
from cupola.watch.coalesce import GIVE_UP_AFTER_S
from cupola.watch.reader import FileResult, Trouble


def name_problems(tracker: Tracker, holder: str, results: list[FileResult], now: Instant) -> None:
    """Of each file what any of its sources could not use; several sources may read one file."""
    messages: dict[str, str] = {}
    dropped: dict[str, dict[str, None]] = {}
    for result in results:
        path = f"{holder}/{result.relative}"
        if isinstance(result.outcome, Reading):
            dropped.setdefault(path, {}).update(dict.fromkeys(result.outcome.dropped))
        elif result.outcome is Trouble.REFUSED:
            messages.setdefault(path, result.message)
    for path in messages.keys() | dropped.keys():
        name_problem(tracker, path, messages.get(path, ""), now, tuple(dropped.get(path, ())))


def name_unfinished(tracker: Tracker, holder: str, results: list[FileResult], now: Instant) -> None:
    """Of files met unfinished: those that nobody has gone on writing for as long as one may take."""
    for result in results:
        if result.outcome is Trouble.TORN and 0 < result.mtime <= now - GIVE_UP_AFTER_S:
            name_problem(tracker, f"{holder}/{result.relative}", result.message, now)


def name_problem(
    tracker: Tracker, path: str, message: str, now: Instant, dropped: tuple[str, ...] = ()
) -> None:
    """Name what is wrong with one file; with nothing to say, what was named before is taken back."""
    if not message and not dropped:
        tracker.problems.pop(path, None)
        return
    old = tracker.problems.get(path)
    tracker.problems[path] = Problem(
        printable_path(path),
        plain(message) if message else "some of it could not be used",
        dropped,
        old.since if old else now,
    )
