"""Whatever a transcript holds, and however it is cut, it is read: what cannot be used costs only itself."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.transcript import Step, TranscriptFact
from cupola.sources.base import MIB, Reading
from cupola.sources.transcript_rows import LONGEST_BYTES
from cupola.sources.transcript_turns import LAST_CHARS
from support.rows import (
    BEGAN,
    Row,
    api_error,
    call,
    fact_of,
    limit,
    progress,
    prompt,
    reading,
    reply,
    result,
    row,
    system,
    text,
    thought,
    told,
    turn,
    written,
)

BASH = reply(2, call("t1", command="npm test"))
BOTH = (BASH, reply(2.1, call("t2", "Read", file_path="/srv/shop/a.py")))

TYPES = ["assistant", "user", "system", "progress", "permission-mode", "custom-title", "ai-title"]
KEYS = [
    *("type", "subtype", "timestamp", "message", "content", "text", "id", "name", "input", "tool_use_id"),
    *("is_error", "isMeta", "isApiErrorMessage", "isCompactSummary", "isSidechain", "model", "usage"),
    *("stop_reason", "requestId", "uuid", "sessionId", "cwd", "slug", "entrypoint", "permissionMode"),
    *("customTitle", "aiTitle", "data", "parentToolUseID", "description", "command", "output_tokens"),
    *("cache_creation", "input_tokens"),
]
WORDS = [
    *("tool_use", "tool_result", "text", "end_turn", "api_error", "turn_duration", "hook_progress", "t1"),
    *("bash_progress", "<synthetic>", "claude-opus-4-6", "bypassPermissions", "2026-11-23T09:00:00.000Z"),
    *(
        "Claude AI usage limit reached|1800000000",
        "[Request interrupted by user]",
        "0001-01-01",
        "",
        "\ud800",
    ),
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(TYPES + WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)
ANY_ROW = st.builds(
    lambda kind, rest: {**rest, "type": kind},
    st.sampled_from(TYPES) | VALUES,
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ANY_ROW, max_size=6))
def test_whatever_rows_hold_they_are_read(rows: list[Row]) -> None:
    found = reading(written(prompt(0), *rows, reply(9, text("fine"), number=7, stop="end_turn")))
    (fact,) = found.facts
    assert isinstance(fact, TranscriptFact)
    assert fact.replies[-1].message == "msg_7"
    assert len(fact.last) <= LAST_CHARS


WRONG: list[object] = [None, True, 7, 0.5, "x", [], [[]], {}, {"a": []}, float("inf")]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", KEYS)
def test_a_field_of_another_type_costs_only_what_it_says(name: str, wrong: object) -> None:
    for broken in (_with_wrong(reply(2, call("t1")), name, wrong), {"type": name, name: wrong}):
        found = told(prompt(0), broken, prompt(3), reply(4, text(), number=2, stop="end_turn"))
        assert (found.turn.step, found.replies[-1].message) == (Step.OVER, "msg_2")


def _with_wrong(value: Any, name: str, wrong: object) -> Any:
    """`value` with all fields of this name, at any depth, of another type."""
    if isinstance(value, dict):
        changed = {key: wrong if key == name else _with_wrong(one, name, wrong) for key, one in value.items()}
        return {**changed, name: wrong}
    return [_with_wrong(one, name, wrong) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"type":"user","message":', "no JSON"),
        (b"\0" * 40, "no JSON"),
        (b"[1]", "no JSON"),
        (b"\xff\xfe{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"type":"assistant","message":{"model":"m","usage":{"output_tokens":-1}}}', "output_tokens"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_others_are_read(line: bytes, said: str) -> None:
    found = reading(written(prompt(0)) + line + b"\n\n" + written(BASH))
    (fact,) = found.facts
    assert isinstance(fact, TranscriptFact)
    assert fact.turn.step is Step.TOOL
    assert said in " ".join(found.dropped)


def test_what_was_left_out_stays_named_when_more_is_read() -> None:
    first = reading(written(prompt(0)) + b"\0\n")
    assert reading(written(BASH), first, offset=900).dropped == first.dropped != ()


def test_a_long_line_without_usage_answers_its_tools() -> None:
    long = result(7, "t1", content='\\ "tool_use_id":"t2" ' + "x" * 400_000)
    found = told(prompt(0), *BOTH, long)
    assert [tool.id for tool in found.turn.tools] == ["t2"]
    assert found.turn.at == BEGAN + 7
    assert told(prompt(0), BASH, long, reply(8, text(), number=2)).effort.latencies_s[-1] == 1.0


def test_a_long_prompt_with_an_image_is_a_prompt() -> None:
    picture = {"type": "image", "source": {"type": "base64", "data": "iVBO" * 100_000}}
    ended = (prompt(0), reply(2, text(), stop="end_turn"))
    assert turn(*ended, prompt(9, [picture])).step is Step.REPLY
    assert turn(*ended, prompt(9, [picture], isMeta=True)).step is Step.OVER
    assert told(prompt(9, [picture], entrypoint="sdk-ts")).entrypoint == "sdk-ts"


@pytest.mark.parametrize("kind", ["file-history-snapshot", "attachment", "summary"])
def test_a_long_line_of_another_kind_tells_nothing(kind: str) -> None:
    assert turn(prompt(0), BASH, row(9, kind, snapshot="x" * 400_000)) == turn(prompt(0), BASH)


def pieces(data: bytes, cap_bytes: int) -> list[bytes]:
    """As a file is read on: whole lines, and of a line that is longer than the cap its pieces."""
    found, at = [], 0
    while at < len(data):
        part = data[at : at + cap_bytes]
        end = part.rfind(b"\n") + 1 or len(part)
        found.append(part[:end])
        at += end
    return found


def read_in(parts: list[bytes]) -> Reading:
    seen: Reading | None = None
    at = 0
    for part in parts:
        seen = reading(part, seen, offset=at)
        at += len(part)
    assert seen is not None
    return seen


@pytest.mark.parametrize("filler", ["x", '\\"'])
def test_a_line_of_over_eight_mib_is_passed_over(filler: str) -> None:
    huge = written(row(3, "file-history-snapshot", snapshot=filler * (9 * MIB)))
    assert len(huge) > LONGEST_BYTES
    found = read_in(pieces(written(prompt(0)) + huge + written(BASH), LONGEST_BYTES))
    (fact,) = found.facts
    assert isinstance(fact, TranscriptFact)
    assert fact.turn == turn(prompt(0), BASH)
    assert found.dropped == ()


def test_a_result_of_over_eight_mib_still_answers_its_tool() -> None:
    huge = written(result(7, "t1", content="x" * (9 * MIB)))
    (fact,) = read_in(pieces(written(prompt(0), *BOTH) + huge, LONGEST_BYTES)).facts
    assert isinstance(fact, TranscriptFact)
    assert [tool.id for tool in fact.turn.tools] == ["t2"]


def test_a_reply_of_over_eight_mib_is_named() -> None:
    huge = written(reply(7, text("x" * (9 * MIB)), number=2))
    assert "too long" in " ".join(read_in(pieces(written(prompt(0)) + huge, LONGEST_BYTES)).dropped)


EVERY = [
    *(prompt(0), *BOTH, result(4, "t2"), result(4, "t1"), result(4, "t1", "t2", error=True)),
    *(reply(2, thought()), reply(3, text()), reply(4, text(), stop="end_turn"), reply(5, text(), number=2)),
    *(reply(6, call("t3", "Task"), number=3), reply(7, call("t4"), number=4, isSidechain=True)),
    *(prompt(1, "[Request interrupted by user]"), prompt(5, "<command-name>/model</command-name>")),
    *(prompt(5, isMeta=True), prompt(9, "This session", isCompactSummary=True), prompt(-3)),
    *(api_error(2, "API Error: 500"), limit(2, 60), limit(3, 7200, milliseconds=True), limit(4)),
    *(system(3, "turn_duration"), system(3, "stop_hook_summary"), system(9, "compact_boundary")),
    *(system(6, "api_error"), progress(6, "t1"), progress(6, "t3", "agent_progress")),
    *(progress(5, "s", "hook_progress"), row(5, "queue-operation"), row(5, "what-nobody-knows"), {}),
    prompt(7, permissionMode="bypassPermissions", slug="a-name"),
    {"type": "custom-title", "customTitle": "Mine"},
    {"type": "ai-title", "aiTitle": "Yours"},
    reply(9, *(call(f"c{number}") for number in range(70)), number=5),
    reply(9.5, *(call(f"d{number}") for number in range(70)), number=5),
    result(10, *(f"d{number}" for number in range(60))),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(EVERY) | ANY_ROW, max_size=25), st.data())
def test_read_in_pieces_a_transcript_tells_the_same_as_at_once(rows: list[Row], data: Any) -> None:
    lines = [written(one) for one in rows]
    cuts = data.draw(st.lists(st.integers(0, len(lines)), max_size=6))
    parts = [b"".join(lines[start:end]) for start, end in pairwise(sorted({0, *cuts, len(lines)}))]
    whole = b"".join(lines)
    assert read_in(parts or [whole]).facts == reading(whole).facts


def test_half_a_line_is_left_for_the_next_time() -> None:
    # The reader hands on whole lines only; were it not so, nothing would be made up of a half.
    whole = written(prompt(0), BASH)
    assert fact_of(whole[: len(written(prompt(0))) + 30]).turn == turn(prompt(0))
