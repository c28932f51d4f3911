"""The making of packages, as far as it can be told without making one."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import build
import entry
import facts
import host_libraries
import icons
import pruning
import self_extracting
import sums
import windows
from bootstrap_say import Trouble
from cupola import __version__
from steps import step

# The smallest icon that is one: 1x1, 32 bits a pixel, one pixel, its mask.
ICON = (
    b"\0\0\1\0\1\0\1\1\0\0\1\0\x20\0\x30\0\0\0\x16\0\0\0"
    b"\x28\0\0\0\1\0\0\0\2\0\0\0\1\0\x20" + bytes(25) + b"\1\2\3\4" + bytes(4)
)


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("libgtk-3.so.0", False),
        ("libEGL.so.1", False),
        ("libsqlite3.so.0", True),
        ("cupola/resources/prices.json", True),
    ],
)
def test_what_goes_into_the_bundle(place: str, wanted: bool) -> None:
    assert pruning.wanted(place) is wanted


def test_that_a_library_nobody_thought_of_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_libraries, "needed_libraries", lambda _: ["libEGL.so.1", "libnew.so.9"])
    with pytest.raises(Trouble, match=r"libnew\.so\.9"):
        host_libraries.needed_from_host(tmp_path)


def test_that_a_bundle_leaves_its_library_path_to_no_program_it_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/bundle")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/own")
    monkeypatch.setenv("DYLD_LIBRARY_PATH", "/bundle")
    monkeypatch.setenv("_PYI_ARCHIVE_FILE", "/bundle/cupola")
    entry.let_others_be()
    assert os.environ["LD_LIBRARY_PATH"] == "/own"
    assert not {"LD_LIBRARY_PATH_ORIG", "DYLD_LIBRARY_PATH", "_PYI_ARCHIVE_FILE"} & os.environ.keys()


@pytest.mark.skipif(sys.platform != "linux", reason="of Linux alone")
def test_that_a_replaced_archive_is_still_read(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.write_text("old", encoding="utf-8")
    reader = SimpleNamespace(_filename=str(archive))
    entry.hold_modules(reader)
    archive.unlink()
    archive.write_text("new", encoding="utf-8")
    try:
        assert Path(reader._filename).read_text("utf-8") == "old"
    finally:
        os.close(int(reader._filename.rpartition("/")[2]))


def test_that_the_sums_are_those_of_the_files_and_the_list_has_what_it_runs_on(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(b"content")
    sums.write(tmp_path)
    rows = [line.split("  ") for line in (tmp_path / sums.SUMS).read_text().splitlines()]
    lines = {name: digest for digest, name in rows}
    assert lines["a.deb"] == hashlib.sha256(b"content").hexdigest()
    assert set(lines) == {"a.deb", sums.SBOM}
    names = [part["name"] for part in sums.bill_of_materials()["components"]]
    assert {"pyside6-essentials", "watchdog", "qasync", "rich", "dbus-fast", "msgspec"} <= set(names)
    assert "hatchling" not in names


def test_that_an_icon_of_windows_holds_its_pictures() -> None:
    data = icons.ico([(16, b"small"), (256, b"large one")])
    assert data[:6] == b"\0\0\1\0\2\0"
    assert (data[6], data[22]) == (16, 0)
    assert data.endswith(b"smalllarge one")
    assert int.from_bytes(data[18:22], "little") == 38


def test_that_the_script_before_an_archive_is_sound_and_ends_where_it_says() -> None:
    text = self_extracting.script()
    assert "@" not in text.replace('"$@"', "")
    assert f"tail -n +{len(text.splitlines()) + 1} " in text
    assert subprocess.run(["sh", "-n"], input=text, text=True, check=False).returncode == 0


def test_that_wrong_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main([]) == 2
    assert build.main(["deb", "rpm"]) == 2
    assert "packaging/build.py" in capsys.readouterr().err


def test_that_each_step_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    with step("something"):
        pass
    assert [line.rpartition(" ")[0] for line in capsys.readouterr().err.splitlines()] == [
        "build: something",
        "build: something: 0.0",
    ]


def test_that_the_installer_of_windows_compiles_without_a_warning(tmp_path: Path) -> None:
    if shutil.which("makensis") is None:
        pytest.skip("not installed: makensis")
    tree = tmp_path / "a tree"
    (tree / "_internal").mkdir(parents=True)
    for name in ("cupola.exe", "cupola-gui.exe", "_internal/python.dll"):
        (tree / name).write_bytes(b"MZ")
    icon = tmp_path / "cupola.ico"
    icon.write_bytes(ICON)
    made = windows.compile_installer(tree, icon, tmp_path / "dist")
    assert made.read_bytes()[:2] == b"MZ"
    assert made.name == f"cupola-{__version__}-setup.exe"


@pytest.mark.parametrize("target", ["windows", "macos"])
def test_that_another_system_is_named_where_its_package_is_wanted(target: str) -> None:
    with pytest.raises(Trouble, match="is built on"):
        build.targets()[target](False)


def test_that_the_readme_names_the_packages_of_this_version() -> None:
    text = (facts.ROOT / "README.md").read_text("utf-8")
    for name in (
        "cupola_{}_amd64.deb",
        "cupola-{}-1.x86_64.rpm",
        "cupola-{}-x86_64.run",
        "cupola-{}-setup.exe",
    ):
        assert name.format(__version__) in text
