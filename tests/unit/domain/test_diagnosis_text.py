"""Diagnostics as text and JSON: everything is told, once, and nothing of it can break a line."""

from __future__ import annotations

import json
from dataclasses import replace

from cupola.domain.diagnosis import (
    AtLogin,
    Diagnostics,
    GateCount,
    LedgerSize,
    OwnedProblem,
    Place,
    WindowFacts,
)
from cupola.domain.diagnosis_text import MOST_PROBLEMS, diagnosis_json, diagnosis_lines
from cupola.domain.models import DiskModel, RootModel, Watching
from cupola.domain.problems import Problem

TOLD = Diagnostics(
    at=0.0,
    versions=(("Cupola", "1.2.3"), ("Python", "3.11")),
    places=(Place("settings", "/c", exists=True, readable=True, writable=False),),
    transcripts=(Place("", "/t", exists=False, readable=False, writable=False),),
    roots=(RootModel("/r", readable=False, projects=1, watching=Watching.OFF, note="not there yet"),),
    disks=(DiskModel("/mnt", Watching.POLLING, hangs=True),),
    watches=1_234,
    limits=(("max_user_watches", None), ("max_user_instances", 128)),
    ledger=LedgerSize(2_048, 17),
    journal_bytes=5,
    prices="of 2026-11-25",
    login=AtLogin("/a", on=True, command=("x",), note="starts another program: x"),
    settings_problems=(Problem("/c/settings.json", "cannot be used", ("depth",)),),
    problems=(OwnedProblem("weather", Problem("/r/x", "no JSON")), OwnedProblem("", Problem("/r", "hangs"))),
    unattached=("metrics.db: task 7 (3 decisions)",),
    log_tail=("one", "two"),
)


def section(title: str, of: Diagnostics = TOLD) -> list[str]:
    lines = diagnosis_lines(of)
    begin = lines.index(title) + 1
    return lines[begin : (lines.index("", begin) if "" in lines[begin:] else None)]


def test_every_section_has_its_heading_and_values_stand_below_one_another() -> None:
    assert section("Versions") == ["  Cupola  1.2.3", "  Python  3.11"]
    assert section("Places") == ["  settings  /c  (readable, not writable)"]
    assert section("Transcripts") == ["  /t  (not there)"]
    assert section("Roots") == ["  /r  not watched, 1 project, cannot be read, not there yet"]
    assert section("Disks") == ["  /mnt  polling, HANGS"]
    assert section("Log") == ["  one", "  two"]


def test_a_pause_is_said_beside_the_watches() -> None:
    assert (
        section("Watches", replace(TOLD, paused=True))[0]
        == "  in use              1,234 (watching is paused)"
    )


def test_limits_that_are_not_known_are_no_zero() -> None:
    assert section("Watches") == [
        "  in use              1,234",
        "  max_user_watches    no limit known",
        "  max_user_instances  128",
    ]


def test_what_is_kept_and_what_starts_at_login_is_told() -> None:
    assert section("Kept")[0] == "  ledger   2,048 bytes, 17 replies"
    assert section("Start at login")[0] == "  state  on, starts another program: x"


def test_problems_name_their_project_and_what_was_dropped() -> None:
    assert section("Problems") == ["  weather: /r/x: no JSON", "  /r: hangs"]
    assert section("Problems of the settings") == ["  /c/settings.json  cannot be used (depth)"]


def test_nothing_to_tell_is_said() -> None:
    assert section("Problems", replace(TOLD, problems=())) == ["  none"]


def test_of_many_problems_some_are_told_and_the_rest_is_counted() -> None:
    many = replace(TOLD, problems=TOLD.problems * MOST_PROBLEMS)
    assert len(section("Problems", many)) == MOST_PROBLEMS + 1
    assert section("Problems", many)[-1] == f"  and {MOST_PROBLEMS} more"


def test_names_of_files_cannot_break_a_line() -> None:
    evil = replace(TOLD, settings_problems=(Problem("/a\nb\x1b\udcff", "bad\nword"),))
    assert section("Problems of the settings", evil) == ["  /a\\x0ab\\x1b\\xff  bad word"]


def test_a_window_tells_of_its_panels_too() -> None:
    gates = (GateCount("tokens", 3, 1_000, 2.25), GateCount("tests", 0, 0))
    of = replace(TOLD, window=WindowFacts("xcb", "6.9", "1280 × 800 at 200%", gates))
    assert "  platform  xcb" in section("Window", of)
    assert section("Panels", of) == [
        "  tokens  3 passed, 1,000 stopped, last shown in 2.2 ms",
        "  tests   0 passed, 0 stopped",
    ]
    assert "Panels" not in diagnosis_lines(TOLD)


def test_the_json_holds_the_same() -> None:
    shape = json.loads(json.dumps(diagnosis_json(TOLD)))
    assert shape["schema"] == 1
    assert shape["at"] == "1970-01-01T00:00:00.000Z"
    assert shape["versions"]["Cupola"] == "1.2.3"
    assert shape["limits"] == {"max_user_watches": None, "max_user_instances": 128}
    assert shape["places"][0] == {
        "name": "settings",
        "path": "/c",
        "exists": True,
        "readable": True,
        "writable": False,
    }
    assert shape["disks"] == [{"name": "/mnt", "watching": "polling", "hangs": True}]
    assert shape["ledger"]["replies"] == 17
    assert shape["login"]["command"] == ["x"]
    assert shape["problems"][0] == {"project": "weather", "path": "/r/x", "message": "no JSON"}
    assert shape["unattached"] == list(TOLD.unattached)
