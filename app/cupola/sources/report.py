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
    r"[\s#>*_|+-]*(?:(?:overall|final|tests?|testing|current)\s+){0,3}(?:status|verdict|result)s?"
    r"\s*[*_]{0,3}\s*[:|]\s*(?P<claim>\S.*)",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"(?P<template>\[?\bpass(?:ed)?\s*[/|]\s*fail)"
    r"|(?P<partial>\bpartial)"
    r"|(?P<failed>❌|\bnot\s+pass|(?<!\bno )(?<!\bnot )(?<!\b0 )(?<!\bzero )(?<![a-z])fail)"
    r"|(?P<passed>✅|(?<![a-z])pass|\bsuccess)",
    re.IGNORECASE,
)
_GAVE_UP: Final = "FAILED_MAX_ITERATIONS"
_MARKUP: Final = " \t*_`|#>"


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The verdict by the words of the first status line that has one; numbers in it do not count.

    Bytes that are no UTF-8 do not matter here. Raises TornError for an empty file.
    """
    del previous
    if not blob.data.strip():
        raise TornError("the file is empty")
    lines = blob.data.decode("utf-8-sig", errors="replace").splitlines()[:_FIRST_LINES]
    claims = _claims([line[:_LINE_LIMIT] for line in lines])
    told = [(verdict_of(claim), claim) for claim in claims]
    sure = (pair for pair in told if pair[0] is not Verdict.UNKNOWN)
    verdict, claim = next(sure, told[0] if told else (Verdict.UNKNOWN, None))
    return Reading((ReportFact(verdict, claim and plain(claim, NAME_LIMIT)),))


def verdict_of(claim: str) -> Verdict:
    """What a status line means: the first word of a verdict decides, "partial" before the rest."""
    found = [match.lastgroup for match in _WORDS.finditer(claim)]
    if not found or "template" in found:
        return Verdict.UNKNOWN
    return Verdict.PARTIAL if "partial" in found[:2] else Verdict(str(found[0]))


def _claims(lines: list[str]) -> list[str]:
    matches = filter(None, map(_LABEL.match, lines))
    claims = [re.sub(r"\*\*|`", "", match["claim"]).strip(_MARKUP) for match in matches]
    gave_up = [_GAVE_UP] if any(_GAVE_UP in line for line in lines) else []
    return [claim for claim in claims if claim] + gave_up


SOURCE: Final = Source(
    "report", (Interest(Anchor.PROJECT, ".context-foundry/test-final-report.md", cap_bytes=256 * KIB),), read
)
