"""A dock with a title bar of its own: title, freshness, float and close."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QSizePolicy, QWidget

from cupola.domain.words import Facet
from cupola.presenters.freshness import Dot
from cupola.presenters.overriding import override
from cupola.views.buttons import FlatButton, Glyph
from cupola.views.labels import DataLabel, Fit
from cupola.views.lines_card import LinesCard
from cupola.views.panels import MENU_TITLES, SHORT_TITLES, TITLES
from cupola.views.shapes import dash, dot, ring
from cupola.views.theme import FontRole, Theme
from cupola.views.tokens import DOT_TOKEN

_DOT_NOTE = {
    Dot.FRESH: "The files behind this panel were checked less than 5 s ago.",
    Dot.AGEING: "The files behind this panel were last checked 5 to 30 s ago.",
    Dot.BLIND: "The files behind this panel were not checked for over 30 s: Cupola cannot see them.",
    Dot.NONE: "",
    Dot.FINAL: "This build has ended; nothing more is expected.",
}


class FreshnessDot(QWidget):
    """Fresh: dot; ageing: hollow dot; not seen: hollow dot with a line; final: dash."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._dot = Dot.NONE
        self.setFixedSize(10, 10)
        self.setAccessibleName(self._dot.value)
        theme.changed.connect(self.update)

    def show_dot(self, shown: Dot) -> bool:
        """Show another dot; False if it is the same."""
        if shown is self._dot:
            return False
        self._dot = shown
        self.setAccessibleName(shown.value)
        self.update()
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color(DOT_TOKEN[self._dot])
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        match self._dot:
            case Dot.FRESH:
                dot(painter, box, color)
            case Dot.AGEING:
                ring(painter, box, color, 2.0)
            case Dot.BLIND:
                ring(painter, box, color, 1.5)
                dash(painter, box.adjusted(1.5, 1.5, -1.5, -1.5), color, 1.5)
            case Dot.FINAL:
                dash(painter, box, color, 2.0)
            case Dot.NONE:
                pass


class FreshnessHead(QWidget):
    """Satisfies `HeadView`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.dot = FreshnessDot(theme)
        self.label = DataLabel(theme, role=FontRole.SMALL, ink="text_soft", ground="window", fit=Fit.RIGID)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(self.dot)
        row.addWidget(self.label)

    def show_freshness(self, shown: Dot, text: str) -> None:
        """Equal content paints nothing."""
        if self.dot.show_dot(shown):
            self.setToolTip(_DOT_NOTE[shown])
        self.label.show_text(text, _DOT_NOTE[shown])


class DockTitle(QWidget):
    """The title bar; dragging it moves the dock, a double click floats it."""

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.head = FreshnessHead(theme)
        self.float_button = FlatButton(theme, f"Float {title}", glyph=Glyph.FLOAT)
        self.close_button = FlatButton(theme, f"Close {title}", glyph=Glyph.CLOSE)
        self._title = DataLabel(theme, role=FontRole.STRONG, ground="window")
        self._title.show_text(title)
        self._theme = theme
        self._row = row = QHBoxLayout(self)
        row.setSpacing(2)
        row.addWidget(self._title, 1)
        row.addWidget(self.head)
        row.addSpacing(4)
        row.addWidget(self.float_button)
        row.addWidget(self.close_button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._on_resized()
        theme.resized.connect(self._on_resized)

    def _on_resized(self) -> None:
        above, below = self._theme.spacing.title
        self._row.setContentsMargins(4, above, 0, below)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())


class PanelDock(QDockWidget):
    """One panel in its frame. `objectName` is the facet, so that a saved layout finds it in any language."""

    def __init__(self, theme: Theme, facet: Facet, content: LinesCard) -> None:
        super().__init__(SHORT_TITLES[facet])
        self.facet = facet
        self._theme = theme
        self.setObjectName(f"dock-{facet.value}")
        self.setAccessibleName(TITLES[facet])
        self.title = DockTitle(theme, TITLES[facet])
        self.setTitleBarWidget(self.title)
        self._content = content
        self.setWidget(content)
        self.toggleViewAction().setText(MENU_TITLES[facet])
        self.title.float_button.clicked.connect(self._on_float_clicked)
        self.title.close_button.clicked.connect(self.close)
        self.topLevelChanged.connect(self._on_top_level_changed)

    @property
    def tab_stops(self) -> tuple[QWidget, ...]:
        """What in it takes the focus, in order."""
        return self.title.float_button, self.title.close_button, self._content.find_entrance()

    @property
    def head(self) -> FreshnessHead:
        """Where the freshness of this panel is shown."""
        return self.title.head

    def _on_float_clicked(self) -> None:
        self.setFloating(not self.isFloating())

    def _on_top_level_changed(self, floating: bool) -> None:
        self.title.float_button.show_name(f"{'Dock' if floating else 'Float'} {TITLES[self.facet]}")
        margin = 8 if floating else 0
        self.setContentsMargins(margin, margin, margin, margin)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isFloating():
            painter = QPainter(self)
            painter.setPen(self._theme.color("line"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
