"""The tree keeps the shape that the tools and the design count on."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP = {"pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "app", "resources", "tests", "packaging"}
ROOMS = ["domain", "sources", "store", "watch", "engine", "presenters", "views", "desktop", "terminal"]
# Written in two parts, so that this file holds none of them.
REGISTRIES = ["pypi" + ".org", "pythonhosted" + ".org", "deb.debian" + ".org", "registry.npmjs" + ".org"]
# An exemption: its code, a dash, and why.
REASONED = re.compile(r"#\s*(type: ignore\[[\w\-, ]+\]|noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*)\s+(- |# )\S")
EXEMPTION = re.compile(r"#\s*(type:\s*ignore|noqa)")


@cache
def committed() -> list[Path]:
    """Every file Git knows, less what is being deleted."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a Git checkout")
    files = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [file for file in files if file.is_file()]


def sources(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def test_that_app_is_a_folder_and_no_package() -> None:
    assert not (ROOT / "app" / "__init__.py").exists()


@pytest.mark.parametrize("folder", ["packaging", "resources", "tests"])
def test_that_no_folder_beside_app_is_a_package(folder: str) -> None:
    assert list((ROOT / folder).rglob("__init__.py")) == []


@pytest.mark.parametrize("room", ROOMS)
def test_that_every_room_is_there(room: str) -> None:
    assert (ROOT / "app" / "cupola" / room / "__init__.py").is_file()


def test_that_the_top_level_holds_nothing_else() -> None:
    top = {file.relative_to(ROOT).parts[0] for file in committed()}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_that_no_module_has_more_than_500_lines() -> None:
    files = sources("app", "packaging", "tests")
    lengths = {str(file): len(file.read_text("utf-8").splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > 500} == {}


def test_that_every_exemption_names_its_code_and_its_reason() -> None:
    bare = [
        f"{file}:{number}: {line.strip()}"
        for file in sources("app", "packaging")
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if EXEMPTION.search(line) and not REASONED.search(line)
    ]
    assert bare == []


def test_that_no_committed_file_names_a_registry() -> None:
    named = [
        f"{file}: {registry}"
        for file in committed()
        for registry in REGISTRIES
        if registry.encode() in file.read_bytes()
    ]
    assert named == []
