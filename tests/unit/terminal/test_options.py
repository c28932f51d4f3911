"""A command line reads the same before and after its command, and wrong use ends with 2."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cupola import __version__
from cupola.options import Command, Options, Picture, Story, parse
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


def test_a_picture_says_how_the_window_is_to_look() -> None:
    options = parse(
        ["--screenshot", "a.png", "--size", "800x600", "--theme", "light", "--scale", "2", "--select", "shop"]
    )
    assert options.picture == Picture("a.png", (800, 600), 2.0, "shop")
    assert options.theme == "light"
    assert parse(["--size", "800x600"]).picture is None


def test_a_theme_is_for_the_window_as_well_as_for_a_picture() -> None:
    assert parse(["--theme", "dark"]) == Options(theme="dark")


def test_the_demo_is_an_option_of_every_view_and_its_writer_a_command() -> None:
    assert parse(["--demo", "--at", "90"]) == Options(demo=True, at_s=90.0)
    assert parse(["--demo", "status"]).demo
    story = parse(["demo", "--into", "d", "--speed", "0", "--seed", "3", "--at", "5"])
    assert (story.story, story.at_s) == (Story("d", 0.0, 3), 5.0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--demo", "--root", "a"], "folders of its own"),
        (["--at", "3"], "--at goes with"),
        (["--screenshot", "a.png", "--size", "big"], "1280x800"),
        (["--screenshot", "a.png", "--size", "739x800"], "at least 740x420"),
        (["--screenshot", "a.png", "--scale", "0"], "above 0"),
        (["demo"], "--into"),
        (["demo", "--into", "d", "--speed", "-1"], "from 0"),
    ],
)
def test_what_does_not_go_together_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parse(arguments)
    assert end.value.code == 2
    assert said in capsys.readouterr().err
