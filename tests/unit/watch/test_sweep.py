"""Sweeps look often at what is looked at, rarely at the rest, and confirm only what they could see."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from cupola.sources.base import Anchor
from cupola.sources.registry import SOURCES
from cupola.watch.patterns import Patterns
from cupola.watch.reader import HolderRead, Reader
from cupola.watch.sweep import Confirmed, Plan, Resumed, Sweeper, SweepMessage
from support.clock import FakeClock
from support.project_files import phase, put_phase

PATTERNS = Patterns.of(SOURCES, frozenset({Anchor.PROJECT}))


class Stage:
    """A sweeper on a fake clock, with the folders it has looked at."""

    def __init__(self, base: Path, *names: str) -> None:
        self.base = base
        self.clock = FakeClock(continuous=1000.0)
        self.posted: list[SweepMessage] = []
        self.waiting: deque[Iterator[None]] = deque()
        self.reader = Reader(self.clock, lambda *_: None, lambda *_: "")
        for name in names:
            put_phase(base / name, phase(), 1000)
            self.reader.open(str(base / name), PATTERNS)
        self.sweeper = Sweeper(self.reader, self.clock, self.posted.append, self.waiting.append)

    def paths(self, *names: str) -> frozenset[str]:
        return frozenset(str(self.base / name) for name in names)

    def tick(self) -> float:
        wait_s = self.sweeper.tick()
        while self.waiting:
            for _ in self.waiting.popleft():
                pass
        return wait_s

    def after(self, seconds: float) -> list[str]:
        """What was confirmed when so much time has passed, by the ticks that were asked for."""
        end = self.clock.continuous() + seconds
        wait_s = self.sweeper.tick()
        self.posted.clear()
        while self.clock.continuous() + wait_s <= end:
            self.clock.advance(wait_s)
            wait_s = self.tick()
        self.clock.advance(end - self.clock.continuous())
        return [
            Path(path).name
            for message in self.posted
            if isinstance(message, Confirmed)
            for path in sorted(message.holders)
        ]


@pytest.fixture(autouse=True)
def _awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake clock goes its own way, which is not to be taken for sleep."""
    monkeypatch.setattr(Sweeper, "_sleep_total", lambda self: 0.0)


def test_the_shown_the_active_and_the_rest_have_each_their_own_pace(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "shown", "active", "rest")
    stage.sweeper.plan = Plan(stage.paths("shown"), stage.paths("active"), visible=True)
    confirmed = stage.after(60)
    assert (confirmed.count("shown"), confirmed.count("active"), confirmed.count("rest")) == (30, 12, 2)


@pytest.mark.parametrize(("differs", "confirmed"), [(None, {"shown", "apart"}), (1, {"shown"})])
def test_a_folder_held_apart_is_looked_at_file_by_file_when_others_have_had_their_turn(
    tmp_path: Path, differs: int | None, confirmed: set[str]
) -> None:
    stage, looked = Stage(tmp_path, "shown"), list[int]()

    def glance(_holder: str) -> Iterator[bool]:
        for number in range(3):
            looked.append(number)
            yield number != differs

    apart = stage.paths("apart")
    post, submit = stage.posted.append, stage.waiting.append
    stage.sweeper = Sweeper(stage.reader, stage.clock, post, submit, glance, lambda: apart)
    stage.sweeper.plan = Plan(shown=stage.paths("shown") | apart, visible=True)
    for _ in range(2):
        stage.clock.advance(2)
        stage.sweeper.tick()
    (work,) = stage.waiting  # the first is not over yet, so there is no second
    assert looked == []
    next(work)
    assert looked == [0]
    assert list(work) == [None, None]
    (last,) = (message for message in stage.posted[-1:] if isinstance(message, Confirmed))
    assert {Path(path).name for path in last.holders} == confirmed


def test_what_nobody_sees_is_not_confirmed_and_wakes_up_less(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "shown")
    stage.sweeper.plan = Plan(shown=stage.paths("shown"))
    assert stage.after(60) == []
    assert Plan(shown=stage.paths("shown")).often_s == 5
    assert Plan().often_s == 30


def test_with_nothing_to_sweep_it_sleeps_for_long(tmp_path: Path) -> None:
    assert Stage(tmp_path).tick() == 30


def test_where_no_changes_are_told_all_is_swept_each_second(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "active", "rest")
    stage.sweeper.plan = Plan(active=stage.paths("active"), polled=True, visible=True)
    confirmed = stage.after(10)
    assert (confirmed.count("active"), confirmed.count("rest")) == (10, 10)


def test_sweeps_of_different_paces_share_a_wake_up(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "active", "rest")
    stage.sweeper.plan = Plan(active=stage.paths("active"))
    assert stage.tick() == pytest.approx(5.0)
    stage.clock.advance(7)
    assert stage.tick() == pytest.approx(3.0)


def test_a_change_that_no_event_told_of_is_posted(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "active")
    stage.sweeper.plan = Plan(active=stage.paths("active"))
    stage.after(5)
    put_phase(tmp_path / "active", phase(detail="unseen"), 2000)
    stage.after(5)
    (seen,) = stage.posted
    assert isinstance(seen, HolderRead)
    assert [result.source for result in seen.results] == ["phase"]


def test_only_what_could_be_seen_is_confirmed(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "good", "linked", "gone")
    (tmp_path / "linked" / ".context-foundry").rename(tmp_path / "real")
    (tmp_path / "linked" / ".context-foundry").symlink_to(tmp_path / "real")
    (tmp_path / "gone").rename(tmp_path / "away")
    everything = stage.paths("good", "linked", "gone", "never opened")
    stage.sweeper.plan = Plan(active=everything, visible=True)
    assert set(stage.after(5)) == {"good"}
    gone = [seen.holder for seen in stage.posted if isinstance(seen, HolderRead) and seen.identity is None]
    assert set(gone) == stage.paths("gone", "never opened")


def test_the_rest_is_swept_in_slices_and_never_twice_at_once(tmp_path: Path) -> None:
    names = [str(number) for number in range(10)]
    stage = Stage(tmp_path, *names)
    stage.sweeper.plan = Plan(visible=True)
    stage.clock.advance(30)
    began = stage.clock.continuous()
    stage.sweeper.tick()
    (work,) = stage.waiting
    next(work)
    stage.clock.advance(30)
    stage.sweeper.tick()
    assert len(stage.waiting) == 1
    assert stage.posted == []
    assert sum(1 for _ in work) == 9
    (confirmed,) = stage.posted
    assert isinstance(confirmed, Confirmed)
    assert (len(confirmed.holders), confirmed.at) == (10, began)


def test_the_rest_is_whatever_is_open_and_was_read(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "read", "closed")
    stage.sweeper.plan = Plan(visible=True)
    put_phase(tmp_path / "armed", phase(), 1000)
    stage.reader.arm(str(tmp_path / "armed"), PATTERNS)
    stage.reader.close(str(tmp_path / "closed"))
    assert stage.after(31) == ["read"]
    assert stage.reader.finish(str(tmp_path / "armed")) is not None


def test_a_rest_that_costs_too_much_is_swept_less_often(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "rest")
    stage.sweeper.plan = Plan(visible=True)
    stage.sweeper._rest_cost_s = 0.3  # a tenth of a percent of 300 s
    assert stage.after(190) == []  # due at 1200 s
    assert stage.after(20) == ["rest"]


def test_a_sleep_of_the_machine_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asleep_s = 100.0
    monkeypatch.setattr(Sweeper, "_sleep_total", lambda self: asleep_s)
    stage = Stage(tmp_path)
    stage.tick()
    assert stage.posted == []
    asleep_s += 60
    stage.tick()
    stage.tick()
    assert stage.posted == [Resumed()]


def test_the_rest_is_looked_at_by_its_folders_unless_nothing_tells_of_changes(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "rest")
    for folder in (tmp_path / "rest" / ".context-foundry", tmp_path / "rest"):
        os.utime(folder, (1000, 1000))
    stage.reader.refresh(str(tmp_path / "rest"))
    put_phase(tmp_path / "rest", phase(detail="written in place"), 2000)
    for polled, seen in ((False, False), (True, True)):
        stage.sweeper.plan = Plan(visible=True, polled=polled)
        assert "rest" in stage.after(31)
        read = [each for each in stage.posted if isinstance(each, HolderRead) and each.results]
        assert bool(read) is seen
