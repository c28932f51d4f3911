"""`logs/ralph_<id>/session.jsonl`: the tokens of each answered prompt (formats.md A0).

One object a line: prompt, answer and, under `metadata`, what they cost. The writer's own running totals
start again with each of its processes, so the totals here are sums of the lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cupola.domain.facts import SessionLogFact, TokenSum
from cupola.sources.base import KIB, Anchor, Blob, Interest, Mode, Reading, Source
from cupola.sources.jsonl import carried, objects, owner
from cupola.sources.values import Dropped, Fields

MOST_RECENT: Final = 200
_MOST_TOKENS: Final = 100_000_000
_MOST_PERCENT: Final = 1000.0


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The sums so far; no fact before the first call. Never raises."""
    dropped = Dropped()
    fact = _fact(previous)
    for place, line in objects(blob, dropped):
        fact = _with(fact, line, f"{place}: ", dropped)
    return Reading((fact,) if fact.calls else (), carried(previous, dropped))


def _fact(previous: Reading | None) -> SessionLogFact:
    facts = previous.facts if previous is not None else ()
    return next((fact for fact in facts if isinstance(fact, SessionLogFact)), SessionLogFact(0, 0, 0))


def _with(fact: SessionLogFact, line: Mapping[str, object], place: str, dropped: Dropped) -> SessionLogFact:
    """The sums with one more line; a line without a number of tokens is no call."""
    metadata = Fields(line, dropped=dropped, place=place).mapping("metadata")
    fields = Fields(metadata, line, dropped=dropped, place=place)
    call = TokenSum(
        phase=fields.phase("phase"),
        input=fields.count("input_tokens", limit=_MOST_TOKENS),
        output=fields.count("output_tokens", limit=_MOST_TOKENS),
    )
    counts = call.input is not None or call.output is not None
    percent = fields.amount("context_percentage", limit=_MOST_PERCENT)
    return replace(
        fact,
        calls=fact.calls + counts,
        total_input=fact.total_input + (call.input or 0),
        total_output=fact.total_output + (call.output or 0),
        recent=(*fact.recent, call)[-MOST_RECENT:] if counts else fact.recent,
        context_percentage=fact.context_percentage if percent is None else percent,
        model=fields.text("model") or fact.model,
    )


SOURCE: Final = Source(
    "session log",
    tuple(
        Interest(anchor, "logs/ralph_*/session.jsonl", mode=Mode.APPEND, cap_bytes=256 * KIB)
        for anchor in (Anchor.ROOT, Anchor.PROJECT)
    ),
    read,
    owner,
)
