"""Writes numbered phase files the way other programs do. A program of its own: standard library only.

`python writer.py WAY PROJECT OUTSIDE [--writes N] [--seed N] [--pause-ms N]` writes 1..N into
`PROJECT/.context-foundry/current-phase.json` and prints one JSON line per write: its number, when it began
and when it was over (`time.monotonic_ns`, the same clock in all processes on Linux). OUTSIDE is a folder
that nobody watches, on the same file system. The last line is followed by `{"done": true}`; then the program
stays, with whatever it holds open, until its standard input is closed.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

MARKER = ".context-foundry"
NAME = "current-phase.json"


def phase_text(number: int, name: str) -> str:
    """A phase file of a build in Builder, of the same length for every number below 10,000."""
    content = {
        "session_id": name,
        "current_phase": "Builder",
        "phase_number": "3/7",
        "status": "building",
        "progress_detail": f"write {number:04d}",
        "test_iteration": 0,
        "phases_completed": ["Scout", "Architect"],
        "started_at": "2025-01-13T11:50:00Z",
        "last_updated": "2025-01-13T11:50:00Z",
    }
    return json.dumps(content, indent=2) + "\n"


class Place:
    """Where one writer writes."""

    def __init__(self, project: Path, outside: Path, random_: random.Random) -> None:
        self.project = project
        self.outside = outside
        self.random = random_
        self.held: IO[str] | None = None

    @property
    def file(self) -> Path:
        return self.project / MARKER / NAME

    def text(self, number: int) -> str:
        return phase_text(number, self.project.name)

    def pause(self, at_most_s: float) -> None:
        time.sleep(self.random.uniform(0, at_most_s))


def plain(place: Place, number: int) -> None:
    """Truncate, write, close."""
    with place.file.open("w") as stream:
        stream.write(place.text(number))


def two_parts(place: Place, number: int) -> None:
    """Truncate, write one half, and the other half a little later."""
    text = place.text(number)
    with place.file.open("w") as stream:
        stream.write(text[:200])
        stream.flush()
        place.pause(0.02)
        stream.write(text[200:])


def shell(place: Place, number: int) -> None:
    """As the orchestrator does: cat with a here-document."""
    script = f"cat > \"$1\" << 'EOF'\n{place.text(number)}EOF\n"
    subprocess.run(["sh", "-c", script, "sh", place.file], check=True)


def atomic_inside(place: Place, number: int) -> None:
    """A temporary file beside it, renamed over it."""
    temporary = place.file.with_name(f".{NAME}.{number}.tmp")
    temporary.write_text(place.text(number))
    temporary.replace(place.file)


def atomic_outside(place: Place, number: int) -> None:
    """A temporary file in a folder that nobody watches, renamed over it."""
    temporary = place.outside / f"{place.project.name}.{number}.tmp"
    temporary.write_text(place.text(number))
    temporary.replace(place.file)


def held_open(place: Place, number: int) -> None:
    """Truncate, write and flush a file that is never closed."""
    if place.held is None:
        place.held = place.file.open("w")
    place.held.seek(0)
    place.held.truncate()
    place.held.write(place.text(number))
    place.held.flush()


def deleted(place: Place, number: int) -> None:
    """Delete and create again."""
    place.file.unlink(missing_ok=True)
    place.pause(0.02)
    plain(place, number)


def moved(place: Place, number: int) -> None:
    """Move the project out of the root, write there, move it back in, now and then only later."""
    away = place.outside / place.project.name
    place.project.rename(away)
    (away / MARKER / NAME).write_text(place.text(number))
    time.sleep(0.3) if number % 5 == 0 else place.pause(0.05)
    away.rename(place.project)


def root_recreated(place: Place, number: int) -> None:
    """Remove the root with all in it, make it again and write."""
    shutil.rmtree(place.project.parent)
    place.pause(0.02)
    place.file.parent.mkdir(parents=True)
    plain(place, number)


def root_moved(place: Place, number: int) -> None:
    """Move the root away, write there, move it back."""
    root = place.project.parent
    away = place.outside / root.name
    root.rename(away)
    (away / place.project.name / MARKER / NAME).write_text(place.text(number))
    place.pause(0.02)
    away.rename(root)


def folder_recreated(place: Place, number: int) -> None:
    """Remove `.context-foundry` with all in it, make it again and write."""
    shutil.rmtree(place.file.parent)
    place.file.parent.mkdir()
    plain(place, number)


def project_recreated(place: Place, number: int) -> None:
    """Remove the project with all in it, make it again and write."""
    shutil.rmtree(place.project)
    place.file.parent.mkdir(parents=True)
    plain(place, number)


def sed(place: Place, number: int) -> None:
    """Edit in place with sed, which renames a temporary file."""
    if not place.file.exists():
        plain(place, 0)
    subprocess.run(["sed", "-i", f"s/write [0-9]*/write {number:04d}/", place.file], check=True)


def linked(place: Place, number: int) -> None:
    """A hard link in place of it, as `ln -f` makes."""
    temporary = place.outside / f"{place.project.name}.{number}.ln"
    temporary.write_text(place.text(number))
    subprocess.run(["ln", "-f", temporary, place.file], check=True)


def mapped(place: Place, number: int) -> None:
    """Through a memory map: a close is all that the kernel tells of."""
    if not place.file.exists():
        plain(place, 0)
    with place.file.open("r+b") as stream, mmap.mmap(stream.fileno(), 0) as memory:
        memory[:] = place.text(number).encode()


WAYS: dict[str, Callable[[Place, int], None]] = {
    way.__name__: way
    for way in (
        plain,
        two_parts,
        shell,
        atomic_inside,
        atomic_outside,
        held_open,
        deleted,
        moved,
        root_recreated,
        root_moved,
        folder_recreated,
        project_recreated,
        sed,
        linked,
        mapped,
    )
}


def main() -> None:
    """Write, and say when."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("project", type=Path)
    parser.add_argument("outside", type=Path)
    parser.add_argument("--writes", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pause-ms", type=int, default=500)
    said = parser.parse_args()
    place = Place(said.project, said.outside, random.Random(said.seed))
    for number in range(1, said.writes + 1):
        place.pause(said.pause_ms / 1000)
        began = time.monotonic_ns()
        WAYS[said.way](place, number)
        print(json.dumps({"number": number, "began": began, "over": time.monotonic_ns()}), flush=True)
    print('{"done": true}', flush=True)
    os.read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    main()
