"""`cupola tokens` on real and made-up transcripts: each reply counted once, at its price."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.corpus import corpus
from support.processes import environment
from support.transcripts import FIELDS, assistant, plant


def tokens(*arguments: str | Path, state: Path, code: int = 0) -> tuple[dict[str, Any], str]:
    command = [sys.executable, "-m", "cupola", "tokens", "--json", "--state-dir", state, *arguments]
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == code, done.stderr
    return (json.loads(done.stdout) if done.stdout else {}), done.stderr


def test_that_a_real_session_is_counted_to_the_token_and_its_cost_to_the_cent(tmp_path: Path) -> None:
    for _ in range(2):  # the second time nothing is read again
        told, errors = tokens("--config-dir", corpus() / "transcripts", state=tmp_path)
        assert errors == ""
        totals = told["totals"]
        assert [totals[name] for name in FIELDS] == [198, 38_908, 394_137, 14_972_534]
        assert totals["cost_usd"] == pytest.approx(12.2257, abs=0.0001)
        assert totals["lower_bound"] is True
        opus, sonnet = told["models"].values()
        assert [opus[name] for name in FIELDS] == [183, 38_905, 351_961, 14_938_375]
        assert opus["cost_usd"] == pytest.approx(11.9623, abs=0.0001)
        assert [sonnet[name] for name in FIELDS] == [15, 3, 42_176, 34_159]
        assert sonnet["cost_usd"] == pytest.approx(0.2634, abs=0.0001)
        (session,) = told["sessions"]
        assert [agent["agent"] for agent in session["agents"]] == ["", "a881341", "acompact-fffbd0"]


def test_that_a_second_count_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    tokens("--config-dir", corpus() / "transcripts", state=tmp_path)
    command = [sys.executable, "-X", "importtime", "-m", "cupola", "tokens", "--json"]
    command += ["--config-dir", str(corpus() / "transcripts"), "--state-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment())
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "sqlite3" in loaded
    assert not loaded & {"rich", "msgspec", "hashlib", "PySide6", "asyncio", "logging", "platformdirs"}


def test_that_only_what_lies_in_a_directory_is_counted_on_request(tmp_path: Path) -> None:
    inside = "/home/USER/projects/spotter-worktrees/spotter-gqc"
    for directory, share in ((inside, 1), ("/home/USER/projects", 1), (inside + "-else", 0)):
        told, _ = tokens("--config-dir", corpus() / "transcripts", "--directory", directory, state=tmp_path)
        assert told["totals"]["output"] == share * 38_908


def test_that_a_folder_that_is_not_there_ends_with_three_and_the_rest_is_counted(tmp_path: Path) -> None:
    told, errors = tokens(
        *("--config-dir", tmp_path / "gone", "--config-dir", corpus() / "transcripts"), state=tmp_path, code=3
    )
    assert told["totals"]["output"] == 38_908
    assert "gone: missing or unreadable" in errors


def test_that_folders_are_found_where_claude_keeps_them(tmp_path: Path, isolated_home: Path) -> None:
    row = {"usage": {"output_tokens": 5}, "uuid": "u"}
    for place, name in ((isolated_home / ".claude", "a"), (isolated_home / ".config" / "claude", "b")):
        one = assistant(f"m{name}", f"r{name}", "claude-opus-4-6", session=name, **row)
        plant(place, {f"projects/-x/{name}.jsonl": [one]})
    assert tokens(state=tmp_path / "one")[0]["totals"]["output"] == 10
    os.environ["CLAUDE_CONFIG_DIR"] = str(isolated_home / ".claude")
    try:
        assert tokens(state=tmp_path / "two")[0]["totals"]["output"] == 5
    finally:
        del os.environ["CLAUDE_CONFIG_DIR"]


def test_that_a_ledger_that_is_damaged_inside_is_made_anew_and_kept_beside_it(tmp_path: Path) -> None:
    rows = [
        assistant(f"m{number}", "r", "claude-opus-4-6", uuid="u", session="s", usage={"output_tokens": 1})
        for number in range(2_000)
    ]
    plant(tmp_path / "claude", {"projects/-x/s.jsonl": rows})
    state = tmp_path / "state"
    assert tokens("--config-dir", tmp_path / "claude", state=state)[0]["totals"]["output"] == 2_000
    ledger = state / "ledger.db"
    data = bytearray(ledger.read_bytes())
    data[8_192:] = bytes(len(data) - 8_192)
    ledger.write_bytes(data)
    told, errors = tokens("--config-dir", tmp_path / "claude", state=state)
    assert told["totals"]["output"] == 2_000
    assert "made anew from the transcripts" in errors
    assert (state / "ledger.db.damaged").exists()


def test_that_ten_thousand_sessions_are_counted(tmp_path: Path) -> None:
    usage = {"output_tokens": 1}
    files = {
        f"projects/-x{number % 7}/{number}.jsonl": [
            assistant(f"m{number}", "r", "claude-opus-4-6", uuid="u", session=f"s{number}", usage=usage)
        ]
        for number in range(10_000)
    }
    plant(tmp_path / "claude", files)
    for _ in range(2):
        told, errors = tokens("--config-dir", tmp_path / "claude", state=tmp_path / "state")
        assert (told["totals"]["output"], len(told["sessions"]), errors) == (10_000, 10_000, "")
