"""The Log tab: it keeps its place, lists the files, and is made when it is first seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cupola.desktop.log_tab import LogTab
from cupola.presenters.log_files import LogFile
from cupola.presenters.log_follower import LogFollower, LogNews
from cupola.presenters.log_text import MOST_LINES
from cupola.views.build_page import Tab
from cupola.views.log_page import LogText
from support.builds import build
from support.dock_models import log_news
from support.stage import Stage, settle


def open_log(stage: Stage, lines: tuple[str, ...]) -> LogText:
    stage.window.page.tabs.setCurrentIndex(Tab.LOG)
    stage.window.page.log.show_news(LogNews(0, (), None, lines, fresh=True))
    settle()
    text = stage.window.page.log.text
    assert text is not None
    return text


def more(stage: Stage, *lines: str) -> None:
    stage.window.page.log.show_news(LogNews(0, (), None, lines))
    settle()


def numbered(first: int, last: int) -> tuple[str, ...]:
    return (*(f"line {n}" for n in range(first, last + 1)), "")


def top_line(text: LogText) -> str:
    return text.firstVisibleBlock().text()


def test_nothing_of_it_is_made_before_it_is_seen(stage: Stage) -> None:
    assert stage.window.page.log.text is None


def test_it_begins_at_the_end_and_follows_it(stage: Stage) -> None:
    text = open_log(stage, numbered(1, 500))
    bar = text.verticalScrollBar()
    assert bar.value() == bar.maximum()
    more(stage, *numbered(501, 600))
    assert bar.value() == bar.maximum()
    assert text.toPlainText().endswith("line 599\nline 600\n")


def test_what_is_being_read_stays_where_it_is(stage: Stage) -> None:
    text = open_log(stage, numbered(1, 500))
    text.verticalScrollBar().setValue(100)
    before = top_line(text)
    more(stage, *numbered(501, 600))
    assert top_line(text) == before


def test_it_stays_there_too_when_the_oldest_lines_leave(stage: Stage) -> None:
    text = open_log(stage, numbered(1, MOST_LINES - 1))
    text.verticalScrollBar().setValue(700)
    before = top_line(text)
    more(stage, *numbered(MOST_LINES, MOST_LINES + 299))
    assert text.blockCount() == MOST_LINES
    assert top_line(text) == before


def test_a_line_that_was_not_whole_is_replaced(stage: Stage) -> None:
    text = open_log(stage, ("one", "tw"))
    more(stage, "two", "three")
    assert text.toPlainText() == "one\ntwo\nthree"


def test_files_can_be_picked_and_the_newest_again(stage: Stage) -> None:
    open_log(stage, ())
    page, picked = stage.window.page.log, list[LogFile | None]()
    page.picked.connect(picked.append)
    news = log_news()
    page.show_news(news)
    assert [page.files.itemText(n) for n in range(3)] == [
        "Newest log",
        "builder-logs/task-4.log",
        "build-log.md",
    ]
    page.files.activated.emit(2)
    page.files.activated.emit(0)
    assert picked == [news.files[1], None]
    assert page.note.text() == "builder-logs/task-4.log"


def test_markup_and_secrets_are_neither_rendered_nor_shown(stage: Stage) -> None:
    text = open_log(stage, ("<b>x</b>", *log_news(3).lines))
    assert "<b>x</b>" in text.toPlainText()
    assert "ghp_0123456789abcdef" not in text.toPlainText()


def test_the_tab_follows_the_shown_build_only_while_it_can_be_seen(
    stage: Stage, qtbot: QtBot, tmp_path: Path
) -> None:
    log = tmp_path / ".context-foundry" / "build-log.md"
    log.parent.mkdir()
    log.write_text("hello\n", encoding="utf-8")
    tab = LogTab(stage.window.page.log)
    tab.set_window_shown(shown=True)
    tab.show_build(build("x", directory=str(tmp_path)), ())
    assert tab._follower._lane is None
    stage.window.page.tabs.setCurrentIndex(Tab.LOG)
    text = stage.window.page.log.text
    assert text is not None
    qtbot.waitUntil(lambda: text.toPlainText() == "hello\n")
    stage.window.page.tabs.setCurrentIndex(Tab.ACTIVITY)
    log.write_text("hello\nagain\n", encoding="utf-8")
    assert tab._follower._tick() is None
    stage.window.page.tabs.setCurrentIndex(Tab.LOG)
    qtbot.waitUntil(lambda: text.toPlainText() == "hello\nagain\n")
    tab.stop()


def test_in_a_pause_no_log_is_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def remember(_follower: LogFollower, *, visible: bool) -> None:
        seen.append(visible)

    monkeypatch.setattr(LogFollower, "set_visible", remember)
    tab = LogTab(stage.window.page.log)
    tab.set_window_shown(shown=True)
    stage.window.page.tabs.setCurrentIndex(Tab.LOG)
    settle()
    assert seen[-1]
    for paused in (True, False):
        tab.set_paused(paused)
        assert seen[-1] is not paused
    tab.stop()
