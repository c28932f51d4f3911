"""The demo as a user starts it: what it shows, where it writes, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from support.processes import Line, Lines, environment

pytestmark = pytest.mark.slow

PATIENCE_S = 40.0
STATES = {"running", "quiet", "completed", "failed", "unknown"}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; nothing of the demo may be left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    yield folder
    assert list(folder.iterdir()) == []


def cupola(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cupola", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=environment()
    )


def told(document: Line) -> dict[str, Line]:
    return {build["project"]: build for build in document["builds"]}


def test_that_it_has_builds_in_all_states_and_each_dock_has_its_figures(temporary: Path) -> None:
    done = cupola("--demo", "status", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    builds = told(json.loads(done.stdout))
    assert {build["state"] for build in builds.values()} == STATES
    assert {build["generation"] for build in builds.values()} >= {"A0", "A1", "B"}
    assert not any(build["problems"] for build in builds.values())
    panels = builds["weather-web"]["panels"]
    assert panels["tokens"]["spent"]["value"] == sum(
        row["used"]["value"] for row in panels["tokens"]["by_phase"]
    )
    assert [row["verdict"] for row in panels["tests"]["iterations"]] == ["failed", "partial"]
    assert len(panels["tests"]["repeating"]) == 2
    tasks = [row for row in panels["agents"]["rows"] if row["kind"] == "task"]
    assert [(row["state"], row["files"]["provenance"]) for row in tasks] == [("done", "reported")] * 5
    phases = {row["name"]: row for row in panels["agents"]["rows"] if row["kind"] == "phase"}
    for name in ("Scout", "Architect", "Builder"):
        assert phases[name]["tokens"]["value"]
        assert phases[name]["duration_seconds"]["value"]
    assert (panels["decisions"]["count"]["value"], panels["decisions"]["rated"]) == (5, 5)
    assert builds["wine-cellar"]["source"] == "checkpoint"
    assert builds["wine-cellar"]["panels"]["tokens"]["used"]["provenance"] == "measured"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_a_picture_is_made_without_a_display(temporary: Path, tmp_path: Path, theme: str) -> None:
    file = tmp_path / f"{theme}.png"
    done = cupola("--demo", "--screenshot", file, "--theme", theme, "--size", "1000x700", "--scale", "2")
    assert (done.returncode, done.stderr) == (0, "")
    picture = QImage(str(file))
    assert (picture.width(), picture.height()) == (2000, 1400)
    assert (picture.pixelColor(5, 5).lightness() < 128) is (theme == "dark")


def test_that_a_picture_that_cannot_be_written_is_said(temporary: Path, tmp_path: Path) -> None:
    done = cupola("--demo", "--screenshot", tmp_path / "nowhere" / "a.png")
    assert done.returncode == 1
    assert "cannot be written to" in done.stderr


def test_that_nothing_of_the_users_is_read_or_written(temporary: Path, isolated_home: Path) -> None:
    mine = isolated_home / "homelab" / "mine" / ".context-foundry"
    mine.mkdir(parents=True)
    before = sorted(isolated_home.rglob("*"))
    done = cupola("--demo", "status", "--json")
    assert "mine" not in told(json.loads(done.stdout))
    assert sorted(isolated_home.rglob("*")) == before


def test_that_its_builds_move_and_it_leaves_nothing_behind(temporary: Path) -> None:
    with Lines([sys.executable, "-m", "cupola", "--demo", "watch", "--json"], env=environment()) as watch:
        watch.wait_for(lambda lines: any(line["event"] == "ready" for line in lines), "ready")
        count = len(watch.all)
        watch.wait_for(lambda lines: any(line["event"] == "build" for line in lines[count:]), "a change")
        assert watch.terminate()[0] == 0


def test_that_after_a_crash_the_writer_takes_its_builds_away_and_the_next_demo_the_rest(
    temporary: Path,
) -> None:
    with Lines([sys.executable, "-m", "cupola", "--demo", "watch", "--json"], env=environment()) as watch:
        watch.wait_for(lambda lines: any(line["event"] == "ready" for line in lines), "ready")
        (folder,) = temporary.iterdir()
        os.kill(watch.child.pid, signal.SIGKILL)
        watch.child.wait(PATIENCE_S)
    gone = folder / "demo"
    for _ in range(1_000):
        if not gone.exists():
            break
        os.sched_yield()
        subprocess.run(["sleep", "0.01"], check=True)
    assert not gone.exists()
    assert cupola("--demo", "status").returncode == 0


def test_that_the_writer_alone_writes_into_a_new_folder_only(temporary: Path, tmp_path: Path) -> None:
    done = cupola("demo", "--into", tmp_path / "new", "--speed", "0")
    assert (done.returncode, done.stdout) == (0, "ready\n")
    assert (tmp_path / "new" / "projects" / "weather-web").is_dir()
    done = cupola("demo", "--into", tmp_path / "new", "--speed", "0")
    assert done.returncode == 2
    assert "is not empty" in done.stderr


def test_that_what_its_transcripts_say_was_used_is_counted_to_the_token(
    temporary: Path, tmp_path: Path
) -> None:
    into = tmp_path / "new"
    assert cupola("demo", "--into", into, "--speed", "0").returncode == 0
    done = cupola("tokens", "--config-dir", into / "claude", "--state-dir", tmp_path / "state", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    expected = used(into / "claude")
    assert {name: document["totals"][name] for name in expected} == expected
    assert expected["cache_read"] > 10_000_000
    assert document["totals"]["unpriced_models"] == ["claude-demo-preview"]
    assert document["totals"]["lower_bound"] is True


def used(claude: Path) -> dict[str, int]:
    """A simple count: of each reply's rows the one with the most output."""
    replies: dict[tuple[str, str], dict[str, int]] = {}
    for file in claude.rglob("*.jsonl"):
        for row in map(json.loads, file.read_text("utf-8").splitlines()):
            if row["type"] == "assistant" and "requestId" in row:
                usage = {
                    "input": row["message"]["usage"]["input_tokens"],
                    "output": row["message"]["usage"]["output_tokens"],
                    "cache_creation": row["message"]["usage"]["cache_creation_input_tokens"],
                    "cache_read": row["message"]["usage"]["cache_read_input_tokens"],
                }
                key = (row["message"]["id"], row["requestId"])
                replies[key] = max(replies.get(key, usage), usage, key=lambda one: one["output"])
    return {name: sum(usage[name] for usage in replies.values()) for name in next(iter(replies.values()))}
