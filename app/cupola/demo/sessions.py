"""Which sessions the builds of the demo have: what they do lies within the phases of their stories."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from operator import attrgetter
from random import Random
from typing import Final

from cupola.demo.calls import calls_of
from cupola.demo.deeds import Timed
from cupola.demo.orchestrator import TASKS, Task
from cupola.demo.others import HOUR_S
from cupola.demo.transcripts import HAIKU, INTERACTIVE, OPUS, SONNET, UNLISTED, Block, Session
from cupola.demo.turns import Call, Turn, calling, work

Span = tuple[str, float, float, str, float]
"""A phase, when a session in it begins and ends, its model, and the context in use at its end."""

_WEATHER: Final[tuple[Span, ...]] = (
    ("Scout", 1, 148, HAIKU, 0.36),
    ("Architect", 160, 388, OPUS, 0.61),
    ("Test", 922, 1004, SONNET, 0.48),
    ("Architect", 1018, 1052, OPUS, 0.32),
    ("Builder", 1056, 1208, OPUS, 0.66),
    ("Test", 1212, 1305.7, SONNET, 0.62),
    ("Architect", 1308, 1342, OPUS, 0.33),
    ("Builder", 1346, 1408, OPUS, 0.45),
    ("Test", 1412, 1492, SONNET, 0.44),
    ("Documentation", 1502, 1568, HAIKU, 0.41),
    ("Deploy", 1572, 1648, SONNET, 0.35),
    ("Feedback", 1652, 1723, SONNET, 0.47),
)
_BUILDERS: Final = (SONNET, SONNET, SONNET, HAIKU, SONNET)
_CUT: Final = "task-3"
"""A subagent one of whose replies has no last row: its sum is a lower bound."""
_TODO: Final = (
    ("Scout", -898.0, -702.0, 0.22),
    ("Architect", -688.0, -502.0, 0.41),
    ("Builder", -488.0, -112.0, 0.83),
    ("Test", -98.0, 396.0, 0.63),
)
_INVADERS: Final[tuple[Span, ...]] = (
    ("Scout", -2398, -2202, HAIKU, 0.31),
    ("Architect", -2188, -1902, SONNET, 0.44),
    ("Builder", -1888, -1202, OPUS, 0.72),
    ("Test", -1198, -602, SONNET, 0.58),
    ("Test", -598, -2, SONNET, 0.61),
    ("Test", 2, 258, SONNET, 0.49),
)
_NOTES: Final = (
    ("Scout", 2.0, 194.0, 0.14),
    ("Architect", 202.0, 494.0, 0.26),
    ("Builder", 502.0, 1488.0, 0.55),
    ("Test", 1502.0, 1778.0, 0.64),
    ("Documentation", 1802.0, 1948.0, 0.68),
    ("Deploy", 1952.0, 2078.0, 0.74),
)
_YAML: Final[tuple[Span, ...]] = (
    ("Scout", -198, 57, SONNET, 0.33),
    ("Architect", 62, 417, SONNET, 0.42),
    ("Builder", 422, 1297, SONNET, 0.79),
    ("Documentation", 1562, 1717, SONNET, 0.38),
    ("Deploy", 1722, 1775, SONNET, 0.21),
)
_LIMIT_S: Final = (1302.8, 1470.0)
"""When yaml-lint reaches the usage limit, and until when."""
_SLOW_S: Final = 26.0
_PUSH: Final = Call(
    "Bash",
    {"command": "git push --set-upstream origin main", "description": "Push to GitHub"},
    "All tests pass: I push.",
    "",
)
_IMPORT: Final = Call(
    "Bash",
    {"command": "python -m cellar.labels scans", "description": "Import all labels"},
    "I import all labels.",
    "412 labels, 0 errors",
)


def weather_web(random: Random, start_s: float) -> Iterator[Timed]:
    """A headless session for each phase; five subagents build; a person asks something meanwhile."""
    yield from _each(random, "weather-web", _WEATHER, start_s, pace_s=9.0, files=("src/api.ts", "src/map.ts"))
    yield from _building(random, start_s)
    person = Session("weather-web", random, SONNET, entrypoint=INTERACTIVE, asks=True)
    begins_s = start_s + 640
    asked = "Where are the units chosen?"
    calls = calls_of("Documentation", ("src/units.ts",))
    yield from work(
        person, Turn(asked, calls, begins_s, begins_s + 70, 0.21, 16.0, answer="In src/units.ts.")
    )


def weather_before(random: Random) -> Iterator[Timed]:
    """A session that began long before the first build of weather-web and went on into it."""
    yield from _each(random, "weather-web", (("Scout", -760, 36, SONNET, 0.4),), 0.0, pace_s=60.0)


def todo_cli(random: Random) -> Iterator[Timed]:
    """One session over all phases, compacted once, until it asks whether it may push: nobody answers."""
    session, files = Session("todo-cli", random, SONNET, asks=True), ("src/todo.ts", "src/store.ts")
    for phase, begins_s, ends_s, peak in _TODO:
        yield from work(session, Turn(_told(phase), calls_of(phase, files), begins_s, ends_s, peak, 16.0))
        if phase == "Builder":
            yield from session.compacted(ends_s + 3, 14_200)
    yield session.prompt(400.4, _told("Deploy"))
    yield from calling(session, 400.8, _PUSH)[1]


def space_invaders(random: Random) -> Iterator[Timed]:
    """A session for each phase and iteration; the last one says that it gives up."""
    yield from _each(random, "space-invaders", _INVADERS, 0.0, files=("src/ship.ts", "src/aliens.ts"))


def notes_app(random: Random) -> Iterator[Timed]:
    """One session over all phases, which says at the end that all is done."""
    session, files = Session("notes-app", random, OPUS), ("src/notes.ts", "src/views.ts")
    for phase, begins_s, ends_s, peak in _NOTES:
        span = (begins_s - 5 * HOUR_S, ends_s - 5 * HOUR_S)
        yield from work(session, Turn(_told(phase), calls_of(phase, files), *span, peak, _SLOW_S))


def old_blog(random: Random) -> Iterator[Timed]:
    """One session whose push has been silent since: it may do everything, so it asks nobody."""
    session, begins_s = Session("old-blog", random, SONNET), -50 * HOUR_S
    calls = calls_of("Builder", ("src/pages.ts",))
    yield from work(session, Turn(_told("Builder"), calls, begins_s + 2, begins_s + 890, 0.61, 40.0))
    yield session.prompt(begins_s + 902, _told("Deploy"))
    yield from _begun(session, begins_s + 904, _PUSH)[1]


def yaml_lint(random: Random, start_s: float) -> Iterator[Timed]:
    """A session for each phase; that of Test reaches the usage limit and goes on when it is over."""
    files = ("src/rules.ts", "src/parse.ts")
    yield from _each(random, "yaml-lint", _YAML, start_s, files=files)
    session, calls = Session("yaml-lint", random, SONNET), calls_of("Test", files)
    reached_s, over_s = (start_s + second for second in _LIMIT_S)
    yield session.prompt(reached_s - 2.2, _told("Test"))
    block, rows = calling(session, reached_s - 1.8, calls[0], wrote=9_400)
    yield from rows
    yield session.result(reached_s - 0.5, block, calls[0].answer, failed=True)
    yield session.limited(reached_s, over_s)
    yield from work(session, Turn("Go on.", calls, over_s + 1, start_s + 1557, 0.52, 12.0))


def wine_cellar(random: Random, start_s: float) -> Iterator[Timed]:
    """A session for each iteration; the ninth is silent in one call, the second's model has no price."""
    for number in range(1, 13):
        ends_s = start_s - 600 + 240 * (number - 1)
        begins_s = ends_s - (37 if number == 1 else 236)
        session = Session("wine-cellar", random, UNLISTED if number == 2 else SONNET)
        if number == 9:
            yield from _silent(session, begins_s, ends_s - 4)
            continue
        phase = "Scout" if number == 1 else "Architect" if number == 2 else "Builder"
        calls = calls_of(phase, ("cellar/models.py", "cellar/labels.py"))
        last_s = ends_s - (3 if number == 1 else 44)
        yield from work(session, Turn(_told(phase), calls, begins_s, last_s, 0.3 + 0.03 * number, 18.0))


def _each(
    random: Random,
    project: str,
    spans: tuple[Span, ...],
    start_s: float,
    *,
    pace_s: float = _SLOW_S,
    files: tuple[str, ...] = ("README.md",),
) -> Iterator[Timed]:
    """A headless session for each span."""
    for phase, begins_s, ends_s, model, peak in spans:
        turn = Turn(_told(phase), calls_of(phase, files), start_s + begins_s, start_s + ends_s, peak, pace_s)
        yield from work(Session(project, random, model), turn)


def _building(random: Random, start_s: float) -> Iterator[Timed]:
    """The Builder of weather-web: it starts a subagent for each parallel task and waits for them."""
    lead, second_s = Session("weather-web", random, OPUS), start_s + 614
    yield lead.prompt(start_s + 401, _told("Builder"))
    first = yield from _started(lead, start_s + 401.2, start_s, TASKS[:3], _BUILDERS[:3])
    yield from _heard(lead, [sign for sign in first if sign.at_s < second_s])
    others = yield from _started(lead, second_s, start_s, TASKS[3:], _BUILDERS[3:])
    yield from _heard(lead, [*(sign for sign in first if sign.at_s > second_s), *others])
    calls = calls_of("Builder", ("src/main.ts",))
    yield from work(lead, Turn("Put it together.", calls, start_s + 857, start_s + 908, 0.68, 6.0))


@dataclass(frozen=True, slots=True)
class _Sign:
    """What a session hears of a subagent: that it is at work, at last that it is through."""

    at_s: float
    call: Block
    agent: str
    through: bool = False


def _started(
    lead: Session, at_s: float, start_s: float, tasks: tuple[Task, ...], models: tuple[str, ...]
) -> Generator[Timed, None, list[_Sign]]:
    """One reply that starts them all, and what they write; what will be heard of them."""
    blocks = [
        lead.call("Task", {"description": task.name, "prompt": _task(task), "subagent_type": "builder"})
        for task in tasks
    ]
    yield from lead.reply(at_s, blocks, wrote=21_000, output=1_640, apart_s=0.2)
    signs: list[_Sign] = []
    for task, model, block in zip(tasks, models, blocks, strict=True):
        begins_s, ends_s = start_s + task.begins_s, start_s + task.begins_s + task.takes_s
        agent, meta = lead.subagent(begins_s + 0.3, model, "builder", task.name)
        yield meta
        yield from _built(agent, task, begins_s + 1.2, ends_s - 2)
        signs += (
            _Sign(begins_s + after_s, block, agent.agent) for after_s in range(20, int(task.takes_s), 20)
        )
        signs.append(_Sign(ends_s - 0.8, block, agent.agent, through=True))
    return signs


def _heard(lead: Session, signs: list[_Sign]) -> Iterator[Timed]:
    for sign in sorted(signs, key=attrgetter("at_s")):
        if sign.through:
            yield lead.result(sign.at_s, sign.call, "Built as planned.", agent=sign.agent)
        else:
            yield lead.progress(sign.at_s, sign.call, "agent_progress")


def _built(agent: Session, task: Task, begins_s: float, ends_s: float) -> Iterator[Timed]:
    cut, answer = 3 if task.id == _CUT else None, f"{task.name}: built as planned."
    calls = calls_of("Builder", task.files)
    return work(agent, Turn(_task(task), calls, begins_s, ends_s, 0.34, 12.0, cut, answer))


def _silent(session: Session, begins_s: float, ends_s: float) -> Iterator[Timed]:
    """A call that soon says nothing more, and whose answer comes just before the end."""
    yield session.prompt(begins_s, _told("Builder"))
    block, rows = _begun(session, begins_s + 2, _IMPORT)
    yield from rows
    yield session.result(ends_s, block, _IMPORT.answer)


def _begun(session: Session, at_s: float, call: Call) -> tuple[Block, list[Timed]]:
    """A call that tells for some seconds that it is at work."""
    block, rows = calling(session, at_s, call, wrote=31_000)
    return block, [*rows, *(session.progress(at_s + second, block) for second in (3, 5, 7))]


def _told(phase: str) -> str:
    return f"You are the {phase} of this build. Read .context-foundry and do what is due."


def _task(task: Task) -> str:
    return f"Build {task.name.lower()}: {', '.join(task.files)}."
