"""Which build is in the centre, and which changes count for "shown in"."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter_ns

from cupola.domain.words import BuildState
from cupola.engine.feed import Gone, Ready
from cupola.presenters.builds_model import BuildRole
from cupola.presenters.departed import GONE, STAYS_S
from support.builds import NOW, change, seven
from support.stage import Stage, settle


def shown(stage: Stage) -> str | None:
    model = stage.presenter.shown
    return None if model is None else model.project


def names(stage: Stage) -> list[str]:
    rows = stage.presenter.filter
    return [rows.build(row).project for row in range(rows.rowCount())]


def doing(stage: Stage, project: str) -> str:
    index = stage.presenter.filter.index(names(stage).index(project))
    return str(index.data(BuildRole.DOING)).rpartition(" · ")[2]


def test_the_top_of_the_sorted_list_is_shown_once_all_roots_were_read(bare_stage: Stage) -> None:
    bare_stage.window.show()
    for model in reversed(seven()):
        bare_stage.presenter.on_events((change(model),))
    bare_stage.presenter.on_events((Ready(NOW),))
    assert shown(bare_stage) == bare_stage.presenter.filter.build(0).project == "satoshi-chores"


def test_a_pointer_over_the_list_holds_no_order_before_all_roots_were_read(bare_stage: Stage) -> None:
    bare_stage.window.show()
    bare_stage.presenter.filter.set_hold(hold=True)
    for model in reversed(seven()):
        bare_stage.presenter.on_events((change(model),))
    bare_stage.presenter.on_events((Ready(NOW),))
    assert shown(bare_stage) == "satoshi-chores"


def test_what_the_user_chose_meanwhile_stays(bare_stage: Stage) -> None:
    bare_stage.window.show()
    bare_stage.presenter.on_events((change(seven()[6]),))
    bare_stage.presenter.select(seven()[6].id)
    bare_stage.presenter.on_events((*map(change, seven()), Ready(NOW)))
    assert shown(bare_stage) == "context-foundry"


def test_a_later_change_of_order_moves_no_build_out_of_the_centre(stage: Stage) -> None:
    assert shown(stage) == "satoshi-chores"
    done = replace(seven()[1], state=BuildState.COMPLETED)
    stage.presenter.on_events((change(done),))
    assert shown(stage) == "satoshi-chores"


def test_a_new_run_in_the_directory_takes_the_place_of_the_shown_one(stage: Stage) -> None:
    old = seven()[3]
    stage.presenter.select(old.id)
    run = replace(old, id="0123456789ab", state=BuildState.RUNNING, phase="Scout")
    stage.presenter.on_events((Gone(old.id),))
    stage.presenter.on_events((change(run),))
    assert stage.presenter.shown == run


def test_a_build_that_vanished_stays_a_minute_as_gone_and_nothing_takes_its_place(stage: Stage) -> None:
    old = seven()[3]
    stage.presenter.select(old.id)
    stage.presenter.on_events((Gone(old.id),))
    assert shown(stage) == old.project
    assert doing(stage, old.project) == GONE
    assert {dock.head.dot.accessibleName() for dock in stage.window.docks.values()} == {"not seen"}
    stage.clock.advance(STAYS_S - 2)
    stage.presenter.ticker.tick()
    assert shown(stage) == old.project
    stage.clock.advance(3)
    stage.presenter.ticker.tick()
    assert shown(stage) is None
    assert old.project not in names(stage)
    assert not stage.window.builds.list.currentIndex().isValid()


def test_a_build_that_comes_back_within_the_minute_is_as_it_was(stage: Stage) -> None:
    old = seven()[3]
    stage.presenter.select(old.id)
    before = doing(stage, old.project)
    stage.presenter.on_events((Gone(old.id),))
    stage.presenter.on_events((change(old),))
    assert doing(stage, old.project) == before
    stage.clock.advance(STAYS_S + 2)
    stage.presenter.ticker.tick()
    assert stage.presenter.shown == old


def test_a_directory_that_comes_back_much_later_does_not_take_the_centre(stage: Stage) -> None:
    old = seven()[3]
    stage.presenter.select(old.id)
    stage.presenter.on_events((Gone(old.id),))
    stage.clock.advance(STAYS_S + 2)
    stage.presenter.ticker.tick()
    stage.presenter.on_events((change(replace(old, id="0123456789ab")),))
    assert shown(stage) is None
    assert old.project in names(stage)


def test_a_change_that_was_shown_only_by_a_later_click_is_not_counted(stage: Stage) -> None:
    other = next(model for model in seven() if model.project == "todo-cli")
    stage.presenter.on_events((change(replace(other, detail="long ago"), seen_ns=1),))
    stage.presenter.select(other.id)
    settle()
    stage.clock.advance(1)
    stage.presenter.ticker.tick()
    assert "shown in" not in stage.window.status.last.text()


def test_a_change_that_waited_for_the_window_is_not_counted(stage: Stage) -> None:
    model = stage.presenter.shown
    assert model is not None
    stage.window.hide()
    stage.presenter.on_events((change(replace(model, detail="while away"), seen_ns=1),))
    stage.window.show()
    settle()
    stage.clock.advance(1)
    stage.presenter.ticker.tick()
    assert "shown in" not in stage.window.status.last.text()


def test_a_change_that_was_shown_as_it_came_is_counted(stage: Stage) -> None:
    model = stage.presenter.shown
    assert model is not None
    stage.presenter.on_events((change(replace(model, detail="now"), seen_ns=perf_counter_ns()),))
    settle()
    stage.clock.advance(1)
    stage.presenter.ticker.tick()
    assert "shown in" in stage.window.status.last.text()
