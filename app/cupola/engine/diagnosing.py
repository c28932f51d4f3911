"""Gathers `Diagnostics`: what the feed says of Cupola itself, and what stands around it on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from cupola.domain.clock import Instant
from cupola.domain.diagnosis import Diagnostics, OwnedProblem, Place, WindowFacts
from cupola.domain.models import BuildModel, HealthModel
from cupola.domain.text import plain, printable_path
from cupola.store.autostart import autostart
from cupola.store.journal import journal_bytes
from cupola.store.ledger_size import ledger_size
from cupola.store.log_tail import log_tail
from cupola.store.opened import Opened
from cupola.store.places import Places, Surroundings
from cupola.store.prices import chosen_prices, load_prices
from cupola.store.versions import versions
from cupola.watch.limits import read_limits
from cupola.watch.transcript_files import PROJECTS


def diagnose(
    opened: Opened,
    around: Surroundings,
    health: HealthModel,
    builds: Iterable[BuildModel],
    *,
    at: Instant,
    window: WindowFacts | None = None,
) -> Diagnostics:
    """Everything there is to tell; never raises. Reads files: not for the GUI thread."""
    places = opened.places
    limits = read_limits()
    return Diagnostics(
        at=at,
        versions=tuple(versions()),
        places=tuple(_places(places)),
        transcripts=tuple(_place("", folder / PROJECTS) for folder in places.claude_dirs),
        roots=health.roots,
        disks=health.disks,
        watches=health.watches,
        limits=(
            ("max_user_watches", limits.max_user_watches),
            ("max_user_instances", limits.max_user_instances),
            ("max_queued_events", limits.max_queued_events),
        ),
        ledger=ledger_size(places.state_dir),
        journal_bytes=journal_bytes(places.state_dir),
        prices=_prices(opened),
        login=autostart(around).state(),
        settings_problems=opened.problems,
        problems=tuple(_problems(opened, health, builds)),
        unattached=health.unattached,
        log_tail=log_tail(places.state_dir),
        window=window,
        paused=health.paused,
    )


def _places(places: Places) -> Iterator[Place]:
    yield _place("settings", places.config_dir)
    yield _place("state", places.state_dir)
    yield _place("cache", places.cache_dir)
    yield _place("Foundry's home", places.foundry_home)


def _place(name: str, path: Path) -> Place:
    return Place(
        name,
        printable_path(str(path)),
        exists=_is_there(path),
        readable=os.access(path, os.R_OK | os.X_OK),
        writable=os.access(path, os.W_OK | os.X_OK),
    )


def _is_there(path: Path) -> bool:
    """What may not even be asked for counts as there: that it cannot be read is what matters then."""
    try:
        path.stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _prices(opened: Opened) -> str:
    try:
        prices = load_prices(opened.places.config_dir, chosen_prices(opened.settings, opened.places))
    except (OSError, ValueError) as error:
        return plain(f"unusable: {error}")
    return plain(f"of {prices.date}, {prices.source}")


def _problems(opened: Opened, health: HealthModel, builds: Iterable[BuildModel]) -> Iterator[OwnedProblem]:
    """A window's health names the problems of the settings as well, and they have a place of their own."""
    for problem in health.problems:
        if problem not in opened.problems:
            yield OwnedProblem("", problem)
    for build in builds:
        for problem in build.problems:
            yield OwnedProblem(plain(build.project), problem)
