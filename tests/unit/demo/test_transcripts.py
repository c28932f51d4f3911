"""What the demo writes as Claude Code does: rows with all their fields, at their times, in their phases."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import defaultdict
from datetime import datetime
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from cupola.demo.deeds import Say, Timed, Write
from cupola.demo.player import Player
from cupola.demo.stories import MOMENT_S, after, before
from cupola.domain.slugs import slug

Row = dict[str, Any]
SILENT = {"file-history-snapshot"}
"""Rows of these kinds bear no time and no directory."""
FIELDS = {
    *("type", "uuid", "parentUuid", "sessionId", "timestamp", "cwd", "version", "gitBranch"),
    *("isSidechain", "userType", "entrypoint"),
}
USAGE = {
    *("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"),
    *("cache_creation", "service_tier"),
}


def player(into: Path, moment_s: float = MOMENT_S) -> Player:
    return Player(into / "projects", into / "metrics.db", into / "claude", seed=0, moment_s=moment_s)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the past in it."""
    into = tmp_path_factory.mktemp("demo")
    player(into).write_past(speed=8.0)
    return into


@cache
def transcripts(into: Path) -> dict[Path, list[Row]]:
    files = sorted((into / "claude").rglob("*.jsonl"))
    return {file: [json.loads(line) for line in file.read_text("utf-8").splitlines()] for file in files}


def of(into: Path, project: str) -> dict[Path, list[Row]]:
    """The transcripts of one project, the one that was written to last at the end."""
    folder = into / "claude" / "projects" / slug(str(into / "projects" / project))
    mine = {file: rows for file, rows in transcripts(into).items() if folder in file.parents}
    return dict(sorted(mine.items(), key=lambda item: item[0].stat().st_mtime))


def last(into: Path, project: str) -> Row:
    return next(reversed(of(into, project).values()))[-1]


def replies(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """The rows of each reply of a model."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["type"] == "assistant" and row["message"]["model"] != "<synthetic>":
            found[row["message"]["id"], row["requestId"]].append(row)
    return found


def seconds(row: Row) -> float:
    return datetime.fromisoformat(row["timestamp"]).timestamp()


def test_that_every_row_has_the_fields_of_its_kind(written: Path) -> None:
    for file, rows in transcripts(written).items():
        for row in (row for row in rows if row["type"] not in SILENT):
            assert set(row) >= FIELDS
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row["timestamp"])
            assert row["sessionId"] in (file.stem, file.parents[1].name)
            assert row["isSidechain"] is (file.parent.name == "subagents")
            assert file.stem == (f"agent-{row['agentId']}" if row["isSidechain"] else row["sessionId"])
        for row in (row for rows in replies(rows).values() for row in rows):
            usage = row["message"]["usage"]
            assert set(usage) == USAGE
            assert sum(usage["cache_creation"].values()) == usage["cache_creation_input_tokens"]


def test_that_each_row_follows_one_that_stands_before_it() -> None:
    known: dict[str, set[object]] = defaultdict(lambda: {None})
    for deed in (one.deed for one in _story(3 * 1800) if isinstance(one.deed, Say) and one.deed.stamped):
        assert deed.line["parentUuid"] in known[deed.file]
        assert deed.line["uuid"] not in known[deed.file]
        known[deed.file].add(deed.line["uuid"])
    assert len(known) > 80


def test_that_a_project_has_its_transcripts_in_the_folder_of_its_name(written: Path) -> None:
    folders = {file.relative_to(written / "claude" / "projects").parts[0] for file in transcripts(written)}
    names = (
        *("weather-web", "todo-cli", "space-invaders", "notes-app"),
        *("old-blog", "yaml-lint", "wine-cellar"),
    )
    assert folders == {slug(str(written / "projects" / name)) for name in names}
    for name in names:
        directories = {row.get("cwd") for rows in of(written, name).values() for row in rows} - {None}
        assert directories == {str(written / "projects" / name)}


def test_that_a_reply_repeats_its_key_with_growing_output_and_unchanged_input(written: Path) -> None:
    several = 0
    for rows in (rows for file in transcripts(written).values() for rows in replies(file).values()):
        usages = [dict(row["message"]["usage"]) for row in rows]
        outputs = [usage.pop("output_tokens") for usage in usages]
        assert outputs == sorted(outputs)
        assert all(usage == usages[0] for usage in usages)
        assert all(row["message"]["stop_reason"] is None for row in rows[:-1])
        several += len(rows) > 1
    assert several > 100


def test_that_one_reply_of_a_subagent_never_ends_and_no_other(written: Path) -> None:
    open_in = [
        file
        for file, rows in transcripts(written).items()
        for reply in replies(rows).values()
        if reply[-1]["message"]["stop_reason"] is None
    ]
    (file,) = open_in
    meta = json.loads(file.with_suffix(".meta.json").read_text("utf-8"))
    assert meta == {"agentType": "builder", "description": "Map layer with tiles", "spawnDepth": 1}


def test_that_past_rows_bear_past_times_and_files_are_as_old_as_their_last_row(written: Path) -> None:
    for file, rows in transcripts(written).items():
        times = [seconds(row) for row in rows if row["type"] not in SILENT]
        assert times == sorted(times)
        assert times[-1] < time.time()
        assert file.stat().st_mtime == pytest.approx(times[-1], abs=0.01)
    assert file.parent.stat().st_mtime <= time.time()
    (rows,) = of(written, "notes-app").values()
    assert seconds(rows[0]) < time.time() - 4.5 * 3600


def test_that_the_five_parallel_tasks_are_subagents_of_the_builder(written: Path) -> None:
    agents = {file: rows for file, rows in of(written, "weather-web").items() if "subagents" in file.parts}
    assert len(agents) == 5
    (session,) = {row["sessionId"] for rows in agents.values() for row in rows if "sessionId" in row}
    ((lead, rows),) = [
        (file, rows) for file, rows in of(written, "weather-web").items() if file.stem == session
    ]
    results = [row["toolUseResult"] for row in rows if isinstance(row.get("toolUseResult"), dict)]
    assert {result["agentId"] for result in results} == {file.stem.removeprefix("agent-") for file in agents}
    assert {file.parents[1] for file in agents} == {lead.with_suffix("")}
    short = {
        row["message"]["usage"]["cache_creation"]["ephemeral_1h_input_tokens"]
        for rows in agents.values()
        for reply in replies(rows).values()
        for row in reply
    }
    assert short == {0}


@cache
def _story(seconds: float) -> tuple[Timed, ...]:
    return (*before(MOMENT_S, 0), *takewhile(lambda one: one.at_s < seconds, after(MOMENT_S, 0)))


def phases(project: str) -> list[tuple[float, str]]:
    """When which phase of a project begins."""
    found: list[tuple[float, str]] = []
    for one in _story(3 * 1800):
        if isinstance(one.deed, Write) and one.deed.path == f"{project}/.context-foundry/current-phase.json":
            content = json.loads(one.deed.text)
            name = content["current_phase"]
            if not found or found[-1][1] != name:
                found.append((one.at_s, name))
    return found


def phase_at(told: list[tuple[float, str]], second: float) -> str:
    return next((name for begins_s, name in reversed(told) if begins_s <= second), "")


@pytest.mark.parametrize("project", ["weather-web", "space-invaders", "yaml-lint"])
def test_that_a_headless_session_lies_within_the_phase_that_it_works_for(project: str) -> None:
    sessions: dict[str, list[float]] = defaultdict(list)
    for one in _story(3 * 1800):
        deed = one.deed
        if isinstance(deed, Say) and deed.project == project and deed.line.get("entrypoint") == "sdk-cli":
            sessions[str(deed.line["sessionId"])].append(one.at_s)
    told = phases(project)
    within = [times for times in sessions.values() if times[0] >= told[0][0]]
    assert len(within) > 5
    for times in within:
        assert phase_at(told, times[0]) == phase_at(told, times[-1])


def test_that_context_grows_over_a_session_and_falls_when_it_is_compacted(written: Path) -> None:
    ((_, rows),) = of(written, "todo-cli").items()
    (boundary,) = [place for place, row in enumerate(rows) if row.get("subtype") == "compact_boundary"]
    early, late = context(rows[:boundary]), context(rows[boundary:])
    assert early == sorted(early)
    assert late == sorted(late)
    assert max(early) > 0.8 * 200_000
    assert late[0] < 0.2 * 200_000
    assert 0.6 * 200_000 < late[-1] < 0.7 * 200_000


def context(rows: list[Row]) -> list[int]:
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    firsts = [reply[0]["message"]["usage"] for reply in replies(rows).values()]
    return [sum(usage[name] for name in names) for usage in firsts]


def open_calls(rows: list[Row]) -> list[str]:
    """The tools that were called and have not answered."""
    names: dict[str, str] = {}
    for block in (block for row in rows for block in blocks(row)):
        if block["type"] == "tool_use":
            names[block["id"]] = block["name"]
        elif block["type"] == "tool_result":
            del names[block["tool_use_id"]]
    return list(names.values())


def blocks(row: Row) -> list[Row]:
    content = row.get("message", {}).get("content")
    return content if isinstance(content, list) else []


def test_that_builds_are_at_work_waiting_limited_over_and_silent(written: Path) -> None:
    began = time.time()
    *_, working = of(written, "weather-web").values()
    assert len(open_calls(working)) == 1
    assert seconds(working[-1]) > began - 60
    ((_, asking),) = of(written, "todo-cli").items()
    assert open_calls(asking) == ["Bash"]
    assert asking[-1]["message"]["stop_reason"] == "tool_use"
    assert any(row["type"] == "progress" for row in asking)
    for project, age_s in (("wine-cellar", 200), ("old-blog", 48 * 3600)):
        *_, silent = of(written, project).values()
        assert open_calls(silent) == ["Bash"]
        assert silent[-1]["type"] == "progress"
        assert seconds(silent[-1]) < began - age_s
    ended = next(reversed(of(written, "space-invaders").values()))
    assert [row["message"]["stop_reason"] for row in ended if row["type"] == "assistant"][-1] == "end_turn"
    assert ended[-1]["subtype"] == "turn_duration"


def test_that_the_usage_limit_ends_when_the_build_goes_on_at_its_speed(written: Path) -> None:
    row = last(written, "yaml-lint")
    assert row["isApiErrorMessage"] is True
    text = row["message"]["content"][0]["text"]
    found = re.fullmatch(r"Claude AI usage limit reached\|(\d+)", text)
    assert found is not None
    assert int(found[1]) - seconds(row) == pytest.approx(1.2 + (1470 - MOMENT_S) / 8, abs=1)


def test_that_other_sessions_work_in_the_directory_as_well(written: Path) -> None:
    sessions = [rows for file, rows in of(written, "weather-web").items() if "subagents" not in file.parts]
    people = [rows for rows in sessions if rows[0]["entrypoint"] == "cli"]
    assert len(people) == 1
    oldest = min(sessions, key=lambda rows: seconds(rows[0]))
    assert seconds(oldest[0]) < time.time() - MOMENT_S - 600
    assert seconds(oldest[-1]) > time.time() - MOMENT_S - 60


def test_that_errors_retries_and_one_unlisted_model_are_among_the_rows(written: Path) -> None:
    rows = [row for rows in transcripts(written).values() for row in rows]
    assert any(block.get("is_error") is True for row in rows for block in blocks(row))
    subtypes = {row.get("subtype") for row in rows}
    assert subtypes >= {"api_error", "turn_duration", "compact_boundary"}
    models = {row["message"]["model"] for row in rows if row["type"] == "assistant"}
    assert models == {
        *("claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"),
        *("claude-demo-preview", "<synthetic>"),
    }
    assert {row["cwd"] for row in rows if "demo-preview" in json.dumps(row)} == {
        str(written / "projects" / "wine-cellar")
    }


def test_that_one_seed_writes_the_same_but_for_times_and_paths(written: Path, tmp_path: Path) -> None:
    player(tmp_path).write_past(speed=8.0)
    one, other = map(timeless, (written, tmp_path))
    assert one == other
    assert len(one) > 30


def timeless(into: Path) -> list[tuple[str, str]]:
    """Everything that was written below Claude's folder, without folder, times and limits' ends."""
    directory = str(into / "projects")
    found = []
    for file in sorted((into / "claude").rglob("*.json*"), key=lambda file: file.name):
        text = file.read_text("utf-8").replace(json.dumps(directory)[1:-1], "")
        found.append((file.name, re.sub(r'"timestamp":"[^"]+"|"durationMs":\d+|reached\|\d+', "", text)))
    return found


def test_that_rows_to_come_bear_the_time_at_which_they_are_written(tmp_path: Path) -> None:
    began, speed, writer = time.time(), 200.0, player(tmp_path)
    writer.write_past(speed)
    known = {file: len(rows) for file, rows in transcripts(tmp_path).items()}
    transcripts.cache_clear()
    stopped = threading.Event()
    thread = threading.Thread(target=writer.play, args=(speed, stopped))
    thread.start()
    while not (turns := ended_turns(tmp_path, known)):
        assert thread.is_alive()
    stopped.set()
    thread.join(10)
    for row in turns:
        assert began < seconds(row) <= time.time()
        assert row["durationMs"] < 1000 * MOMENT_S


def ended_turns(into: Path, known: dict[Path, int]) -> list[Row]:
    """Turns that have ended since."""
    lines = [
        line
        for file in (into / "claude").rglob("*.jsonl")
        for line in file.read_text("utf-8").splitlines(keepends=True)[known.get(file, 0) :]
        if line.endswith("\n")
    ]
    return [row for row in map(json.loads, lines) if row.get("subtype") == "turn_duration"]
