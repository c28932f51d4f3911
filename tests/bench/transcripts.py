"""Made-up transcripts by the hundred megabytes: the shapes and sizes of real ones, none of their words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, Final

from cupola.domain.slugs import slug

_OPUS: Final = "claude-opus-4-6"
MODELS: Final = (_OPUS, _OPUS, "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001")
_PROJECTS: Final = 40
_FILL: Final = 'the quick build of a small shop jumps over \\n the lazy test and \\"fails\\" again; ' * 1500
"""Text as it stands in JSON, with quotes and line ends in it as code has them."""
_TOOL_RESULTS: Final = (300, 700, 900, 1500, 2500, 4000, 6000, 16_000)
_BYTES_PER_SESSION: Final = (300_000, 900_000, 1_500_000, 2_500_000, 6_000_000)


@dataclass(frozen=True, slots=True)
class Run:
    """The run that sessions are of: where they work and when they begin (wall seconds)."""

    directory: str
    began: float


def plant_transcripts(folder: Path, size_bytes: int, seed: int = 5, *, run: Run | None = None) -> int:
    """Write one of Claude's folders of about that size, always the same for a seed; the bytes written.

    A reply stands for about 8 kB, as in real ones: two rows of its own, tool results, progress. All sessions
    are of one `run`, or of many projects of last month.
    """
    random, written, number = Random(seed), 0, 0
    while written < size_bytes:
        session = _Session(random, number, run)
        left = size_bytes - written
        written += session.plant(folder, min(left, random.choice(_BYTES_PER_SESSION)))
        number += 1
    return written


def growing(run: Run, number: int, seed: int = 5) -> Iterator[bytes]:
    """The rows of one session of a run, one after another without end, each of the time it is asked for."""
    session = _Session(Random(seed + number), number, run, live=True)
    while True:
        yield from (row.encode() for row in session.turn(""))


def session_file(folder: Path, run: Run, number: int) -> Path:
    """Where the session of this number of a run is written."""
    return folder / "projects" / slug(run.directory) / f"{_Session(Random(), number).name}.jsonl"


@dataclass(slots=True)
class _Session:
    random: Random
    number: int
    run: Run | None = None
    live: bool = False
    rows: int = 0

    @property
    def name(self) -> str:
        return f"{self.number:08x}-5e55-4000-8000-000000000000"

    def plant(self, folder: Path, size_bytes: int) -> int:
        """The main session and, every third time, a few subagents."""
        name = slug(self.run.directory) if self.run else f"-srv-shop-{self.number % _PROJECTS}"
        place = folder / "projects" / name
        agents = self.random.randint(1, 4) if self.number % 3 == 0 else 0
        written = self._file(place / f"{self.name}.jsonl", size_bytes, "")
        for _ in range(agents):
            agent = f"{self.random.getrandbits(28):07x}"
            file = place / self.name / "subagents" / f"agent-{agent}.jsonl"
            written += self._file(file, size_bytes // 12, agent)
        return written

    def _file(self, file: Path, size_bytes: int, agent: str) -> int:
        file.parent.mkdir(parents=True, exist_ok=True)
        written = 0
        with file.open("w", encoding="utf-8") as out:
            while written < size_bytes:
                written += sum(out.write(line) for line in self.turn(agent))
        return written

    def turn(self, agent: str) -> Iterator[str]:
        """A reply in one to four rows of growing output, what its tools said, and progress between."""
        random = self.random
        ids = f"msg_01{random.getrandbits(96):024x}", f"req_01{random.getrandbits(96):024x}"
        model = random.choice(MODELS)
        usage = self._usage()
        blocks = random.choice((1, 2, 2, 3))
        for block in range(1, blocks + 1):
            part = {**usage, "output_tokens": max(1, usage["output_tokens"] * block // blocks)}
            ended = block == blocks and random.random() < 0.8
            content = _text(random.choice((40, 200, 300, 900)), random)
            yield self._row("assistant", agent, _message(ids, model, part, content, ended=ended))
            for _ in range(random.choice((1, 2, 3))):
                yield self._row("progress", agent, _PROGRESS)
        if random.random() < 0.9:
            text = _text(random.choice(_TOOL_RESULTS), random)
            yield self._row("user", agent, _RESULT.replace("TEXT", text))

    def _usage(self) -> dict[str, Any]:
        random = self.random
        long = random.randint(0, 9_000)
        return {
            "input_tokens": random.randint(1, 900),
            "cache_creation_input_tokens": long,
            "cache_read_input_tokens": random.randint(0, 120_000),
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": long},
            "output_tokens": random.randint(1, 2_000),
            "service_tier": "standard",
            "inference_geo": "not_available",
        }

    def _row(self, kind: str, agent: str, rest: str) -> str:
        self.rows += 1
        row = f"{self.number:08x}-{self.rows:012x}"
        who = f',"agentId":"{agent}"' if agent else ""
        return (
            f'{{"parentUuid":"{row}","isSidechain":{"true" if agent else "false"}{who},"userType":"external",'
            f'"cwd":"{self._directory()}",'
            f'"sessionId":"{self.name}",{_BY_PROGRAM if self.run else ""}'
            f'"version":"2.1.39","gitBranch":"of-{self.number}","type":"{kind}","uuid":"u-{row}",'
            f'"timestamp":"{self._stamp()}",{rest}}}\n'
        )

    def _directory(self) -> str:
        if self.run is not None:
            return self.run.directory
        return f"/srv/shop/{self.number % _PROJECTS}/worktrees/of-{self.number}"

    def _stamp(self) -> str:
        if self.run is not None:
            at = datetime.now(UTC) if self.live else _time(self.run.began + self.rows * _STEP_S)
            return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
        minute, day = divmod(self.rows, 60)[0] % 1440, 1 + self.number % 28
        return f"2026-10-{day:02d}T{minute // 60:02d}:{minute % 60:02d}:{self.rows % 60:02d}.125Z"


def _time(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


_STEP_S: Final = 0.1
"""From row to row of a run that was."""
_BY_PROGRAM: Final = '"entrypoint":"sdk-cli",'
_PROGRESS: Final = (
    '"parentToolUseID":"toolu_0000000000000000000000","toolUseID":"bash-progress-1","data":{"type":'
    '"hook_progress","hookEvent":"PostToolUse","hookName":"PostToolUse:Read","command":"callback"}'
)
_RESULT: Final = (
    '"message":{"role":"user","content":[{"tool_use_id":"toolu_0000000000000000000000","type":"tool_result",'
    '"content":"TEXT"}]},"toolUseResult":{"type":"text","file":{"filePath":"/srv/shop/a.py","numLines":40}}'
)


def _message(ids: tuple[str, str], model: str, usage: dict[str, Any], text: str, *, ended: bool) -> str:
    stop = '"end_turn"' if ended else "null"
    return (
        f'"requestId":"{ids[1]}","message":{{"model":"{model}","id":"{ids[0]}","type":"message","role":"assistant",'
        f'"stop_reason":{stop},"stop_sequence":null,"usage":{json.dumps(usage, separators=(",", ":"))},'
        f'"content":[{{"type":"text","text":"{text}"}}]}}'
    )


def _text(length: int, random: Random) -> str:
    """Some of the filling, never cut inside of an escape."""
    start = random.randrange(1000) * 85 % 80_000
    return _FILL[start : start + length].strip("\\").removesuffix("\\").lstrip('"n')
