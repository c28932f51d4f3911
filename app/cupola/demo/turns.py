"""How a session fills its time: it thinks, calls tools, reads what they answer, and says that it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cupola.demo.deeds import Timed
from cupola.demo.transcripts import WINDOW, Block, Session, text_block, thinking_block

ANSWER_S: Final = 1.1
"""The last words of a turn take no longer."""
_RETRIED: Final = 0.03
"""The share of replies before which the API was overloaded."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that is called, what for, and what it answers."""

    tool: str
    given: Mapping[str, object]
    why: str
    answer: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What a session is told and does between two seconds of the story.

    `peak` is the share of the context window in use at the end; `pace_s` the seconds from call to call; `cut`
    the number of a reply whose last row is never written.
    """

    prompt: str
    calls: Sequence[Call]
    begins_s: float
    ends_s: float
    peak: float
    pace_s: float = 9.0
    cut: int | None = None
    answer: str = "Done."


def work(session: Session, turn: Turn) -> Iterator[Timed]:
    """One turn from the prompt to the last words."""
    span_s = turn.ends_s - turn.begins_s - ANSWER_S
    count = max(2, round(span_s / turn.pace_s))
    grows = max(400, round((turn.peak * WINDOW - session.context) / (count + 1)))
    yield session.prompt(turn.begins_s, turn.prompt)
    for number in range(count):
        call = turn.calls[number % len(turn.calls)]
        begins_s = turn.begins_s + number * span_s / count
        wrote = round(grows * session.random.uniform(0.7, 1.3))
        yield from _step(session, call, begins_s, span_s / count, wrote, final=number != turn.cut)
    yield from _answer(session, turn.ends_s - ANSWER_S, turn.answer, grows)


def calling(
    session: Session, at_s: float, call: Call, *, wrote: int = 2_400, apart_s: float = 0.3, final: bool = True
) -> tuple[Block, list[Timed]]:
    """A reply that calls a tool: the block, whose id the tool's answer needs, and its rows."""
    block = session.call(call.tool, call.given)
    blocks = [text_block(call.why), block]
    if session.random.random() < 0.4:
        blocks.insert(0, thinking_block())
    output = session.random.randint(180, 1_900)
    rows = session.reply(at_s, blocks, wrote=wrote, output=output, apart_s=apart_s, final=final)
    return block, list(rows)


def _step(
    session: Session, call: Call, begins_s: float, lasts_s: float, wrote: int, *, final: bool
) -> Iterator[Timed]:
    """A reply that calls a tool, in the first half of its time, and the tool's answer at the end of it."""
    thinks_s = session.random.uniform(0.06, 0.25) * lasts_s
    if session.random.random() < _RETRIED:
        yield session.retry(begins_s + 0.3 * thinks_s, 1)
        yield session.retry(begins_s + 0.6 * thinks_s, 2)
    if call.tool == "Edit":
        yield session.snapshot(begins_s + 0.9 * thinks_s)
    apart_s = 0.12 * lasts_s
    block, rows = calling(session, begins_s + thinks_s, call, wrote=wrote, apart_s=apart_s, final=final)
    yield from rows
    if call.tool == "Bash":
        yield session.progress(begins_s + 0.6 * lasts_s, block)
    yield session.result(begins_s + 0.97 * lasts_s, block, call.answer, failed=call.failed)


def _answer(session: Session, at_s: float, text: str, wrote: int) -> Iterator[Timed]:
    """The turn ends with words; how long it took is told of sessions only."""
    output = session.random.randint(120, 700)
    yield from session.reply(at_s + ANSWER_S / 2, [text_block(text)], wrote=wrote, output=output, apart_s=0.0)
    if not session.agent:
        yield session.turn_over(at_s + ANSWER_S)
