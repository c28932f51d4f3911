"""The terminal commands with an engine of the tests: what is printed, exit codes, ends of every kind."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from cupola.domain.clock import Clock
from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.domain.problems import Problem
from cupola.options import parse
from cupola.store.opened import Opened
from cupola.store.trace import Trace
from cupola.terminal import status
from cupola.terminal.command import run_in_terminal
from support.fake_engine import FakeEngine, build
from support.leaks import ExpectedWarnings


class Run:
    """One command with a fake engine."""

    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.out = StringIO()
        self.errors = StringIO()

    def __call__(self, *arguments: str) -> int:
        return run_in_terminal(parse(arguments), make_engine=self._make, out=self.out, errors=self.errors)

    def _make(self, _opened: Opened, _clock: Clock, _trace: Trace | None) -> FakeEngine:
        return self.engine

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]


@pytest.fixture
def run() -> Run:
    return Run()


def root(path: Path | str, *, readable: bool = True) -> RootModel:
    return RootModel(str(path), readable=readable, projects=0, watching=Watching.EVENTS)


def test_status_prints_a_table_and_leaves(run: Run) -> None:
    run.engine.put(build("aaa", project="one"))
    run.engine.put(build("bbb", project="two"))
    run.engine.ready()
    assert run("status") == 0
    assert "● running" in run.out.getvalue()
    assert "\x1b" not in run.out.getvalue()
    assert run.errors.getvalue() == ""


def test_status_json_is_one_object_with_the_problems_of_settings_too(run: Run, isolated_home: Path) -> None:
    folder = isolated_home / "conf"
    folder.mkdir()
    (folder / "settings.json").write_text("{", encoding="utf-8")
    run.engine.put(build("aaa", project="caf\udce9\n\x1b"))
    run.engine.health(HealthModel(roots=(root("/r"),), problems=(Problem("/p", "bad"),)))
    run.engine.ready()
    assert run("status", "--json", "--config-dir", str(folder)) == 0
    document = json.loads(run.out.getvalue())
    assert run.out.getvalue().isascii()
    assert document["schema"] == 1
    assert [entry["id"] for entry in document["builds"]] == ["aaa"]
    assert len(document["problems"]) == 2


@pytest.mark.parametrize(("name", "found"), [("ONE", "aaa"), ("bb", "bbb"), ("two", "bbb")])
def test_a_name_or_the_start_of_an_id_picks_builds(run: Run, name: str, found: str) -> None:
    run.engine.put(build("aaa", project="one"))
    run.engine.put(build("bbb", project="two"))
    run.engine.ready()
    assert run("status", name, "--json") == 0
    assert [entry["id"] for entry in json.loads(run.out.getvalue())["builds"]] == [found]


def test_a_name_that_no_build_has_is_wrong_use(run: Run) -> None:
    run.engine.put(build("aaa"))
    run.engine.ready()
    assert run("status", "\x1b[31mnobody") == 2
    assert "nobody" in run.errors.getvalue()
    assert "\x1b" not in run.errors.getvalue()
    assert run.out.getvalue() == ""


def test_a_named_root_that_cannot_be_read_ends_with_three_and_the_rest_is_shown(
    run: Run, tmp_path: Path
) -> None:
    run.engine.put(build("aaa", project="still here"))
    run.engine.health(HealthModel(roots=(root(tmp_path), root(tmp_path / "no", readable=False))))
    run.engine.ready()
    (tmp_path.parent / "other").mkdir(exist_ok=True)
    assert run("status", "--root", str(tmp_path.parent / "other"), "--root", str(tmp_path / "no")) == 3
    assert "still here" in run.out.getvalue()
    assert f"{tmp_path / 'no'}: missing or unreadable" in run.errors.getvalue()


def test_a_default_root_that_is_missing_is_fine(run: Run, isolated_home: Path) -> None:
    run.engine.health(HealthModel(roots=(root(isolated_home / "homelab", readable=False),)))
    run.engine.ready()
    assert run("status") == 0


def test_a_root_that_does_not_answer_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status.status, "__defaults__", (0.05,))
    run.engine.put(build("aaa", project="known already"))
    assert run("status") == 0
    assert "not every folder answered within 0.05 s" in run.errors.getvalue()
    assert "known already" in run.out.getvalue()


def test_an_engine_that_breaks_ends_with_one(run: Run, expected_warnings: ExpectedWarnings) -> None:
    expected_warnings.add("The engine ended by an error")
    run.engine.do(_fail)
    assert run("status") == 1
    assert "reading failed" in run.errors.getvalue()


def test_watch_json_prints_all_then_ready_then_changes(run: Run) -> None:
    run.engine.put(build("bbb"))
    run.engine.put(build("aaa"))
    run.engine.ready()
    run.engine.do(_soon(run, lambda: run.engine.put(build("aaa", detail="new"), 2)))
    run.engine.do(_soon(run, run.engine.stop))
    assert run("watch", "--json") == 1  # an engine that ends by itself is not fine
    events = [(line["event"], line.get("panel"), line["id"]) for line in run.lines]
    panels = ["tokens", "tests", "agents", "decisions"]
    first = [
        [("build", None, name), *(("panel", panel, name) for panel in panels)] for name in ("aaa", "bbb")
    ]
    assert events == [*first[0], *first[1], ("ready", None, None), ("build", None, "aaa")]


def _soon(run: Run, wish: Callable[[], None]) -> Callable[[], None]:
    """Wait until all that was published is printed, so that nothing is coalesced."""

    def do() -> None:
        before = -1
        pause = threading.Event()
        while before != len(run.out.getvalue()) or not run.out.getvalue():
            before = len(run.out.getvalue())
            pause.wait(0.05)
        wish()

    return do


def test_watch_without_a_terminal_prints_plain_lines_and_no_ages(run: Run) -> None:
    run.engine.put(build("aaa", project="one"))
    run.engine.ready()
    run.engine.do(_soon(run, lambda: run.engine.put(build("aaa", project="one", changed_at=1.0), 2)))
    run.engine.do(_soon(run, lambda: run.engine.drop("aaa")))
    run.engine.do(_soon(run, run.engine.stop))
    run("watch")
    lines = run.out.getvalue().splitlines()
    assert len(lines) == 2
    assert "● running  one  Builder  ≈ 25%  Task 3/6" in lines[0]
    assert lines[1].endswith("one is gone")


def test_a_trace_that_cannot_be_written_is_wrong_use(run: Run, tmp_path: Path) -> None:
    assert run("status", "--trace", str(tmp_path / "no" / "trace")) == 2
    assert "trace" in run.errors.getvalue()


def test_a_closed_pipe_ends_watch_although_nothing_happens(run: Run) -> None:
    reading, writing = os.pipe()
    run.engine.put(build("aaa"))
    run.engine.ready()
    closer = threading.Thread(target=_read_a_line_and_leave, args=(reading,))
    closer.start()
    with os.fdopen(writing, "w", encoding="utf-8") as out:
        code = run_in_terminal(parse(["watch", "--json"]), make_engine=run._make, out=out, errors=run.errors)
    closer.join()
    assert code == 0
    assert run.errors.getvalue() == ""


def _read_a_line_and_leave(handle: int) -> None:
    with os.fdopen(handle, "rb", buffering=0) as pipe:
        pipe.read(1)


def _fail() -> None:
    raise ValueError("no such thing")
