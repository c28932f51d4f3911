"""Made-up folders of Claude's: resumed sessions, replays, streamed rows, subagents, 1-hour writes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

Row = dict[str, Any]
MODELS: Final = ("claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001")
DIRECTORIES: Final = ("/srv/shop", "/srv/shop/worktrees/one", "/srv/mill")


@dataclass(slots=True)
class Folder:
    """Rows by the file's path. `text` of a file may end in half a line."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    halves: dict[str, int] = field(default_factory=dict)

    def plant(self, folder: Path) -> None:
        """Write it there."""
        for name, rows in self.rows.items():
            file = folder / "projects" / "-srv-shop" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            half = _line(rows[-1])[: self.halves.get(name, 0)]
            file.write_text("".join(_line(row) + "\n" for row in rows) + half, "utf-8")


def _line(row: Row) -> str:
    """Without spaces, as Claude Code writes it and as ccusage wants it."""
    return json.dumps(row, separators=(",", ":"))


@st.composite
def folders(draw: DrawFn, *, whole_replays: bool = True) -> Folder:
    """One of Claude's folders. A subagent may repeat a reply of its parent: all rows of it, or else only the
    one with the largest total, which is all that ccusage takes for a replay (it compares times)."""
    made, maker = Folder(), _Maker(draw, whole_replays=whole_replays)
    for number in range(draw(st.integers(1, 3))):
        session = f"5e550000-0000-4000-8000-00000000000{number}"
        rows = maker.session(session)
        mains = [main for name, main in made.rows.items() if "/" not in name]
        if draw(st.booleans()) and mains:  # resumed: the history of another session stands before its own
            rows = [*maker.resumed(draw(st.sampled_from(mains)), session), *rows]
        made.rows[f"{session}.jsonl"] = rows
        for agent in range(draw(st.integers(0, 2))):
            made.rows[f"{session}/subagents/agent-a{number}{agent}.jsonl"] = maker.subagent(session, rows)
        if draw(st.integers(0, 3)) == 0:
            made.halves[f"{session}.jsonl"] = draw(st.integers(1, 40))
    return made


@dataclass(slots=True)
class _Maker:
    """Numbers everything, so that ids and times are the folder's own."""

    draw: DrawFn
    number: int = 0
    whole_replays: bool = True

    def session(self, session: str) -> list[Row]:
        rows = [self.row(session, type="user", message={"role": "user", "content": "go on"})]
        for _ in range(self.draw(st.integers(0, 4))):
            rows += self.reply(session)
            rows += self.other(session)
        return rows

    def subagent(self, session: str, parent: list[Row]) -> list[Row]:
        """It may begin with what it repeats of its parent, with another request's id."""
        rows: list[Row] = []
        told = [row for row in parent if row["message"].get("id", "msg_s") != "msg_s"]
        if self.draw(st.booleans()) and told:
            again = self.draw(st.sampled_from(told))["message"]["id"]
            self.number += 1
            new = {"requestId": f"req_{self.number}", "isSidechain": True}
            replayed = [{**row, **new} for row in told if row["message"]["id"] == again]
            rows += replayed if self.whole_replays else [max(replayed, key=_total)]
        for _ in range(self.draw(st.integers(1, 3))):
            rows += self.reply(session, sidechain=True)
        return rows

    def resumed(self, rows: list[Row], session: str) -> list[Row]:
        """Older versions wrote the new session's id into what they copied."""
        own = self.draw(st.booleans())
        return [{**row, "sessionId": session if own else row["sessionId"]} for row in rows]

    def reply(self, session: str, *, sidechain: bool = False) -> list[Row]:
        """Its rows: output grows, the last may be missing; rarely more input is told of earlier."""
        self.number += 1
        full, count = self.usage(), self.draw(st.integers(1, 3))
        ids = (f"msg_{self.number}", f"req_{self.number}")
        model, rows = self.draw(st.sampled_from(MODELS)), list[Row]()
        nameless = self.draw(st.integers(0, 9)) == 0
        for part in range(1, 2 if nameless else count + 1):
            usage = {**full, "output_tokens": max(1, full["output_tokens"] * part // count)}
            if part < count and self.draw(st.integers(0, 9)) == 0:
                usage["input_tokens"] += 7
            stop = "end_turn" if part == count and self.draw(st.integers(0, 4)) else None
            message = {"model": model, "stop_reason": stop, "usage": usage, "role": "assistant"}
            named = {} if nameless else {"requestId": ids[1]}
            message |= {} if nameless else {"id": ids[0]}
            rows.append(self.row(session, type="assistant", isSidechain=sidechain, message=message, **named))
        return rows

    def other(self, session: str) -> list[Row]:
        """What no row of a reply is, and what nobody is billed for."""
        synthetic = {"id": "msg_s", "model": "<synthetic>", "usage": {"input_tokens": 9, "output_tokens": 9}}
        result = {"role": "user", "content": [{"type": "tool_result", "content": 'x"usage" "assistant"'}]}
        kinds: tuple[list[Row], ...] = (
            [],
            [self.row(session, type="assistant", requestId="req_s", message=synthetic)],
            [self.row(session, type="user", message=result, toolUseResult={"usage": {"output_tokens": 5}})],
        )
        return self.draw(st.sampled_from(kinds))

    def row(self, session: str, **more: Any) -> Row:
        self.number += 1
        at = f"2026-11-23T09:{self.number // 60 % 60:02d}:{self.number % 60:02d}.500Z"
        cwd = self.draw(st.sampled_from(DIRECTORIES))
        who = {
            "uuid": f"u{self.number}",
            "sessionId": session,
            "timestamp": at,
            "cwd": cwd,
            "version": "2.1.39",
        }
        return {**who, "isSidechain": False, **more}

    def usage(self) -> dict[str, Any]:
        """Counts as the API gives them; most with the split of cache writes, some of them for an hour."""
        short, long = self.draw(st.integers(0, 9_000)), self.draw(st.sampled_from((0, 0, 4_000, 8_037)))
        split = {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long}
        return {
            "input_tokens": self.draw(st.integers(0, 900)),
            "output_tokens": self.draw(st.integers(1, 2_000)),
            "cache_creation_input_tokens": short + long,
            "cache_read_input_tokens": self.draw(st.integers(0, 90_000)),
            **({"cache_creation": split} if long or self.draw(st.booleans()) else {}),
        }


def _total(row: Row) -> int:
    return sum(count for count in row["message"]["usage"].values() if isinstance(count, int))
