"""While watching is paused nothing is read and nothing concluded; afterwards everything is seen again."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cupola.domain.models import BuildModel
from cupola.domain.words import BuildState
from cupola.engine.feed import Change, Checked, Gone, HealthChange, SettingsChange
from cupola.store.settings import Settings
from cupola.watch.reader import Reader
from support.engine_host import EngineHost, SteeredClock
from support.project_files import PHASE, phase, put_phase

HOUR_S = 3600.0


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    project = tmp_path / "root" / "shop"
    put_phase(project, phase())
    return project


@pytest.fixture
def clock() -> SteeredClock:
    return SteeredClock()


@pytest.fixture
def host(shop: Path, tmp_path: Path, clock: SteeredClock) -> Iterator[EngineHost]:
    settings = Settings(roots=(str(shop.parent),))
    with EngineHost(tmp_path, shop.parent, clock=clock, settings=settings) as host:
        yield host.ready()


def pause(host: EngineHost) -> None:
    host.engine.pause(True)
    host.wait_for(lambda: host.health.paused, "it is paused")


def go_on(host: EngineHost) -> int:
    """Go on; how many events there were before."""
    before = len(host.events)
    host.engine.pause(False)
    host.wait_for(lambda: not host.health.paused, "it goes on")
    return before


def turn_over(host: EngineHost) -> None:
    """Wait until the engine has handled all that it was told."""
    sizes = {event.settings.font_points for event in host.events if isinstance(event, SettingsChange)}
    size = max(filter(None, sizes), default=8) + 1
    told = [event.settings for event in host.events if isinstance(event, SettingsChange)][-1]
    host.engine.configure(replace(told, font_points=size))
    host.wait_for(
        lambda: any(
            isinstance(event, SettingsChange) and event.settings.font_points == size for event in host.events
        ),
        "the engine has handled it",
    )


def states(host: EngineHost) -> set[BuildState]:
    models = (event.model for event in host.events if isinstance(event, Change))
    return {model.state for model in models if isinstance(model, BuildModel)}


def test_what_is_written_in_a_pause_is_seen_after_it_with_its_time(shop: Path, host: EngineHost) -> None:
    before = host.until("shop", detail="at work")
    pause(host)
    for number in range(5):
        put_phase(shop, phase(detail=f"unseen {number}"))
    put_phase(shop, phase(detail="written meanwhile"))
    host.engine.refresh()
    host.engine.show(before.id, visible=True)
    turn_over(host)
    assert host.build("shop") == before
    os.utime(shop / PHASE, (time.time() - 0.001, time.time() - 0.001))
    mtime = (shop / PHASE).stat().st_mtime
    known = go_on(host)
    after = host.until("shop", detail="written meanwhile")
    assert after.id == before.id
    assert after.changed_at == pytest.approx(mtime, abs=0.002)
    assert isinstance(host.events[known], HealthChange), "that it goes on is told before what was missed"
    put_phase(shop, phase(detail="and on"))
    host.until("shop", detail="and on")


def test_nothing_is_read_in_a_pause(
    shop: Path, host: EngineHost, monkeypatch: pytest.MonkeyPatch, clock: SteeredClock
) -> None:
    pause(host)
    reads: list[str] = []
    look = Reader.refresh

    def refresh(reader: Reader, base: str) -> object:
        reads.append(base)
        return look(reader, base)

    monkeypatch.setattr(Reader, "refresh", refresh)
    clock.ahead_s += HOUR_S
    build = host.build("shop")
    assert build is not None
    for number in range(100):
        put_phase(shop, phase(detail=str(number)))
        host.engine.show(build.id, visible=bool(number % 2))
        host.engine.refresh()
    put_phase(shop.parent / "new", phase())
    turn_over(host)
    assert reads == []
    assert not any(isinstance(event, Checked) for event in host.events[-3:])
    go_on(host)
    host.until("shop", detail="99")
    host.until("new", detail="at work")
    assert str(shop) in reads


def test_no_silence_is_concluded_from_a_pause(shop: Path, host: EngineHost, clock: SteeredClock) -> None:
    pause(host)
    clock.ahead_s += HOUR_S
    host.engine.configure(Settings(roots=(str(shop.parent),), quiet_limit_s=60.0))
    turn_over(host)
    assert states(host) == {BuildState.RUNNING}
    put_phase(shop, phase(detail="written just now"), clock.wall() - 1)
    go_on(host)
    host.until("shop", detail="written just now", state=BuildState.RUNNING)
    turn_over(host)
    assert states(host) == {BuildState.RUNNING}


def test_a_build_that_was_really_silent_is_quiet_once_that_was_looked_at(
    host: EngineHost, clock: SteeredClock
) -> None:
    pause(host)
    clock.ahead_s += HOUR_S
    turn_over(host)
    assert states(host) == {BuildState.RUNNING}
    go_on(host)
    host.until("shop", state=BuildState.QUIET)


def test_pausing_again_and_going_on_again_change_nothing(shop: Path, host: EngineHost) -> None:
    for _ in range(3):
        pause(host)
    go_on(host)
    go_on(host)
    told = [event.model.paused for event in host.events if isinstance(event, HealthChange)]
    changes = [now for now, before in zip(told[1:], told, strict=False) if now != before]
    assert changes == [True, False]
    put_phase(shop, phase(detail="moved on"))
    host.until("shop", detail="moved on")


def test_pauses_in_quick_succession_end_as_the_last_was_asked_for(shop: Path, host: EngineHost) -> None:
    for number in range(30):
        host.engine.pause(number % 2 == 0)
        put_phase(shop, phase(detail=str(number)))
    host.until("shop", detail="29")
    assert not host.health.paused


def test_what_left_and_came_back_in_a_pause_is_not_told_as_gone(shop: Path, host: EngineHost) -> None:
    aside = shop.parent.parent / "aside"
    before = host.until("shop")
    shutil.move(shop, aside)
    pause(host)
    shutil.move(aside, shop)
    put_phase(shop, phase(detail="is back"))
    go_on(host)
    assert host.until("shop", detail="is back").id == before.id
    assert not any(isinstance(event, Gone) for event in host.events)


def test_what_left_in_a_pause_is_gone_after_it(shop: Path, host: EngineHost) -> None:
    build = host.until("shop").id
    pause(host)
    shutil.rmtree(shop)
    turn_over(host)
    assert host.gone() == []
    go_on(host)
    host.wait_for(lambda: host.gone() == [build], "it is gone")


def test_settings_count_in_a_pause_and_roots_are_read_after_it(
    shop: Path, host: EngineHost, tmp_path: Path
) -> None:
    put_phase(tmp_path / "other" / "mill", phase())
    pause(host)
    host.engine.configure(Settings(roots=(str(tmp_path / "other"),)))
    host.wait_for(lambda: not host.snapshots(), "the shop left")
    host.wait_for(lambda: [one.note for one in host.health.roots] == ["not looked at yet"], "it waits")
    host.wait_for((tmp_path / "config" / "settings.json").exists, "they are kept")
    go_on(host)
    host.until("mill", detail="at work")
    assert set(host.snapshots()) == {"mill"}


def test_a_pause_before_anything_was_read_holds_the_start(shop: Path, tmp_path: Path) -> None:
    host = EngineHost(tmp_path, shop.parent)
    host.engine.pause(True)
    with host:
        host.wait_for(lambda: host.health.paused and host.health.roots, "it is paused")
        assert host.snapshots() == {}
        host.engine.pause(False)
        host.ready().until("shop", detail="at work")


def test_a_paused_engine_stops_at_once(host: EngineHost) -> None:
    pause(host)
