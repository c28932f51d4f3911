"""What a Linux desktop finds beside the program, checked by the desktops' own tools where they are there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import completions
import facts
import linux_files
import manual_page
import metainfo
from command_line import command_lines
from cupola import __version__
from cupola.program import APP_ID

ROOT = Path(__file__).resolve().parents[3]
OVERRIDES = 6
"""Of lintian. A new one is a decision: it needs its reason, and this number."""


def run(*command: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """A program of the system; skips where it is not installed."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"not installed: {command[0]}")
    words = list(map(str, command))
    return subprocess.run(words, input=text, capture_output=True, text=True, check=False, timeout=30)


def test_that_the_desktop_file_is_valid_and_names_what_is_installed(tmp_path: Path) -> None:
    file = tmp_path / f"{APP_ID}.desktop"
    file.write_text(metainfo.desktop_file(), encoding="utf-8")
    done = run("desktop-file-validate", file)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"Icon={APP_ID}\n" in metainfo.desktop_file()


def test_that_the_metainfo_is_valid(tmp_path: Path) -> None:
    file = tmp_path / f"{APP_ID}.metainfo.xml"
    file.write_text(metainfo.metainfo(), encoding="utf-8")
    done = run("appstreamcli", "validate", "--no-net", file)
    assert done.returncode == 0, done.stdout


def test_that_release_notes_are_those_of_the_changelog() -> None:
    text = "# Changelog\n\n## [Unreleased]\n\n- New `a`\n  and **b**.\n\n"
    text += "## [0.0.9] - 2026-01-02\n\n- Old.\n\n## [0.0.1]\n"
    newest, older = metainfo.releases(text)
    assert (newest.version, newest.items) == (__version__, ("New a and b.",))
    assert (older.version, older.day, older.items) == ("0.0.9", "2026-01-02", ("Old.",))


def test_that_the_manual_tells_of_every_option_and_is_read_without_a_warning(tmp_path: Path) -> None:
    text = manual_page.text()
    plain = text.replace("\\-", "-")
    names = [name for line in command_lines() for option in line.options for name in option.names]
    assert "--self-test" in names
    assert [name for name in names if name not in plain] == []
    file = tmp_path / "cupola.1"
    file.write_text(text, encoding="utf-8")
    done = run("man", "--warnings", "-E", "UTF-8", "-l", file)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("shell", "make"), [("bash", completions.bash), ("fish", completions.fish)])
def test_that_a_shell_reads_its_completion(shell: str, make: object, tmp_path: Path) -> None:
    file = tmp_path / "completion"
    assert callable(make)
    file.write_text(make(command_lines()), encoding="utf-8")
    assert run(shell, "-n", file).returncode == 0


def bash_offers(tmp_path: Path, *words: str) -> list[str]:
    file = tmp_path / "completion"
    file.write_text(completions.bash(command_lines()), encoding="utf-8")
    line = " ".join(f"'{word}'" for word in words)
    asking = f"source {file}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _cupola; "
    asking += "printf '%s\\n' \"${COMPREPLY[@]}\""
    return run("bash", "--norc", "-c", asking).stdout.split()


def test_that_bash_completes_commands_their_options_and_values(tmp_path: Path) -> None:
    assert bash_offers(tmp_path, "cupola", "sta") == ["status"]
    assert bash_offers(tmp_path, "cupola", "--self") == ["--self-test"]
    assert bash_offers(tmp_path, "cupola", "watch", "--js") == ["--json"]
    assert bash_offers(tmp_path, "cupola", "--theme", "d") == ["dark"]
    assert "--into" not in bash_offers(tmp_path, "cupola", "status", "--")


def test_that_fish_completes_commands_and_options(tmp_path: Path) -> None:
    file = tmp_path / "cupola.fish"
    file.write_text(completions.fish(command_lines()), encoding="utf-8")
    done = run(
        "fish",
        "--no-config",
        "-c",
        f"source {file}; complete -C 'cupola sta'; complete -C 'cupola watch --js'",
    )
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == ["status", "--json"]


def test_that_zsh_reads_its_completion(tmp_path: Path) -> None:
    file = tmp_path / "_cupola"
    text = completions.zsh(command_lines())
    file.write_text(text, encoding="utf-8")
    assert run("zsh", "-n", file).returncode == 0
    assert text.startswith("#compdef cupola cupola-gui\n")


def test_that_icons_have_all_sizes_and_are_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("PySide6", exc_type=ImportError)
    trees = [linux_files.write(tmp_path / name) for name in ("a", "b")]
    contents = [
        {file.relative_to(tree): file.read_bytes() for file in tree.rglob("*") if file.is_file()}
        for tree in trees
    ]
    assert contents[0] == contents[1]
    sizes = {path.parts[2] for path in contents[0] if path.parts[0] == "icons"}
    assert sizes == {"scalable", "symbolic", *(f"{size}x{size}" for size in facts.ICON_SIZES)}


def test_that_each_override_of_lintian_has_its_reason() -> None:
    lines = (ROOT / "packaging/linux/lintian-overrides").read_text("utf-8").splitlines()
    overrides = [line for line in lines if line and not line.startswith("#")]
    assert len(overrides) == OVERRIDES
    assert lines[0].startswith("# ")
    assert all(len(line) > 20 for line in lines if line.startswith("#"))
