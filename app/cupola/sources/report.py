"""`.context-foundry/test-final-report.md`: its first overall status line (formats.md A1.2)."""

from __future__ import annotations

import re
from typing import Final

from cupola.domain.facts import ReportFact
from cupola.domain.text import plain
from cupola.domain.words import Verdict
from cupola.sources.base import KIB, Anchor, Blob, Interest, Reading, Source, TornError
from cupola.sources.values import NAME_LIMIT

_FIRST_LINES: Final = 40
_LINE_LIMIT: Final = 1000
_LABEL: Final = re.compile(
    r"[\s#>*_|+-]*(?P<overall>(?:overall|final)\s+)?(?:(?:tests?|testing)\s+)?"
    r"(?:status|verdict|(?(overall)result|(?!)))\s*[*_]{0,3}\s*[:|]\s*(?P<claim>\S.*)",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"(?P<unknown>\bpass(?:ed)?\s*[/|]\s*fail)"
    r"|(?P<partial>\bpartial)"
    r"|(?P<failed>\bnot\s+pass|(?<!\bno )(?<!\bnot )(?<!\b0 )(?<!\bzero )(?<!without )(?<![a-z])fail)"
    r"|(?P<passed>(?<![a-z])pass|\bsuccess)",
    re.IGNORECASE,
)
_SIGNS: Final = (("❌", Verdict.FAILED), ("✅", Verdict.PASSED))
_GAVE_UP: Final = "FAILED_MAX_ITERATIONS"
_INLINE: Final = re.compile(r"\*\*|`")
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]{0,20}m")
_MARKUP: Final = " \t*_`|#>"


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The verdict by the words of the first status line; numbers in it do not count.

    A later line decides only if it says "overall" or "final" and the first has no word of a verdict.
    Bytes that are no UTF-8 do not matter here. Raises TornError for an empty file.
    """
    del previous
    if not blob.data.strip():
        raise TornError("the file is empty")
    lines = blob.data.decode("utf-8-sig", errors="replace").splitlines()[:_FIRST_LINES]
    claims = _claims([_COLOUR.sub("", line[:_LINE_LIMIT]) for line in lines])
    told = [(verdict_of(claim), plain(claim, NAME_LIMIT)) for claim in claims]
    sure = (pair for pair in told if pair[0] is not Verdict.UNKNOWN)
    verdict, words = next(sure, told[0] if told else (Verdict.UNKNOWN, None))
    return Reading((ReportFact(verdict, words),))


def verdict_of(claim: str) -> Verdict:
    """What a status line means: its first word of a verdict decides, a sign only if there is none."""
    word = _WORDS.search(claim)
    if word is not None:
        return Verdict(str(word.lastgroup))
    return next((verdict for sign, verdict in _SIGNS if sign in claim), Verdict.UNKNOWN)


def _claims(lines: list[str]) -> list[str]:
    """What the lines that may decide say, in the order in which they may."""
    matches = list(filter(None, map(_LABEL.match, lines)))
    deciding = matches[:1] + [match for match in matches[1:] if match["overall"]]
    claims = [_INLINE.sub("", match["claim"]).strip(_MARKUP) for match in deciding]
    gave_up = [_GAVE_UP] if any(_GAVE_UP in line for line in lines) else []
    return [claim for claim in claims if claim] + gave_up


SOURCE: Final = Source(
    "report", (Interest(Anchor.PROJECT, ".context-foundry/test-final-report.md", cap_bytes=256 * KIB),), read
)
