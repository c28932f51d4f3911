"""`cupola doctor`: with an engine of the tests, and as a process of its own on real folders."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from cupola.domain.models import HealthModel, RootModel, Watching
from cupola.domain.problems import Problem
from cupola.options import parse
from cupola.store.ledger import Ledger
from cupola.terminal import doctor
from cupola.terminal.command import run_in_terminal
from support.fake_engine import FakeEngine, build
from support.leaks import ExpectedWarnings
from support.processes import as_nobody, cupola_command, environment


class Run:
    """One command with a fake engine."""

    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.out, self.errors = StringIO(), StringIO()

    def __call__(self, *arguments: str) -> int:
        return run_in_terminal(
            parse(["doctor", *arguments]),
            make_engine=lambda *_: self.engine,
            out=self.out,
            errors=self.errors,
        )


@pytest.fixture
def run() -> Run:
    return Run()


def test_it_tells_what_the_engine_and_the_disk_say(run: Run, isolated_home: Path) -> None:
    root = RootModel("/r", readable=True, projects=2, watching=Watching.POLLING, note="network folder")
    problems = (Problem("/r/x", "hangs"),)
    run.engine.put(build("aaa", project="weather", problems=(Problem("/p", "no JSON"),)))
    run.engine.health(HealthModel((root,), 7, problems, ("metrics.db: task 7 (3 decisions)",)))
    run.engine.ready()
    assert run() == 0
    text = run.out.getvalue()
    for told in ("network folder", "/r/x: hangs", "weather: /p: no JSON", "task 7", "in use"):
        assert told in text
    assert str(isolated_home / ".config" / "cupola") in text
    assert run.errors.getvalue() == ""


def test_json_is_one_object_in_ascii(run: Run) -> None:
    run.engine.put(build("aaa", project="caf\udce9\n\x1b", problems=(Problem("/\udce9", "bad"),)))
    run.engine.ready()
    assert run("--json") == 0
    assert run.out.getvalue().isascii()
    assert json.loads(run.out.getvalue())["schema"] == 1


def test_a_named_root_that_is_missing_ends_with_three(run: Run, tmp_path: Path) -> None:
    gone = tmp_path / "no"
    run.engine.health(HealthModel((RootModel(str(gone), readable=False, projects=0, watching=Watching.OFF),)))
    run.engine.ready()
    assert run("--root", str(gone)) == 3
    assert f"{gone}: missing or unreadable" in run.errors.getvalue()
    assert "Versions" in run.out.getvalue()


def test_a_folder_that_does_not_answer_is_said_and_the_rest_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.doctor, "__defaults__", (0.05,))
    assert run() == 0
    assert "not every folder answered" in run.errors.getvalue()
    assert "Versions" in run.out.getvalue()


def test_an_engine_that_breaks_ends_with_one(run: Run, expected_warnings: ExpectedWarnings) -> None:
    expected_warnings.add("The engine ended by an error")

    def fail() -> None:
        raise RuntimeError("broken")

    run.engine.do(fail)
    assert run() == 1
    assert run.out.getvalue() == ""


def test_problems_of_the_settings_are_told_once(run: Run, isolated_home: Path) -> None:
    folder = isolated_home / "conf"
    folder.mkdir()
    (folder / "settings.json").write_text("{", encoding="utf-8")
    run.engine.ready()
    assert run("--config-dir", str(folder)) == 0
    assert run.out.getvalue().count("cannot be used, defaults are") == 1


def test_the_end_of_the_log_is_told_without_secrets(run: Run, tmp_path: Path) -> None:
    lines = [f"line {number}" for number in range(50)]
    secret = "password=hunter2hunter2"
    (tmp_path / "cupola.log").write_text("\n".join([*lines, f"{secret} \x1b[31m"]), encoding="utf-8")
    run.engine.ready()
    assert run("--state-dir", str(tmp_path)) == 0
    text = run.out.getvalue()
    assert "line 49" in text
    assert "line 30" not in text
    assert "hunter2hunter2" not in text
    assert "\x1b" not in text


def test_the_ledger_is_counted_and_one_that_is_none_is_named(run: Run, tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.db").close()
    run.engine.ready()
    assert run("--state-dir", str(tmp_path)) == 0
    assert ", 0 replies" in run.out.getvalue()
    (tmp_path / "ledger.db").write_bytes(b"no database" * 100)
    again = Run()
    again.engine.ready()
    assert again("--state-dir", str(tmp_path)) == 0
    assert "1,100 bytes that cannot be read" in again.out.getvalue()
    assert not (tmp_path / "ledger.db.damaged").exists()


def test_as_a_process_it_loads_no_qt_and_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "root" / "one" / ".context-foundry").mkdir(parents=True)
    program = (
        "import sys; from cupola.__main__ import main; code = main()\n"
        "assert not {'PySide6', 'shiboken6', 'qasync'} & set(sys.modules)\n"
        "raise SystemExit(code)\n"
    )
    words = cupola_command("doctor", "--json", roots=[tmp_path / "root"], state=tmp_path / "own")[3:]
    done = subprocess.run(
        [sys.executable, "-c", program, *words], env=environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    told = json.loads(done.stdout)
    assert [root["projects"] for root in told["roots"]] == [1]
    assert [disk["hangs"] for disk in told["disks"]] == [False]
    assert told["versions"]["msgspec"]


def test_folders_that_may_not_be_written_are_told_as_such(tmp_path: Path) -> None:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    (tmp_path / "own" / "state").mkdir(parents=True)
    (tmp_path / "own" / "config").mkdir(mode=0o700)
    command = cupola_command("doctor", "--json", roots=[tmp_path], state=tmp_path / "own")
    done = subprocess.run(as_nobody(command), env=environment(), capture_output=True, check=False)
    places = {place["name"]: place for place in json.loads(done.stdout)["places"]}
    assert (places["state"]["readable"], places["state"]["writable"]) == (True, False)
    assert (places["settings"]["exists"], places["settings"]["readable"]) == (True, False)
