"""As much of Markdown as a report needs: which heading a line stands under, and the cells of a table row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cupola.sources.status_lines import MARKUP

_HEADING: Final = re.compile(r" {0,3}(?P<level>#{1,6})\s+(?P<text>\S.*)")
_FENCE: Final = re.compile(r"\s{0,3}(?:```|~~~)")
_INLINE: Final = re.compile(r"\*\*|__|`")
_LEAD: Final = re.compile(r"^(?:[\s#>*+•=-]|\d{1,3}[.)]\s|[✅❌✓✗⚠️⏸️\u276f])+")
_WHOLE: Final = re.compile(
    r"\b(?:summary|overall|totals?|final|metrics|statistics|all tests)\b", re.IGNORECASE
)
_PART: Final = re.compile(
    r"\b(?:unit|integration|e2e|end.to.end|backend|frontend|server|client|api|ui|lint\w*|component|smoke"
    r"|performance|security|coverage|type.?check\w*|module|suites?|before|previous)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `text` without its markup; `part` is True below a heading that is of a part of the tests."""

    at: int
    raw: str
    text: str
    heading: str
    part: bool


def structured(lines: Iterable[str]) -> Iterator[Line]:
    """Lines with what they stand under; within a fence there are no headings."""
    heading, part, fenced = "", False, False
    for at, raw in enumerate(lines):
        if _FENCE.match(raw):
            fenced = not fenced
        found = None if fenced else _HEADING.match(raw)
        if found is not None:
            heading = found["text"]
            part = _is_part(len(found["level"]), heading)
        yield Line(at, raw, bare(raw), heading, part)


def bare(raw: str) -> str:
    """A line without emphasis, and without what stands before its first word."""
    return _LEAD.sub("", _INLINE.sub("", raw)).strip()


def cells(raw: str) -> list[str] | None:
    """The cells of a table row without emphasis; None for a line that is none."""
    text = raw.strip()
    if not text.startswith("|"):
        return None
    return [_INLINE.sub("", cell).strip(MARKUP) for cell in text.strip("|").split("|")]


def _is_part(level: int, heading: str) -> bool:
    """A heading of level 3 and below is of a part, and one that names a kind of tests, unless it sums up."""
    if _WHOLE.search(heading):
        return False
    return level >= 3 or _PART.search(heading) is not None
