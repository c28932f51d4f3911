"""Palette and style sheet made from tokens: the only two ways a colour reaches a stock widget."""

from __future__ import annotations

from string import Template
from typing import Final

from PySide6.QtGui import QColor, QPalette

from cupola.views.tokens import GAP, RADIUS, Tokens

_ROLES: Final = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.AlternateBase: "raised",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "text_faint",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "bad",
    QPalette.ColorRole.Highlight: "selected",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Light: "raised",
    QPalette.ColorRole.Midlight: "raised",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "line",
    QPalette.ColorRole.Shadow: "window",
    QPalette.ColorRole.Accent: "accent",
}

_DISABLED: Final = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.HighlightedText,
)

_SHEET: Final = Template("""
QMainWindow::separator { background: transparent; width: ${gap}px; height: ${gap}px; }
QSplitter::handle { background: transparent; }
QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[card="true"]:focus { border-color: $accent; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }
QLineEdit { background: $surface; color: $text; border: 1px solid $line; border-radius: 8px;
  padding: 5px 8px; placeholder-text-color: $text_faint; }
QLineEdit:focus { border-color: $accent; }
QLineEdit[wrong="true"] { border-color: $bad; }
QPushButton { background: $raised; color: $text; border: 1px solid $line; border-radius: 8px;
  padding: 6px 14px; }
QPushButton:hover { background: $selected; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $text_faint; background: $window; }
QListView[pages="true"]::item { padding: 0 10px; border: 1px solid transparent; border-radius: 6px; }
QListView[pages="true"]::item:selected { background: $selected; color: $text; }
QListView[pages="true"]::item:focus { border: 1px solid $accent; }
QDialog QScrollArea, QWidget[page="true"] { background: transparent; border: none; }
QListView[field="true"], QPlainTextEdit[field="true"] { background: $surface; border: 1px solid $line;
  border-radius: 8px; padding: 4px; }
QListView[field="true"]:focus, QPlainTextEdit[field="true"]:focus { border-color: $accent; }
QPlainTextEdit[field="true"][wrong="true"] { border-color: $bad; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $text_soft; padding: 6px 12px 5px 12px;
  border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { background: $raised; border-top-left-radius: 6px; border-top-right-radius: 6px; }
QListView { background: $surface; border: none; outline: none; }
QComboBox { background: $raised; color: $text; border: 1px solid $line; border-radius: 6px;
  padding: 3px 8px; }
QComboBox::drop-down { border: none; width: 22px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QComboBox:focus { border-color: $accent; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $line;
  selection-background-color: $selected; selection-color: $text; }
QPlainTextEdit { background: $surface; border: none; selection-background-color: $selected;
  selection-color: $text; }
QMenu { background: $surface; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 5px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $text_faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenuBar { background: $window; color: $text_soft; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected { background: $raised; color: $text; border-radius: 5px; }
QStatusBar { background: $window; }
QStatusBar::item { border: none; }
QScrollBar { background: transparent; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $rest; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: $idle; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def palette(tokens: Tokens) -> QPalette:
    """Every role of a `QPalette` from tokens, so that nothing of the desktop's own scheme shines through."""
    made = QPalette()
    for role, name in _ROLES.items():
        made.setColor(role, QColor(tokens.color(name)))
    for role in _DISABLED:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.text_faint))
    return made


def style_sheet(tokens: Tokens) -> str:
    """The one style sheet of the application."""
    names = {
        name: tokens.color(name)
        for name in ("window", "surface", "raised", "selected", "line", "accent", "bad", "idle", "rest")
    }
    inks = {name: tokens.color(name) for name in ("text", "text_soft", "text_faint")}
    return _SHEET.substitute(names, **inks, gap=GAP, radius=RADIUS)
