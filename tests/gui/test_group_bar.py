"""The filter over the list."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from cupola.presenters.builds_filter import Group
from cupola.views.group_bar import GroupBar, Segment
from cupola.views.theme import FontRole, Theme
from support.stage import Stage, settle


@pytest.mark.parametrize("count", [0, 7, 500, 1_000, 4_987, 12_345, 99_400])
def test_no_count_is_cut_off_in_the_narrowest_bar(qtbot: QtBot, theme: Theme, count: int) -> None:
    bar = GroupBar(theme)
    qtbot.addWidget(bar)
    bar.show_counts(dict.fromkeys(Group, count))
    bar.resize(bar.minimumSizeHint())
    bar.show()
    qtbot.waitExposed(bar)
    segments = bar.findChildren(Segment)
    wide = QFontMetrics(theme.font(FontRole.STRONG)).horizontalAdvance
    assert [s.choice for s in segments if wide(s.drawn_count) > s.width() + 1] == []
    assert all(f"{count} build" in s.toolTip() for s in segments)


def test_the_narrowest_list_has_room_for_the_bar(stage: Stage) -> None:
    stage.window.resize(stage.window.minimumSize())
    settle()
    groups = stage.window.builds.groups
    assert groups.width() >= groups.minimumSizeHint().width()
