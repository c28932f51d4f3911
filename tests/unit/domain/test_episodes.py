"""An alert comes once for each episode, only of what Cupola saw change, and only when somebody wants it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from cupola.domain.alert_words import body_of, title_of
from cupola.domain.alerts import Alert, AlertKind, AlertPolicy, Occasion, QuietHours
from cupola.domain.episodes import FINISHED_S, GATHER_S, HOLD_S, IMPAIRED_S
from cupola.domain.models import HealthModel, Work, WorkState, Zone
from cupola.domain.problems import Problem
from cupola.domain.words import BuildState, Facet
from support.alerting import Lookout, health, seen
from support.fake_engine import NOW

RUNNING, QUIET, UNKNOWN = BuildState.RUNNING, BuildState.QUIET, BuildState.UNKNOWN
COMPLETED, FAILED = BuildState.COMPLETED, BuildState.FAILED
WORKING, WAITING, LIMITED = WorkState.WORKING, WorkState.WAITING, WorkState.LIMITED
LONG_S = 1_000.0


# --- each kind ----------------------------------------------------------------------------------------------


def test_a_build_is_finished_after_a_minute_without_reopening() -> None:
    lookout = Lookout.settled()
    lookout.see(COMPLETED)
    ended = lookout.now
    lookout.let(FINISHED_S - 1)
    assert lookout.alerts == []
    lookout.let(LONG_S)
    ((at, alert),) = lookout.alerts
    assert at == ended + FINISHED_S
    assert (alert.first.kind, alert.first.dock) == (AlertKind.FINISHED, Facet.TESTS)


def test_a_build_that_is_reopened_within_a_minute_was_not_finished() -> None:
    lookout = Lookout.settled()
    lookout.see(COMPLETED)
    lookout.let(FINISHED_S - 1)
    lookout.see(RUNNING)
    lookout.let(LONG_S)
    assert lookout.kinds == []
    lookout.see(COMPLETED)
    lookout.let(LONG_S)
    assert lookout.kinds == [AlertKind.FINISHED]


@pytest.mark.parametrize(
    ("work", "kind", "dock"),
    [
        (WorkState.WAITING, AlertKind.WAITING, Facet.AGENTS),
        (WorkState.LIMITED, AlertKind.LIMITED, Facet.TOKENS),
        (WorkState.STUCK, AlertKind.QUIET, Facet.AGENTS),
    ],
)
def test_what_a_session_needs_is_said_with_its_reason(work: WorkState, kind: AlertKind, dock: Facet) -> None:
    lookout = Lookout.settled(work=WORKING)
    lookout.work(work)
    lookout.let(LONG_S)
    ((_, alert),) = lookout.alerts
    assert (alert.first.kind, alert.first.dock) == (kind, dock)
    assert alert.first.reason == f"{work.value} because"


def test_a_failure_is_said_with_build_phase_reason_and_folder() -> None:
    lookout = Lookout.settled()
    lookout.see(FAILED, phase="Test")
    lookout.let(GATHER_S)
    ((_, alert),) = lookout.alerts
    said = alert.first
    assert (said.kind, said.build, said.dock) == (AlertKind.FAILED, "0123456789ab", Facet.TESTS)
    assert (said.project, said.phase, said.reason) == ("weather-app", "Test", "failed because")
    assert said.directory == "/home/someone/homelab/0123456789ab"


def test_silence_is_said_unless_its_reason_is_known() -> None:
    lookout = Lookout.settled()
    lookout.fall_silent()
    lookout.let(LONG_S)
    assert lookout.kinds == [AlertKind.QUIET]
    for work in (WORKING, WAITING, LIMITED):
        known = Lookout.settled(work=WORKING)
        known.work(work)
        known.let(LONG_S)
        said = known.kinds
        known.fall_silent()
        known.let(LONG_S)
        assert known.kinds == said, work


def test_a_full_context_is_said_again_only_after_it_was_safe() -> None:
    lookout = Lookout.settled(zone=Zone.SAFE)
    for zone in (Zone.CRITICAL, Zone.WARNING, Zone.CRITICAL, Zone.NONE, Zone.CRITICAL):
        lookout.see(zone=zone)
        lookout.let(LONG_S)
    assert lookout.kinds == [AlertKind.CRITICAL]
    lookout.see(zone=Zone.SAFE)
    lookout.see(zone=Zone.CRITICAL)
    lookout.let(LONG_S)
    assert lookout.kinds == [AlertKind.CRITICAL] * 2


def test_watching_that_stays_impaired_is_said_once_until_it_healed() -> None:
    lookout = Lookout.settled()
    lookout.tell(health=health())
    lookout.tell(health=health("/r"))
    lookout.let(IMPAIRED_S - 1)
    lookout.tell(health=health())
    lookout.let(LONG_S)
    assert lookout.kinds == [], "it healed by itself"
    for _ in range(2):
        lookout.tell(health=health("/r"))
        lookout.let(LONG_S)
        lookout.tell(health=health("/r"))
        lookout.let(LONG_S)
        lookout.tell(health=health())
    assert lookout.kinds == [AlertKind.IMPAIRED] * 2
    first = lookout.alerts[0][1].first
    assert (first.build, first.project, first.reason, first.dock) == ("", "/r", "gone", None)


def test_only_problems_that_blind_impair() -> None:
    lookout = Lookout.settled()
    lookout.tell(health=HealthModel())
    problems = (Problem("prices", "nothing is priced"), Problem("limits", "no events"))
    lookout.tell(health=HealthModel(problems=problems, blinded_by=frozenset({"limits"})))
    lookout.let(LONG_S)
    ((_, alert),) = lookout.alerts
    assert [each.project for each in alert.occasions] == ["limits"]


def test_a_root_that_is_added_and_not_there_impairs_nothing() -> None:
    lookout = Lookout.settled()
    lookout.tell(health=health())
    lookout.tell(health=health("/new", roots=("/r", "/new")))
    lookout.let(LONG_S)
    assert lookout.kinds == []


# --- pauses -------------------------------------------------------------------------------------------------


def paused(lookout: Lookout, seconds: float = LONG_S) -> None:
    lookout.tell(health=replace(health(), paused=True))
    lookout.let(seconds)


def test_what_happened_in_a_pause_is_not_said_after_it() -> None:
    for state in (FAILED, QUIET, COMPLETED):
        lookout = Lookout.settled()
        lookout.tell(health=health())
        paused(lookout)
        lookout.tell(health=health(), sights=(seen(lookout.now, state),))
        lookout.let(LONG_S)
        assert lookout.kinds == [], state
        lookout.see(RUNNING)
        lookout.see(FAILED)
        lookout.let(LONG_S)
        assert lookout.kinds == [AlertKind.FAILED], "what happens after it is said again"


def test_nothing_is_said_in_a_pause_and_what_began_before_it_is_said_after_it() -> None:
    lookout = Lookout.settled()
    lookout.tell(health=health())
    lookout.see(COMPLETED)
    paused(lookout)
    assert lookout.kinds == []
    assert lookout.due is None, "nothing wakes for it"
    lookout.tell(health=health())
    lookout.let(HOLD_S + 1)
    assert lookout.kinds == [AlertKind.FINISHED]


def test_what_was_reopened_in_a_pause_is_not_said_to_be_finished() -> None:
    lookout = Lookout.settled()
    lookout.tell(health=health())
    lookout.see(COMPLETED)
    paused(lookout)
    lookout.tell(health=health(), sights=(seen(lookout.now, RUNNING),))
    lookout.let(LONG_S)
    assert lookout.kinds == []


def test_a_root_that_cannot_be_read_since_a_pause_is_not_said() -> None:
    lookout = Lookout.settled()
    lookout.tell(health=health())
    paused(lookout)
    lookout.tell(health=health("/r"))
    lookout.let(LONG_S)
    assert lookout.kinds == []


# --- once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", [UNKNOWN, FAILED, QUIET])
def test_only_work_is_a_recovery_of_what_finished(between: BuildState) -> None:
    lookout = Lookout.settled()
    for state in (COMPLETED, between, COMPLETED):
        lookout.see(state)
        lookout.let(LONG_S)
    assert lookout.kinds.count(AlertKind.FINISHED) == 1
    lookout.see(RUNNING)
    lookout.see(COMPLETED)
    lookout.let(LONG_S)
    assert lookout.kinds.count(AlertKind.FINISHED) == 2


def test_a_session_that_goes_on_waiting_is_not_said_again() -> None:
    lookout = Lookout.settled(work=WORKING)
    for work in (WAITING, LIMITED, WAITING, WorkState.ENDED, WAITING):
        lookout.work(work)
        lookout.let(LONG_S)
    assert lookout.kinds == [AlertKind.WAITING, AlertKind.LIMITED]
    lookout.work(WORKING)
    lookout.work(WAITING)
    lookout.let(LONG_S)
    assert lookout.kinds[2:] == [AlertKind.WAITING]


def test_what_is_over_within_two_seconds_is_not_said_and_not_used_up() -> None:
    lookout = Lookout.settled(work=WORKING)
    lookout.work(WAITING)
    lookout.let(GATHER_S / 2)
    lookout.work(WORKING)
    lookout.let(LONG_S)
    assert lookout.kinds == []
    lookout.work(WAITING)
    lookout.let(LONG_S)
    assert lookout.kinds == [AlertKind.WAITING]


# --- only what was seen to change ---------------------------------------------------------------------------


@pytest.mark.parametrize("state", [COMPLETED, FAILED, QUIET])
def test_what_is_there_at_first_sight_is_no_episode(state: BuildState) -> None:
    lookout = Lookout()
    lookout.tell(ready=True)
    lookout.let(LONG_S)
    lookout.see(state)
    lookout.let(LONG_S)
    lookout.see(state, detail="more")
    lookout.let(LONG_S)
    assert lookout.kinds == []


def test_nothing_is_said_of_what_happens_in_the_first_ten_seconds() -> None:
    lookout = Lookout()
    lookout.tell(ready=True)
    lookout.see(RUNNING)
    lookout.let(HOLD_S / 2)
    lookout.see(FAILED)
    lookout.let(LONG_S)
    assert lookout.kinds == []


def test_the_first_ten_seconds_last_until_everything_was_read() -> None:
    lookout = Lookout()
    lookout.see(RUNNING)
    lookout.let(LONG_S)
    lookout.see(FAILED)
    lookout.tell(ready=True)
    lookout.let(LONG_S)
    assert lookout.kinds == []


def test_a_build_that_never_changed_falls_silent_in_silence() -> None:
    lookout = Lookout()
    lookout.tell(ready=True)
    lookout.see(RUNNING, changed_at=NOW - 600)
    lookout.let(300)
    lookout.fall_silent()
    lookout.let(LONG_S)
    assert lookout.kinds == []


def test_an_old_transcript_that_is_read_late_tells_of_no_episode() -> None:
    lookout = Lookout.settled()
    lookout.let(LONG_S)
    sight = lookout.episodes.courses["0123456789ab"].sight

    work = Work(WAITING, "waiting for an answer", NOW - 7200)
    lookout.tell(sights=(replace(sight, build=replace(sight.build, work=work)),))
    lookout.let(LONG_S)
    assert lookout.kinds == []


def test_silence_that_the_machine_slept_through_is_none() -> None:
    lookout = Lookout.settled()
    lookout.sleep(8 * 3600)
    lookout.let(HOLD_S + 5)
    lookout.fall_silent()
    lookout.let(LONG_S)
    assert lookout.kinds == []
    lookout.see(RUNNING)
    lookout.let(900)
    lookout.fall_silent()
    lookout.let(LONG_S)
    assert lookout.kinds == [AlertKind.QUIET]


def test_what_is_found_within_ten_seconds_of_sleep_is_no_episode() -> None:
    lookout = Lookout.settled()
    lookout.sleep(3600)
    lookout.let(HOLD_S - 1)
    lookout.see(FAILED)
    lookout.let(LONG_S)
    assert lookout.kinds == []


def test_an_end_that_was_seen_before_sleep_is_said_after_it_but_not_at_once() -> None:
    lookout = Lookout.settled()
    lookout.see(COMPLETED)
    lookout.let(FINISHED_S / 2)
    lookout.sleep(3600)
    woke = lookout.now
    lookout.let(LONG_S)
    ((at, _),) = lookout.alerts
    assert at == woke + HOLD_S


def test_a_clock_that_is_set_back_holds_nothing_for_longer_than_a_start() -> None:
    lookout = Lookout.settled()
    lookout.now -= 5_000
    lookout.see(RUNNING)
    lookout.let(HOLD_S + 1)
    lookout.see(FAILED)
    lookout.let(GATHER_S)
    assert lookout.kinds == [AlertKind.FAILED]


def test_a_build_that_is_gone_has_nothing_to_say_any_more() -> None:
    lookout = Lookout.settled()
    lookout.see(COMPLETED)
    lookout.tell(gone=("0123456789ab", "never known"))
    lookout.let(LONG_S)
    assert lookout.kinds == []
    lookout.see(COMPLETED)
    lookout.let(LONG_S)
    assert lookout.kinds == []


# --- only when somebody wants it ----------------------------------------------------------------------------


def test_nothing_is_said_of_a_build_that_somebody_looks_at() -> None:
    lookout = Lookout.settled()
    lookout.look("0123456789ab")
    lookout.see(FAILED)
    lookout.let(LONG_S)
    assert lookout.kinds == []


@pytest.mark.parametrize(("shown", "focused", "idle_s"), [("x", True, 0), ("", False, 0), ("", True, 61)])
def test_it_is_said_where_nobody_looks(shown: str, focused: bool, idle_s: float) -> None:
    lookout = Lookout.settled()
    lookout.look(shown or "0123456789ab", focused=focused)
    lookout.let(idle_s)
    lookout.see(FAILED)
    lookout.let(GATHER_S)
    assert lookout.kinds == [AlertKind.FAILED]


def test_a_kind_that_is_switched_off_is_not_said_later_either() -> None:
    lookout = Lookout.settled()
    lookout.policy = AlertPolicy(switched_off=frozenset({AlertKind.FAILED}))
    lookout.see(FAILED)
    lookout.let(LONG_S)
    lookout.policy = AlertPolicy()
    lookout.see(FAILED, detail="more")
    lookout.let(LONG_S)
    assert lookout.kinds == []


def test_muted_for_an_hour_is_silent_for_an_hour() -> None:
    lookout = Lookout.settled()
    lookout.policy = AlertPolicy(muted_until=lookout.now + 3600)
    for expected in (0, 1):
        lookout.see(FAILED)
        lookout.let(3600)
        assert len(lookout.alerts) == expected
        lookout.see(RUNNING)


def test_quiet_hours_go_over_midnight() -> None:
    night = QuietHours(22 * 60, 7 * 60)
    covered = [minute for minute in range(1440) if night.cover(minute)]
    assert covered == [*range(7 * 60), *range(22 * 60, 1440)]
    noon = QuietHours(12 * 60, 13 * 60)
    assert [minute for minute in range(1440) if noon.cover(minute)] == [*range(12 * 60, 13 * 60)]


def test_quiet_hours_are_those_of_the_users_day() -> None:
    lookout = Lookout.settled()
    local = time.localtime(lookout.now)
    minute = local.tm_hour * 60 + local.tm_min
    lookout.policy = AlertPolicy(quiet_hours=QuietHours(minute, (minute + 5) % 1440))
    lookout.see(FAILED)
    lookout.let(600)
    assert lookout.kinds == []
    lookout.see(RUNNING)
    lookout.see(FAILED)
    lookout.let(600)
    assert lookout.kinds == [AlertKind.FAILED]


# --- one alert ----------------------------------------------------------------------------------------------


def test_several_at_once_become_one_alert_with_the_worst_first() -> None:
    lookout = Lookout()
    lookout.tell(ready=True)
    names = ("a", "b", "c")
    for _ in range(2):
        for name in names:
            lookout.see(id_=name, project=name, work=WORKING)
        lookout.let(HOLD_S + 1)
    lookout.work(WAITING, id_="a", project="a")
    lookout.see(FAILED, id_="b", project="b", phase="Test")
    lookout.let(GATHER_S / 2)
    lookout.work(LIMITED, id_="c", project="c")
    lookout.let(LONG_S)
    ((_, alert),) = lookout.alerts
    assert [each.build for each in alert.occasions] == ["b", "c", "a"]
    assert title_of(alert) == "b failed, and 2 more"
    assert body_of(alert).splitlines() == [
        "b failed: Test: failed because",
        "c is at its usage limit: Builder: limited because",
        "a waits for you: Builder: waiting because",
    ]


def test_the_text_of_one_has_project_phase_and_reason() -> None:
    lookout = Lookout.settled()
    lookout.see(FAILED, phase="Test", project="we\x1bather", state_reason="status\nfailed")
    lookout.let(GATHER_S)
    ((_, alert),) = lookout.alerts
    assert title_of(alert) == "we\\x1bather failed"
    assert body_of(alert) == "Test: status failed"


def test_many_are_cut_to_as_many_lines_as_are_shown() -> None:
    many = tuple(Occasion(AlertKind.QUIET, str(one), f"p{one}", None, "why") for one in range(40))
    lines = body_of(Alert(many)).splitlines()
    assert len(lines) == 7
    assert lines[-1] == "… and 34 more"


def test_impaired_watching_names_folder_and_reason() -> None:
    alert = Alert((Occasion(AlertKind.IMPAIRED, "", "/mnt/x", None, "hangs"),))
    assert (title_of(alert), body_of(alert)) == ("Watching is impaired", "/mnt/x: hangs")
