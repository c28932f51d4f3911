"""One directory's run: what is news of it, what is kept of it, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

from cupola.domain.facts import MetricsFact, Observation
from cupola.domain.state import Policy
from cupola.domain.words import Facet
from cupola.engine.tracker import DRAWN_S, Tracker
from cupola.store.runs import RunRecord
from cupola.watch.coalesce import WINDOW_S
from support.observations import HOUR, T0, artefact, phase, summary

POLICY = Policy()
HOME = "/root/weather"


def tracker(ordinal: int = 1) -> Tracker:
    return Tracker(HOME, HOME, "weather", record=RunRecord("0123456789ab", HOME, ordinal, T0))


def at_home(seen: Observation) -> Observation:
    return replace(seen, path=f"{HOME}/{seen.path}")


def take(one: Tracker, *seen: Observation, at: float = 0.0) -> list[Observation]:
    return one.take([at_home(each) for each in seen], T0 + at, POLICY)


def test_equal_facts_are_no_news() -> None:
    one = tracker()
    assert len(take(one, phase(0, "Scout", "active", first=True))) == 1
    assert take(one, phase(1, "Scout", "active"), at=1) == []
    assert len(take(one, phase(2, "Architect", "active"), at=2)) == 1


def test_files_that_do_not_count_are_news_only_once() -> None:
    one = tracker()
    old = artefact(-20 * HOUR, "Deploy", "deploy-log.md")
    started = phase(0, "Scout", "active", first=True)
    take(one, started, old)
    assert one.run is not None
    assert len(one.run.observations) == 1
    assert take(one, old, at=5) == []


def test_after_a_restart_what_is_there_as_before_is_no_news() -> None:
    first = tracker()
    old = artefact(-20 * HOUR, "Deploy", "deploy-log.md")
    told = take(first, phase(0, "Scout", "active", first=True), old)
    told += take(first, phase(9, "Architect", "active", ("Scout",)), at=9)
    again = tracker()
    again.recall(told)
    assert again.run is not None
    assert first.run is not None
    assert again.run.started_at == first.run.started_at
    assert again.run.history == first.run.history
    assert take(again, phase(9, "Architect", "active", ("Scout",), first=True), old, at=60) == []


def test_a_batch_comes_to_the_same_run_in_whatever_order_it_was_read() -> None:
    batch = [phase(50, "Scout", "active"), summary(40, "completed"), artefact(55, "Scout", "scout-report.md")]
    runs = []
    for order in (batch, batch[::-1]):
        one = tracker()
        take(one, phase(0, "Test", "testing", ("Scout",), first=True))
        one.take([at_home(seen) for seen in order], T0 + 60, POLICY)
        assert one.run is not None
        runs.append((one.run.ordinal, one.run.started_at, dict(one.run.observations)))
    assert runs[0] == runs[1]


def test_only_facets_that_differ_are_told_each_with_a_higher_revision() -> None:
    one = tracker()
    take(one, phase(0, "Scout", "active", first=True))
    snapshot = one.present(T0 + 1, POLICY)
    assert snapshot is not None
    assert {change.facet for change in one.commit(snapshot)} == set(Facet)
    assert one.commit(snapshot) == ()
    take(one, phase(2, "Scout", "active", detail="reading"), at=2)
    after = one.present(T0 + 3, POLICY)
    assert after is not None
    changes = {change.facet: change.revision for change in one.commit(after)}
    assert changes[Facet.BUILD] == 2
    assert Facet.TOKENS not in changes


def test_without_a_phase_or_an_end_there_is_no_build() -> None:
    one = tracker()
    assert one.present(T0, POLICY) is None
    take(one, artefact(0, "Scout", "scout-report.md"))
    assert one.present(T0 + 1, POLICY) is None


def test_a_lost_file_takes_its_problem_along() -> None:
    one = tracker()
    (seen,) = take(one, phase(0, "Scout", "active", first=True))
    one.problems[seen.path] = None  # type: ignore[assignment]  # any problem
    one.lose(seen.source, seen.path, T0 + 1)
    assert (one.has_files, one.problems) == (False, {})


def test_the_folder_is_looked_at_once_per_silence() -> None:
    one = tracker()
    assert not one.wants_look()
    take(one, phase(0, "Scout", "active"))
    assert [one.wants_look(), one.wants_look()] == [True, False]
    one.note_life(T0 + 100)
    assert [one.wants_look(), one.wants_look()] == [True, False]


def test_a_checkpoint_without_a_directory_is_not_looked_at() -> None:
    one = tracker()
    one.directory = None
    take(one, phase(0, "Scout", "active"))
    assert not one.wants_look()


def test_a_file_is_of_the_deepest_folder_that_is_watched() -> None:
    one = tracker()
    one.holders |= {"/root", HOME}
    inside = at_home(phase(0, "Scout", "active", first=True))
    beside = replace(artefact(0, "Scout", "x.md"), path="/root/checkpoints/ralph/weather/state.json")
    one.take([inside, beside], T0, POLICY)
    assert one.files_in(HOME) == [("phase", inside.path)]
    assert one.files_in("/root") == [("artefacts", beside.path)]


def test_a_renamed_directory_goes_on_as_it_was() -> None:
    old = tracker()
    take(old, phase(0, "Scout", "active", first=True))
    snapshot = old.present(T0 + 1, POLICY)
    assert snapshot is not None
    old.commit(snapshot)
    new = Tracker("/root/renamed", "/root/renamed", "renamed", record=old.record)
    new.take_over(old)
    assert new.run is not None
    assert [path for _, path in new.run.observations] == ["/root/renamed/.context-foundry/current-phase.json"]
    assert new.build == old.build


def test_a_run_that_rested_is_the_one_it_was() -> None:
    one = tracker()
    take(one, phase(0, "Scout", "active", first=True))
    take(one, phase(9, "Complete", "completed", ("Scout",)), at=9)
    before = one.run
    assert before is not None
    one.rest()
    one.rest()
    assert one.run == before
    assert one.run.activity is before.activity, "what the snapshot holds as well is not there twice"
    assert list(one.run.observations.items()) == list(before.observations.items())


def test_a_run_that_rests_goes_on_and_moves_like_any_other() -> None:
    one, new = tracker(), Tracker("/root/renamed", "/root/renamed", "renamed")
    take(one, phase(0, "Scout", "active", first=True))
    one.rest()
    assert take(one, phase(0, "Scout", "active"), at=1) == []
    one.rest()
    assert one.has_files
    one.rest()
    new.take_over(one)
    assert new.run is not None
    assert [path for _, path in new.run.observations] == ["/root/renamed/.context-foundry/current-phase.json"]


def test_a_run_of_which_no_database_tells_is_not_woken_for_that() -> None:
    one = tracker()
    take(one, phase(0, "Scout", "active", first=True))
    one.rest()
    assert not one.attach([], MetricsFact)
    assert one._run is None


def test_what_is_told_from_far_holds_back_only_what_is_told_from_far() -> None:
    tracker = Tracker("/r/p", "/r/p", "p", published_at=7.0)
    tracker.note_told(5.0, far=True)
    assert (tracker.free_at(far=False), tracker.free_at(far=True)) == (5.0 + WINDOW_S, 7.0 + WINDOW_S)
    tracker.published_at = 8.0
    tracker.note_told(5.0, far=False)
    assert tracker.free_at(far=False) == 8.0 + WINDOW_S
    assert tracker.free_at(far=True) == 8.0 + DRAWN_S  # as soon as it was drawn, before more is said nearby
