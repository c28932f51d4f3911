"""Names of failing tests, cut down to what stays the same from one iteration to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cupola.domain.text import plain
from cupola.sources.markdown import Line, cells
from cupola.sources.values import NAME_LIMIT, Dropped

MOST: Final = 200

_FAILED: Final = r"(?:FAILED|FAIL|ERROR|FAILING)"
_MARK: Final = r"(?:\*\*|`)"
_FORMS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # pytest's summary and its verbose line, vitest's summary: a name has a path
        rf"{_FAILED}:?\s+(?P<name>\S+(?:::| [>\u203a] ).*?)(?:\s+-\s.*)?",
        rf"(?P<name>\S+::\S.*?)\s+{_FAILED}\b.*",
        # unittest, Go
        r"(?:FAIL|ERROR):\s+(?P<name>\w+)\s+\(.*\)",
        r"--- FAIL:\s+(?P<name>\S+).*",
        # jest, vitest, mocha and their kin
        r"[✗✕✘×]\s+(?P<name>[^|]*[^\W\d_][^|]*)",
        r"●\s+(?P<name>\S.*\s\u203a\s.*)",
        # a report's own list
        rf"(?:❌\s*)?{_MARK}(?P<name>[^*`]{{2,200}}){_MARK}\s*[-–—:]\s*(?:❌\s*)?{_FAILED}\s*(?:$|[-–—:(,.].*)",
    )
)
_HINT: Final = re.compile(r"FAIL|ERROR|[✗✕✘×●❌]")
_UNDER_FAILED: Final = re.compile(r"❌\s*(?:\*\*|`)?(?P<name>[^*`]{2,200}?)(?:(?:\*\*|`).*|\s+-\s.*|:\s.*)?")
_OF_FAILED: Final = re.compile(r"\bfail\w*\s+tests?\b|\btests?\s+(?:that\s+)?fail", re.IGNORECASE)
_BULLET: Final = re.compile(r"^(?:[\s>*+-]|\d{1,3}[.)]\s)+(?![*-])")
_TEST: Final = re.compile(r"(?:test_\w+|\S+::\S+)")
_SAYS_FAILED: Final = re.compile(rf"\W*{_FAILED}\b.*")

_QUOTES: Final = re.compile(r"\*\*|`")
_PATH: Final = re.compile(r"^[\w./\\@-]{1,200}\.\w{1,5}(?:::|\s*[>\u203a]\s*|:\s+)")
_PARAMETERS: Final = re.compile(r"\[[^\]]{0,200}\]?$")
_DURATION: Final = re.compile(r"\s*\(?\b\d+(?:\.\d+)?\s*(?:ms|s|sec|seconds)\)?$")


def failing(lines: Iterable[Line], dropped: Dropped) -> tuple[str, ...]:
    """Failing tests by name, each once, in order; at most MOST."""
    found: dict[str, None] = {}
    for line in lines:
        named = _named(line)
        if named and (name := normalised(named)):
            found[name] = None
    if len(found) > MOST:
        dropped.note(f"{len(found):,} failing tests, only the first {MOST} are kept")
    return tuple(found)[:MOST]


def normalised(name: str) -> str:
    """A test's name without its file, its parameters and how long it took."""
    name = _QUOTES.sub("", name).strip()
    name = _DURATION.sub("", name)
    name = _PATH.sub("", name)
    return plain(" ".join(_PARAMETERS.sub("", name).split()).rstrip(" :"), NAME_LIMIT)


def _named(line: Line) -> str | None:
    row = cells(line.raw)
    if row is not None:
        named = len(row) > 1 and _TEST.fullmatch(row[0]) and any(map(_SAYS_FAILED.fullmatch, row[1:]))
        return row[0] if named else None
    if _HINT.search(line.raw) is None:
        return None
    text = _BULLET.sub("", line.raw).strip()
    match = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if match is None and _OF_FAILED.search(line.heading):
        match = _UNDER_FAILED.fullmatch(text)
    return match["name"] if match is not None else None
