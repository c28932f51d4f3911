"""`conversations/conversation-<id>.jsonl` of generation B: what each call used (formats.md B).

Several phases append to one file and no line says which, so it counts for the build as a whole. What was
read from the cache is in none of its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cupola.domain.facts import ConversationFact
from cupola.sources.base import KIB, Anchor, Blob, Interest, Mode, Reading, Source
from cupola.sources.jsonl import carried, objects
from cupola.sources.values import Dropped, Fields

_MOST_TOKENS: Final = 100_000_000


def read(blob: Blob, previous: Reading | None) -> Reading:
    """The sums so far; no fact before the first call. Never raises."""
    dropped = Dropped()
    facts = previous.facts if previous is not None else ()
    fact = next((one for one in facts if isinstance(one, ConversationFact)), ConversationFact(0))
    for place, line in objects(blob, dropped):
        if line.get("event_type") == "usage":
            fact = _with(fact, line, f"{place}: ", dropped)
    return Reading((fact,) if fact.calls else (), carried(previous, dropped))


def _with(
    fact: ConversationFact, line: Mapping[str, object], place: str, dropped: Dropped
) -> ConversationFact:
    inner = Fields(line, dropped=dropped, place=place).mapping("usage")
    fields = Fields(inner, line, dropped=dropped, place=place)
    made = fields.count("output_tokens", limit=_MOST_TOKENS)
    given = fields.count("input_tokens", limit=_MOST_TOKENS)
    if made is None and given is None:
        return fact
    return replace(
        fact, calls=fact.calls + 1, input=fact.input + (given or 0), output=fact.output + (made or 0)
    )


SOURCE: Final = Source(
    "conversation",
    (
        Interest(
            Anchor.PROJECT,
            ".context-foundry/conversations/conversation-*.jsonl",
            mode=Mode.APPEND,
            cap_bytes=256 * KIB,
        ),
    ),
    read,
)
