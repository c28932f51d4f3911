"""The lines of a test report that say how it went: one reading of them for all reports (formats.md A1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cupola.domain.text import plain
from cupola.domain.words import Verdict
from cupola.sources.base import Blob, TornError
from cupola.sources.values import NAME_LIMIT

FIRST_LINES: Final = 40
LINE_LIMIT: Final = 1000
MARKUP: Final = " \t*_`|#>"

_LABEL: Final = re.compile(
    r"[\s#>*_|+-]*(?P<overall>(?:overall|final|iteration\s+\d{1,4})\s+)?(?:(?:tests?|testing)\s+)?"
    r"(?:status|verdict|(?(overall)(?:result|assessment|decision)|(?!)))\s*[*_]{0,3}\s*[:|]\s*(?P<claim>\S.*)",
    re.IGNORECASE,
)
_WHOLE_STATEMENT: Final = re.compile(
    r"[\W_]*(?P<claim>(?:all|no)\s+(?:\w+\s+)?tests?\s+(?:have\s+|are\s+)?(?:pass|fail)(?:ed|ing|es|s)?)[\W_]*",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"(?P<unknown>\bpass(?:ed)?\s*[/|]\s*fail)"
    r"|(?P<partial>\bpartial)"
    r"|(?P<failed>\bnot\s+pass|\bno\s+(?:\w+\s+)?tests?\s+(?:have\s+|are\s+)?pass"
    r"|(?<!\bno )(?<!\bnot )(?<!\b0 )(?<!\bzero )(?<!without )(?<!\bno tests )(?<![a-z])fail)"
    r"|(?P<passed>(?<![a-z])pass|\bsuccess|\bno tests fail)",
    re.IGNORECASE,
)
_SIGNS: Final = (("❌", Verdict.FAILED), ("✅", Verdict.PASSED))
_GAVE_UP: Final = "FAILED_MAX_ITERATIONS"
_INLINE: Final = re.compile(r"\*\*|`")
_COLOUR: Final = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict, its words fit to be shown, and the number of the line that says so (from 0)."""

    verdict: Verdict
    claim: str | None = None
    line: int = -1


def lines_of(blob: Blob) -> list[str]:
    """The lines of a report, without colours, each cut to LINE_LIMIT; bytes that are no UTF-8 do not matter.

    Of the end of a longer file the first, cut line is left out. Raises TornError for an empty file.
    """
    if not blob.data.strip():
        raise TornError("the file is empty")
    lines = blob.data.decode("utf-8-sig", errors="replace").splitlines()
    return [_COLOUR.sub("", line[:LINE_LIMIT]) for line in lines[1 if blob.offset else 0 :]]


def first_told(lines: Sequence[str]) -> Told:
    """What the first status line of the first 40 lines says.

    A later one of them decides only if it says "overall" or "final" and the first has no word of a verdict.
    """
    lines = lines[:FIRST_LINES]
    told = [_told(claim, at) for claim, at in _claims(lines)]
    sure = (each for each in told if each.verdict is not Verdict.UNKNOWN)
    return next(sure, told[0] if told else Told(Verdict.UNKNOWN))


def overall_told(lines: Iterable[tuple[int, str]]) -> list[Told]:
    """What the numbered lines of all tests say: overall, final, of an iteration, "all tests passed"."""
    found = []
    for at, line in lines:
        match = _LABEL.match(line)
        if match is None or not match["overall"]:
            match = _WHOLE_STATEMENT.fullmatch(line)
        if match is not None and (claim := _cleaned(match["claim"])):
            found.append(_told(claim, at))
    return [told for told in found if told.verdict is not Verdict.UNKNOWN]


def verdict_of(claim: str) -> Verdict:
    """What a status line means: its first word of a verdict decides, a sign only if there is none."""
    word = _WORDS.search(claim)
    if word is not None:
        return Verdict(str(word.lastgroup))
    return next((verdict for sign, verdict in _SIGNS if sign in claim), Verdict.UNKNOWN)


def _told(claim: str, at: int) -> Told:
    return Told(verdict_of(claim), plain(claim, NAME_LIMIT), at)


def _cleaned(claim: str) -> str:
    return _INLINE.sub("", claim).strip(MARKUP)


def _claims(lines: Sequence[str]) -> list[tuple[str, int]]:
    """What the lines that may decide say, in the order in which they may, each with its number."""
    matches = [(match, at) for at, line in enumerate(lines) if (match := _LABEL.match(line))]
    deciding = matches[:1] + [(match, at) for match, at in matches[1:] if match["overall"]]
    claims = [(_cleaned(match["claim"]), at) for match, at in deciding]
    gave_up = [(_GAVE_UP, at) for at, line in enumerate(lines) if _GAVE_UP in line]
    return [(claim, at) for claim, at in claims if claim] + gave_up[:1]
