"""A command line reads the same before and after its command, and wrong use ends with 2."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cupola import __version__
from cupola.options import Command, Options, parse
from cupola.store.places import Wanted


def test_no_command_means_the_window() -> None:
    assert parse([]) == Options()


def test_options_stand_before_and_after_a_command() -> None:
    before = parse(["--root", "a", "--state-dir", "s", "--trace", "t", "watch", "--json"])
    after = parse(["watch", "--json", "--root", "a", "--state-dir", "s", "--trace", "t"])
    assert before == after
    assert before == Options(
        command=Command.WATCH, json=True, trace="t", wanted=Wanted(roots=("a",), state_dir="s")
    )


def test_roots_of_both_places_add_up_and_the_later_folder_counts() -> None:
    options = parse(
        ["--root", "a", "--config-dir", "x", "status", "--root", "b", "--config-dir", "y", "NAME"]
    )
    assert options.wanted == Wanted(roots=("a", "b"), config_dir="y")
    assert options.name == "NAME"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--jso"],
        ["--root"],
        ["--root", ""],
        ["status", "a", "b"],
        ["watch", "NAME"],
        ["--json"],
    ],
)
def test_wrong_use_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(arguments)
    assert end.value.code == 2
    assert "usage: cupola" in capsys.readouterr().err


def test_the_trace_is_not_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["watch", "--help"])
    assert "trace" not in capsys.readouterr().out


def test_the_version_is_answered_without_anything_heavy() -> None:
    code = (
        "import sys\n"
        "from cupola.__main__ import main\n"
        "try: main(['--version'])\n"
        "finally: assert not {'PySide6', 'rich', 'watchdog', 'asyncio', 'cupola.engine'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"cupola {__version__}\n"
