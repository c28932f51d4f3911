"""The Log tab: a picker of files above the end of one of them."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QShowEvent,
    QTextCursor,
)
from PySide6.QtWidgets import (
    QAbstractSlider,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
)

from cupola.domain.text import plain, printable_path
from cupola.presenters.log_files import LogFile
from cupola.presenters.log_follower import LogNews
from cupola.presenters.log_text import MOST_LINES
from cupola.presenters.overriding import override
from cupola.presenters.tooltips import plain_tooltip
from cupola.views.labels import DataLabel
from cupola.views.picker import Picker
from cupola.views.theme import FontRole, Theme

_Scroll = QAbstractSlider.SliderAction
_SCROLLS: Final = {
    Qt.Key.Key_Home: _Scroll.SliderToMinimum,
    Qt.Key.Key_End: _Scroll.SliderToMaximum,
    Qt.Key.Key_Up: _Scroll.SliderSingleStepSub,
    Qt.Key.Key_Down: _Scroll.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: _Scroll.SliderPageStepSub,
    Qt.Key.Key_PageDown: _Scroll.SliderPageStepAdd,
}


class LogText(QPlainTextEdit):
    """Stays where it is read, unless that is the end. Keys move what is seen, with Shift the selection."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName("Log")
        self._theme = theme
        self._on_resized()
        theme.resized.connect(self._on_resized)
        self.setMaximumBlockCount(MOST_LINES)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
        )

    def _on_resized(self) -> None:
        self.setFont(self._theme.font(FontRole.MONO))

    def show_all(self, lines: tuple[str, ...]) -> None:
        """Show other lines, from their end."""
        self.setPlainText("\n".join(lines[-MOST_LINES:]))
        self.moveCursor(QTextCursor.MoveOperation.End)  # a selection begins where one looks
        self._go_to_end()

    def go_on(self, lines: tuple[str, ...]) -> None:
        """`lines` stand for the last line and follow it."""
        bar = self.verticalScrollBar()
        at_end, place = bar.value() >= bar.maximum(), bar.value()
        gone = max(0, self.blockCount() - 1 + len(lines) - MOST_LINES)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.movePosition(QTextCursor.MoveOperation.StartOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("\n".join(lines[-MOST_LINES:]))
        if at_end:
            self._go_to_end()
        else:
            bar.setValue(max(0, place - gone))

    def _go_to_end(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        self.horizontalScrollBar().setValue(0)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        scroll = _SCROLLS.get(Qt.Key(event.key()))
        plainly = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if scroll is not None and plainly:
            self.verticalScrollBar().triggerAction(scroll)
        else:
            super().keyPressEvent(event)


class LogPage(QFrame):
    """Tells when it can be seen and which file was picked; shows the news of a `LogFollower`."""

    seen_changed = Signal(bool)
    picked = Signal(object)
    """A `LogFile`, or None for the newest."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._theme = theme
        self._files: tuple[LogFile, ...] = ()
        self.text: LogText | None = None

    def awake(self) -> None:
        """The tab is in front for the first time: make what is in it."""
        if self.text is not None:
            return
        self.text = LogText(self._theme)
        self.files = Picker(self._theme, "Log file")
        self.files.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.files.setMinimumContentsLength(24)
        self.files.activated.connect(self._on_activated)
        self.note = DataLabel(self._theme, role=FontRole.SMALL, ink="text_soft")
        top = QHBoxLayout()
        top.setContentsMargins(4, 2, 4, 0)
        top.setSpacing(10)
        top.addWidget(self.files)
        top.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addLayout(top)
        column.addWidget(self.text, 1)
        self._list_files(())

    def show_news(self, news: LogNews) -> None:
        """Show what was read."""
        self.awake()
        if self.text is None:
            return
        self._list_files(news.files)
        where = "" if news.file is None else printable_path(f"{news.file.base}/{news.file.relative}")
        self.note.show_text(news.file.name if news.file else "", where)
        self.text.setPlaceholderText(plain(news.note))
        if news.fresh:
            self.text.show_all(news.lines)
        elif news.lines:
            self.text.go_on(news.lines)

    def _list_files(self, files: tuple[LogFile, ...]) -> None:
        known, self._files = [file.key for file in self._files], files
        if self.files.count() and known == [file.key for file in files]:
            return
        chosen = self.files.currentText()
        with QSignalBlocker(self.files):
            self.files.clear()
            self.files.addItem("Newest log")
            for at, file in enumerate(files, 1):
                self.files.addItem(printable_path(file.name, 120))
                where = plain_tooltip(printable_path(f"{file.base}/{file.relative}"))
                self.files.setItemData(at, where, Qt.ItemDataRole.ToolTipRole)
            self.files.setCurrentIndex(max(0, self.files.findText(chosen)))

    def _on_activated(self, row: int) -> None:
        self.picked.emit(self._files[row - 1] if 0 < row <= len(self._files) else None)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.awake()
        self.seen_changed.emit(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen_changed.emit(False)
