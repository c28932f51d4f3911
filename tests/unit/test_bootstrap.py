"""The bootstrap without a network: what it decides and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
import bootstrap_env
import bootstrap_libs
from bootstrap_env import Venv
from bootstrap_say import Trouble

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with a space and an umlaut, with locks and nothing else."""
    root = tmp_path / "x y ü"
    (root / "packaging").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\n")
    for name in ("requirements.lock", "requirements-dev.lock"):
        (root / "packaging" / name).write_text("a==1\n")
    return root


class FakeVenv(Venv):
    """Makes an environment of empty files; a step can be told to fail."""

    fails_at = ""

    @property
    def pth(self) -> Path:
        """The file that leads Python to the checkout."""
        library = "Lib" if os.name == "nt" else "lib/python3.11"
        return self.folder / library / "site-packages" / "_cupola.pth"

    def _run(self, command: list[str], otherwise: str) -> None:
        if self.fails_at and self.fails_at in " ".join(command):
            raise Trouble(otherwise)
        if "--editable" in command:
            self.pth.parent.mkdir(parents=True, exist_ok=True)
            self.pth.write_text(f"{self.root / 'app'}\n", "utf-8")
        if "venv" in command:
            self.python.parent.mkdir(parents=True)
            self.python.touch(mode=0o755)
            (self.folder / "pyvenv.cfg").touch()


def fake(root: Path, kind: str = "run", fails_at: str = "") -> FakeVenv:
    lock = {"run": "requirements.lock", "test": "requirements-dev.lock"}[kind]
    venv = FakeVenv(root / ".venv", root, kind, lock)
    venv.fails_at = fails_at
    return venv


# --- arguments ----------------------------------------------------------------------------------------------


def test_that_everything_behind_the_first_dashes_is_passed_on() -> None:
    command, rest = bootstrap.parse(["run", "--", "--root", "a b", "--"])
    assert (command.name, rest) == ("run", ["--root", "a b", "--"])


def test_that_the_dashes_may_be_left_out() -> None:
    assert bootstrap.parse(["test", "-x"])[1] == ["-x"]


def test_that_a_wrong_command_shows_the_usage_and_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        bootstrap.parse(["build"])
    assert end.value.code == 2
    assert "bootstrap.py run [-- ARGUMENTS" in capsys.readouterr().err


def test_that_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        bootstrap.parse(["--help"])
    assert end.value.code == 0
    assert "bootstrap.py test" in capsys.readouterr().out


# --- which Python -------------------------------------------------------------------------------------------


def python_script(folder: Path, name: str, body: str) -> None:
    script = folder / name
    script.write_text(f"#!/bin/sh\n{body}\n")
    script.chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="scripts stand for Pythons")
def test_that_a_shim_that_refuses_to_run_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python_script(tmp_path, "python3.12", "echo 'command not found' >&2; exit 127")
    python_script(tmp_path, "python3.13", "echo 3 10")
    python_script(tmp_path, "python3.11", "echo 3 11")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap_env.newer_python() == str(tmp_path / "python3.11")


def test_that_without_a_newer_python_the_message_names_what_is_needed_and_what_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(Trouble, match=r"needs Python 3\.11 or newer\. This is 3\.9, and none of python3\.12"):
        bootstrap.need_python(["run"])


def test_that_an_old_python_hands_over_with_all_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[list[str]] = []
    monkeypatch.setattr(sys, "version_info", (3, 8, 1))
    monkeypatch.setattr(bootstrap_env, "newer_python", lambda: "/opt/python3.12")
    monkeypatch.setattr(bootstrap, "become", became.append)
    bootstrap.need_python(["run", "--", "--json"])
    assert became == [
        ["/opt/python3.12", str(ROOT / "packaging" / "bootstrap.py"), "run", "--", "--json"],
    ]


# --- the stamp ----------------------------------------------------------------------------------------------


def test_that_a_finished_environment_is_ready_and_a_missing_one_is_not(checkout: Path) -> None:
    venv = fake(checkout)
    assert not venv.is_ready()
    venv.make()
    assert fake(checkout).is_ready()


@pytest.mark.parametrize("step", ["-m venv", "--require-hashes", "--editable"])
def test_that_a_step_that_fails_leaves_no_stamp(checkout: Path, step: str) -> None:
    fake(checkout).make()
    (checkout / "packaging" / "requirements.lock").write_text("a==2\n")
    fake(checkout).python.unlink()
    with pytest.raises(Trouble):
        fake(checkout, fails_at=step).make()
    assert not (checkout / ".venv" / bootstrap_env.STAMP).exists()
    fake(checkout).make()
    assert fake(checkout).is_ready()


@pytest.mark.parametrize("name", ["packaging/requirements.lock", "pyproject.toml"])
def test_that_a_changed_input_makes_it_unready(checkout: Path, name: str) -> None:
    fake(checkout).make()
    (checkout / name).write_text("changed\n")
    assert not fake(checkout).is_ready()


def test_that_line_ends_are_no_change(checkout: Path) -> None:
    fake(checkout).make()
    (checkout / "pyproject.toml").write_bytes(b"[project]\r\n")
    assert fake(checkout).is_ready()


def test_that_another_python_makes_it_unready(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(checkout).make()
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert not fake(checkout).is_ready()


def test_that_a_moved_checkout_is_made_anew(checkout: Path) -> None:
    fake(checkout).make()
    moved = checkout.rename(checkout.with_name("moved"))
    assert not fake(moved).is_ready()
    (moved / ".venv" / "old").touch()
    fake(moved).make()
    assert not (moved / ".venv" / "old").exists()


def test_that_the_tests_environment_serves_run_too_but_not_the_other_way_round(checkout: Path) -> None:
    fake(checkout, "run").make()
    assert not fake(checkout, "test").is_ready()
    fake(checkout, "test").make()
    assert fake(checkout, "run").is_ready()


def test_that_damage_to_the_stamp_means_not_ready(checkout: Path) -> None:
    fake(checkout).make()
    (checkout / ".venv" / bootstrap_env.STAMP).write_text("[")
    assert not fake(checkout).is_ready()


def test_that_libraries_once_complete_are_not_looked_for_again_until_the_packages_change(
    checkout: Path,
) -> None:
    fake(checkout).make()
    assert not fake(checkout).has_libraries()
    fake(checkout).remember_libraries()
    assert fake(checkout).has_libraries()
    assert fake(checkout).is_ready()
    fake(checkout).make()
    assert not fake(checkout).has_libraries()


def test_that_a_folder_that_is_no_environment_is_not_deleted(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "letters").touch()
    with pytest.raises(Trouble, match="is in the way"):
        fake(checkout).make()
    assert (checkout / ".venv" / "letters").exists()


def test_that_the_way_to_the_checkout_is_plain_ascii_for_pythons_that_read_it_by_the_locale(
    checkout: Path,
) -> None:
    fake(checkout).make()
    line = fake(checkout).pth.read_bytes()
    assert line.isascii()
    exec(line, {})
    assert sys.path.pop() == str(checkout / "app")


# --- where it lives -----------------------------------------------------------------------------------------


def test_that_it_lives_in_the_checkout_unless_cupola_venv_names_another_place(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bootstrap_env.choose(checkout, "run", "requirements.lock").folder == checkout / ".venv"
    monkeypatch.setenv("CUPOLA_VENV", ".venv-3.12")
    assert bootstrap_env.choose(checkout, "run", "requirements.lock").folder == checkout / ".venv-3.12"
    monkeypatch.setenv("CUPOLA_VENV", str(tmp_path / "v"))
    assert bootstrap_env.choose(checkout, "run", "requirements.lock").folder == tmp_path / "v"


def test_that_it_lives_in_the_cache_where_the_checkout_cannot_be_written(
    checkout: Path, isolated_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap_env, "can_write", lambda folder: False)
    chosen = bootstrap_env.choose(checkout, "run", "requirements.lock").folder
    assert chosen.is_relative_to(isolated_home)
    assert f"{checkout} cannot be written, so the environment is {chosen}" in capsys.readouterr().err


def test_that_pip_is_not_led_astray_by_the_callers_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_CERT", "/needed")
    kept = bootstrap_env.pip_environment()
    assert ("PIP_TARGET" in kept, kept["PIP_USER"], kept["PIP_CERT"]) == (False, "0", "/needed")


# --- libraries ----------------------------------------------------------------------------------------------

LDD = """/v/libQt6Gui.so.6:
\tlinux-vdso.so.1 (0x00007fff)
\tlibEGL.so.1 => not found
\tlibQt6Core.so.6 => not found
\tlibxcb-cursor.so.0 => not found
\tlibc.so.6 => /lib/libc.so.6 (0x00007f)
/v/libqxcb.so:
\tlibxcb-cursor.so.0 => not found
"""


def test_that_only_missing_libraries_of_the_system_are_named_once() -> None:
    assert bootstrap_libs.not_found(LDD) == ["libEGL.so.1", "libxcb-cursor.so.0"]


@pytest.mark.parametrize(
    ("system", "packages"),
    [
        ("debian", ["libegl1", "libxcb-cursor0"]),
        ("fedora", ["libglvnd-egl", "xcb-util-cursor"]),
        ("arch", ["libglvnd", "xcb-util-cursor"]),
    ],
)
def test_that_a_library_is_mapped_to_the_package_of_each_system(system: str, packages: list[str]) -> None:
    found = bootstrap_libs.packages_for(["libxcb-cursor.so.0", "libEGL.so.1", "libodd.so.3"], system)
    assert found == (packages, ["libodd.so.3"])


@pytest.mark.parametrize(
    ("system", "said"),
    [
        ("debian", "Qt lacks libGL.so.1. Install with:  sudo apt-get install libgl1"),
        ("fedora", "Qt lacks libGL.so.1. Install with:  sudo dnf install libglvnd-glx"),
        ("arch", "Qt lacks libGL.so.1. Install with:  sudo pacman -S --needed libglvnd"),
        (None, "Qt lacks libGL.so.1. Install the packages of your system that have them"),
    ],
)
def test_that_the_one_command_to_run_is_named(system: str | None, said: str) -> None:
    assert bootstrap_libs.explain(["libGL.so.1"], system) == said


def test_that_an_unknown_library_is_named_as_such() -> None:
    assert bootstrap_libs.explain(["libodd.so.3"], "debian") == (
        "Qt lacks libodd.so.3  (no package known for libodd.so.3)"
    )


def test_that_without_the_right_to_install_nothing_is_run_and_the_command_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(bootstrap_libs, "missing_libraries", lambda python: ["libGL.so.1"])
    monkeypatch.setattr(bootstrap_libs, "this_system", lambda: "debian")
    monkeypatch.setattr(bootstrap_libs, "right_to_install", lambda: None)
    monkeypatch.setattr(bootstrap_libs, "run_step", ran.append)
    assert bootstrap_libs.provide(Path("/v/bin/python")) == ["libGL.so.1"]
    assert ran == []
    assert "sudo apt-get install libgl1" in capsys.readouterr().err


def test_that_what_an_installed_library_lacks_in_turn_is_installed_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing = iter([["libGL.so.1"], ["libX11.so.6"], []])
    ran: list[list[str]] = []
    monkeypatch.setattr(bootstrap_libs, "missing_libraries", lambda python: next(missing))
    monkeypatch.setattr(bootstrap_libs, "this_system", lambda: "fedora")
    monkeypatch.setattr(bootstrap_libs, "right_to_install", lambda: ["sudo", "-n"])

    def run(step: list[str]) -> bool:
        ran.append(step)
        return True

    monkeypatch.setattr(bootstrap_libs, "run_step", run)
    assert bootstrap_libs.provide(Path("/v/bin/python")) == []
    assert [step[-1] for step in ran] == ["libglvnd-glx", "libX11"]


def test_that_tests_do_not_start_without_libraries_and_cupola_does(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap_libs, "provide", lambda python: ["libGL.so.1"])
    bootstrap.check_libraries(fake(checkout), bootstrap.COMMANDS["run"])
    with pytest.raises(Trouble):
        bootstrap.check_libraries(fake(checkout), bootstrap.COMMANDS["test"])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has libraries to look for")
def test_that_loading_names_the_library_that_is_missing(tmp_path: Path) -> None:
    broken = tmp_path / "libbroken.so"
    broken.write_text("no library")
    gone = tmp_path / "libgone.so.1"
    assert bootstrap_libs.by_loading(Path(sys.executable), [str(broken), str(gone)]) == []
    assert bootstrap_libs.by_loading(Path(sys.executable), ["libgone.so.1"]) == ["libgone.so.1"]


# --- the locks ----------------------------------------------------------------------------------------------


def pinned(name: str) -> set[str]:
    lines = (ROOT / "packaging" / name).read_text("utf-8").splitlines()
    return {line.rstrip("\\ ") for line in lines if line[:1].isalnum()}


def test_that_the_dev_lock_holds_all_that_the_run_lock_holds() -> None:
    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")


def test_that_run_brings_no_test_tools() -> None:
    names = {line.partition("==")[0] for line in pinned("requirements.lock")}
    assert names.isdisjoint({"pytest", "mypy", "ruff", "pyinstaller", "hypothesis"})


def test_that_qt_below_python_3_12_stays_under_6_12() -> None:
    old = {line for line in pinned("requirements.lock") if line.startswith("pyside6") and "< '3.12'" in line}
    assert len(old) == 1
    assert old.pop().startswith("pyside6-essentials==6.11.")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_that_a_lock_holds_versions_markers_and_hashes_and_nothing_else(name: str) -> None:
    for line in (ROOT / "packaging" / name).read_text("utf-8").splitlines():
        assert line.startswith("    --hash=sha256:") or "==" in line


# --- the whole ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="a script stands for the environment's Python")
def test_that_it_becomes_the_program_with_its_arguments_folder_and_exit_code(
    checkout: Path, tmp_path: Path
) -> None:
    for source in (ROOT / "packaging").glob("bootstrap*.py"):
        (checkout / "packaging" / source.name).write_bytes(source.read_bytes())
    venv = fake(checkout)
    venv.make()
    venv.remember_libraries()
    python_script(venv.python.parent, "python", 'echo "$PWD" "$@"; exit 7')
    script = checkout / "packaging" / "bootstrap.py"
    command = [sys.executable, "-X", "importtime", str(script), "run", "--", "status", "a b"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (7, f"{tmp_path} -P -m cupola status a b\n")
    assert "subprocess" not in done.stderr, "a start with nothing to do loads nothing slow"
