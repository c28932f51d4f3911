"""Reading leaves no trace, disturbs no writer, and says nothing when nothing changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cupola.domain.words import Facet
from support.engine_host import EngineHost
from support.processes import Line, Watch, status_json, writer
from support.project_files import PHASE, SUMMARY, listing, phase, put, put_phase, state
from support.writer import phase_text

AT = 1_790_000_000.0
HUNDRED_A_SECOND_MS = 20
"""The longest pause of a writer whose pauses are 10 ms on average."""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Projects of every kind, in a root beside Foundry's home; all times are set."""
    base = tmp_path / "base"
    put_phase(base / "root/live", phase())
    put_phase(base / "root/deep/er/project", phase())
    put(base / "root/live" / SUMMARY, {"status": "completed"})
    put(base / "root/live/.context-foundry/test-final-report.md", "**Status:** PASSED")
    put(base / "root/live/.context-foundry/feedback/build-feedback-2025-01-14.json", {"success": True})
    put(base / "root/checkpoints/ralph/live_20251010_120000/state.json", state())
    put(base / "root/checkpoints/ralph/live_20251010_120000/COMPLETE", b"")
    put(base / "root/bad" / PHASE, b"{")
    put(base / "home/.context-foundry/metrics.db", b"SQLite format 3\0")
    subprocess.run(["find", base, "-depth", "-exec", "touch", "-d", f"@{AT}", "{}", "+"], check=True)
    return base


def test_that_status_leaves_no_trace(base: Path, tmp_path: Path) -> None:
    before = listing(base)
    assert len(status_json(base / "root", state=tmp_path / "places")["builds"]) == 2
    assert listing(base) == before


def test_that_watch_leaves_no_trace_and_writes_only_in_its_own_places(base: Path, tmp_path: Path) -> None:
    before = listing(base)
    with Watch(base / "root", state=tmp_path / "places") as watch:
        watch.ready()
        assert watch.terminate()[0] == 0
    assert listing(base) == before
    assert {one.name for one in tmp_path.iterdir()} == {"base", "places"}
    assert {one.name for one in (tmp_path / "places").iterdir()} <= {"state", "config"}


def test_that_watching_a_build_shown_in_a_window_leaves_no_trace(base: Path, tmp_path: Path) -> None:
    before = listing(base)
    with EngineHost(tmp_path / "places", base / "root") as host:
        host.ready()
        build = next(one for one in host.engine.feed.current().builds if one.build.project == "live")
        host.engine.show(build.build.id, visible=True)
        host.engine.refresh()
        looked = len(host.events)
        host.wait_for(lambda: len(host.events) > looked + 1, "it was looked at, and again")
    assert listing(base) == before


@pytest.mark.skipif(sys.platform == "win32", reason="where a rename may fail is tested on Windows itself")
@pytest.mark.parametrize("way", ["plain", "atomic_inside", "atomic_outside", "deleted"])
def test_that_a_writer_a_hundred_times_a_second_never_fails(tmp_path: Path, way: str) -> None:
    root, writes = tmp_path / "root", 150
    put_phase(root / "busy", phase_text(0, "busy"), AT)
    (tmp_path / "outside").mkdir()
    with (
        Watch(root, state=tmp_path / "one") as watch,
        EngineHost(tmp_path / "other", root) as host,
        writer(
            way, root / "busy", tmp_path / "outside", seed=3, writes=writes, pause_ms=HUNDRED_A_SECOND_MS
        ) as busy,
    ):
        watch.ready()
        host.ready()
        assert [line["number"] for line in busy.until_done()] == list(range(1, writes + 1))
        watch.until("busy", detail=f"write {writes:04d}")
        host.until("busy", detail=f"write {writes:04d}")
        busy.let_go()
        assert (busy.child.returncode, busy.complaints()) == (0, "")


# --- silence ------------------------------------------------------------------------------------------------

REWRITES = """
import os, pathlib, sys
file, text = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).read_text()
for number in range(1000):
    if number % 3 == 0:
        file.write_text(text)
    elif number % 3 == 1:
        file.with_name("temporary").write_text(text)
        file.with_name("temporary").replace(file)
    else:
        with file.open("r+") as stream:
            stream.write(text)
"""


def test_that_equal_content_is_silent_and_one_changed_character_is_one_line(tmp_path: Path) -> None:
    root, text = tmp_path / "root", phase_text(1, "demo")
    file = put_phase(root / "demo", text, AT)
    put_phase(root / "other", phase_text(1, "other"), AT)
    put(tmp_path / "text", text)
    with Watch(root, state=tmp_path / "places") as watch:
        watch.ready()
        put_phase(root / "demo", text)
        # A build of long ago that lives again is news; from then on there is nothing to tell.
        watch.until("demo", state="running")
        # Its panels' lines follow its own: what another build says after them stands behind them all.
        put_phase(root / "other", phase_text(2, "other"))
        watch.until("other", detail="write 0002")
        at_first = len(watch.all)
        subprocess.run([sys.executable, "-c", REWRITES, file, tmp_path / "text"], check=True)
        put_phase(root / "demo", text.replace("0001", "0002"))
        watch.until("demo", detail="write 0002")
        # The second of these may only be told 100 ms after the first: whatever else is to come, comes before.
        for number in (3, 4):
            put_phase(root / "other", phase_text(number, "other"))
            watch.until("other", detail=f"write {number:04d}")
        told = [line for line in watch.all[at_first:] if not is_of(line, "other", watch)]
        assert [(line["event"], line.get("build", line).get("detail")) for line in told] == [
            ("build", "write 0002")
        ]


def is_of(line: Line, project: str, watch: Watch) -> bool:
    build = watch.build(project)
    return build is not None and line["id"] == build["id"]


def test_that_one_changed_character_changes_the_header_and_activity_alone(tmp_path: Path) -> None:
    root = tmp_path / "root"
    put_phase(root / "demo", phase_text(1, "demo"))
    with EngineHost(tmp_path / "places", root) as host:
        host.ready()
        host.until("demo", detail="write 0001")
        known = len(host.events)
        put_phase(root / "demo", phase_text(1, "demo"))
        put_phase(root / "demo", phase_text(2, "demo"))
        host.until("demo", detail="write 0002")
        facets = [change.facet for change in host.changes("demo", after=known)]
        assert sorted(facets) == [Facet.ACTIVITY, Facet.BUILD]
