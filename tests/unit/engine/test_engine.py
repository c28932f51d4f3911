"""The whole engine on real folders, where its parts meet."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from cupola.engine.attention import Attention
from cupola.engine.engine import Engine
from cupola.engine.feed import Change, Publisher
from cupola.engine.messages import Warned
from cupola.store.settings import Settings
from cupola.store.settings_file import load
from cupola.watch.events import Dirty, Hint
from cupola.watch.reader import HolderRead
from cupola.watch.sweep import Confirmed
from support.clock import FakeClock
from support.engine_host import EngineHost, places
from support.project_files import phase, put_phase, state
from support.project_files import put as put_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "root"
    made.mkdir()
    return made


def test_a_project_that_is_itself_a_root_is_as_old_as_its_file(root: Path, tmp_path: Path) -> None:
    at = time.time() - 300
    put_phase(root, phase(), at)
    with EngineHost(tmp_path, root) as host:
        host.ready()
        build = host.build("root")
        assert build is not None
        assert build.changed_at == pytest.approx(at, abs=1)


def test_two_roots_that_lead_to_one_folder_show_its_project_once(root: Path, tmp_path: Path) -> None:
    put_phase(root / "sub" / "one", phase())
    (tmp_path / "link").symlink_to(root / "sub")
    with EngineHost(tmp_path, root, tmp_path / "link") as host:
        host.ready()
        assert set(host.snapshots()) == {"one"}
        put_phase(root / "sub" / "one", phase(detail="moved on"))
        host.until("one", detail="moved on")


def test_a_project_whose_marker_goes_is_gone_though_reads_of_it_are_under_way(
    root: Path, tmp_path: Path
) -> None:
    one = root / "one"
    put_phase(one, phase())
    with EngineHost(tmp_path, root) as host:
        host.ready()
        for number in range(10):
            put_phase(one, phase(detail=str(number)))
            host.until("one", detail=str(number))
            shutil.rmtree(one / ".context-foundry")
            host.wait_for(lambda: not host.snapshots(), "it is gone")


def test_what_was_read_of_a_folder_before_it_was_closed_brings_nothing_back(tmp_path: Path) -> None:
    engine = Engine(places=places(tmp_path, []), settings=Settings(), clock=FakeClock())
    late = HolderRead("/r/one", (), complete=True, identity=(1, 2), troubles=(("", "cannot be read"),))
    engine._handle(late)
    assert engine._builds.take_moved() == set()


def test_plans_and_health_are_made_ten_times_a_second_however_many_messages_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    engine = Engine(places=places(tmp_path, []), settings=Settings(), clock=clock)
    made: list[str] = []
    monkeypatch.setattr(Attention, "replan", lambda _: made.append("plan"))
    monkeypatch.setattr(Publisher, "health", lambda *_: made.append("health"))
    for number in range(1000):
        engine._take(Warned("a folder", f"its state {number}"))
        engine._hand_out()
        clock.advance(0.001)
    assert made == ["plan", "health"] * 10
    clock.advance(0.1)
    engine._hand_out()
    assert made == ["plan", "health"] * 11


def test_that_it_was_told_how_all_stands_is_no_reason_to_tell_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock()
    engine = Engine(places=places(tmp_path, []), settings=Settings(), clock=clock)
    told: list[str] = []
    monkeypatch.setattr(Publisher, "health", lambda *_: told.append("health"))
    engine._take(Warned("a folder", "its state"))
    for _ in range(100):
        engine._hand_out()
        clock.advance(0.1)
        engine._take(Confirmed(frozenset(), clock.continuous()))
        engine._take(Dirty("/r/one/current-phase.json", Hint.CLOSED, 0))
    assert told == ["health"]


def test_a_checkpoint_in_a_root_and_its_project_are_one_build(root: Path, tmp_path: Path) -> None:
    put_phase(root / "one", phase())
    checkpoint = root / "checkpoints" / "ralph" / "run_20250101_000000"
    put_file(checkpoint / "state.json", state(working_directory=str(root / "one")))
    put_file(checkpoint / "progress.json", {"completed": [], "remaining": ["a"]})
    with EngineHost(tmp_path, root) as host:
        host.ready()
        assert set(host.snapshots()) == {"one"}


def test_asking_for_a_refresh_again_and_again_tells_nothing_new(root: Path, tmp_path: Path) -> None:
    put_phase(root / "one", phase())
    with EngineHost(tmp_path, root) as host:
        host.ready()
        before = len(host.events)
        for _ in range(200):
            host.engine.refresh()
        put_phase(root / "one", phase(detail="after"))
        host.until("one", detail="after")
        told = [event for event in host.events[before:] if isinstance(event, Change)]
        assert {event.facet.value for event in told} <= {"build", "activity"}


def test_after_a_restart_a_file_that_went_meanwhile_is_not_shown_from_the_journal(
    root: Path, tmp_path: Path
) -> None:
    one = root / "one"
    put_phase(one, phase())
    put_file(one / ".context-foundry" / "session-summary.json", {"status": "completed"})
    with EngineHost(tmp_path, root) as host:
        host.ready()
        first = host.build("one")
    put_phase(one, phase(), time.time())
    (one / ".context-foundry" / "session-summary.json").unlink()
    with EngineHost(tmp_path, root) as host:
        after = host.until("one", state="running")
        assert first is not None
        assert after.id == first.id


def test_a_folder_that_is_added_is_watched_at_once_and_remembered(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    put_phase(other / "shop", phase())
    with EngineHost(tmp_path, root) as host:
        host.ready()
        host.engine.add_root(str(other))
        host.until("shop", detail="at work")
        put_phase(other / "shop", phase(detail="moved on"))
        host.until("shop", detail="moved on")
        kept = tmp_path / "config" / "settings.json"
        host.wait_for(kept.exists, "it is remembered")
    assert load(tmp_path / "config").settings.roots == ("~/homelab", str(other))


def test_what_was_added_and_is_no_folder_is_said_and_not_remembered(root: Path, tmp_path: Path) -> None:
    file = put_file(tmp_path / "file", "text")
    with EngineHost(tmp_path, root) as host:
        host.ready()
        host.engine.add_root(str(file))
        host.wait_for(
            lambda: {root.path: root.note for root in host.health.roots}.get(str(file)) == "is not a folder",
            "it is said",
        )
    assert not (tmp_path / "config").exists()


def test_a_home_of_foundry_that_is_not_there_is_no_problem(root: Path, tmp_path: Path) -> None:
    put_phase(root / "shop", phase())
    with EngineHost(tmp_path, root) as host:
        host.ready()
        assert host.health.problems == ()
