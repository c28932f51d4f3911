"""The Log tab and the follower behind it, put together."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from cupola.domain.models import BuildModel
from cupola.presenters.log_files import LogFile, LogPlace
from cupola.presenters.log_follower import LogFollower, LogNews
from cupola.views.log_page import LogPage


class LogTab(QObject):
    """Follows the shown build's log while it can be seen, but for pauses. Lives in the GUI thread."""

    def __init__(self, page: LogPage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = page
        self._follower = LogFollower(self)
        self._in_front = False
        self._window_shown = False
        self._paused = False
        self._follower.news.connect(self._on_news)
        page.seen_changed.connect(self._on_seen_changed)
        page.picked.connect(self._on_picked)

    def show_build(self, build: BuildModel | None, roots: tuple[str, ...]) -> None:
        """The build in the centre is another one, or changed."""
        place = None if build is None else LogPlace(build.directory, build.session_id, roots)
        self._follower.follow(place)
        self._follower.nudge()

    def set_window_shown(self, *, shown: bool) -> None:
        """Whether anything of the window can be seen."""
        self._window_shown = shown
        self._tell()

    @Slot(bool)
    def set_paused(self, paused: bool) -> None:
        """Whether the user wants nothing to be watched now."""
        if paused is not self._paused:
            self._paused = paused
            self._tell()

    def stop(self) -> None:
        """Nothing is read from now on."""
        self._follower.stop()

    def _tell(self) -> None:
        self._follower.set_visible(visible=self._in_front and self._window_shown and not self._paused)

    @Slot(bool)
    def _on_seen_changed(self, seen: bool) -> None:
        self._in_front = seen
        self._tell()

    @Slot(object)
    def _on_picked(self, file: LogFile | None) -> None:
        self._follower.choose(file)

    @Slot(object)
    def _on_news(self, news: LogNews) -> None:
        if self._follower.is_wanted(news):
            self._page.show_news(news)
