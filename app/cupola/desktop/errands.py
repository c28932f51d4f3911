"""What is done with the shown build outside of Cupola: its folder, and the clipboard."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QClipboard, QDesktopServices

from cupola.domain.models import BuildModel

log = logging.getLogger(__name__)


class Errands(QObject):
    """Lives in the GUI thread. Opens only folders that the search found, never a path from a build's text."""

    def __init__(self, clipboard: QClipboard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard
        self._build: BuildModel | None = None

    @Slot(object)
    def on_shown_changed(self, build: BuildModel | None) -> None:
        """From now on errands are for this build."""
        self._build = build

    @Slot()
    def open_folder(self) -> None:
        """Have the desktop show the build's folder."""
        if self._build is not None and self._build.directory is not None:
            url = folder_url(self._build.directory)
            if not QDesktopServices.openUrl(url):
                log.warning("The desktop opened no file manager for %s", url.toString())

    @Slot()
    def copy_path(self) -> None:
        """Copy the path of the build's folder."""
        if self._build is not None and self._build.directory is not None:
            self._copy(self._build.directory)

    @Slot()
    def copy_session_id(self) -> None:
        """Copy the session id as the build states it."""
        if self._build is not None and self._build.session_id is not None:
            self._copy(self._build.session_id)

    def _copy(self, text: str) -> None:
        self._clipboard.setText(text.encode("utf-8", "backslashreplace").decode())


def folder_url(directory: str) -> QUrl:
    """A file URL that can mean nothing but a folder; bytes that are no text are kept."""
    return QUrl.fromEncoded(f"{Path(directory).as_uri()}/".encode("ascii"))
