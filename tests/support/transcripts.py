"""Made-up transcripts as Claude Code writes them, and a second, independent count of what they say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

Row = dict[str, Any]
FIELDS = ("input", "output", "cache_creation", "cache_read")
WRITTEN = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
MODELS = ("claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-nobody-knows")


def assistant(message: str | None, request: str | None, model: str, **more: Any) -> Row:
    """One row of a reply; `usage` in `more`."""
    usage = more.pop("usage")
    stop = more.pop("stop", None)
    return {
        "type": "assistant",
        "uuid": more.pop("uuid"),
        "sessionId": more.pop("session"),
        "timestamp": more.pop("at", "2026-11-23T09:00:00.000Z"),
        "cwd": more.pop("cwd", "/srv/shop"),
        "isSidechain": more.pop("sidechain", False),
        **({"requestId": request} if request is not None else {}),
        "message": {
            **({"id": message} if message is not None else {}),
            "role": "assistant",
            "model": model,
            "stop_reason": stop,
            "usage": usage,
        },
    }


def usage(random: Random) -> Row:
    """Counts as the API gives them; half of them with the split of cache writes."""
    short, long = random.randint(0, 9_000), random.randint(0, 9_000)
    counts: Row = {
        "input_tokens": random.randint(0, 900),
        "output_tokens": random.randint(1, 2_000),
        "cache_creation_input_tokens": short + long,
        "cache_read_input_tokens": random.randint(0, 90_000),
    }
    if random.random() < 0.5:
        split = {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long}
        counts["cache_creation"] = split
    return counts


def streamed(random: Random, **who: Any) -> list[Row]:
    """The rows of one reply: output grows, now and then the last row is missing."""
    full, rows = usage(random), []
    count = random.randint(1, 4)
    for number in range(1, count + 1):
        part = {**full, "output_tokens": max(1, full["output_tokens"] * number // count)}
        stop = "end_turn" if number == count and random.random() < 0.8 else None
        rows.append(assistant(**who, uuid=f"u{random.random()}", usage=part, stop=stop))
    return rows


def made_up(seed: int) -> dict[str, list[Row]]:
    """Files of one of Claude's folders, by relative path: resumed sessions, subagents that repeat their
    parent, streamed rows, rows without ids, rows of other kinds."""
    random = Random(seed)
    files: dict[str, list[Row]] = {}
    for number in range(random.randint(1, 4)):
        session = f"session-{seed}-{number}"
        own = _session(random, session)
        if files and random.random() < 0.4:  # resumed: the history of another session stands before it
            own = [*random.choice(list(files.values())), *own]
        files[f"projects/-srv-shop/{session}.jsonl"] = own
        for agent in range(random.randint(0, 2)):
            path = f"projects/-srv-shop/{session}/subagents/agent-{number}{agent}.jsonl"
            files[path] = _subagent(random, session, own)
    return files


def _session(random: Random, session: str) -> list[Row]:
    rows: list[Row] = [{"type": "user", "sessionId": session, "message": {"role": "user", "content": "x"}}]
    for _ in range(random.randint(0, 6)):
        ids = {"message": f"msg_{random.random()}", "request": f"req_{random.random()}"}
        rows += streamed(random, **ids, model=random.choice(MODELS), session=session)
    if random.random() < 0.3:
        nobody = {"message": None, "request": None}
        rows += streamed(random, **nobody, model=MODELS[0], session=session)[:1]
    rows.append(
        assistant("msg_s", "req_s", "<synthetic>", uuid="s", session=session, usage={"input_tokens": 9})
    )
    return rows


def _subagent(random: Random, session: str, parent: list[Row]) -> list[Row]:
    rows = []
    replies = [row for row in parent if row["type"] == "assistant" and row["message"].get("id")]
    if replies and random.random() < 0.5:
        again = json.loads(json.dumps(random.choice(replies)))
        rows.append({**again, "requestId": f"req_{random.random()}", "isSidechain": True})
    for _ in range(random.randint(1, 3)):
        ids = {"message": f"msg_{random.random()}", "request": f"req_{random.random()}"}
        rows += streamed(random, **ids, model=random.choice(MODELS), session=session, sidechain=True)
    return rows


def plant(folder: Path, files: Mapping[str, Iterable[Row]]) -> None:
    """Write them as one of Claude's folders."""
    for name, rows in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def counted(files: Mapping[str, list[Row]]) -> dict[str, dict[str, int]]:
    """Tokens by model, by another way: all rows in memory, grouped by ids, of each field the largest."""
    replies: dict[str, dict[str, list[tuple[bool, Row]]]] = defaultdict(lambda: defaultdict(list))
    for path, rows in files.items():
        for row in rows:
            message = row.get("message", {})
            if row["type"] == "assistant" and message["model"] != "<synthetic>":
                side = row["isSidechain"] or "subagents" in path
                ids = (message["id"], row["requestId"]) if "id" in message else ("", row["uuid"])
                replies[ids[0] or ids[1]][ids[1]].append((side, row))
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIELDS, 0))
    for requests in replies.values():
        own = [found for found in requests.values() if not all(side for side, _ in found)]
        # What a subagent repeats of its parent, or of another subagent, bears another request id.
        for found in own or [[one for rows in requests.values() for one in rows]]:
            given = [row["message"]["usage"] for _, row in found]
            mine = sums[found[0][1]["message"]["model"]]
            for name, written in zip(FIELDS, WRITTEN, strict=True):
                mine[name] += max(one.get(written, 0) for one in given)
    return dict(sums)
