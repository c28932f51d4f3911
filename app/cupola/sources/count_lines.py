"""The lines of a report that state how many tests passed, failed or ran, in every form that is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cupola.sources.markdown import Line, cells
from cupola.sources.values import whole

LIMIT: Final = 1_000_000
_GAP: Final = 3

PASSED, FAILED, TOTAL, SKIPPED, ERRORS = "passed", "failed", "total", "skipped", "errors"

_UP_TO_TWENTY: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_WORDS: Final = {word: at for at, word in enumerate(_UP_TO_TWENTY.split(" "))} | {"none": 0, "no": 0}
_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,12}|" + "|".join(_WORDS) + r")\b"
_BOUNDARY: Final = r"(?![.,]\d|\s*%)"
_ROLE: Final = re.compile(
    r"(?:number of |total )?(?:tests? |test cases )?(?:"
    r"(?P<passed>pass|passed|passing|successful|succeeded)|(?P<failed>fail|failed|failing|failures?)"
    r"|(?P<skipped>skipped|pending|todo|xfailed|deselected|ignored)|(?P<errors>errors?)"
    r"|(?P<total>total|(?:tests|test cases)(?: run| executed)?))(?: tests?| test cases)?",
    re.IGNORECASE,
)
_HINTS: Final = (
    "pass",
    "fail",
    "skip",
    "error",
    "total",
    "test",
    "case",
    "succe",
    "pending",
    "todo",
    "ignored",
)
"""One of these stands in every line that states a number; to look for them costs much less than the forms."""
_LABELLED: Final = re.compile(
    rf"(?P<label>[A-Za-z][A-Za-z ]{{2,30}}?)\s*[:=]\s*[^\w\s-]{{0,3}}\s*(?P<n>{_NUMBER}){_BOUNDARY}"
    rf"(?:\s*(?:/|of|out of)\s*(?P<of>{_NUMBER}))?(?P<rest>.*)",
    re.IGNORECASE,
)
_UNQUALIFIED: Final = re.compile(
    r"\s*(?:(?:tests?|cases|specs)\b)?[^\w(]*(?:\(.*|[\d.]+\s*%.*)?[^\w]*", re.IGNORECASE
)
_SEPARATOR: Final = re.compile(r"\s*[,|;]\s+")
_RATIO: Final = re.compile(
    rf"(?:(?P<label>[^:|]{{1,40}})[:|]\s*)?[^\w-]{{0,4}}(?P<n>{_NUMBER})\s*(?:/|of|out of)\s*"
    rf"(?P<of>{_NUMBER})\s+"
    r"(?:(?:tests?|specs?|checks?|cases)\s+)?(?:have\s+|are\s+)?pass(?:ed|ing|es)?\b(?P<rest>.*)",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(
    r"(?:(?P<label>[^:|]{1,40})[:|]\s*)?\W{0,4}(?:pass|fail|partial)[a-z ]{0,12}\W{0,3}"
    rf"\((?P<n>{_NUMBER})\s*/\s*(?P<of>{_NUMBER})(?:\s+tests?)?(?:\s+pass(?:ed|ing)?)?\s*\)(?P<rest>.*)",
    re.IGNORECASE,
)
_OF_ALL: Final = re.compile(
    r"\W*(?:(?:overall|total|final|all|tests?|grand)\s*)*"
    r"(?:tests?|results?|summary|status|verdict|score|totals?|sum)?\W*",
    re.IGNORECASE,
)
_COUNTED: Final = (
    r"\d{1,9}\s+(?:passed|passing|failed|failing|failures?|errors?|skipped|pending|todo|xfailed|xpassed"
    r"|deselected|ignored|measured|filtered out|warnings?|rerun|total)"
)
_TAIL: Final = re.compile(
    r"(?:(?:(?:overall|tests?)\s+)?(?:tests?|results?|totals?|summary|overall)\b\s*:?\s*)?(?:(?:ok|failed)\.\s*)?"
    rf"(?P<tokens>{_COUNTED}(?:\s*[,|;]\s*{_COUNTED}){{0,9}})\s*[;,]?\s*"
    r"(?:\((?P<total>\d{1,9})\))?\s*(?P<timed>\(\d{1,9}\s*m?s\)|(?:finished )?in\s+\d.{0,40})?\W*",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(r"(?P<n>\d{1,9})\s+(?P<word>[a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """What one line, or lines that belong together, state.

    `tool`: it is the last line of a test runner, to which a test in error has failed. `full`: it names
    whatever there was, so that what it does not name is zero.
    """

    at: int
    roles: Mapping[str, int]
    part: bool
    tool: bool = False
    full: bool = False


def stated_in(lines: Sequence[Line]) -> list[Stated]:
    """All that is stated, in the order of the lines."""
    counting = [line for line in lines if _counts(line.raw.lower())]
    found = [*_tables(lines), *_joined(_labelled(counting)), *_ratios(counting), *tails(counting)]
    return sorted(found, key=lambda each: each.at)


def _counts(low: str) -> bool:
    return any(hint in low for hint in _HINTS)


def _labelled(lines: Iterable[Line]) -> Iterator[Stated]:
    """Lines `Passed: 60 (88.2%)`, also several in one, and rows `| Tests Passed | 60 |`."""
    for line in lines:
        row = cells(line.raw)
        if row is None:
            for piece in _SEPARATOR.split(line.text, 8):
                yield from _one_labelled(piece, line)
        elif len(row) > 1:
            yield from _one_labelled(f"{row[0]}: {row[1]}", line)


def _one_labelled(text: str, line: Line) -> Iterator[Stated]:
    match = _LABELLED.fullmatch(text)
    name = role(match["label"]) if match is not None else None
    if match is None or name is None:
        return
    roles = _numbers({TOTAL: match["of"], name: match["n"]} if match["of"] else {name: match["n"]})
    if name in roles:
        yield Stated(line.at, roles, line.part or _UNQUALIFIED.fullmatch(match["rest"]) is None)


def _joined(stated: Iterable[Stated]) -> Iterator[Stated]:
    """Single statements that stand together and do not repeat each other, as one."""
    group: Stated | None = None
    last = 0
    for each in stated:
        if group is not None and each.at - last <= _GAP and _completes(group, each):
            group = replace(group, roles={**group.roles, **each.roles})
        else:
            if group is not None:
                yield group
            group = each
        last = each.at
    if group is not None:
        yield group


def _completes(group: Stated, each: Stated) -> bool:
    return each.part == group.part and not each.full and group.roles.keys().isdisjoint(each.roles)


def _ratios(lines: Iterable[Line]) -> Iterator[Stated]:
    """`13/13 tests passed`, `Overall: 0/0 tests passing`, `PASSED (13/13 tests)`."""
    for line in lines:
        match = _RATIO.fullmatch(line.text) or _BRACKETED.fullmatch(line.text)
        roles = _numbers({PASSED: match["n"], TOTAL: match["of"]}) if match is not None else {}
        if match is None or len(roles) < 2 or roles[PASSED] > roles[TOTAL]:
            continue
        of_all = _OF_ALL.fullmatch(match["label"] or "") and _UNQUALIFIED.fullmatch(match["rest"])
        yield Stated(line.at, roles, line.part or of_all is None)


def tails(lines: Iterable[Line]) -> Iterator[Stated]:
    """The last lines of pytest, jest, vitest, mocha and cargo; mocha's are two."""
    return _joined(filter(None, map(_tail, lines)))


def _tail(line: Line) -> Stated | None:
    match = _TAIL.fullmatch(line.text)
    if match is None:
        return None
    roles = _tail_roles(match["tokens"])
    if match["total"]:
        roles |= _numbers({TOTAL: match["total"]})
    if not roles.keys() & {PASSED, FAILED, ERRORS}:
        return None
    full = match["timed"] is not None and TOTAL not in roles
    return Stated(line.at, roles, line.part, tool=True, full=full)


def _tail_roles(tokens: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for pair in _PAIR.finditer(tokens):
        name = PASSED if pair["word"].lower() == "xpassed" else role(pair["word"])
        if name is not None:
            found[name] = found.get(name, 0) + int(pair["n"])
    return found if all(number <= LIMIT for number in found.values()) else {}


def _tables(lines: Iterable[Line]) -> Iterator[Stated]:
    """Rows of tables with columns for passed or failed; a row is of all if it, or its table, is of totals."""
    header: list[str | None] = []
    for line in lines:
        row = cells(line.raw)
        if row is None:
            header = []
        elif not header:
            names = [role(cell) for cell in row]
            header = names if {PASSED, FAILED} & set(names) and len(row) > 2 else []
        else:
            of_all = header[0] is not None or (bool(row[0]) and _OF_ALL.fullmatch(row[0]) is not None)
            roles = _numbers({name: cell for name, cell in zip(header, row, strict=False) if name})
            if roles:
                yield Stated(line.at, roles, line.part or not of_all)


def role(label: str) -> str | None:
    """What a label counts: one of passed, failed, skipped, errors and total; None for anything else."""
    match = _ROLE.fullmatch(" ".join(label.split()))
    return match.lastgroup if match is not None else None


def _numbers(written: Mapping[str, str]) -> dict[str, int]:
    """The sound ones of numbers in digits or in words, the total only beside another."""
    found = {name: number(text) for name, text in written.items()}
    return {name: value for name, value in found.items() if value is not None}


def number(text: str) -> int | None:
    """A count in digits, with or without commas, or in a word up to twenty; None beyond LIMIT."""
    word = _WORDS.get(text.casefold())
    return word if word is not None else whole(text.replace(",", ""), LIMIT)
