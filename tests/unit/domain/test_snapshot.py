"""What a consumer gets of a run: header, digests, elapsed, problems."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain.claims import Claim
from cupola.domain.facts import Observation, PhaseFact
from cupola.domain.models import BuildSnapshot
from cupola.domain.panels.kept import Kept
from cupola.domain.problems import Problem
from cupola.domain.record import Run
from cupola.domain.run import accept, open_run
from cupola.domain.shape import elapsed_s
from cupola.domain.snapshot import present
from cupola.domain.state import Policy
from cupola.domain.words import BuildState, Generation, Origin, Provenance
from support.facts import count, mark, plan, results
from support.observations import HOUR, T0, artefact, checkpoint, phase, summary

POLICY = Policy()
SAB = ("Scout", "Architect", "Builder")
TEST = phase(0, "Test", "testing", SAB, iteration=1, detail="Running tests")


def of(run: Run, at: float, problems: tuple[Problem, ...] = ()) -> BuildSnapshot:
    return present(run, "abc", "demo", "/p/demo", T0, problems, T0 + at, POLICY)[0]


def changed(before: BuildSnapshot, after: BuildSnapshot) -> set[str]:
    return {name for (name, old), (_, new) in zip(before.digests, after.digests, strict=True) if old != new}


def test_the_header_says_what_the_files_of_the_origin_say() -> None:
    build = of(open_run([TEST], T0), 5).build
    assert (build.id, build.project, build.directory) == ("abc", "demo", "/p/demo")
    assert (build.session_id, build.generation, build.source) == ("demo", Generation.A1, Origin.LIVE)
    assert (build.phase, build.phase_status, build.phases_completed) == ("Test", "testing", SAB)
    assert (build.detail, build.test_iteration, build.changed_at) == ("Running tests", 1, T0)
    assert (build.state, build.first_seen) == (BuildState.RUNNING, T0)


def test_nothing_in_a_snapshot_changes_by_time_before_its_deadline() -> None:
    run = open_run([TEST], T0)
    snapshot, valid_until = present(run, "abc", "demo", "/p", T0, (), T0 + 1, POLICY)
    assert valid_until == T0 + 900
    assert present(run, "abc", "demo", "/p", T0, (), valid_until - 0.001, POLICY) == (snapshot, valid_until)
    later = present(run, "abc", "demo", "/p", T0, (), valid_until, POLICY)[0]
    assert (later.build.state, changed(snapshot, later)) == (BuildState.QUIET, {"build"})


def test_an_equal_rewrite_changes_no_digest_even_if_its_clock_differs() -> None:
    run = open_run([TEST], T0)
    again = replace(TEST, changed_at=T0 + 50, touched_at=T0 + 50, mtime=T0 + 500)
    after = accept(run, again, T0 + 50)
    assert after != run
    assert of(after, 50) == of(run, 50)


def test_one_changed_character_changes_the_header_and_the_activity_only() -> None:
    run = open_run([TEST], T0)
    after = accept(run, phase(9, "Test", "testing", SAB, iteration=1, detail="Running tests!"), T0 + 9)
    assert changed(of(run, 9), of(after, 9)) == {"build", "activity"}


def test_every_facet_has_a_digest() -> None:
    digests = dict(of(open_run([TEST], T0), 0).digests)
    assert set(digests) == {"build", "tokens", "tests", "agents", "decisions", "activity"}
    assert {len(value) for value in digests.values()} == {64}


ELAPSED = [
    ("runs on", [TEST], 500, 500),
    ("runs on while quiet", [TEST], 1000, 1000),
    ("frozen at the end", [TEST, summary(40, "completed")], 500, 40),
    ("no end seen: to the last change", [TEST, artefact(100, "", "x", first=False)], 30 * HOUR, 100),
    ("copied: none", [replace(TEST, first_sight=True), summary(0, "x", first=True)], 500, None),
]


@pytest.mark.parametrize(
    ("observations", "at", "expected"), [pytest.param(*case[1:], id=case[0]) for case in ELAPSED]
)
def test_elapsed_runs_from_start_to_end(
    observations: list[Observation], at: float, expected: float | None
) -> None:
    elapsed = of(open_run(observations, T0 + at), at).build.elapsed
    assert elapsed_s(elapsed, T0 + at).value == expected
    assert elapsed_s(elapsed, T0 - 9999).value in {None, 0, expected}


def test_elapsed_knows_how_its_start_is_known() -> None:
    seen = of(open_run([TEST], T0), 5).build.elapsed.of_start
    found = of(open_run([replace(TEST, first_sight=True)], T0), 5).build.elapsed.of_start
    assert (seen.provenance, found.provenance) == (Provenance.OBSERVED, Provenance.ESTIMATED)


def test_text_of_a_build_is_safe_in_the_header() -> None:
    bad = "\x1b[31m<b>\u202e ghp_0123456789abcdef\n"
    fact = PhaseFact(Generation.A1, bad, bad, session_id=bad, detail=bad, claims=(Claim(bad, bad),))
    run = open_run([replace(TEST, fact=fact)], T0)
    snapshot, _ = present(run, "abc", bad, "/p/\udce9\n", T0, (), T0, POLICY)
    build = snapshot.build
    assert build.directory == "/p/\\xe9\\x0a"
    told = [
        build.project,
        build.phase,
        build.phase_status,
        build.detail,
        build.session_id,
        build.state_reason,
    ]
    told += [build.claims[0].name, *(step.phase for step in build.pipeline)]
    told += [entry.text for entry in snapshot.activity.entries]
    assert all(text is not None and text.isprintable() and "ghp_0" not in text for text in told)


def test_what_was_left_out_of_a_file_is_a_problem_of_the_build_once() -> None:
    run = open_run([replace(TEST, dropped=("test_iteration: not a number",))], T0)
    found = of(run, 0).build.problems
    assert found == (
        Problem(TEST.path, "parts of this file were left out", ("test_iteration: not a number",), T0),
    )
    own = Problem(TEST.path, "not readable")
    assert of(run, 0, (own,)).build.problems == (own,)


def test_a_difference_of_clocks_is_kept() -> None:
    run = open_run([replace(TEST, mtime=T0 - 60)], T0)
    assert of(run, 0).build.clock_gap_s == -60


def test_a_build_without_a_directory_is_called_by_its_checkpoints_project() -> None:
    run = open_run([checkpoint(0, "demo_20251010_101010", "Scout")], T0)
    build = present(run, "abc", "", None, T0, (), T0, POLICY)[0].build
    assert (build.project, build.directory, build.generation) == ("demo", None, Generation.A0)


def test_without_a_list_only_phases_known_to_be_over_are_named_as_completed() -> None:
    files = [phase(0, "Scout", "completed", None), summary(0, None, ("Scout",))]
    assert of(open_run(files, T0), 0).build.phases_completed == ("Scout",)
    assert of(open_run([phase(0, "Deploy", "analyzing", None)], T0), 0).build.phases_completed == ()


def test_panels_that_are_kept_are_those_that_would_be_made_anew() -> None:
    story = (
        phase(1, "Builder", "building", ("Scout", "Architect"), detail="Task 1"),
        plan("1", "2", at=2),
        phase(3, "Builder", "building", ("Scout", "Architect"), detail="Task 2"),
        mark("task-1", at=4),
        phase(5, "Test", "testing", SAB, iteration=1),
        results(1, passed=3, failed=1, at=6),
        phase(7, "Test", "testing", SAB, iteration=2),
        count(2, at=8),
        phase(9, "Test", "testing", SAB, iteration=2, detail="Again"),
        phase(10, "Complete", "completed", (*SAB, "Test")),
    )
    run, kept = open_run([phase(0, "Scout", "active")], T0), Kept()
    for seen in story:
        run = accept(run, seen, seen.changed_at)
        args = (run, "abc", "demo", "/p/demo", T0, (), seen.changed_at, POLICY)
        assert present(*args, kept=kept) == present(*args)


def test_a_change_of_the_phase_file_alone_makes_no_panel_anew() -> None:
    run, kept = open_run([TEST, results(1, passed=3, failed=1, at=1)], T0 + 1), Kept()
    first = present(run, "abc", "demo", "/p/demo", T0, (), T0 + 1, POLICY, kept=kept)[0]
    run = accept(run, phase(2, "Test", "testing", SAB, iteration=1, detail="Still running"), T0 + 2)
    then = present(run, "abc", "demo", "/p/demo", T0, (), T0 + 2, POLICY, kept=kept)[0]
    assert then.build.detail == "Still running"
    assert (then.tests, then.agents, then.decisions) == (first.tests, first.agents, first.decisions)
    assert then.tests is first.tests
    assert then.agents is first.agents
    assert then.decisions is first.decisions
