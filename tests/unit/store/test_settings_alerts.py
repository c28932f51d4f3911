"""What the user wants to be told survives a new process, whatever else stands in the file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cupola.domain.alerts import AlertKind, AlertPolicy, QuietHours
from cupola.store.settings import AlertSettings, Settings
from cupola.store.settings_file import NAME, load, save

ALERTS = AlertSettings(
    switched_off=frozenset({AlertKind.QUIET, AlertKind.CRITICAL}),
    quiet_hours=QuietHours(22 * 60, 7 * 60),
    commands=(
        (AlertKind.FAILED, ("/opt/grün/läute",)),
        (AlertKind.FINISHED, ("say", "", "it's done; rm -rf $HOME", "--", "ü")),
    ),
)


def alerts_of(folder: Path, written: object) -> tuple[AlertSettings, list[str]]:
    (folder / NAME).write_text(json.dumps({"schema": 1, "alerts": written}), encoding="utf-8")
    loaded = load(folder)
    return loaded.settings.alerts, [text for problem in loaded.problems for text in problem.dropped]


def test_without_anything_every_kind_is_on_at_every_hour_and_runs_nothing(tmp_path: Path) -> None:
    alerts, dropped = alerts_of(tmp_path, {})
    assert (alerts, dropped) == (AlertSettings(), [])
    assert alerts.policy() == AlertPolicy()
    assert [alerts.command(kind) for kind in AlertKind] == [()] * len(AlertKind)


CHILD = """
import json, sys
from pathlib import Path
from cupola.store.settings_file import load
alerts = load(Path(sys.argv[1])).settings.alerts
hours = alerts.quiet_hours
print(json.dumps([sorted(alerts.switched_off), [hours.since, hours.until], alerts.commands]))
"""


def test_a_new_process_reads_what_was_saved(tmp_path: Path) -> None:
    save(tmp_path, Settings(alerts=ALERTS))
    assert load(tmp_path).settings.alerts == ALERTS
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    failed, finished = ALERTS.commands
    commands = [["failed", list(failed[1])], ["finished", list(finished[1])]]
    assert json.loads(told) == [["critical", "quiet"], [1320, 420], commands]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ([], "alerts"),
        ({"failed": True}, "alerts.failed"),
        ({"failed": {"on": "false"}}, "alerts.failed.on"),
        ({"failed": {"on": 0}}, "alerts.failed.on"),
        ({"failed": {"command": "rm -rf /"}}, "alerts.failed.command"),
        ({"failed": {"command": ["a", 1]}}, "alerts.failed.command"),
        ({"failed": {"command": [" "]}}, "alerts.failed.command"),
        ({"failed": {"command": ["a\0b"]}}, "alerts.failed.command"),
        ({"failed": {"command": ["a"] * 101}}, "alerts.failed.command"),
        ({"quiet_hours": "22-7"}, "alerts.quiet_hours"),
        ({"quiet_hours": {"from": 1320}}, "alerts.quiet_hours"),
        ({"quiet_hours": {"from": 1320, "to": 1440}}, "alerts.quiet_hours"),
        ({"quiet_hours": {"from": True, "to": 5}}, "alerts.quiet_hours"),
        ({"quiet_hours": {"from": 5.0, "to": 6}}, "alerts.quiet_hours"),
        ({"quiet_hours": {"from": 5, "to": 5}}, "alerts.quiet_hours"),
    ],
)
def test_only_the_value_that_cannot_be_used_gives_its_default_and_is_named(
    tmp_path: Path, written: object, named: str
) -> None:
    beside = {"waiting": {"on": False}}
    alerts, dropped = alerts_of(tmp_path, {**written, **beside} if isinstance(written, dict) else written)
    assert [text.split(":")[0] for text in dropped] == [named]
    kept = frozenset({AlertKind.WAITING}) if isinstance(written, dict) else frozenset()
    assert alerts == AlertSettings(switched_off=kept)


@pytest.mark.parametrize("command", [[], ["one"], ["one", ""]])
def test_odd_lists_stay_what_they_are(tmp_path: Path, command: list[str]) -> None:
    alerts, dropped = alerts_of(tmp_path, {"failed": {"command": command, "on": False}})
    assert (list(alerts.command(AlertKind.FAILED)), dropped) == (command, [])
    save(tmp_path, Settings(alerts=alerts))
    assert load(tmp_path).settings.alerts == alerts


def test_a_file_of_before_alerts_keeps_all_it_has(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"schema": 1, "depth": 5, "colour": "teal"}', encoding="utf-8")
    loaded = load(tmp_path)
    assert loaded.problems == ()
    save(tmp_path, loaded.settings)
    written = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    assert (written["depth"], written["colour"], written["schema"]) == (5, "teal", 1)
    assert written["alerts"]["failed"] == {"on": True, "command": []}
    assert written["alerts"]["quiet_hours"] is None


def test_muting_is_never_written(tmp_path: Path) -> None:
    assert ALERTS.policy(5.0).muted_until == 5.0
    save(tmp_path, Settings(alerts=ALERTS))
    assert "mute" not in (tmp_path / NAME).read_text(encoding="utf-8")


def test_what_a_later_version_keeps_of_alerts_survives_a_save(tmp_path: Path) -> None:
    alerts, _ = alerts_of(tmp_path, {"failed": {"on": False, "sound": "bell"}, "later": {"on": True}})
    save(tmp_path, Settings(alerts=alerts))
    written = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))["alerts"]
    assert written["failed"] == {"on": False, "command": [], "sound": "bell"}
    assert written["later"] == {"on": True}
