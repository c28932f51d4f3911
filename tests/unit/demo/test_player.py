"""What the demo writes: files as old as the story says, and then one deed after the other."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from cupola.demo.player import Player
from cupola.demo.stories import MOMENT_S

PHASE = ".context-foundry/current-phase.json"


@pytest.fixture
def player(tmp_path: Path) -> Player:
    database, claude = tmp_path / "foundry" / "metrics.db", tmp_path / "claude"
    return Player(tmp_path / "projects", database, claude, seed=0, moment_s=MOMENT_S)


def test_that_files_and_folders_look_as_old_as_the_story_says(player: Player, tmp_path: Path) -> None:
    began = time.time()
    player.write_past()
    silent = tmp_path / "projects" / "todo-cli"
    for path in (silent / PHASE, (silent / PHASE).parent, silent):
        assert path.stat().st_mtime == pytest.approx(began - (MOMENT_S - 400), abs=30)
    assert (tmp_path / "projects" / "old-blog" / PHASE).stat().st_mtime < began - 48 * 3600


def test_that_rows_bear_the_time_of_the_story_and_the_place_of_the_projects(
    player: Player, tmp_path: Path
) -> None:
    player.write_past()
    with closing(sqlite3.connect(tmp_path / "foundry" / "metrics.db")) as connection:
        ((directory, age_s),) = connection.execute(
            "SELECT working_directory, strftime('%s', 'now') - strftime('%s', created_at) FROM tasks"
        )
        assert directory == str(tmp_path / "projects" / "weather-web")
        assert age_s == pytest.approx(MOMENT_S, abs=30)
        ((phases,),) = connection.execute("SELECT count(*) FROM phases")
        assert phases > 2


def test_that_it_goes_on_until_it_is_stopped(player: Player, tmp_path: Path) -> None:
    player.write_past()
    file = tmp_path / "projects" / "weather-web" / PHASE
    before, stopped = file.read_text("utf-8"), threading.Event()
    thread = threading.Thread(target=player.play, args=(5_000.0, stopped))
    thread.start()
    while file.read_text("utf-8") in {before, ""}:
        assert thread.is_alive()
    stopped.set()
    thread.join(10)
    assert not thread.is_alive()
