"""What the logs of the Ralph runner say that grow line by line (formats.md A0)."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from cupola.domain.facts import ConversationFact, EventsFact, SessionLogFact, TokenSum
from cupola.sources import checkpoint, conversations, events_log, session_log
from cupola.sources.base import Anchor, Blob, Mode, Reading, Source

ID = "shop_20251012_083000"
SESSION, EVENTS = f"logs/ralph_{ID}/session.jsonl", f"logs/events/{ID}/events.jsonl"


def call(tokens_in: object, tokens_out: object, **more: object) -> dict[str, object]:
    metadata = {"input_tokens": tokens_in, "output_tokens": tokens_out, **more}
    return {"timestamp": "2025-10-12T08:31:00", "prompt": "p...", "response": "r...", "metadata": metadata}


def event(kind: str, sequence: int = 1, **data: object) -> dict[str, object]:
    return {"type": kind, "session_id": ID, "timestamp": "x", "sequence": sequence, "data": data}


def lines(held: Iterable[object]) -> bytes:
    return b"".join(each if isinstance(each, bytes) else json.dumps(each).encode() + b"\n" for each in held)


def read(source: Source, *parts: Iterable[object]) -> Reading:
    """What comes of a file that grew by `parts`, one after the other."""
    reading: Reading | None = None
    offset = 0
    for part in parts:
        data = lines(part)
        reading = source.read(Blob("", data, offset + len(data), 0.0, offset), reading)
        offset += len(data)
    assert reading is not None
    return reading


def test_tokens_are_summed_over_all_lines_while_the_writers_totals_start_again() -> None:
    first = [call(100, 20, total_input=100, context_percentage=1, model="m"), call(200, 30, total_input=300)]
    second = [call(50, 5, total_input=50, context_percentage=0.5)]
    recent = (TokenSum(None, 100, 20), TokenSum(None, 200, 30), TokenSum(None, 50, 5))
    assert read(session_log.SOURCE, first, second) == Reading((SessionLogFact(3, 350, 55, recent, 0.5, "m"),))


def test_lines_without_tokens_are_no_calls() -> None:
    held = [{"prompt": "p"}, {"metadata": None}, call(None, None), call(1, None)]
    assert read(session_log.SOURCE, held).facts == (SessionLogFact(1, 1, 0, (TokenSum(None, 1),)),)


def test_a_log_without_a_call_tells_nothing_yet() -> None:
    assert read(session_log.SOURCE, [b""], [{"prompt": "p"}]) == Reading(())


def test_only_the_last_calls_are_kept_and_all_are_counted() -> None:
    found = read(session_log.SOURCE, [call(1, 2)] * 150, [call(1, 2)] * 150).facts[0]
    assert isinstance(found, SessionLogFact)
    assert (found.calls, found.total_input, found.total_output, len(found.recent)) == (300, 300, 600, 200)


def test_lines_of_something_else_are_named_by_their_place_and_the_rest_is_read() -> None:
    bad = [b"half\n", b"\n", b"[1]\n", b'{"metadata": "x"}\n', b"\xff\n"]
    found = read(session_log.SOURCE, [call(1, 1)], bad, [call(-1, 1)])
    assert isinstance(found.facts[0], SessionLogFact)
    assert found.facts[0].calls == 2
    at = len(lines([call(1, 1)]))
    assert found.dropped == (
        f"byte {at:,}: not whole JSON: Expecting value (line 1, column 1)",
        f"byte {at + 6:,}: expected a JSON object, found a list",
        f"byte {at + 10:,}: metadata: expected an object, found a text",
        f"byte {at + 28:,}: not UTF-8 text: invalid byte at offset 0",
        f"byte {at + 30:,}: input_tokens: expected a number from 0 to 100,000,000, found -1",
    )


def test_what_was_left_out_is_kept_within_bounds() -> None:
    found = read(session_log.SOURCE, *([b"half\n"] for _ in range(50)))
    assert len(found.dropped) == 21
    assert found.dropped[-1] == "and more below"


def test_an_unfinished_last_line_and_one_that_is_too_long_are_no_lines() -> None:
    found = read(session_log.SOURCE, [call(1, 1), b'{"metadata": {"input_tokens": 7}}'])
    assert found.facts == (SessionLogFact(1, 1, 1, (TokenSum(None, 1, 1),)),)
    assert read(session_log.SOURCE, [b"x" * 1000]) == Reading((), ("byte 0: a line that is too long",))


def test_events_tell_of_iterations_tasks_errors_and_context() -> None:
    first = [
        event("phase_change", 1, phase="init", context_percent=0),
        event("iteration_start", 2, iteration=1),
        event("log_line", 3, line="\x1b[31mhello", level="info"),
        event("iteration_complete", 4, iteration=1, context_percent=12.5),
    ]
    second = [
        event("iteration_start", 1, iteration=2),
        event("phase_change", 2, phase="builder", context_percent=14),
        event("task_complete", 3, task="1: Begin", context_percent=15),
        event("task_complete", 4, task="1: Begin"),
        event("error", 5, message="no", details={}),
        event("context_update", 6, percent=20.5, tokens_used=0),
        event("their own", 7, any=[1]),
        event("completion", 8, success=True, summary={}),
    ]
    expected = EventsFact(2, ("1: Begin",), 1, "Builder", 20.5)
    assert read(events_log.SOURCE, first, second) == Reading((expected,))


def test_iterations_without_numbers_are_counted() -> None:
    held = [event("iteration_start"), event("iteration_complete"), event("iteration_start")]
    assert read(events_log.SOURCE, held, held).facts == (EventsFact(4),)


def test_events_of_wrong_types_are_named() -> None:
    held: list[object] = [
        {"type": 3, "data": [1]},
        {"type": "error"},
        {"type": "phase_change", "data": {"phase": 4}},
    ]
    found = read(events_log.SOURCE, held)
    assert found.facts == (EventsFact(0, errors=1),)
    assert [line.partition(": ")[2] for line in found.dropped] == [
        "type: expected a text, found 3",
        "data: expected an object, found a list",
        "data.phase: expected a text, found 4",
    ]


@pytest.mark.parametrize(("source", "path"), [(session_log.SOURCE, SESSION), (events_log.SOURCE, EVENTS)])
def test_a_log_has_the_owner_of_its_checkpoint(source: Source, path: str) -> None:
    assert source.owner is not None
    state = checkpoint.owner(f"checkpoints/ralph/{ID}/progress.json", Reading(()))
    assert source.owner(path, Reading(())) == state
    assert state.candidates == (ID, "shop", ".")


@pytest.mark.parametrize("source", [session_log.SOURCE, events_log.SOURCE])
def test_logs_are_looked_for_in_roots_and_projects_and_read_on(source: Source) -> None:
    assert {each.anchor for each in source.interests} == {Anchor.ROOT, Anchor.PROJECT}
    assert {each.mode for each in source.interests} == {Mode.APPEND}


def test_calls_of_a_conversation_are_summed_whoever_made_them() -> None:
    first = [
        {"timestamp": "2025-12-01T10:00:00.123", "event_type": "system", "text": "[init]"},
        {"event_type": "usage", "task_id": "a", "is_error": False, "input_tokens": 4, "output_tokens": 700},
        {"event_type": "tool_use", "tool_name": "Bash", "tool_input": {"input_tokens": 9}},
    ]
    second = [
        {"event_type": "usage", "usage": {"input_tokens": 3, "output_tokens": 300}},
        {"event_type": "usage", "input_tokens": "many"},
        {"event_type": "usage", "output_tokens": -5},
        b"half",
    ]
    reading = read(conversations.SOURCE, first, second)
    assert reading.facts == (ConversationFact(2, 7, 1000),)
    assert len(reading.dropped) == 2


def test_a_conversation_without_a_call_tells_nothing() -> None:
    assert read(conversations.SOURCE, [{"event_type": "assistant", "text": "hello"}]).facts == ()
