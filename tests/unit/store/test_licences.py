"""Licences come from the metadata of what is installed, whatever way a package writes them."""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

import pytest

from cupola.store import licences as module
from cupola.store.licences import licences


def package(folder: Path, name: str, *lines: str) -> None:
    info = folder / f"{name}-1.0.dist-info"
    (info / "licenses").mkdir(parents=True)
    said = "\n".join(("Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines))
    (info / "METADATA").write_text(f"{said}\n\n")
    (info / "licenses" / "LICENSE.txt").write_text(f"text of {name}\n")
    (info / "RECORD").write_text(f"{info.name}/METADATA,,\n{info.name}/licenses/LICENSE.txt,,\n")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing but what the test puts there."""

    def find(name: str) -> Distribution:
        found = next(iter(Distribution.discover(name=name, path=[str(tmp_path)])), None)
        if found is None:
            raise PackageNotFoundError(name)
        return found

    monkeypatch.setattr(module, "distribution", find)
    monkeypatch.setattr(module, "requires", lambda name: find(name).requires)
    return tmp_path


def test_everything_that_is_needed_is_named_however_its_licence_is_written(installed: Path) -> None:
    package(installed, "cupola", "License-Expression: MIT", "Requires-Dist: one.a>=2; python_version>'3'")
    package(installed, "one_a", "License: Apache-2.0", "Requires-Dist: two", "Requires-Dist: x; extra == 'y'")
    package(installed, "two", "Classifier: License :: OSI Approved :: MIT License", "Requires-Dist: three")
    package(installed, "three", "License: All of the text", "  over several lines", "Requires-Dist: two")
    package(installed, "x", "License: no part of it")
    found = [(one.package, one.licence, one.texts) for one in licences()]
    assert found == [
        ("cupola", "MIT", ("text of cupola",)),
        ("one_a", "Apache-2.0", ("text of one_a",)),
        ("three", "not named by the package", ("text of three",)),
        ("two", "MIT License", ("text of two",)),
    ]


def test_without_metadata_of_its_own_what_is_known_to_be_used_is_named(installed: Path) -> None:
    package(installed, "watchdog", "License: Apache-2.0")
    assert [one.package for one in licences()] == ["watchdog"]
