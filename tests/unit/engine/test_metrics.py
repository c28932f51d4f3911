"""Rows of a metrics database go to the build of their directory, else of their id, and only in its time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cupola.domain.facts import (
    CheckpointFact,
    MetricsAgent,
    MetricsDecision,
    MetricsFact,
    MetricsIteration,
    Observation,
    SummaryFact,
    TokenSum,
)
from cupola.domain.run import open_run
from cupola.domain.words import Generation
from cupola.engine import metrics
from cupola.engine.metrics import Candidate, LoseDatabase, Metrics, candidate
from cupola.engine.timers import Timers
from cupola.sources.base import Reading
from cupola.watch.reader import FileResult, HolderRead, Trouble
from support.observations import HOUR, T0, phase, seen

HOME = "/home/ada/.context-foundry"
PATH = f"{HOME}/metrics.db"
SHOP = Candidate("/srv/shop", frozenset({"shop"}), 1, T0, None)


class Stage:
    """Metrics with a clock that stands where the test says."""

    def __init__(self, **known: Candidate) -> None:
        self.timers = Timers()
        self.metrics = Metrics(self.timers, lambda path: path.replace("/named/", "/srv/"))
        for home, one in known.items():
            self.metrics.know(f"/{home}", one)
        self.now = 100.0

    def read(
        self, *facts: MetricsFact, mtime: float = T0, arrived: float = T0 + 9, opened: bool = False
    ) -> None:
        self.result(Reading(facts), mtime=mtime, arrived=arrived, opened=opened)

    def result(
        self,
        outcome: Reading | Trouble,
        message: str = "",
        *,
        mtime: float = 0.0,
        arrived: float = 0.0,
        opened: bool = False,
    ) -> None:
        told = FileResult("metrics.db", "metrics", outcome, message, mtime, arrived)
        self.take(HolderRead(HOME, (told,), complete=opened, identity=(1, 2), opened=opened))

    def take(self, seen: HolderRead) -> None:
        self.metrics.take(seen, T0, self.now)

    def matched(self) -> dict[str, list[str]]:
        return {
            home: [one.source.removeprefix("metrics:") for one in told]
            for home, told in (self.metrics.matched() or {}).items()
            if told
        }

    def observations(self, home: str) -> list[Observation]:
        return list((self.metrics.matched() or {})[home])


def fact(key: str, directory: str | None = None, started: float | None = None) -> MetricsFact:
    return MetricsFact(key, directory, None if started is None else T0 + started)


def test_rows_belong_to_the_build_in_their_directory() -> None:
    stage = Stage(shop=SHOP, other=replace(SHOP, directory="/srv/other"))
    stage.read(fact("1", "/srv/shop"), fact("2", "/srv/other"), fact("3", "/srv/none"))
    assert stage.matched() == {"/shop": ["1"], "/other": ["2"]}


def test_a_directory_written_through_a_link_to_a_root_is_the_same_one() -> None:
    stage = Stage(shop=SHOP)
    stage.read(fact("1", "/named/shop"))
    assert stage.matched() == {"/shop": ["1"]}


def test_rows_without_a_directory_belong_to_the_only_build_of_that_id() -> None:
    stage = Stage(shop=SHOP, other=replace(SHOP, directory="/srv/other", ids=frozenset({"x"})))
    stage.read(fact("shop"), fact("x", "/srv/gone"), fact("y"))
    assert stage.matched() == {"/shop": ["shop"], "/other": ["x"]}


def test_an_id_that_two_builds_have_is_nobodys() -> None:
    stage = Stage(shop=SHOP, other=replace(SHOP, directory="/srv/other"))
    stage.read(fact("shop"))
    assert stage.matched() == {}
    assert stage.metrics.unattached == ("metrics.db: task shop (no figures)",)


@pytest.mark.parametrize(
    ("started", "ended", "belongs"),
    [
        (None, None, True),
        (0, None, True),
        (-60, None, True),
        (-61, None, False),
        (99 * HOUR, None, True),
        (3 * HOUR, 2 * HOUR, True),
        (3 * HOUR + 1, 2 * HOUR, False),
    ],
)
def test_rows_belong_to_a_run_only_in_its_time(
    started: float | None, ended: float | None, belongs: bool
) -> None:
    stage = Stage(shop=replace(SHOP, ended_at=None if ended is None else T0 + ended))
    stage.read(fact("1", "/srv/shop", started), fact("shop", None, started))
    assert stage.matched() == ({"/shop": ["1", "shop"]} if belongs else {})


def test_rows_of_a_directorys_earlier_run_do_not_go_to_whoever_has_their_id() -> None:
    stage = Stage(shop=SHOP, other=replace(SHOP, directory="/srv/other", ids=frozenset({"1"}), started_at=0))
    stage.read(fact("1", "/srv/shop", -2 * HOUR))
    assert stage.matched() == {}


def test_what_belongs_to_nobody_is_counted_in_words() -> None:
    stage = Stage(shop=SHOP)
    agent, decision = MetricsAgent("a", "A"), MetricsDecision(None, "x")
    full = MetricsFact(
        "12\x1b34",
        "/srv/none",
        recorded=(TokenSum("Scout"),),
        guessed_tokens=5,
        iterations=(MetricsIteration(1), MetricsIteration(2)),
        agents=(agent,),
        decisions=(decision, decision, decision),
    )
    stage.read(full, fact("mine", "/srv/shop"))
    stage.matched()
    counts = "3 decisions, 1 agent, 2 test iterations, 1 phase, tokens"
    assert stage.metrics.unattached == (f"metrics.db: task 12\\x1b34 ({counts})",)


def test_of_very_many_that_belong_to_nobody_the_newest_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "MOST_TOLD", 2)
    stage = Stage()
    stage.read(*(fact(str(number)) for number in range(5)))
    stage.matched()
    newest = ("metrics.db: task 3 (no figures)", "metrics.db: task 4 (no figures)")
    assert stage.metrics.unattached == (*newest, "and 3 older ones")


def test_nothing_is_matched_again_as_long_as_nothing_changed() -> None:
    stage = Stage(shop=SHOP)
    stage.read(fact("1", "/srv/shop"))
    assert stage.matched()
    stage.read(fact("1", "/srv/shop"))
    stage.metrics.know("/shop", SHOP)
    stage.metrics.know("/nowhere", None)
    assert stage.metrics.matched() is None


def test_a_build_that_appears_later_gets_what_was_nobodys() -> None:
    stage = Stage()
    stage.read(fact("1", "/srv/shop"))
    assert stage.matched() == {}
    assert list(stage.metrics.unattached) == ["metrics.db: task 1 (no figures)"]
    stage.metrics.know("/shop", SHOP)
    assert stage.matched() == {"/shop": ["1"]}
    assert list(stage.metrics.unattached) == []
    stage.metrics.know("/shop", replace(SHOP, ordinal=2, started_at=T0 + HOUR))
    assert stage.matched() == {"/shop": ["1"]}, "without a time of its own it goes with the directory"
    stage.metrics.know("/shop", None)
    assert stage.matched() == {}


def test_a_fact_keeps_its_time_while_others_of_its_file_change() -> None:
    stage = Stage(shop=SHOP)
    stage.read(fact("1", "/srv/shop"), fact("2", "/srv/shop"), mtime=T0 - 50, opened=True)
    assert [(one.changed_at, one.first_sight) for one in stage.observations("/shop")] == [(T0 - 50, True)] * 2
    changed = replace(fact("2", "/srv/shop"), guessed_tokens=7)
    stage.read(fact("1", "/srv/shop"), changed, mtime=T0 + 19, arrived=T0 + 20)
    first, second = stage.observations("/shop")
    assert (first.changed_at, second.changed_at, second.first_sight) == (T0 - 50, T0 + 20, False)
    assert (second.source, second.path, second.fact) == ("metrics:2", PATH, changed)


def test_a_database_that_is_gone_for_a_moment_keeps_its_facts() -> None:
    stage = Stage(shop=SHOP)
    stage.read(fact("1", "/srv/shop"))
    stage.result(Trouble.MISSING)
    assert LoseDatabase(PATH) in stage.timers
    stage.read(fact("1", "/srv/shop"))
    assert LoseDatabase(PATH) not in stage.timers
    assert stage.matched() == {"/shop": ["1"]}


@pytest.mark.parametrize("folder", [False, True])
def test_a_database_that_stays_away_takes_its_facts_with_it(folder: bool) -> None:
    stage = Stage(shop=SHOP)
    stage.read(fact("1", "/srv/shop"))
    assert stage.matched()
    if folder:
        stage.take(HolderRead(HOME, (), complete=True, identity=None))
    else:
        stage.result(Trouble.MISSING)
    (key,) = stage.timers.due(stage.now + metrics.MISSING_AFTER_S)
    assert stage.metrics.due(key)
    assert stage.matched() == {}
    assert not stage.metrics.due("another key")


def test_what_is_wrong_with_a_database_is_named_while_what_it_said_stands() -> None:
    stage = Stage(shop=SHOP)
    stage.read(fact("1", "/srv/shop"))
    stage.matched()
    stage.result(Trouble.REFUSED, "cannot be read as a database: file is not a database")
    (problem,) = stage.metrics.problems()
    assert (problem.path, problem.since) == (PATH, T0)
    assert problem.message.endswith("file is not a database")
    stage.result(Trouble.TORN, "being written to")
    assert stage.metrics.problems() == (problem,)
    assert stage.metrics.matched() is None
    stage.metrics.name(PATH, "stays unfinished: being written to", T0 + 5)
    assert [one.message for one in stage.metrics.problems()] == ["stays unfinished: being written to"]
    stage.read(fact("1", "/srv/shop"))
    assert stage.metrics.problems() == ()


def test_what_was_left_out_of_a_database_and_a_folder_that_may_not_be_read_are_named() -> None:
    stage = Stage()
    stage.result(Reading((), ("decisions.quality_rating: expected a number",)))
    assert [one.dropped for one in stage.metrics.problems()] == [
        ("decisions.quality_rating: expected a number",)
    ]
    refused = (("", "cannot be read: Permission denied"),)
    stage.take(HolderRead(HOME, (), complete=True, identity=(0, 0), troubles=refused))
    assert [one.path for one in stage.metrics.problems()] == [HOME, PATH]
    stage.take(HolderRead(HOME, (), complete=True, identity=(1, 2)))
    assert [one.path for one in stage.metrics.problems()] == [PATH]


def test_a_run_is_known_by_every_id_that_a_file_of_it_states() -> None:
    run = open_run(
        [
            phase(0, "Scout", "researching"),
            seen("summary", "s.json", SummaryFact(Generation.A1, session_id="of summary"), 1),
            seen("checkpoint", "checkpoints/ralph/shop_1/state.json", CheckpointFact("of state", "scout"), 2),
            seen("metrics:none", PATH, fact("none"), 3),
        ],
        T0 + 5,
    )
    found = candidate(run, "/srv/shop", T0 + 9)
    assert found.ids == {"demo", "of summary", "of state", "shop_1"}
    assert (found.directory, found.ordinal, found.ended_at) == ("/srv/shop", 1, T0 + 9)


def test_only_what_is_news_to_a_directory_is_matched_again() -> None:
    stage = Stage(shop=SHOP, other=replace(SHOP, directory="/srv/other", ids=frozenset({"x"})))
    stage.read(fact("1", "/srv/shop"))
    assert stage.matched() == {"/shop": ["1"]}
    stage.read(fact("1", "/srv/shop"), fact("2", "/srv/other"))
    assert stage.matched() == {"/other": ["2"]}
    stage.metrics.know("/shop", replace(SHOP, ordinal=2))
    assert stage.matched() == {"/shop": ["1"]}, "a run that is new has nothing yet"


def test_a_run_that_changes_among_many_is_the_only_one_that_is_told_anything() -> None:
    many = {str(n): replace(SHOP, directory=f"/srv/{n}", ids=frozenset({str(n)})) for n in range(1000)}
    stage = Stage(**many)
    assert len(stage.metrics.matched() or {}) == 1000
    stage.metrics.know("/7", replace(many["7"], ordinal=2))
    assert stage.metrics.matched() == {"/7": []}


def test_a_run_that_is_no_more_is_not_found_by_its_directory_or_id() -> None:
    stage = Stage(shop=SHOP, other=replace(SHOP, directory="/srv/other"))
    stage.metrics.know("/shop", None)
    stage.read(fact("1", "/srv/shop"), fact("shop"))
    assert stage.matched() == {"/other": ["shop"]}
