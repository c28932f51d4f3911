"""What draws nothing in the window waits until that has been painted."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cupola.engine.feed import FeedEvent, Gone, Ready
from cupola.presenters.after_paint import AfterPaint


class Canvas(QWidget):
    def __init__(self, told: list[object]) -> None:
        super().__init__()
        self._told = told

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._told.append("painted")


def test_a_change_is_painted_before_it_is_handed_on(qtbot: QtBot) -> None:
    told: list[object] = []
    canvas, after = Canvas(told), AfterPaint()
    after.passed.connect(told.append)
    qtbot.addWidget(canvas)
    canvas.show()
    qtbot.waitUntil(lambda: bool(told))
    for number in range(20):
        told.clear()
        after.take((Gone(str(number)),))
        canvas.update()
        qtbot.waitUntil(lambda: len(told) == 2)
        assert told == ["painted", (Gone(str(number)),)]


def test_batches_are_handed_on_one_by_one_in_their_order(qtbot: QtBot) -> None:
    told: list[object] = []
    after = AfterPaint()
    after.passed.connect(told.append)
    batches: list[tuple[FeedEvent, ...]] = [(Gone("a"), Gone("b")), (Ready(0.0),), (Gone("c"),)]
    for batch in batches:
        after.take(batch)
    assert told == []
    qtbot.waitUntil(lambda: len(told) == 3)
    assert told == batches


def test_nothing_is_handed_on_after_the_end(qtbot: QtBot) -> None:
    told: list[object] = []
    after = AfterPaint()
    after.passed.connect(told.append)
    after.take((Ready(0.0),))
    after.stop()
    after.take((Ready(0.0),))
    qtbot.wait(0)
    assert told == []
