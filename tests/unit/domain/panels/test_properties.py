"""What holds for the panels of any run, however absurd its files are."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from cupola.domain.facts import ArtefactFact, Fact, MarkKind, Observation, PhaseFact, TaskMarkFact
from cupola.domain.figures import Figure
from cupola.domain.models import AgentKind
from cupola.domain.run import open_run
from cupola.domain.shape import build_json
from cupola.domain.timeline import Growing, Point, Timeline
from cupola.domain.words import Generation, Provenance
from support.facts import mark, plan, run_of, shown, snapshot
from support.observations import T0, phase, seen


def timeline(points: list[Point]) -> Timeline:
    growing = Growing(longest=3)
    for point in points:
        growing.add(point)
    return growing.look()


POINTS = st.tuples(st.floats(-(10**5), 10**5), st.tuples(*[st.integers(0, 10**6)] * 8))
# A block has a reply at least; as built from its fields it may have none.
st.register_type_strategy(Timeline, st.lists(POINTS, max_size=9).map(timeline))

KINDS = [kind for kind in get_args(Fact) if kind not in {ArtefactFact, PhaseFact}]
PHASES = st.sampled_from(["Scout", "Architect", "Builder", "Test", "Feedback", "Odd"])
PHASE_FACTS = st.builds(
    PhaseFact,
    generation=st.sampled_from(Generation),
    phase=PHASES,
    status=st.sampled_from(["building", "completed", "failed", "self-healing"]),
    test_iteration=st.none() | st.integers(0, 5),
    phases_completed=st.none() | st.lists(PHASES, max_size=4).map(tuple),
)
FACTS = PHASE_FACTS | st.builds(ArtefactFact, PHASES) | st.one_of([st.from_type(kind) for kind in KINDS])
FILES = st.sampled_from(["a.md", "b.json", "ralph_x/session.jsonl", "x/events.jsonl"])
OBSERVATIONS = st.builds(
    lambda fact, name, at, first: seen(type(fact).__name__, f"/p/{name}", fact, at, first=first),
    FACTS,
    FILES,
    st.floats(-(10**5), 10**5),
    st.booleans(),
)
RUNS = st.lists(OBSERVATIONS, min_size=1, max_size=12)


def figures(value: object) -> list[Figure]:
    if isinstance(value, Figure):
        return [value]
    if isinstance(value, tuple):
        return [one for item in value for one in figures(item)]
    if is_dataclass(value):
        return [one for field in fields(value) for one in figures(getattr(value, field.name))]
    return []


@settings(deadline=None, max_examples=150)
@given(RUNS, st.floats(0, 10**6))
def test_any_facts_have_panels_that_can_be_printed(observations: list[Observation], later: float) -> None:
    whole = snapshot(open_run(observations, T0 + 10**5), T0 + 10**5 + later)
    json.dumps(build_json(whole, T0 + 10**6), allow_nan=False)
    for figure in figures((whole.tokens, whole.tests, whole.agents, whole.decisions)):
        assert (figure.value is None) is (figure.provenance is Provenance.NONE)
    rate = whole.tests.pass_rate.value
    assert rate is None or 0 <= rate <= 1
    assert len(whole.tokens.trend) <= 60
    keys = [row.key for row in whole.agents.rows]
    assert len(set(keys)) == len(keys)
    for at, row in enumerate(whole.agents.rows):
        assert row.parent is None or row.parent in keys[:at]


@settings(deadline=None, max_examples=100)
@given(RUNS, st.randoms())
def test_equal_facts_give_equal_digests(observations: list[Observation], random: object) -> None:
    there = {one.changed_at: one for one in observations}
    ordered = list(there.values())
    shuffled = [*ordered]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types its randoms as objects
    one, other = (snapshot(open_run(files, T0 + 10**5), T0 + 10**5) for files in (ordered, shuffled))
    panels = ("tokens", "tests", "agents", "decisions")
    assert [dict(one.digests)[name] for name in panels] == [dict(other.digests)[name] for name in panels]


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6))
def test_totals_never_count_an_unmatched_mark(done: int, open_: int, strays: int) -> None:
    building = phase(0, "Builder", "building", ("Scout", "Architect"))
    ids = [f"t{at}" for at in range(done + open_)]
    marks = [mark(name) for name in ids[:done]] + [mark(f"stray{at}") for at in range(strays)]
    whole = shown(building, plan(*ids), *marks)
    share = done / len(ids) if ids else 0
    assert whole.build.progress.value is not None
    assert math.isclose(whole.build.progress.value, (2 + share) / 7, abs_tol=1e-6)
    tasks = [row for row in whole.agents.rows if row.kind is AgentKind.TASK]
    assert len([row for row in tasks if row.key.startswith("mark:")]) == strays


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(MarkKind), st.integers(0, 9)), max_size=6))
def test_the_order_of_arrival_of_marks_does_not_matter(marks: list[tuple[str, MarkKind, int]]) -> None:
    building = phase(0, "Builder", "building", ("Scout", "Architect"))
    there = {
        (name, kind): seen("m", f"{name}.{kind}", TaskMarkFact(name, kind), at) for name, kind, at in marks
    }
    one = run_of(building, plan("a", "b"), *there.values())
    other = run_of(building, plan("a", "b"), *reversed(there.values()))
    assert snapshot(one, T0 + 20).agents == snapshot(other, T0 + 20).agents
