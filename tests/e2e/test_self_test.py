"""`--self-test`: all is well on a whole installation, and what an incomplete one lacks is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cupola.program import APP_ID
from support.processes import APP, PATIENCE_S, environment

CHECKS = ["version", "window", "docks", "icons", "tray icons", "write", "ledger", "prices"]


def self_test(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cupola", "--self-test"]
    env = environment(TMPDIR=str(folder), QT_QPA_PLATFORM="offscreen") | more
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=env)


def said(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """How each check went, by its name."""
    lines = [line.split("  ", 1) for line in done.stdout.splitlines()]
    return {rest.strip().partition(":")[0]: word for word, rest in lines}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """An installation of its own: the package with its resources inside."""
    home = tmp_path / "installed"
    shutil.copytree(APP / "cupola", home / "cupola", ignore=shutil.ignore_patterns("__pycache__"))
    if not (home / "cupola" / "resources").exists():
        shutil.copytree(APP.parent / "resources", home / "cupola" / "resources")
    return home


def test_that_every_check_passes_here_and_nothing_is_left_behind(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = self_test(temporary)
    assert (done.returncode, done.stderr) == (0, "")
    assert said(done) == dict.fromkeys(CHECKS, "ok")
    assert list(temporary.iterdir()) == []


def test_that_it_needs_no_right_to_write_where_it_is_installed(copied: Path, tmp_path: Path) -> None:
    for folder, _, files in os.walk(copied):
        for path in (folder, *(f"{folder}/{file}" for file in files)):
            os.chmod(path, 0o555)  # noqa: PTH101 - os.walk gives text
    done = self_test(tmp_path, PYTHONPATH=str(copied))
    assert (done.returncode, said(done)) == (0, dict.fromkeys(CHECKS, "ok"))


def test_that_an_icon_that_cannot_be_drawn_is_named(copied: Path, tmp_path: Path) -> None:
    (copied / "cupola" / "resources" / "icons" / f"{APP_ID}.svg").write_text("no picture", encoding="utf-8")
    done = self_test(tmp_path, PYTHONPATH=str(copied))
    assert done.returncode == 1
    assert said(done)["icons"] == "FAILED"
    assert f"{APP_ID}.svg" in done.stdout


def test_that_missing_prices_and_missing_icons_are_named(copied: Path, tmp_path: Path) -> None:
    shutil.rmtree(copied / "cupola" / "resources")
    done = self_test(tmp_path, PYTHONPATH=str(copied))
    assert done.returncode == 1
    assert {name for name, word in said(done).items() if word == "FAILED"} == {"icons", "prices", "ledger"}


def test_that_it_goes_alone() -> None:
    command = [sys.executable, "-m", "cupola", "--self-test", "--minimized"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, env=environment()
    )
    assert done.returncode == 2
    assert "--self-test goes alone" in done.stderr
