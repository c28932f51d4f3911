"""Accepted facts as JSON lines: durations and activity survive a restart; history imports them later."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from cupola.domain.facts import (
    ArtefactFact,
    CheckpointFact,
    Claim,
    CompleteFact,
    Fact,
    Observation,
    PhaseFact,
    ReportFact,
    SummaryFact,
    TaskProgressFact,
)
from cupola.domain.words import Generation, Verdict

log = logging.getLogger(__name__)

CAP_BYTES: Final = 10 * 1024 * 1024
"""Size at which a file becomes the older one of two: together they keep to 20 MB."""

_FACTS: Final[dict[str, type[Fact]]] = {
    kind.__name__: kind
    for kind in (
        PhaseFact,
        CheckpointFact,
        TaskProgressFact,
        CompleteFact,
        SummaryFact,
        ReportFact,
        ArtefactFact,
    )
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted fact of one build."""

    build: str
    observation: Observation


class Journal:
    """`journal.jsonl` of the state folder; only one Cupola at a time writes it. Belongs to one thread."""

    def __init__(self, path: Path, cap_bytes: int = CAP_BYTES) -> None:
        self._path = path
        self._older = path.with_suffix(".older.jsonl")
        self._cap_bytes = cap_bytes
        self._lock = FileLock(f"{path}.lock")

    def claim(self) -> bool:
        """Become the one that writes; False if another Cupola is. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let another Cupola write."""
        self._lock.release()

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries, whole lines at a time. Raises OSError."""
        text = "".join(_encode(entry) + "\n" for entry in entries)
        if not text:
            return
        if self._path.exists() and self._path.stat().st_size > self._cap_bytes:
            self._path.replace(self._older)
        with self._path.open("a", encoding="utf-8", errors="surrogatepass") as stream:
            stream.write(text)

    def replay(self) -> Iterator[Entry]:
        """All entries, oldest first; a line that cannot be used is counted in the log and passed over."""
        bad = 0
        for path in (self._older, self._path):
            try:
                with path.open(encoding="utf-8", errors="surrogatepass") as stream:
                    for line in stream:
                        entry = _decode(line)
                        if entry is None:
                            bad += 1
                        else:
                            yield entry
            except FileNotFoundError:
                continue
        if bad:
            log.info("%d lines of the journal could not be used", bad)


def _encode(entry: Entry) -> str:
    seen = entry.observation
    row = {name: getattr(seen, name) for name in _PLAIN} | {
        "build": entry.build,
        "kind": type(seen.fact).__name__,
        "fact": asdict(seen.fact),
    }
    return json.dumps(row, ensure_ascii=True, separators=(",", ":"))


def _decode(line: str) -> Entry | None:
    try:
        row = json.loads(line)
        kind = _FACTS[row["kind"]]
        fact = kind(**{name: _value(name, value) for name, value in row["fact"].items()})
        plain = {name: row[name] for name in _PLAIN}
        plain["dropped"] = tuple(plain["dropped"])
        return Entry(row["build"], Observation(fact=fact, **plain))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _value(name: str, value: Any) -> Any:
    match name:
        case "generation":
            return Generation(value)
        case "verdict":
            return Verdict(value)
        case "claims":
            return tuple(Claim(**claim) for claim in value)
        case _:
            return tuple(value) if isinstance(value, list) else value


_PLAIN: Final = tuple(field.name for field in fields(Observation) if field.name != "fact")
