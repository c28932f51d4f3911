"""What a build of the demo does, and when: values that only `demo.player` carries out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

HOME = ".context-foundry"


@dataclass(frozen=True, slots=True)
class Write:
    """Write or append a file. `path` is relative to the folder that holds all projects, `/`-separated."""

    path: str
    text: str = ""
    append: bool = False


Row = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Record:
    """Add a row to Foundry's metrics.db. `{projects}` in it is the folder's path; `created_at` is added."""

    table: str
    row: Row


@dataclass(frozen=True, slots=True)
class Say:
    """Add a line to what Claude Code keeps of its work in a project (transcripts.md C.1, C.3).

    `file` is relative to the folder of the project's transcripts. What only the moment tells is filled in
    then: `cwd` and `timestamp` if the line is `stamped`, `durationMs` from the second `since_s` on, `{until}`
    as the Unix time of the second `until_s`; `{directory}` is the project's directory.
    """

    project: str
    file: str
    line: Mapping[str, object]
    stamped: bool = True
    since_s: float | None = None
    until_s: float | None = None


Deed = Write | Record | Say


@dataclass(frozen=True, slots=True)
class Timed:
    """A deed at a second of the story."""

    at_s: float
    deed: Deed


def at(second: float, *deeds: Deed | Iterable[Deed]) -> Iterator[Timed]:
    """Deeds of one moment, a tenth of a second apart, as a process does them."""
    flat = [one for deed in deeds for one in ([deed] if isinstance(deed, Deed) else deed)]
    for place, deed in enumerate(flat):
        yield Timed(second + place / 10, deed)
