"""When the words of test reports contradict their counts or each other (issue 3, expectation table)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from cupola.domain.words import Verdict

_AFTER: Final = re.compile(r"(?i)\b(?:fail(?:ed|ing|ure|ures|s)?|partial(?:ly)?)\b(?P<rest>.*)", re.DOTALL)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_SAYS_NOTHING: Final = frozenset(
    {"pass", "passed", "tests", "test", "success", "successful", "max", "iterations"}
)
_REASON_WORDS: Final = 2


def contradicts(verdict: Verdict, claim: str | None, passed: float | None, failed: float | None) -> bool:
    """True if the words say one thing and the counts another.

    PASSED with failed tests does, whatever it adds ("with minor issues"). FAILED or PARTIAL where all
    tests passed does too, unless the claim goes on to say why ("FAILED - server does not start"):
    more than tests can fail.
    """
    if verdict is Verdict.PASSED:
        return bool(failed)
    if verdict is Verdict.UNKNOWN or failed != 0 or not passed:
        return False
    return not gives_reason(claim)


def gives_reason(claim: str | None) -> bool:
    """True if two words or more of its own follow the word of the verdict."""
    match = _AFTER.search(claim or "")
    if match is None:
        return False
    words = (word.casefold() for word in _WORD.findall(match["rest"]))
    return sum(word not in _SAYS_NOTHING for word in words) >= _REASON_WORDS


def differ(verdicts: Iterable[Verdict]) -> bool:
    """True if two of them are known and not the same."""
    return len({verdict for verdict in verdicts if verdict is not Verdict.UNKNOWN}) > 1
