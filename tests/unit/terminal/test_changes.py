"""Changes are printed in one order and once: all there is, ready, then only what changed."""

from __future__ import annotations

from cupola.domain.models import HealthModel
from cupola.domain.problems import Problem
from cupola.domain.words import Facet
from cupola.engine.feed import Change, Checked, FeedEvent, Gone, HealthChange, Ready
from cupola.terminal.changes import Changes, Printed
from support.fake_engine import NOW, all_changes, build, change, snapshot

READY = Ready(NOW)


def facets(events: list[Printed]) -> list[tuple[str, str]]:
    return [(event.build, event.facet.value) for event in events if isinstance(event, Change)]


def whole(name: str) -> list[FeedEvent]:
    return list(all_changes(snapshot(build(name))))


def test_everything_comes_sorted_by_id_and_then_ready() -> None:
    changes = Changes([Problem("settings.json", "not usable")])
    assert not list(changes.take([*whole("b"), *whole("a")]))
    printed = list(changes.take([READY]))
    panels = ["build", "tokens", "tests", "agents", "decisions"]
    assert facets(printed) == [(name, panel) for name in "ab" for panel in panels]
    assert printed[-2:] == [Problem("settings.json", "not usable"), READY]


def test_after_ready_only_what_changed_comes() -> None:
    changes = Changes()
    list(changes.take([*whole("a"), READY]))
    again = list(changes.take([*whole("a"), Checked(frozenset("a"), 1.0)]))
    assert again == []
    news = change(build("a", detail="other"), 2)
    assert list(changes.take([news])) == [news]


def test_a_panel_never_comes_before_its_build() -> None:
    changes = Changes()
    list(changes.take([READY]))
    header, tokens, *_ = whole("a")
    assert list(changes.take([tokens])) == []
    assert facets(list(changes.take([header]))) == [("a", "build"), ("a", "tokens")]


def test_a_build_that_was_never_printed_is_never_gone() -> None:
    changes = Changes()
    assert list(changes.take([*whole("a"), Gone("a"), READY])) == [READY]
    list(changes.take(whole("b")))
    assert list(changes.take([Gone("b"), Gone("b")])) == [Gone("b")]
    assert facets(list(changes.take(whole("b"))))[0] == ("b", Facet.BUILD.value)


def test_a_problem_is_printed_when_it_comes_and_again_when_it_comes_back() -> None:
    changes = Changes()
    problem = Problem("/a", "unreadable")
    here, away = HealthChange(HealthModel(problems=(problem,))), HealthChange(HealthModel())
    assert list(changes.take([here, READY])) == [problem, READY]
    assert list(changes.take([here, here])) == []
    assert list(changes.take([away, here])) == [problem]
