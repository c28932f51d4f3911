"""A second count of transcripts, written from transcripts.md C.5 and C.6 alone, without Cupola."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

FIELDS = ("input", "output", "cache_5m", "cache_1h", "cache_read")
EVER = (float("-inf"), float("inf"))


def rows_of(file: Path) -> Iterator[tuple[str, str, tuple[Any, ...], tuple[int, ...]]]:
    """Each billed row of a file: message, request, who tells, tokens. Half a last line is not there yet."""
    agent = file.stem[6:] if file.stem.startswith("agent-") else ""
    for line in file.read_bytes().split(b"\n")[:-1]:
        try:
            row = json.loads(line)
            message, usage = row["message"], row["message"]["usage"]
            ids = (message.get("id"), row.get("requestId"))
            if row["type"] != "assistant" or message["model"] in {"", "<synthetic>"} or "" in ids:
                continue
            at = datetime.fromisoformat(row["timestamp"]).timestamp()
        except (ValueError, KeyError, TypeError):
            continue
        split = usage.get("cache_creation") or {}
        written = [split.get(f"ephemeral_{kind}_input_tokens") for kind in ("5m", "1h")]
        whole, read = (usage.get(f"cache_{kind}_input_tokens", 0) for kind in ("creation", "read"))
        counts = (*((whole, 0) if written == [None, None] else (one or 0 for one in written)), read)
        side = bool(agent or row.get("isSidechain"))
        teller = (side, at, row["sessionId"], agent, row["cwd"], message["model"])
        named = (ids[0], ids[1] or "") if ids[0] else (row["uuid"], row["uuid"])
        yield *named, teller, (usage.get("input_tokens", 0), usage.get("output_tokens", 0), *counts)


def count(
    folder: Path, window: tuple[float, float] = EVER, directory: str = ""
) -> dict[str, dict[object, Counter[str]]]:
    """Tokens in all, by model, session and (session, agent): of replies that began in the window (seconds
    since 1970, its end is not in it), made in the directory or below."""
    messages: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for file in Path(folder).rglob("*.jsonl"):
        for message, request, *told in rows_of(file):
            messages[message][request].append(told)
    sums: dict[str, dict[object, Counter[str]]] = {"totals": {"": Counter()}}
    sums |= {name: defaultdict(Counter) for name in ("models", "sessions", "agents")}
    for requests in messages.values():
        own = [rows for rows in requests.values() if not all(teller[0] for teller, _ in rows)]
        for rows in own or [list(chain(*requests.values()))]:  # a subagent's replay has another request's id
            _, at, session, agent, cwd, model = min(teller for teller, _ in rows)
            if window[0] <= at < window[1] and f"{cwd}/".startswith(directory and f"{directory}/"):
                most = map(max, zip(*(counts for _, counts in rows), strict=True))
                used = dict(zip(FIELDS, most, strict=True))
                keys = {"totals": "", "models": model, "sessions": session, "agents": (session, agent)}
                for name, key in keys.items():
                    sums[name][key].update(used)
    return sums
