"""What somebody looks at: the build in the window, while that has the focus and gets input."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QWidget

from cupola.domain.alerts import Attention
from cupola.domain.clock import Clock, Instant
from cupola.domain.models import BuildModel
from cupola.presenters.overriding import override

_INPUT: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel}
)


class Onlooker(QObject):
    """Lives in the GUI thread. Filters only the native window, which gets all input before its widgets."""

    def __init__(self, window: QWidget, clock: Clock, parent: QObject | None = None) -> None:
        """`window` may be hidden yet: it gets its native one here if it has none."""
        super().__init__(parent)
        self._window = window
        self._clock = clock
        self._build: str | None = None
        self._input_at: Instant | None = None
        window.winId()
        window.windowHandle().installEventFilter(self)

    def attention(self) -> Attention:
        """To which build it is paid now."""
        focused = self._window.isActiveWindow() and self._window.isVisible()
        return Attention(self._build, focused, self._input_at)

    @Slot(object)
    def on_shown_changed(self, build: BuildModel | None) -> None:
        """Another build is in the centre."""
        self._build = None if build is None else build.id

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._input_at = self._clock.wall()
        return False
