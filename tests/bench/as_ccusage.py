"""What ccusage makes of a folder by the two rules in which Cupola differs on purpose, reply by reply."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from support.second_count import rows_of

KINDS: Final = ("input", "output", "cache_creation", "cache_read")


@dataclass(slots=True)
class Expected:
    """Tokens by model as both should say, and each difference between them with the rule behind it."""

    ours: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    theirs: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    differences: list[str] = field(default_factory=list)


def expected(folder: Path) -> Expected:
    """ccusage keeps of a reply the row outside of subagents with the largest total, the first of equal
    ones; rows without ids it counts each time that they stand somewhere (transcripts.md C.5)."""
    made, messages = Expected(), defaultdict[str, dict[str, list[Any]]](dict)
    for file in sorted(folder.rglob("*.jsonl")):
        for message, request, teller, counts in rows_of(file):
            messages[message].setdefault(request, []).append((teller, counts))
    for message, requests in messages.items():
        own = {name: rows for name, rows in requests.items() if not all(teller[0] for teller, _ in rows)}
        for request, rows in (own or requests).items():
            _reply(made, message, rows, nameless=message == request)
    return made


def _reply(made: Expected, message: str, rows: list[Any], *, nameless: bool) -> None:
    model = rows[0][0][5]
    most = _tokens(tuple(map(max, zip(*(counts for _, counts in rows), strict=True))))
    if nameless:
        told, rule = sum((_tokens(counts) for _, counts in rows), Counter()), "a row without ids"
    else:
        side = all(teller[0] for teller, _ in rows)
        kept = max((counts for teller, counts in rows if side or not teller[0]), key=sum)
        told, rule = _tokens(kept), "element-wise maximum"
    made.ours[model].update(most)
    made.theirs[model].update(told)
    made.differences += [f"{model}, {message}: {line}: {rule}" for line in compared(most, told)]


def compared(
    one: Mapping[str, int], other: Mapping[str, int], names: tuple[str, str] = ("Cupola", "ccusage")
) -> Iterator[str]:
    """One line for each kind of token that is counted differently."""
    for kind in KINDS:
        if one.get(kind, 0) != other.get(kind, 0):
            yield f"{kind}: {names[0]} {one.get(kind, 0):,}, {names[1]} {other.get(kind, 0):,}"


def _tokens(counts: tuple[int, ...]) -> Counter[str]:
    given, made, short, long, read = counts
    return Counter(input=given, output=made, cache_creation=short + long, cache_read=read)
