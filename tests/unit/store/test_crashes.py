"""Reports of crashes on disk: what they say, how many are kept, and who is told of them once."""

from __future__ import annotations

import os
from pathlib import Path

from cupola import __version__
from cupola.store.crashes import KEPT, delete, keep_as_seen, trace_path, untold, write_report

AT = 1_764_000_000.0
NO_PROCESS = 2**22 + 1
"""Above the highest number that Linux gives."""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_report_holds_versions_the_traceback_and_the_end_of_the_log_without_secrets(tmp_path: Path) -> None:
    (tmp_path / "cupola.log").write_text(
        "old\n" * 30 + "last words api_key=abcdefghijklmn\n", encoding="utf-8"
    )
    path = write_report(tmp_path, "Traceback\n  ValueError: password=hunter2hunter2 \x1b[31m", AT)
    text = path.read_text(encoding="utf-8")
    assert path.name == "crash-20251124-160000-000.txt"
    assert f"Cupola {__version__}" in text
    assert "ValueError" in text
    assert "last words" in text
    for secret in ("hunter2hunter2", "abcdefghijklmn", "\x1b"):
        assert secret not in text
    assert path.stat().st_mode & 0o077 == 0


def test_never_more_than_five_are_kept_and_the_newest_stay(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        write_report(tmp_path, f"crash {number}", AT + number)
    report = untold(tmp_path)
    assert report is not None
    assert len(names(tmp_path)) == KEPT == len(report.paths)
    assert "crash 7" in report.text
    assert "crash 2\n" not in report.text


def test_what_was_seen_is_not_told_again_but_counts_among_the_five(tmp_path: Path) -> None:
    for number in range(KEPT):
        write_report(tmp_path, "x", AT + number)
        report = untold(tmp_path)
        assert report is not None
        assert len(report.paths) == 1
        keep_as_seen(report)
        assert untold(tmp_path) is None
    write_report(tmp_path, "x", AT + 100)
    assert len(names(tmp_path)) == KEPT


def test_what_is_deleted_is_gone(tmp_path: Path) -> None:
    write_report(tmp_path, "x", AT)
    report = untold(tmp_path)
    assert report is not None
    delete(report)
    delete(report)
    assert names(tmp_path) == []


def test_a_trace_of_a_process_that_is_no_more_becomes_a_report_of_that_time(tmp_path: Path) -> None:
    trace = tmp_path / f"running-{NO_PROCESS}-1.trace"
    trace.write_text("Fatal Python error: Aborted\n", encoding="utf-8")
    os.utime(trace, (AT, AT))
    report = untold(tmp_path)
    assert report is not None
    assert "Fatal Python error: Aborted" in report.text
    assert names(tmp_path) == ["crash-20251124-160000-000.txt"]


def test_a_killed_process_leaves_nothing_to_tell(tmp_path: Path) -> None:
    (tmp_path / f"running-{NO_PROCESS}-1.trace").touch()
    assert untold(tmp_path) is None
    assert names(tmp_path) == []


def test_an_earlier_process_of_the_same_number_is_no_more(tmp_path: Path) -> None:
    trace_path(tmp_path).write_text("Fatal", encoding="utf-8")
    assert untold(tmp_path) is not None


def test_the_trace_of_a_process_that_runs_is_left_alone(tmp_path: Path) -> None:
    trace = tmp_path / f"running-{os.getppid()}-1.trace"
    trace.write_text("Windows may tell of what ends nothing", encoding="utf-8")
    assert untold(tmp_path) is None
    assert trace.exists()


def test_a_folder_that_cannot_be_used_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert untold(tmp_path / "no") is None
    (tmp_path / f"running-{NO_PROCESS}-1.trace").mkdir()
    assert untold(tmp_path) is None
