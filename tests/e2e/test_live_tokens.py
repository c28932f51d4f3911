"""The demo's transcripts in the window, beside a second count of its files: equal whenever it is still."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from pytestqt.exceptions import TimeoutError as QtTimeoutError
from pytestqt.qtbot import QtBot

from cupola.desktop.window import Desktop
from cupola.domain.figures import Figure
from cupola.domain.models import AgentKind, AgentsModel, PanelModel, TokensModel
from cupola.domain.words import Facet
from support.processes import environment
from support.second_count import count
from support.window import Start

pytestmark = pytest.mark.slow

PATIENCE_MS = 30_000
STOPS = 8
SPEED = 60
AT_WORK = ("weather-web", "yaml-lint", "todo-cli")


class Shown(NamedTuple):
    """Of one build: its directory and what two docks show."""

    directory: str
    tokens: PanelModel
    agents: PanelModel


@contextmanager
def demo(into: Path) -> Iterator[subprocess.Popen[str]]:
    """The demo's writer, once the past is written."""
    command = [sys.executable, "-m", "cupola", "demo", "--into", str(into), "--speed", str(SPEED)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == "ready"
        yield writer
    finally:
        writer.send_signal(signal.SIGCONT)
        writer.terminate()
        try:
            writer.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            writer.kill()
            writer.communicate()
            raise


def spent(figures: list[Figure]) -> int:
    return int(sum(one.value or 0 for one in figures))


def counted(into: Path, build: Shown) -> tuple[int, Counter[str], Counter[str]]:
    """The same by the second count: in all, by model, by session or subagent."""
    sums = count(into / "claude", directory=build.directory)
    models = Counter({str(model): sum(used.values()) for model, used in sums["models"].items()})
    agents = Counter({"/".join(key): sum(used.values()) for key, used in sums["agents"].items()})  # type: ignore[arg-type]
    return sum(models.values()), models, agents


def differs(into: Path, name: str, build: Shown) -> str:
    """In which sum the window's model and the second count differ; "" if they agree."""
    total, models, agents = counted(into, build)
    model, agents_model = build.tokens, build.agents
    assert isinstance(model, TokensModel)
    assert isinstance(agents_model, AgentsModel)
    apart = spent([one.used for one in model.others])
    rows = [row for row in agents_model.rows if row.kind in {AgentKind.SESSION, AgentKind.AGENT} and row.work]
    own = {row.key.removeprefix("session:").rstrip("/"): row.tokens for row in rows}
    sums = {
        "spent": spent([model.spent]),
        "kinds": spent([model.input, model.output, model.cache_read, model.cache_write]),
        "phases": spent([row.used for row in model.by_phase]),
        "models": spent([row.used for row in model.by_model]),
        "agents": spent(list(own.values())),
    }
    if any(value + apart != total for value in sums.values()):
        return f"{name}: {total:,} counted, {apart:,} of it apart, shown are {sums}"
    if not apart and {row.model: row.used.value for row in model.by_model} != dict(models):
        return f"{name}: models {model.by_model} are not {models}"
    wrong = {key: figure.value for key, figure in own.items() if (figure.value or 0) != agents[_key(key)]}
    return f"{name}: agents {wrong} of {agents}" if wrong else ""


def _key(row: str) -> str:
    return row if "/" in row else f"{row}/"


def shown(desktop: Desktop) -> dict[str, Shown]:
    """What the window holds of each build, by project."""
    return {
        known.build.project: Shown(
            known.build.directory or "", known.panel(Facet.TOKENS), known.panel(Facet.AGENTS)
        )
        for known in desktop.presenter._known.values()
        if known.build is not None
    }


def test_phases_agents_and_models_add_up_to_a_second_count_whenever_the_demo_stands_still(
    started: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    into = tmp_path / "places"
    with demo(into) as writer:
        desktop = started(into / "projects")
        seen: set[int] = set()
        for _ in range(STOPS):
            before = len(seen)
            qtbot.waitUntil(lambda: _grows(desktop, seen), timeout=PATIENCE_MS)
            assert len(seen) > before
            writer.send_signal(signal.SIGSTOP)
            for project in AT_WORK:
                _agrees(qtbot, desktop, into, project)
            writer.send_signal(signal.SIGCONT)


def _grows(desktop: Desktop, seen: set[int]) -> bool:
    """True once the window's builds have spent more than at any stop before."""
    builds = shown(desktop)
    models = [builds[name].tokens for name in AT_WORK if name in builds]
    now = spent([one.spent for one in models if isinstance(one, TokensModel)])
    more = now > max(seen, default=0)
    if more:
        seen.add(now)
    return more


def _agrees(qtbot: QtBot, desktop: Desktop, into: Path, project: str) -> None:
    found = ""

    def agree() -> bool:
        nonlocal found
        found = differs(into, project, shown(desktop)[project])
        return not found

    try:
        qtbot.waitUntil(agree, timeout=PATIENCE_MS)
    except QtTimeoutError:
        pytest.fail(found)
