"""Start at login: what is written is read back, what somebody else wrote is told as it is."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cupola.program import APP_ID, this_program
from cupola.store.autostart import MINIMIZED, autostart
from cupola.store.autostart_macos import LaunchAgent
from cupola.store.autostart_windows import APPROVED, NAME, RUN, RunKey
from cupola.store.autostart_xdg import DesktopEntry, joined, split
from cupola.store.places import Surroundings
from support.processes import as_nobody, environment

COMMAND = (sys.executable, "-m", "cupola", MINIMIZED)


def around(home: Path, **variables: str) -> Surroundings:
    return Surroundings(environment=variables, home=home, cwd=home, from_terminal=False)


def entry(home: Path, *lines: str) -> DesktopEntry:
    switch = DesktopEntry(around(home), COMMAND)
    switch.path.parent.mkdir(parents=True)
    switch.path.write_text("\n".join(["[Desktop Entry]", *lines, ""]), encoding="utf-8")
    return switch


class Registry:
    """Stands for the current user's part of the registry."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str | bytes] = {}

    def get(self, key: str, name: str) -> str | bytes | None:
        return self.values.get((key, name))

    def put(self, key: str, name: str, text: str) -> None:
        self.values[key, name] = text

    def delete(self, key: str, name: str) -> None:
        self.values.pop((key, name), None)


def test_it_is_off_where_nothing_was_written_and_says_where_it_looked(tmp_path: Path) -> None:
    state = DesktopEntry(around(tmp_path), COMMAND).state()
    assert (state.on, state.note) == (False, "")
    assert state.place == str(tmp_path / ".config/autostart/cupola.desktop")


@pytest.mark.skipif(sys.platform != "linux", reason="the switch of another system")
def test_the_switch_of_this_system_starts_this_program_in_the_tray(tmp_path: Path) -> None:
    switch = autostart(around(tmp_path))
    switch.switch_on()
    assert switch.state().command == (*this_program(), MINIMIZED)
    assert switch.state().on
    assert switch.state().note == ""
    switch.switch_off()
    assert not switch.state().on
    assert list((tmp_path / ".config/autostart").iterdir()) == []


def test_switching_off_twice_is_fine(tmp_path: Path) -> None:
    switch = DesktopEntry(around(tmp_path), COMMAND)
    switch.switch_off()
    switch.switch_off()


def test_the_settings_folder_of_the_desktop_is_honoured_unless_it_is_relative(tmp_path: Path) -> None:
    elsewhere = tmp_path / "Größe und Übel"
    switch = DesktopEntry(around(tmp_path, XDG_CONFIG_HOME=str(elsewhere)), COMMAND)
    switch.switch_on()
    assert (elsewhere / "autostart/cupola.desktop").is_file()
    relative = DesktopEntry(around(tmp_path, XDG_CONFIG_HOME="here"), COMMAND)
    assert relative.path.is_relative_to(tmp_path / ".config")


@pytest.mark.parametrize(
    "program",
    [
        "/opt/Mein Programm/größe",
        '/opt/"quoted"/it',
        "/opt/$HOME/`x`/a\\b",
        "/opt/100%/50%f",
        "/opt/tab\there",
        "/opt/line\nbreak",
        "/opt/\udcff/bytes",
        "/opt/plain",
        "",
    ],
)
def test_every_program_path_is_read_back_as_it_was(tmp_path: Path, program: str) -> None:
    assert split(joined((program, "-m", "x"))) == [program, "-m", "x"]
    switch = DesktopEntry(around(tmp_path), (program, "--minimized"))
    switch.switch_on()
    assert switch.state().command == (program, "--minimized")


def test_quoting_is_that_of_the_specification() -> None:
    assert joined(("/a b", "$x", "50%")) == '"/a b" "\\\\$x" 50%%'
    assert joined(("a\\b",)) == '"a\\\\\\\\b"'


def test_codes_for_files_to_open_are_no_arguments() -> None:
    assert split("cupola %U --x %%") == ["cupola", "--x", "%"]


def test_the_validator_of_desktop_entries_finds_nothing(tmp_path: Path) -> None:
    validator = shutil.which("desktop-file-validate")
    if validator is None:
        pytest.skip("desktop-file-validate is not installed")
    switch = DesktopEntry(around(tmp_path), ("/opt/Mein Programm/größe $x", "-m", "cupola"))
    switch.switch_on()
    done = subprocess.run([validator, switch.path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_what_the_desktop_switched_off_counts_as_off(tmp_path: Path, line: str) -> None:
    switch = entry(tmp_path, f"Exec={joined(COMMAND)}", line)
    assert not switch.state().on
    assert line in switch.state().note
    switch.switch_on()
    assert switch.state().on


def test_an_entry_that_starts_another_program_is_told(tmp_path: Path) -> None:
    state = entry(tmp_path, f"Exec={sys.executable} -m other").state()
    assert state.on
    assert state.note == f"starts another program: {sys.executable} -m other"


def test_an_entry_whose_program_is_gone_is_told(tmp_path: Path) -> None:
    state = entry(tmp_path, "Exec=/nowhere/cupola --minimized").state()
    assert state.note == "starts a program that is not there: /nowhere/cupola --minimized"


def test_what_stands_in_other_groups_and_comments_does_not_count(tmp_path: Path) -> None:
    state = entry(
        tmp_path, "# Exec=x", f"Exec = {joined(COMMAND)}", "[Desktop Action x]", "Hidden=true"
    ).state()
    assert state.on
    assert state.command == COMMAND


def test_an_entry_without_a_program_is_off_and_says_so(tmp_path: Path) -> None:
    state = entry(tmp_path, "Name=Cupola").state()
    assert (state.on, state.note) == (False, "it names no program")


def test_a_folder_in_the_entrys_place_is_told_and_left(tmp_path: Path) -> None:
    switch = DesktopEntry(around(tmp_path), COMMAND)
    switch.path.mkdir(parents=True)
    assert "cannot be read" in switch.state().note
    with pytest.raises(OSError, match="directory"):
        switch.switch_on()


def test_a_folder_that_may_not_be_written_raises_and_changes_nothing(tmp_path: Path) -> None:
    switch = entry(tmp_path, "Exec=old")
    before = switch.path.read_bytes()
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    script = (
        "import sys; from pathlib import Path\n"
        "from cupola.store.autostart_xdg import DesktopEntry\n"
        "from cupola.store.places import Surroundings\n"
        "home = Path(sys.argv[1])\n"
        "switch = DesktopEntry(Surroundings({}, home, home, False), ['x'])\n"
        "for act in (switch.switch_on, switch.switch_off):\n"
        "    try: act()\n"
        "    except PermissionError: print('refused')\n"
        "print(switch.state().command)\n"
    )
    command = as_nobody([sys.executable, "-c", script, str(tmp_path)])
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["refused", "refused", "('old',)"]
    assert switch.path.read_bytes() == before
    assert list(switch.path.parent.iterdir()) == [switch.path]


def test_the_run_key_is_written_read_back_and_removed() -> None:
    registry = Registry()
    switch = RunKey(registry, (r"C:\Mein Programm\Python\python.exe", "-m", "cupola", MINIMIZED))
    assert not switch.state().on
    switch.switch_on()
    line = r'"C:\Mein Programm\Python\pythonw.exe" -m cupola --minimized'
    assert registry.values == {(RUN, NAME): line}
    assert switch.state().on
    assert switch.state().note == ""
    switch.switch_off()
    assert registry.values == {}


def test_what_task_manager_switched_off_counts_as_off_until_it_is_switched_on() -> None:
    registry = Registry()
    switch = RunKey(registry, (r"C:\Cupola\cupola.exe", MINIMIZED))
    switch.switch_on()
    registry.values[APPROVED, NAME] = b"\x03" + bytes(11)
    assert (switch.state().on, switch.state().note) == (False, "switched off in Task Manager")
    switch.switch_on()
    assert switch.state().on


def test_the_run_key_of_another_cupola_is_told() -> None:
    registry = Registry()
    registry.put(RUN, NAME, r"D:\old\cupola.exe")
    state = RunKey(registry, (r"C:\Cupola\cupola.exe", MINIMIZED)).state()
    assert state.on
    assert "another program" in state.note


def test_the_launch_agent_is_written_read_back_and_removed(tmp_path: Path) -> None:
    switch = LaunchAgent(tmp_path, COMMAND)
    assert not switch.state().on
    switch.switch_on()
    path = tmp_path / "Library/LaunchAgents" / f"{APP_ID}.plist"
    written = plistlib.loads(path.read_bytes())
    assert written["Label"] == APP_ID
    assert written["ProgramArguments"] == list(COMMAND)
    assert written["RunAtLoad"] is True
    assert (switch.state().on, switch.state().note) == (True, "")
    switch.switch_off()
    assert not path.exists()


@pytest.mark.parametrize("change", [{"Disabled": True}, {"RunAtLoad": False}])
def test_a_launch_agent_that_is_switched_off_is_told(tmp_path: Path, change: dict[str, bool]) -> None:
    switch = LaunchAgent(tmp_path, COMMAND)
    switch.switch_on()
    agent = plistlib.loads(switch.path.read_bytes()) | change
    switch.path.write_bytes(plistlib.dumps(agent))
    assert not switch.state().on
    assert switch.state().note


@pytest.mark.parametrize("data", [b"", b"<plist", b"no list", plistlib.dumps(["x"])])
def test_a_launch_agent_that_is_none_is_told(tmp_path: Path, data: bytes) -> None:
    switch = LaunchAgent(tmp_path, COMMAND)
    switch.path.parent.mkdir(parents=True)
    switch.path.write_bytes(data)
    assert (switch.state().on, switch.state().note) == (False, "is no property list")
